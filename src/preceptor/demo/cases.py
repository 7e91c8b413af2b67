"""Requests of the demo institution, in every state: the five steps, more time, and the degree.

Invented. They go through the same actions as a page uses, and are dated back afterwards; a trainee
whom a rule holds back is passed over, so that only requests stand here that could have been made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from io import BytesIO
from itertools import cycle
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from preceptor.base.actors import OPERATOR, Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.actions import (
    adopt_calendar,
    adopt_kinds,
    appeal,
    attach_document,
    decide_stage,
    finish_composing,
    return_case,
    submit_case,
    withdraw_case,
)
from preceptor.cases.models import Case, CaseDocument, CaseStep, Task
from preceptor.cases.queries import kind_of
from preceptor.institutions.models import Unit
from preceptor.people.actions import delegate
from preceptor.people.models import Account, Role
from preceptor.training.actions import (
    Chosen,
    ask_milestone,
    ask_other,
    ask_period,
    ask_state,
    begin_panel,
    call_panel,
    compose_panel,
)
from preceptor.training.choices import EnrolmentState as State
from preceptor.training.choices import MilestoneKind, PeriodKind
from preceptor.training.models import Enrolment, Panel, PanelSeat

from .defences import before, bring_to, fail_and_appeal
from .degrees import put_on_display, refuse_at_sub_committee
from .own_kinds import NAME as OWN_KIND
from .own_kinds import REASONS, make_own_kind
from .planted import planted_trainees
from .workdays import workday

#: From this day on the shipped procedures are in force.
IN_FORCE = date(2021, 9, 1)
PDF = b"%PDF-1.7\n% a document of the demo institution\n%%EOF\n"
#: A rule holds few trainees back; so many of one place are tried for a request.
MOST_TRIED = 3
LOGINS = ("trainee", "supervisor", "secretary", "office", "leader")


@dataclass(frozen=True)
class Plan:
    """One request: the step, in what state the trainee is, how far it goes, and how long ago it was
    made."""

    step: MilestoneKind
    state: State
    reaches: str
    days: int = 4


_STEPS = {
    MilestoneKind.PROPOSAL: State.TRAINING,
    MilestoneKind.MIDTERM: State.CANDIDATE,
    MilestoneKind.CLINICAL_EXAM: State.MIDTERM_PASSED,
    MilestoneKind.PREDEFENCE: State.CLINICAL_PASSED,
    MilestoneKind.DEFENCE: State.DEFENCE_READY,
}
_REACHES = ("opinion", "composed", "approval", "called")
PLANS = (
    Plan(MilestoneKind.DEFENCE, State.DEFENCE_READY, "faulty", 5),
    Plan(MilestoneKind.DEFENCE, State.DEFENCE_READY, "failed", 12),
    *(
        Plan(step, state, reaches, 3 + 2 * place)
        for step, state in _STEPS.items()
        for place, reaches in enumerate(_REACHES)
    ),
    *(
        Plan(step, state, reaches, 6)
        for step, state in _STEPS.items()
        if step != MilestoneKind.PREDEFENCE
        for reaches in ("compose", "sitting")
    ),
    Plan(MilestoneKind.PROPOSAL, State.TRAINING, "draft"),
    Plan(MilestoneKind.PROPOSAL, State.TRAINING, "returned", 6),
    Plan(MilestoneKind.MIDTERM, State.CANDIDATE, "withdrawn", 12),
    Plan(MilestoneKind.MIDTERM, State.CANDIDATE, "refused", 9),
)  # fmt: skip


@dataclass
class Desk:
    """Whoever acts in the demo, and the trainees and experts not used yet."""

    institution: Unit
    accounts: dict[str, Account]
    units: frozenset[int] = frozenset()
    used: set[int] = field(default_factory=set)
    made: list[Case] = field(default_factory=list)

    def trainees(self, state: State) -> Iterator[Enrolment]:
        """Trainees in the state who asked for nothing yet, those of the secretary's hospital first;
        then those who are brought to it. Whoever was planted for a fault is left alone."""
        rows = Enrolment.objects.filter(institution=self.institution, degree_level="doctor")
        rows = rows.exclude(pk__in=self.used).exclude(student_number__in=planted_trainees())
        rows = rows.filter(waivers=None).order_by("-student_number")
        rows = rows.select_related("unit", "institution", "person")
        for known in before(state):
            yield from rows.filter(state=known, unit__in=self.units)[:MOST_TRIED]
            yield from rows.filter(state=known).exclude(unit__in=self.units)[:MOST_TRIED]

    def asker(self, row: Enrolment) -> Actor:
        """The secretary for the own hospital; elsewhere whoever asks has no account here."""
        return self.accounts["secretary"] if row.unit_id in self.units else OPERATOR


def plant_cases(institution: Unit) -> list[Case]:
    """Put the shipped procedures and calendars into force and make the requests; gives them.

    None where the accounts or the trainees are not there, and never a second time.
    """
    accounts = {row.login: row for row in Account.objects.filter(login__in=LOGINS)}
    if Case.objects.filter(institution=institution).exists():
        return []
    adopt_calendar(institution=institution, by=OPERATOR)
    adopt_kinds(institution=institution, valid_from=IN_FORCE, by=OPERATOR)
    if len(accounts) < len(LOGINS):
        return []
    held = Role.objects.filter(account=accounts["secretary"])
    desk = Desk(institution, accounts, frozenset(held.values_list("unit", flat=True)))
    with deed(OPERATOR) as act:
        _own(desk, act)
        for plan in PLANS:
            _first(desk, act, desk.trainees(plan.state), partial(_step, desk, plan))
        _periods(desk, act)
        _awards(desk, act)
        _travels(desk, act)
        _delegations(desk)
    return desk.made


def _first(
    desk: Desk, act: Deed, rows: Iterable[Enrolment], make: Callable[[Enrolment], tuple[Case, int]]
) -> None:
    """The request of the first trainee whom no rule holds back, dated back."""
    for row in rows:
        desk.used.add(row.pk)
        kept = len(act.lines)
        try:
            with transaction.atomic():
                case, days = make(row)
        except RuleBroken:
            del act.lines[kept:]
            continue
        date_back(case, days)
        desk.made.append(case)
        return


def handed_in(case: Case, by: Actor) -> Case:
    """The request with every document that it asks for, handed in."""
    for document in kind_of(case).documents:
        if document.required:
            attach_document(
                case=case, name=document.id, content=BytesIO(PDF), file_name="材料.pdf", by=by
            )
    return submit_case(case=case, by=by, passing_over="演示数据")


def _agreed(case: Case) -> Case:
    """The opinion that is waited for, given on the operator's account."""
    return decide_stage(
        case=case, outcome="agreed", by=OPERATOR, revision=case.revision, passing_over="演示数据"
    )


def _step(desk: Desk, plan: Plan, row: Enrolment) -> tuple[Case, int]:
    row, secretary = bring_to(row, plan.state), desk.asker(row)
    day = workday(today() + timedelta(days=9))
    case = ask_milestone(enrolment=row, milestone=plan.step, wished_on=day, by=secretary)
    if plan.reaches == "draft":
        return case, plan.days
    case = handed_in(case, secretary)
    if plan.reaches == "returned":
        return _returned(case), plan.days
    if plan.reaches == "withdrawn":
        return withdraw_case(case=case, by=secretary, reason="时间有变"), plan.days
    if plan.reaches == "refused":
        return _refused(case), plan.days
    if plan.reaches != "opinion":
        case = _composed(desk, _agreed(case), plan, row, day)
    return case, plan.days


def _returned(case: Case) -> Case:
    return return_case(
        case=case, by=OPERATOR, revision=case.revision, reason="请补充研究方案中的样本量估算"
    )


def _refused(case: Case) -> Case:
    return decide_stage(
        case=case, outcome="refused", by=OPERATOR, revision=case.revision,
        reason="数据收集尚未完成，建议下学期再申请",
    )  # fmt: skip


def _composed(desk: Desk, case: Case, plan: Plan, row: Enrolment, day: date) -> Case:
    """As far as the plan goes: an empty panel, one chosen, approval, the sitting, and its call."""
    if plan.reaches == "compose":
        return case
    secretary = desk.asker(row)
    panel = begin_panel(case=case, by=secretary, planned_on=day)
    seats = _seats(panel, row, plan.step)
    if plan.reaches == "faulty":
        seats = _faulty(seats, row)
    compose_panel(panel=panel, seats=seats, planned_on=day, by=secretary)
    if plan.reaches in ("composed", "faulty"):
        return case
    case = finish_composing(case=case, by=secretary, revision=case.revision)
    if plan.reaches == "approval":
        return case
    case = _agreed(case)
    if plan.reaches in ("called", "failed"):
        sitting = call_panel(
            panel=Panel.objects.select_related("enrolment__unit").get(pk=panel.pk),
            starts_at=_at(day, 9), ends_at=_at(day, 11), place="教学楼 302", by=secretary,
        )  # fmt: skip
        if plan.reaches == "failed":
            return fail_and_appeal(case, sitting, row)
    return case


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _seats(panel: Panel, row: Enrolment, step: MilestoneKind) -> list[Chosen]:
    """The members of an earlier panel of the step and direction, or of any direction, without the
    trainee's own supervisors, filled up from other panels of the step; for a defence two of them
    come from outside, as the law demands since 2025."""
    known = Panel.objects.filter(institution=row.institution_id, stage=step).exclude(pk=panel.pk)
    near = known.filter(enrolment__direction=row.direction_id).order_by("-sits_on", "pk")
    source = near.first() or known.order_by("-sits_on", "pk").first()
    if source is None:
        raise RuleBroken("No panel of this step is recorded.")
    apart = set(row.supervisions.values_list("person_id", flat=True)) | {row.person_id}
    rows = PanelSeat.objects.filter(panel__in=known).exclude(person__in=apart)
    rows = rows.select_related("person").order_by("pk")
    found = list(rows.filter(panel=source))
    size = PanelSeat.objects.filter(panel=source).count()
    if step == MilestoneKind.DEFENCE:
        found = _with_outsider(found, rows, size)
    seated = {seat.person_id for seat in found}
    others = rows.exclude(person__in=seated).exclude(role="chair").exclude(
        stated_outside_institution=True
    )  # fmt: skip
    found += list({seat.person_id: seat for seat in others[:40]}.values())[: size - len(found)]
    return [Chosen(seat.person, seat.role or "member", _stated(seat)) for seat in found]


def _with_outsider(found: list[PanelSeat], rows: QuerySet[PanelSeat], size: int) -> list[PanelSeat]:
    """The seats with a second member from outside, in the place of the last where all are taken."""
    outside = rows.filter(stated_outside_institution=True, stated_title__gt="")
    fresh = outside.exclude(person__in=[seat.person_id for seat in found]).first()
    if fresh is None:
        return found
    fresh.role = "member"
    return [*found[: size - 1], fresh]


def _faulty(seats: list[Chosen], row: Enrolment) -> list[Chosen]:
    """A composition with two faults for the reader to find: one member too few from outside, and
    the trainee's own supervisor among them."""
    own = row.supervisions.select_related("person").order_by("pk").first()
    inside = [one for one in seats if not one.stated.get("stated_outside_institution")]
    chair = [one for one in seats if one.role == "chair"]
    found = chair + [one for one in inside if one not in chair][:3]
    return found + ([Chosen(own.person)] if own else [])


def _stated(seat: PanelSeat) -> dict[str, Any]:
    names = [name.name for name in PanelSeat._meta.fields if name.name.startswith("stated_")]
    return {name: getattr(seat, name) for name in (*names, "field")}


def _periods(desk: Desk, act: Deed) -> None:
    """More time: asked for, at the unit, at the office, granted."""
    reasons = cycle(("课题随访期延长", "产假", "赴外院进修半年"))
    for steps, days in ((0, 2), (1, 5), (2, 8), (3, 15)):
        make = partial(_more_time, desk, next(reasons), steps, days)
        _first(desk, act, desk.trainees(State.MIDTERM_PASSED), make)


def _more_time(desk: Desk, reason: str, steps: int, days: int, row: Enrolment) -> tuple[Case, int]:
    by, day = desk.asker(row), today()
    case = ask_period(
        enrolment=row, kind=PeriodKind.EXTENSION, first_on=day,
        last_on=day + timedelta(days=182), reason=reason, by=by,
    )  # fmt: skip
    case = handed_in(case, by)
    for _one in range(steps):
        case = _agreed(case)
    return case, days


def _travels(desk: Desk, act: Deed) -> None:
    """Requests of the kind that the office made: asked for, with the office, granted."""
    make_own_kind(desk.institution, desk.accounts)
    rows = Enrolment.objects.filter(pk__in=desk.used, state=State.CANDIDATE).order_by("pk")
    known = list(rows.select_related("unit", "institution", "person")[: len(REASONS)])
    for opinions, (reason, row) in enumerate(zip(REASONS, known, strict=False)):
        _first(desk, act, [row], partial(_travel, desk, reason, opinions))


def _travel(desk: Desk, reason: str, opinions: int, row: Enrolment) -> tuple[Case, int]:
    case = ask_other(enrolment=row, kind=OWN_KIND, reason=reason, by=desk.asker(row))
    case = handed_in(case, desk.asker(row))
    for _one in range(opinions):
        case = _agreed(case)
    return case, 0


def _awards(desk: Desk, act: Deed) -> None:
    """The degree: asked for, waiting for the sub-committee, to be heard on, and on display."""
    for reaches in ("acceptance", "sub_committee", "sub_committee", "hearing", "notice"):
        make = partial(_award, desk, reaches)
        _first(desk, act, desk.trainees(State.GRADUATED), make)


def _award(desk: Desk, reaches: str, row: Enrolment) -> tuple[Case, int]:
    row, by = bring_to(row, State.GRADUATED), desk.asker(row)
    case = handed_in(ask_state(enrolment=row, to=State.AWARDED, by=by), by)
    if reaches != "acceptance":
        case = _agreed(case)
    if reaches == "hearing":
        case = refuse_at_sub_committee(case, row)
    if reaches == "notice":
        case = put_on_display(case)
    return case, 7


def _own(desk: Desk, act: Deed) -> None:
    """What the accounts of trainee and supervisor have asked for, and have to do themselves."""
    trainee, supervisor = desk.accounts["trainee"], desk.accounts["supervisor"]
    related = Enrolment.objects.select_related("unit", "institution", "person")
    own = related.filter(person=trainee.person_id)
    _first(desk, act, own, partial(_trainees_own, trainee, PeriodKind.EXTENSION))
    _first(desk, act, own, partial(_appealed, trainee))
    guided = related.filter(
        supervisions__person=supervisor.person_id, supervisions__valid_to=None,
        state=State.CANDIDATE,
    ).exclude(pk__in=desk.used)  # fmt: skip
    plan = Plan(MilestoneKind.MIDTERM, State.CANDIDATE, "opinion", 5)
    _first(desk, act, guided[:MOST_TRIED], partial(_step, desk, plan))


def _trainees_own(trainee: Account, kind: PeriodKind, row: Enrolment) -> tuple[Case, int]:
    case = ask_period(
        enrolment=row, kind=kind, first_on=today(), last_on=today() + timedelta(days=120),
        reason="临床轮转延期", by=trainee,
    )  # fmt: skip
    return handed_in(case, trainee), 3


def _appealed(trainee: Account, row: Enrolment) -> tuple[Case, int]:
    """A request that the unit refused, and the appeal against it."""
    case, days = _trainees_own(trainee, PeriodKind.SUSPENSION, row)
    case = _refused(_agreed(case))
    made = appeal(case=case, ground="decision", reason="诊断证明已补齐，请复核", by=trainee)
    submit_case(case=made, by=trainee)
    return case, days


def _delegations(desk: Desk) -> None:
    """The office acts for the supervisor while travelling, and for the secretary in one procedure."""
    office, day = desk.accounts["office"], today()
    delegate(
        giver=desk.accounts["supervisor"], taker=office, by=desk.accounts["supervisor"],
        valid_from=day + timedelta(days=7), valid_to=day + timedelta(days=20), reason="参加国际学术会议",
    )  # fmt: skip
    delegate(
        giver=desk.accounts["secretary"], taker=office, by=desk.accounts["secretary"],
        valid_from=day + timedelta(days=30), valid_to=day + timedelta(days=44),
        case_kind="period", reason="年休假",
    )  # fmt: skip


def date_back(case: Case, days: int) -> None:
    """Say that a request was made so many days before, not when the demo is made."""
    back = timedelta(days=days)
    Case.objects.filter(pk=case.pk).update(
        submitted_at=F("submitted_at") - back, stage_since=F("stage_since") - back / 2,
        decided_at=F("decided_at") - back / 2,
    )  # fmt: skip
    CaseStep.objects.filter(case=case).update(at=F("at") - back)
    CaseDocument.objects.filter(case=case).update(at=F("at") - back)
    Task.objects.filter(case=case).update(since=F("since") - back / 2)
