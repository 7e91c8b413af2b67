"""Standing bodies of the demo institution, with two years of meetings and advice in every state.

Members are staff who are there already; meetings of the past are written as rows, since nobody can
vote in the past. Days are counted from today, so that no figure of the censuses is touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.deeds import deed
from preceptor.base.today import today
from preceptor.cases.actions import (
    advise,
    call_meeting,
    end_seat,
    give_charter,
    give_seat,
    put_on_agenda,
    report_on_advice,
    set_up_body,
    sign_minutes,
    write_minutes,
)
from preceptor.cases.bodies import BY_LAW, VOTING, seats_on
from preceptor.cases.choices import BodyKind, BodyRole, ItemState, SittingState, VoteResult
from preceptor.cases.kinds.kind import Share, Voting
from preceptor.cases.models import Body, BodySeat, Item, Minutes, Sitting, SittingSeat
from preceptor.institutions.choices import UnitKind
from preceptor.institutions.models import Unit
from preceptor.people.choices import CapacityKind, TitleLevel
from preceptor.people.models import Account, Capacity, Person, Title
from preceptor.training.models import Enrolment, Supervision

from .body_texts import REVISED, TOPICS, charter_text

FIRST_TERM, TERM_YEARS = date(2024, 9, 1), 4
#: The committee has eleven members, a sub-committee five, any other body seven (invented).
SIZES = {BodyKind.DEGREE: 11, BodyKind.DEGREE_SUB: 5}
OTHERS = 7
GUIDED = 3
#: The degree evaluation committee meets before both days of the year on which degrees are awarded.
MONTHS = {BodyKind.DEGREE: (6, 12), BodyKind.DEGREE_SUB: (6, 12)}
OTHER_MONTHS = (4, 10)
#: A guidance committee of three meets openly (invented).
OPENLY = Voting(
    passes=Share(1, 2, of="present", more_than=True), quorum=Share(1, 2, more_than=True),
    is_secret=False,
)  # fmt: skip
#: So many days ago the seat ended that nobody took yet.
VACANT_SINCE = timedelta(days=20)


@dataclass(frozen=True)
class Plan:
    """One body: its code, kind, names, and whether it is one of a hospital."""

    code: str
    kind: BodyKind
    zh: str
    en: str
    hospital: int | None = None


PLANS = (
    Plan("DEC", BodyKind.DEGREE, "学位评定委员会", "Degree Evaluation Committee"),
    Plan(
        "DEC-1",
        BodyKind.DEGREE_SUB,
        "临床医学学位评定分委员会",
        "Sub-committee of Clinical Medicine",
    ),
    Plan(
        "DEC-2", BodyKind.DEGREE_SUB, "基础医学学位评定分委员会", "Sub-committee of Basic Medicine"
    ),
    Plan(
        "DEC-3", BodyKind.DEGREE_SUB, "公共卫生学位评定分委员会", "Sub-committee of Public Health"
    ),
    Plan("TSC", BodyKind.TEACHING_SUPERVISION, "教学督导委员会", "Teaching-Supervision Committee"),
    Plan("AC", BodyKind.ACADEMIC, "学术委员会", "Academic Committee"),
    Plan("TTC", BodyKind.TALENT_TRAINING, "人才培养委员会", "Talent-Training Committee"),
    Plan("EC-01", BodyKind.EDUCATION, "研究生教育委员会", "Postgraduate Education Committee", 0),
    Plan("IC", BodyKind.INSTRUMENT, "大型仪器管理委员会", "Instrument Committee"),
)


@dataclass
class Pool:
    """Who may be seated: members of the degree committee by their capacity, and other professors
    for the bodies that these do not fill."""

    committee: Iterator[Person]
    professors: Iterator[Person]
    made: dict[str, Body] = field(default_factory=dict)

    def members(self, kind: BodyKind) -> list[Person]:
        """The next ones for a body of the kind; fewer where there are not enough."""
        size = SIZES.get(kind, OTHERS)
        found = list(islice(self.committee, size)) if kind in SIZES else []
        return [*found, *islice(self.professors, size - len(found))]


def plant_bodies(institution: Unit) -> list[Body]:
    """Set up the bodies with seats, meetings and advice; gives them in the order of the plans.

    None where there is nobody to sit in them, and never a second time.
    """
    if Body.objects.filter(institution=institution, code=PLANS[0].code).exists():
        return []
    pool = Pool(iter(_committee(institution)), iter(_professors(institution)))
    with deed(OPERATOR):
        for plan in PLANS:
            _plant(institution, plan, pool)
        for body in pool.made.values():
            _appoint_secretary(body, pool)
            _meet(body)
        bodies = list(pool.made.values())
        bodies += _guidance(institution)
        for body in Body.objects.filter(institution=institution, unit__kind=UnitKind.PROGRAMME):
            _meet(body)
        _advice(bodies)
    return bodies


def _since() -> date:
    """The first day of the term of the bodies that runs today, whenever the demo is laid."""
    terms = max(0, (today() - FIRST_TERM).days // (TERM_YEARS * 365 + 1))
    return FIRST_TERM.replace(year=FIRST_TERM.year + TERM_YEARS * terms)


def _committee(institution: Unit) -> list[Person]:
    held = Capacity.objects.on(_since()).filter(
        person__institution=institution, kind=CapacityKind.DEGREE_COMMITTEE
    )
    return list(Person.objects.filter(pk__in=held.values("person")).order_by("pk"))


def _professors(institution: Unit) -> list[Person]:
    full = Title.objects.on(_since()).filter(level=TitleLevel.FULL)
    staff = Capacity.objects.on(_since()).filter(kind=CapacityKind.STAFF)
    seated = Capacity.objects.filter(kind=CapacityKind.DEGREE_COMMITTEE)
    # Nobody who sits on a panel: a seat in a sub-committee is a fact by which panels are judged.
    rows = Person.objects.filter(
        institution=institution, pk__in=staff.values("person"), account=None, panel_seats=None
    ).filter(pk__in=full.values("person"))
    return list(rows.exclude(pk__in=seated.values("person")).order_by("pk")[:60])


def _plant(institution: Unit, plan: Plan, pool: Pool) -> None:
    members = pool.members(plan.kind)
    members = members[: len(members) - (len(members) + 1) % 2]
    if len(members) < 3:
        return
    upper = pool.made.get("DEC") if plan.kind == BodyKind.DEGREE_SUB else None
    if plan.kind == BodyKind.DEGREE_SUB and upper is None:
        return
    body = set_up_body(
        institution=institution, unit=_unit(institution, plan), code=plan.code, kind=plan.kind,
        name_zh=f"{institution.name_zh}{plan.zh}", name_en=f"{institution.name_en} {plan.en}",
        opened_on=_since(), upper=upper, term_years=TERM_YEARS, meetings_a_year=2, by=OPERATOR,
    )  # fmt: skip
    pool.made[plan.code] = body
    _seat(body, members)
    _give_charter(body, plan.zh, plan.en)


def _give_charter(body: Body, zh: str, en: str) -> None:
    """The charter of the body; that of the degree committee was revised after a year."""
    text_zh, text_en = charter_text(BodyKind(body.kind), zh, en)
    give_charter(
        body=body, title_zh=f"{zh}章程", title_en=f"Charter of the {en}", valid_from=_since(),
        text_zh=text_zh, text_en=text_en, by=OPERATOR,
    )  # fmt: skip
    if body.kind == BodyKind.DEGREE:
        give_charter(
            body=body, title_zh=f"{zh}章程（修订）", title_en=f"Charter of the {en}, revised",
            valid_from=_since().replace(year=_since().year + 1), by=OPERATOR,
            text_zh=f"{text_zh}\n{REVISED[0]}", text_en=f"{text_en}\n{REVISED[1]}",
        )  # fmt: skip


def _unit(institution: Unit, plan: Plan) -> Unit:
    hospitals = Unit.objects.filter(institution=institution, kind="hospital").order_by("code")
    if plan.hospital is None:
        return institution
    return hospitals[plan.hospital] if hospitals.exists() else institution


def _appoint_secretary(body: Body, pool: Pool) -> None:
    """A secretary without a vote, where there is still somebody."""
    person = next(pool.professors, None)
    if person is not None:
        give_seat(
            body=body, person=person, role=BodyRole.SECRETARY, valid_from=_since(), by=OPERATOR
        )


def _seat(body: Body, members: Sequence[Person]) -> None:
    """The first has the chair; one term ends soon, one member of the supervision committee is in a
    second term, and one left the instrument committee, so that somebody has to fill the seat."""
    soon = today() + timedelta(days=60)
    renewed = _since().replace(year=_since().year + 1)
    for place, person in enumerate(members):
        if place == 3 and body.code == "TSC":
            give_seat(
                body=body, person=person, role=BodyRole.MEMBER, valid_from=_since(),
                valid_to=renewed - timedelta(days=1), by=OPERATOR,
            )  # fmt: skip
            give_seat(
                body=body, person=person, role=BodyRole.MEMBER, valid_from=renewed, by=OPERATOR
            )
            continue
        give_seat(
            body=body, person=person, valid_from=_since(), is_head=not place and body.code == "DEC",
            role=(BodyRole.CHAIR, BodyRole.DEPUTY_CHAIR)[place] if place < 2 else BodyRole.MEMBER,
            valid_to=soon if place == 2 and body.code in ("DEC-1", "TSC") else None, by=OPERATOR,
        )  # fmt: skip


def _meet(body: Body) -> None:
    """The meetings of the body; then one member of the instrument committee leaves."""
    _meetings(body)
    left = today() - VACANT_SINCE
    if body.code == "IC" and left > _since():
        seat = next(one for one in seats_on([body.pk], left)[body.pk] if one.role == "member")
        end_seat(seat=seat, last_on=left, reason="调往外校工作", by=OPERATOR)


def _meetings(body: Body) -> None:
    """Those of two years, the last of them with its minutes, and one to come."""
    months = MONTHS.get(BodyKind(body.kind), OTHER_MONTHS)
    days = [date(year, month, 18) for year in (today().year - 1, today().year) for month in months]
    past = [day for day in days if max(_since(), body.opened_on) <= day < today()]
    for number, day in enumerate(past):
        _held(body, day, number)
    if body.code in ("DEC", "DEC-1", "EC-01"):
        _planned(body)
    if past:
        last = Sitting.objects.filter(body=body, state=SittingState.CLOSED).latest("starts_at")
        _sign(write_minutes(sitting=last, language="zh", by=OPERATOR))


def _sign(minutes: Minutes) -> None:
    """Whoever came and has an account signs."""
    came = minutes.sitting.seats.filter(is_present=True).values("person")
    for account in Account.objects.filter(person__in=came).order_by("pk"):
        sign_minutes(minutes=minutes, by=account, password_confirmed=True)


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _held(body: Body, day: date, number: int) -> None:
    """A meeting that was held: all came but one or two, each time others, and every item was carried."""
    seats = seats_on([body.pk], day)[body.pk]
    starts, ends = _at(day, 14), _at(day, 16)
    order = sum(one.month <= day.month for one in _days_of(body, day.year))
    sitting = Sitting.objects.create(
        institution=body.institution, unit=body.unit, body=body, state=SittingState.CLOSED,
        title_zh=f"{body.name_zh}{day.year}年第{order}次会议",
        title_en=f"{body.name_en}, meeting {order} of {day.year}", place="行政楼二楼会议室",
        starts_at=starts, ends_at=ends, opened_at=starts, closed_at=ends, revision=2,
        record="会议按议程进行。",
    )  # fmt: skip
    sitting.number = f"M-{day.year}-{sitting.pk:06}"
    sitting.save(update_fields=["number"])
    members = [seat for seat in seats if seat.role in VOTING]
    away = _away(body, number, members)
    SittingSeat.objects.bulk_create(
        SittingSeat(
            sitting=sitting, person=seat.person, role=seat.role, is_head=seat.is_head,
            invited_at=starts - timedelta(days=10), is_present=seat.pk not in away,
            arrived_at=None if seat.pk in away else starts,
        )
        for seat in seats
    )  # fmt: skip
    _decided(sitting, len(members), len(members) - len(away))


def _away(body: Body, number: int, members: Sequence[BodySeat]) -> set[int]:
    """Who did not come to the meeting of the number; never the chair."""
    if body.kind == BodyKind.GUIDANCE:
        return set()
    others = [seat.pk for seat in members if seat.role != BodyRole.CHAIR]
    count = 1 + number % 2 if len(members) > 5 else 1
    return {others[(3 * number + place + body.pk) % len(others)] for place in range(count)}


def _days_of(body: Body, year: int) -> list[date]:
    return [date(year, month, 18) for month in MONTHS.get(BodyKind(body.kind), OTHER_MONTHS)]


def _decided(sitting: Sitting, members: int, present: int) -> None:
    assert sitting.opened_at is not None
    body = sitting.body
    assert body is not None
    for place, topic in enumerate(TOPICS[BodyKind(body.kind)], start=1):
        given = {"sitting": sitting, "place": place, "title_zh": topic.zh, "title_en": topic.en}
        if not topic.is_voted:
            Item.objects.create(state=ItemState.NOTED, **given)
            continue
        against = place - 1
        Item.objects.create(
            **given, voting=body.voting, state=ItemState.DECIDED, members=members, present=present, votes_cast=present,
            votes_for=present - against, votes_against=against, abstentions=0,
            result=VoteResult.PASSED, opened_at=sitting.opened_at + timedelta(minutes=30 * place),
            decided_at=sitting.opened_at + timedelta(minutes=30 * place + 10),
        )  # fmt: skip


def _planned(body: Body) -> None:
    day = today() + timedelta(days=21)
    sitting = call_meeting(
        body=body,
        starts_at=_at(day, 14),
        ends_at=_at(day, 16),
        place="行政楼二楼会议室",
        by=OPERATOR,
    )
    topic = TOPICS[BodyKind(body.kind)][0]
    put_on_agenda(
        sitting=sitting, title_zh=topic.zh, title_en=topic.en,
        voting=BY_LAW if topic.is_voted else None, by=OPERATOR,
    )  # fmt: skip


def _guidance(institution: Unit) -> list[Body]:
    """Guidance committees of a few trainees: the supervisor in the chair, and two professors."""
    account = Account.objects.filter(login="trainee", person__isnull=False).first()
    rows = Enrolment.objects.filter(institution=institution).select_related("person", "unit")
    own = list(rows.filter(person=account.person)) if account else []
    others = rows.filter(cohort=2022).order_by("pk")[: GUIDED - len(own)]
    found = []
    for number, row in enumerate([*own, *others], start=1):
        guiding = Supervision.objects.on(today()).filter(enrolment=row).select_related("person")
        chairs = [one.person for one in guiding.order_by("pk")[:1]]
        if not chairs:
            continue
        body = set_up_body(
            institution=institution, unit=row.unit, code=f"G-{number:03}", kind=BodyKind.GUIDANCE,
            name_zh=f"{row.person.name_zh}培养指导小组", opened_on=_since(), person=row.person,
            name_en=f"Guidance committee of {row.person.name_en}", meetings_a_year=2,
            voting=OPENLY, by=OPERATOR,
        )  # fmt: skip
        _give_charter(body, "培养指导小组", "guidance committee")
        members = [one for one in _professors(institution)[-2 * number :][:2] if one not in chairs]
        _seat(body, [*chairs, *members])
        _meetings(body)
        found.append(body)
    return found


def _last_met(body: Body, day: date) -> Sitting | None:
    """The last meeting held by the day; None before the first one."""
    rows = Sitting.objects.filter(body=body, state=SittingState.CLOSED, starts_at__lt=_at(day, 0))
    return rows.order_by("-starts_at").first()


def _advice(bodies: Sequence[Body]) -> None:
    """Advice in every state: open, overdue, done, declined."""
    day = today()
    plans = (
        ("TSC", "规范住院总医师带教记录，每月抽查一次", -20, 40, ""),
        ("AC", "修订论文原始数据存档办法", -120, -15, ""),
        ("TTC", "调整专业英语课程学时", -200, -60, "done"),
        ("IC", "周末开放共聚焦显微镜", -150, -90, "declined"),
        ("G-001", "每两周汇报一次课题进展，补做样本量估算", -30, 30, ""),
    )
    words = {"done": "已调整并列入新版培养方案", "declined": "值班技术人员不足，暂不开放"}
    by_code = {body.code: body for body in bodies}
    for code, text, given, due, state in plans:
        if (body := by_code.get(code)) is None:
            continue
        advice = advise(
            body=body, text=text, given_on=day + timedelta(days=given), person=body.person,
            owner=body.person, owner_unit=None if body.person else body.unit,
            sitting=_last_met(body, day + timedelta(days=given)), due_on=day + timedelta(days=due), by=OPERATOR,
        )  # fmt: skip
        if state:
            report_on_advice(advice=advice, text=words[state], state=state, by=OPERATOR)
