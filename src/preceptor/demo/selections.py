"""Two calls that are closed: one in which the board gives points, and one whose places are given.

Invented. Applications are made through the actions of the rooms while their call takes them, and are
dated back; what a board of former weeks decided is written as rows, since nobody can vote in the past.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from preceptor.base.today import today
from preceptor.calls.actions import (
    answer_offer,
    give_points,
    make_offer,
    open_call,
    rank_applications,
)
from preceptor.calls.models import Call, CallApplication, Score
from preceptor.calls.ports import BOARD
from preceptor.cases.actions import answer_letter, ask_letter, call_board, decide_stage
from preceptor.cases.choices import CaseState, ItemState, SittingState, Verb, VoteResult
from preceptor.cases.kinds.writing import voting_table
from preceptor.cases.models import Case, CaseDocument, CaseStep, Item, Sitting, SittingSeat, Task
from preceptor.cases.queries import kind_of
from preceptor.fellows.actions import call_for_programme, call_for_station
from preceptor.fellows.choices import Track
from preceptor.fellows.models import PiProgramme, Station
from preceptor.institutions.models import Unit
from preceptor.people.models import Account, Person

from .calls import PI_CALL, POSTDOC_CALL, Applicant, apply_to, at_nine, host_of, published
from .cases import date_back
from .departures import at, outside_professors, professors, seated
from .fellows.excellence import CODE
from .units import INSTITUTION
from .workdays import workday

CANDIDATES = (
    Applicant("applicant-5", "寇望川", "Kou Wangchuan", date(1986, 9, 9), 70, 2),
    Applicant("applicant-6", "Iris Vandal", "Iris Vandal", date(1987, 2, 21), 66, 1),
)
CHOSEN = (
    Applicant("applicant-7", "桑若溪", "Sang Ruoxi", date(1996, 1, 30), 6, 0),
    Applicant("applicant-8", "蔚知行", "Yu Zhixing", date(1995, 6, 18), 9, 0),
    Applicant("applicant-9", "农霁月", "Nong Jiyue", date(1994, 12, 5), 13, 0),
)
#: Of 40, 40 and 20 points what the members of the board gave those chosen, in their order.
POINTS = ((37, 36, 18), (34, 35, 17), (31, 32, 16))
#: What two of the members have given the candidate so far.
SO_FAR = {"director": (35, 33, 17), "supervisor": (33, 34, 16)}
LETTERS, BOARD_SIZE, OUTSIDE = 2, 5, 2
_OPENED, _CLOSED = -120, -50
_DESKS = ("secretary", "personnel", "supervisor", "director")


def plant_selections() -> list[Call]:
    """Both calls; nothing where the accounts are not there, and never a second time."""
    place = Unit.objects.get(code=INSTITUTION)
    accounts = {row.login: row for row in Account.objects.filter(login__in=_DESKS)}
    numbers = [f"{name}-{today().year}-1" for name in (POSTDOC_CALL, PI_CALL)]
    if len(accounts) < len(_DESKS) or Call.objects.filter(number__in=numbers).exists():
        return []
    # All accounts of the demo have one password.
    hashed = accounts["personnel"].password
    postdoc = _postdoc_call(place, numbers[0], accounts)
    host = host_of(postdoc, accounts["supervisor"])
    given = [apply_to(postdoc, one, hashed, host=host, works=1) for one in CHOSEN]
    _end(postdoc)
    _give_places(postdoc, given, accounts)
    investigator = _pi_call(place, numbers[1], accounts)
    asked = [apply_to(investigator, one, hashed, host=None) for one in CANDIDATES]
    _end(investigator)
    _score(asked, accounts)
    return [postdoc, investigator]


def _end(call: Call) -> None:
    """The time of the call is past."""
    days = {"opens_at": at_nine(_OPENED), "closes_at": at_nine(_CLOSED)}
    Call.objects.filter(pk=call.pk).update(**days, published_at=days["opens_at"])
    call.refresh_from_db()


def _postdoc_call(place: Unit, number: str, accounts: dict[str, Account]) -> Call:
    station = Station.objects.get(institution=place, code="YT-CM")
    call = open_call(
        institution=place, unit=station.unit, number=number, purpose="fellows.postdoc",
        kind="postdoc_entry", title_zh="临床医学博士后科研流动站招收临床博士后（上半年）",
        title_en="Postdocs on the clinical track, clinical medicine (first half of the year)",
        text_zh="招收临床型博士后，在站期间参加临床工作并独立承担一项研究课题。",
        text_en="Postdocs on the clinical track work in the clinic and lead a project of their own.",
        places=2, reserves=1, opens_at=at_nine(-1), closes_at=at_nine(1), by=accounts["personnel"],
    )  # fmt: skip
    call_for_station(call=call, station=station, track=Track.CLINICAL, by=accounts["personnel"])
    return published(call, accounts)


def _pi_call(place: Unit, number: str, accounts: dict[str, Account]) -> Call:
    programme = PiProgramme.objects.select_related("unit").get(institution=place, code=CODE)
    call = open_call(
        institution=place, unit=programme.unit, number=number, purpose="fellows.pi",
        kind="pi_selection", title_zh="云汀基础医学卓越计划独立PI国际公开招聘（上半年）",
        title_en="International call for independent principal investigators (first half of the year)",
        text_zh="面向全球公开招聘独立PI一名，聘期五年，聘期考核。",
        text_en="One independent principal investigator is wanted for a term of five years.",
        places=1, reserves=1, letters=LETTERS, opens_at=at_nine(-1), closes_at=at_nine(1),
        by=accounts["personnel"],
    )  # fmt: skip
    call_for_programme(call=call, programme=programme, by=accounts["personnel"])
    return published(call, accounts)


def _score(applications: Sequence[CallApplication], accounts: dict[str, Account]) -> None:
    """The first waits for the vote of the board that gives it points; the second for a letter."""
    first, second = applications
    for application, letters in ((first, LETTERS), (second, 1)):
        _agree(application.case, accounts["personnel"])
        for number in range(LETTERS):
            _letter(application.case, number, number < letters, accounts["personnel"])
    _sit(first, accounts)
    for application in applications:
        date_back(application.case, -_CLOSED + 5)


def _sit(first: CallApplication, accounts: dict[str, Account]) -> None:
    """The board is called, and two of its members have given points; not where the institution is made
    so small that nobody from outside is there."""
    case = _agree(first.case, accounts["personnel"])
    director, supervisor = (_person(accounts[login]) for login in ("director", "supervisor"))
    others = outside_professors(OUTSIDE)
    others += professors(first.call.unit_id)[: BOARD_SIZE - 2 - OUTSIDE]
    if len(others) < BOARD_SIZE - 2:
        return
    day = workday(today() + timedelta(days=3))
    call_board(
        case=case, seats=seated([director, supervisor, *others]), starts_at=at(day, 14),
        ends_at=at(day, 17), place="科研楼 201", revision=case.revision, by=accounts["personnel"],
    )  # fmt: skip
    for login, points in SO_FAR.items():
        _points(first, points, accounts[login])


def _person(account: Account) -> Person:
    assert account.person is not None
    return account.person


def _agree(case: Case, by: Account) -> Case:
    case.refresh_from_db()
    return decide_stage(
        case=case, outcome="agreed", by=by, revision=case.revision, reason="同意入围"
    )


def _letter(case: Case, number: int, has_come: bool, by: Account) -> None:
    """A letter that is asked for, and has come or not."""
    _row, token = ask_letter(
        case=case, name=f"Prof. Example {'AB'[number]}", email=f"referee-{number + 1}@example.edu",
        affiliation="Example University", due_on=today() + timedelta(days=14), by=by,
    )  # fmt: skip
    if has_come:
        answer_letter(token=token, grade=5 - number, text="Original work; recommended.")


def _points(application: CallApplication, points: Sequence[int], by: Account) -> None:
    criteria = application.call.criteria.order_by("place")
    given = {one.pk: Decimal(most) for one, most in zip(criteria, points, strict=True)}
    give_points(application=application, points=given, by=by)


def _give_places(
    call: Call, applications: Sequence[CallApplication], accounts: dict[str, Account]
) -> None:
    """Carried by the board and compared: the first has accepted the place offered, the second has
    still to answer, the third is on the reserve list."""
    sitting = _held(call)
    for place, application in enumerate(applications):
        _carried(sitting, application, place + 1)
        _grant(application.case, accounts)
    rank_applications(call=call, by=accounts["personnel"])
    terms = "聘期两年，年薪30万元，提供租房补贴。"
    first, second, _third = applications
    offer = make_offer(application=first, terms=terms, by=accounts["personnel"])
    applicant = first.case.asked_by
    assert applicant is not None
    answer_offer(offer=offer, accepts=True, by=applicant)
    make_offer(application=second, terms=terms, by=accounts["personnel"])


def _held(call: Call) -> Sitting:
    """The sitting of the board, three weeks ago, with all its members."""
    starts = at(workday(today() - timedelta(days=21)), 9)
    ends = starts + timedelta(hours=3)
    sitting = Sitting.objects.create(
        institution=call.institution, unit=call.unit, board=BOARD, state=SittingState.CLOSED,
        title_zh=f"{call.title_zh}考核会", title_en=f"Entry sitting: {call.title_en}",
        place="教学楼 415", starts_at=starts, ends_at=ends, opened_at=starts, closed_at=ends,
        revision=2, record="考核小组听取报告并逐一表决。",
    )  # fmt: skip
    sitting.number = f"M-{starts.year}-{sitting.pk:06}"
    sitting.save(update_fields=["number"])
    people = professors(call.unit_id)[:BOARD_SIZE]
    SittingSeat.objects.bulk_create(
        SittingSeat(
            sitting=sitting, person=seat.person, role=seat.role, is_present=True,
            arrived_at=starts, invited_at=starts - timedelta(days=7),
        )
        for seat in seated(people)
    )  # fmt: skip
    return sitting


def _carried(sitting: Sitting, application: CallApplication, place: int) -> None:
    """The vote on one of them, and the points that every member gave."""
    assert sitting.opened_at is not None
    case, members = application.case, sitting.seats.count()
    stage = next(one for one in kind_of(case).stages if one.voting is not None)
    assert stage.voting is not None
    opened = sitting.opened_at + timedelta(minutes=40 * place)
    Item.objects.create(
        sitting=sitting, place=place, case=case, title_zh=case.title_zh, title_en=case.title_en,
        voting=voting_table(stage.voting), state=ItemState.DECIDED, members=members,
        present=members, votes_cast=members, votes_for=members - place // 3,
        votes_against=place // 3, abstentions=0, result=VoteResult.PASSED, opened_at=opened,
        decided_at=opened + timedelta(minutes=30),
    )  # fmt: skip
    criteria = list(application.call.criteria.order_by("place"))
    Score.objects.bulk_create(
        Score(
            application=application, criterion=criterion, person=seat.person, at=opened,
            points=Decimal(points - (number + criterion.place) % 2),
        )
        for number, seat in enumerate(sitting.seats.all())
        for criterion, points in zip(criteria, POINTS[place - 1], strict=True)
    )  # fmt: skip


#: The steps of a granted application after its submission, how many days ago each was taken, and by whom.
_STEPS = (
    ("host", Verb.AGREE, 46, "supervisor"), ("screening", Verb.AGREE, 40, "secretary"),
    ("compose", Verb.COMPOSE, 33, "secretary"), ("sitting", Verb.DECIDE, 21, "secretary"),
    ("personnel", Verb.AGREE, 12, "personnel"),
)  # fmt: skip


def _grant(case: Case, accounts: dict[str, Account]) -> None:
    """The application as it stands after all stages of its procedure."""
    now = timezone.now()
    steps = CaseStep.objects.filter(case=case)
    steps.update(at=now + timedelta(days=_CLOSED - 2))
    CaseDocument.objects.filter(case=case).update(at=now + timedelta(days=_CLOSED - 2))
    first = case.revision + 1
    CaseStep.objects.bulk_create(
        CaseStep(
            case=case, revision=number, stage=stage, verb=verb, at=now - timedelta(days=days),
            by_key=accounts[login].actor_key, by_name=accounts[login].actor_name,
        )
        for number, (stage, verb, days, login) in enumerate(_STEPS, start=first)
    )  # fmt: skip
    Task.objects.filter(case=case, done_at=None).update(done_at=now - timedelta(days=46))
    decided = now - timedelta(days=_STEPS[-1][2])
    Case.objects.filter(pk=case.pk).update(
        state=CaseState.GRANTED, stage="", stage_kind="", stage_since=None, due_on=None,
        revision=case.revision + len(_STEPS), decided_at=decided,
        submitted_at=now + timedelta(days=_CLOSED - 2),
    )  # fmt: skip
    case.refresh_from_db()
