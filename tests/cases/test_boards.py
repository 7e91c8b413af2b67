"""The board of a request: called in one step, judged, read by its members, run by who called it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.permits import refused
from preceptor.base.today import today
from preceptor.cases import interests, registry
from preceptor.cases.access import (
    may_run_sitting,
    may_view_case,
    may_view_sitting,
    visible_cases,
    visible_sittings,
)
from preceptor.cases.actions import (
    NewSittingSeat,
    call_board,
    cancel_sitting,
    decide_stage,
    open_sitting,
    release_seat,
    seat_person,
    submit_case,
)
from preceptor.cases.gates import GateFinding
from preceptor.cases.kinds.checking import faults
from preceptor.cases.kinds.reading import read_kind
from preceptor.cases.models import Case, CaseParty, Sitting
from preceptor.cases.queries import board_of, kind_of
from preceptor.cases.seating import item_voting
from preceptor.people.actions import declare_tie, grant_role, open_account
from preceptor.people.choices import RoleKind, TieKind
from preceptor.people.models import Account, Person
from small_kinds import KIND, START, TestPort, finding, in_force, prepared

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast"]
pytestmark = pytest.mark.django_db

#: The personnel office composes a board of its own, which votes.
BOARDED = """
name = "entry"
version = "1"
title = { zh = "进站申请", en = "Entry" }
port = "test.person"
prefix = "E"
gate = "board"
opens = ["subject", "secretary of unit"]

[[documents]]
id = "letter"
title = { zh = "推荐信", en = "letter" }
required = false

[[stages]]
id = "compose"
title = { zh = "组成评审小组", en = "Composition" }
does = "compose"
by = ["personnel of institution"]
then = { composed = "vote" }

[[stages]]
id = "vote"
title = { zh = "评审", en = "Vote" }
does = "sitting"
by = ["personnel of institution"]
voting = { passes = "2/3 of all", secret = true }
then = { passed = "granted", failed = "refused" }
"""


@dataclass
class BoardPort(TestPort):
    """Its panel is the sitting itself."""

    __test__ = False

    board: str = "test.board"


@pytest.fixture
def port(cast: Cast) -> Iterator[BoardPort]:
    made = BoardPort(guides=[cast.persons["T1"]])
    registry._ports[made.name] = made
    yield made
    del registry._ports[made.name]


@pytest.fixture
def personnel(cast: Cast) -> Account:
    account = open_account(login="hr", name="人事处", password="x", person=None, by=OPERATOR)
    grant_role(
        account=account, kind=RoleKind.PERSONNEL, unit=cast.institution, valid_from=START,
        by=OPERATOR,
    )  # fmt: skip
    return account


@pytest.fixture
def case(cast: Cast, port: BoardPort, trainee: Account, gate: Callable[..., None]) -> Case:
    """林知远's request, whose board is to be composed."""
    in_force(cast.institution, BOARDED)
    return submit_case(case=prepared(cast, trainee, kind="entry"), by=trainee)


def morning() -> datetime:
    return timezone.now() + timedelta(days=3)


def seats(*persons: Person) -> list[NewSittingSeat]:
    return [
        NewSittingSeat(one, "member" if place else "chair") for place, one in enumerate(persons)
    ]


def called(case: Case, persons: list[Person], by: Any, **more: Any) -> Sitting:
    given = {"revision": case.revision, "starts_at": morning(), **more}
    return call_board(case=case, seats=seats(*persons), by=by, **given)


def nothing_written(case: Case) -> bool:
    held = Case.objects.get(pk=case.pk)
    return not Sitting.objects.exists() and (held.stage, held.revision) == (
        "compose",
        case.revision,
    )


@pytest.fixture
def three(cast: Cast) -> list[Person]:
    return [cast.persons[key] for key in ("T1", "T2", "T3")]


def test_the_personnel_office_calls_the_board_in_one_step(
    case: Case, three: list[Person], personnel: Account
) -> None:
    sitting = called(case, three, personnel, place="行政楼 201 室", token="t")
    case.refresh_from_db()
    assert (case.stage, sitting.state, sitting.board) == ("vote", "called", "test.board")
    item = sitting.items.get()
    assert (item.case, item_voting(item)) == (case, kind_of(case).stage("vote").voting)
    assert [(seat.person, seat.role) for seat in sitting.seats.order_by("pk")] == [
        (three[0], "chair"), (three[1], "member"), (three[2], "member"),
    ]  # fmt: skip
    assert board_of(case) == sitting
    assert called(case, three, personnel, token="t") == sitting
    named = set(
        JournalEntry.objects.filter(verb__startswith="sitting.").values_list("actor_key", flat=True)
    )
    assert named == {personnel.actor_key}


def test_it_runs_the_sitting_it_called_and_reads_nothing_else(
    case: Case, three: list[Person], personnel: Account, cast: Cast
) -> None:
    from preceptor.cases.actions import plan_sitting

    other = plan_sitting(
        institution=cast.institution, unit=cast.general, title_zh="学位会", title_en="Meeting",
        seats=seats(three[0]), by=OPERATOR,
    )  # fmt: skip
    sitting = called(case, three, personnel)
    assert list(visible_sittings(personnel)) == [sitting]
    assert may_run_sitting(personnel, sitting)
    assert not may_view_sitting(personnel, other)
    assert not may_run_sitting(personnel, other)
    assert open_sitting(sitting=sitting, by=personnel).state == "open"


def test_only_who_composes_calls_the_board(
    case: Case, three: list[Person], secretary: Account, office: Account, trainee: Account,
    stranger: Account,
) -> None:  # fmt: skip
    for other in (secretary, office, trainee, stranger):
        with pytest.raises(NotPermitted) as refusal:
            called(case, three, other)
        assert "林知远" not in str(refusal.value)
    assert nothing_written(case)


def test_the_person_concerned_a_tie_and_a_conflict_keep_from_the_board(
    case: Case, three: list[Person], personnel: Account, cast: Cast
) -> None:
    with pytest.raises(RuleBroken, match="林知远"):
        called(case, [*three, cast.persons["S1"]], personnel)
    declare_tie(
        person=three[1], other=cast.persons["S1"], kind=TieKind.KINSHIP, note="舅舅", by=OPERATOR
    )
    with pytest.raises(RuleBroken, match="韩明澈") as refusal:
        called(case, three, personnel)
    assert "舅舅" not in str(refusal.value)
    before = list(interests._asked)
    interests.register_interests(lambda _case, persons: {three[0].pk})
    try:
        with pytest.raises(RuleBroken, match="江晚晴"):
            called(case, [three[0], three[2]], personnel)
    finally:
        interests._asked[:] = before
    assert nothing_written(case)


def test_an_incomplete_board_and_one_against_the_rules_leave_nothing(
    case: Case, three: list[Person], personnel: Account, port: BoardPort,
    gate: Callable[..., None],
) -> None:  # fmt: skip
    port.complete = refused("组长空缺")
    with pytest.raises(RuleBroken, match="组长空缺"):
        called(case, three, personnel)
    port.complete = type(port.complete)(True)
    held: GateFinding = finding("board-of-five", "block", "fail")
    gate(held)
    with pytest.raises(RuleBroken, match="board-of-five"):
        called(case, three, personnel)
    assert nothing_written(case)


def test_nobody_has_two_seats_and_who_is_late_is_told(
    case: Case, three: list[Person], personnel: Account
) -> None:
    with pytest.raises(InputRefused):
        called(case, [three[0], three[0]], personnel)
    with pytest.raises(RuleBroken):
        called(case, three, personnel, revision=case.revision - 1)
    assert nothing_written(case)


def test_no_board_is_called_for_a_request_that_has_none(
    cast: Cast, port: BoardPort, leave_kind: Any, trainee: Account, three: list[Person]
) -> None:
    held = submit_case(case=prepared(cast, trainee), by=trainee)
    with pytest.raises((RuleBroken, NotPermitted)):
        called(held, three, OPERATOR)
    assert not Sitting.objects.exists()


@pytest.fixture
def leave_kind(cast: Cast, port: BoardPort) -> Any:
    return in_force(cast.institution, KIND)


def test_members_read_the_request_while_they_have_a_seat(
    case: Case, three: list[Person], personnel: Account, cast: Cast
) -> None:
    accounts = [
        open_account(login=f"m{one.pk}", name=one.name_zh, password="x", person=one, by=OPERATOR)
        for one in three
    ]

    def reads(account: Account) -> bool:
        fresh = Account.objects.get(pk=account.pk)
        return bool(may_view_case(fresh, case)) and visible_cases(fresh).exists()

    assert not any(map(reads, accounts))
    sitting = called(case, three[:2], personnel)
    assert list(map(reads, accounts)) == [True, True, False]
    left = sitting.seats.get(person=three[1])
    seat_person(sitting=sitting, person=three[2], role="member", by=personnel, stands_in_for=left)
    assert list(map(reads, accounts)) == [True, False, True]
    release_seat(
        seat=sitting.seats.get(person=three[2], released_at=None), by=personnel, reason="出差"
    )
    seat_person(sitting=sitting, person=three[1], role="member", by=personnel)
    assert list(map(reads, accounts)) == [True, True, False]
    party = CaseParty.objects.get(case=case, person=three[2], word="board")
    assert party.until == today() - timedelta(days=1)


def test_a_cancelled_sitting_is_no_board(
    case: Case, three: list[Person], personnel: Account
) -> None:
    assert board_of(case) is None
    cancel_sitting(sitting=called(case, three, personnel), by=personnel, reason="改期")
    assert board_of(case) is None


def test_a_personnel_office_sees_only_requests_whose_kind_names_it(
    case: Case, leave_kind: Any, cast: Cast, personnel: Account, trainee: Account,
    supervisor: Account,
) -> None:  # fmt: skip
    other = submit_case(case=prepared(cast, trainee), by=trainee)
    decide_stage(
        case=other, outcome="agreed", by=supervisor, revision=other.revision, reason="家属住院"
    )
    draft = prepared(cast, trainee, kind="entry")
    assert list(visible_cases(personnel)) == [case]
    assert not may_view_case(personnel, other)
    assert not may_view_case(personnel, draft)
    elsewhere = open_account(login="hr2", name="科室人事", password="x", person=None, by=OPERATOR)
    grant_role(
        account=elsewhere, kind=RoleKind.PERSONNEL, unit=cast.cancer, valid_from=START, by=OPERATOR
    )
    assert not visible_cases(elsewhere).exists()


def test_a_kind_with_a_board_lets_it_sit_right_after(
    port: BoardPort, gate: Callable[..., None]
) -> None:
    assert faults(read_kind(BOARDED)) == []
    astray = BOARDED.replace('then = { composed = "vote" }', 'then = { composed = "check" }') + (
        '\n[[stages]]\nid = "check"\ntitle = { zh = "审核", en = "Check" }\ndoes = "review"\n'
        'by = ["leader of institution"]\nthen = { agreed = "vote", refused = "refused" }\n'
    )
    assert "stages[1].then.composed" in [fault.place for fault in faults(read_kind(astray))]
