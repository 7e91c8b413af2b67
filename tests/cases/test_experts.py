"""The new experts of an appeal: who is called, who cannot be, and that a refusal leaves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from new_experts import Review, colleague, guides_too, keys, refused_leave, to_be_judged_anew
from panel_cast import agreed, asked, times
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.cases.actions import call_experts, seat_person, withdraw_case
from preceptor.cases.choices import SittingState
from preceptor.cases.models import Case, Sitting, SittingSeat
from preceptor.cases.queries import kind_of
from preceptor.cases.seating import item_voting
from preceptor.people.actions import declare_tie
from preceptor.people.choices import TieKind
from preceptor.people.models import Account, Person

if TYPE_CHECKING:
    from cast import Cast
    from small_kinds import TestPort

pytest_plugins = ["cast", "case_cast", "appeal_cast"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(review: Review) -> Case:
    """顾清妍's academic review, to be judged by new experts."""
    return review.case


@pytest.fixture
def persons(review: Review) -> list[Person]:
    """Professors of another hospital; the first three judged, the others are new."""
    return review.experts


def called(case: Case, persons: list[Person], by: Account, **more: Any) -> Sitting:
    start, end = times()
    given: dict[str, Any] = {"revision": case.revision, "starts_at": start, "ends_at": end, **more}
    return call_experts(case=case, persons=persons, place="教学楼 302 室", by=by, **given)


def written() -> tuple[int, int, int, list[tuple[int, str, int]]]:
    """What a call would change."""
    return (
        Sitting.objects.count(), SittingSeat.objects.count(), JournalEntry.objects.count(),
        list(Case.objects.order_by("pk").values_list("pk", "stage", "revision")),
    )  # fmt: skip


def refused(error: type[Exception], match: str | None, *given: Any, **more: Any) -> None:
    """The call is refused with these words, and nothing was written."""
    before = written()
    with pytest.raises(error, match=match):
        called(*given, **more)
    assert written() == before


def test_three_new_experts_are_called_the_first_in_the_chair_and_the_appeal_goes_on(
    case: Case, persons: list[Person], office: Account
) -> None:
    sitting = called(case, persons[3:6], office)
    case.refresh_from_db()
    assert (case.stage, case.state, sitting.state) == ("review", "running", SittingState.CALLED)
    seats = sitting.seats.order_by("pk").values_list("person", "role")
    assert list(seats) == list(zip(keys(persons[3:6]), ("chair", "member", "member"), strict=True))
    assert not sitting.seats.filter(invited_at=None).exists()
    item = sitting.items.get()
    assert item.case_id == case.pk
    assert item_voting(item) == kind_of(case).stage("review").voting
    assert (sitting.starts_at, sitting.place) == (times()[0], "教学楼 302 室")


def test_fewer_than_three_experts_decide_no_appeal(
    case: Case, persons: list[Person], office: Account
) -> None:
    for few in (persons[3:5], []):
        refused(RuleBroken, "3", case, few, office)


def test_nobody_has_two_of_the_seats(case: Case, persons: list[Person], office: Account) -> None:
    refused(InputRefused, None, case, [*persons[3:6], persons[3]], office)


def test_who_judged_what_is_appealed_and_whom_it_is_about_are_refused_by_name(
    cast: Cast, case: Case, persons: list[Person], office: Account
) -> None:
    for one in (persons[0], cast.persons["S2"]):
        refused(RuleBroken, one.name_zh, case, [*persons[3:6], one], office)


def test_supervisors_and_the_kin_of_trainee_and_supervisor_are_refused_by_name(
    cast: Cast, case: Case, persons: list[Person], office: Account
) -> None:
    kin, of_supervisor, co_supervisor = persons[4:7]
    declare_tie(person=kin, other=cast.persons["S2"], kind=TieKind.KINSHIP, by=OPERATOR)
    declare_tie(person=cast.persons["T1"], other=of_supervisor, kind=TieKind.KINSHIP, by=OPERATOR)
    guides_too(cast, co_supervisor)
    free = [persons[3], cast.persons["T2"], colleague(cast)]
    for one in (cast.persons["T1"], kin, of_supervisor, co_supervisor):
        refused(RuleBroken, one.name_zh, case, [*free, one], office)
    assert called(case, free, office).seats.count() == 3


def test_all_who_are_stopped_are_named_at_once_and_the_others_are_not(
    cast: Cast, case: Case, persons: list[Person], office: Account
) -> None:
    declare_tie(person=persons[4], other=cast.persons["S2"], kind=TieKind.DISPUTE, by=OPERATOR)
    with pytest.raises(RuleBroken) as refusal:
        called(case, [cast.persons["T1"], *persons[3:6]], office)
    said = str(refusal.value)
    assert cast.persons["T1"].name_zh in said and persons[4].name_zh in said
    assert persons[3].name_zh not in said and persons[5].name_zh not in said


def test_a_conflict_that_only_warns_keeps_nobody_from_the_appeal(
    cast: Cast, case: Case, persons: list[Person], office: Account
) -> None:
    sitting = called(case, [colleague(cast), *persons[3:5]], office)
    assert sitting.seats.count() == 3


def test_no_substitute_with_a_conflict_takes_a_seat_among_the_new_experts(
    cast: Cast, case: Case, persons: list[Person], office: Account
) -> None:
    sitting = called(case, persons[3:6], office)
    seat = sitting.seats.get(person=persons[5])
    taken: dict[str, Any] = {"sitting": sitting, "role": "member", "by": office}
    before = written()
    with pytest.raises(RuleBroken, match=cast.persons["T1"].name_zh):
        seat_person(person=cast.persons["T1"], stands_in_for=seat, **taken)
    assert written() == before
    assert seat_person(person=persons[6], stands_in_for=seat, **taken).stands_in_for == seat


def test_nobody_calls_experts_but_whom_the_appeal_waits_for(
    review: Review, supervisor: Account, secretary: Account, neighbour: Account, leader: Account,
    stranger: Account,
) -> None:  # fmt: skip
    for by in (supervisor, secretary, neighbour, leader, stranger, review.asker):
        refused(NotPermitted, None, review.case, review.experts[3:6], by)


def test_who_comes_second_is_told_who_was_faster(
    case: Case, persons: list[Person], office: Account
) -> None:
    seen = case.revision
    called(case, persons[3:6], office)
    refused(RuleBroken, office.name, case, persons[4:7], office, revision=seen)
    case.refresh_from_db()
    refused(NotPermitted, None, case, persons[4:7], office)


def test_the_second_click_of_two_gives_the_same_sitting(
    case: Case, persons: list[Person], office: Account
) -> None:
    sitting = called(case, persons[3:6], office, token="once")
    before = written()
    assert called(case, persons[3:6], office, token="once") == sitting
    assert written() == before


def test_experts_are_called_to_an_appeal_alone_and_before_it_ends(
    review: Review, office: Account
) -> None:
    appealed = Case.objects.get(pk=review.case.appeal_of_id)
    refused(NotPermitted, None, appealed, review.experts[3:6], office)
    case = withdraw_case(case=review.case, by=review.asker)
    refused(NotPermitted, None, case, review.experts[3:6], office)


def test_a_composition_that_is_no_appeals_takes_no_experts(
    cast: Cast, persons: list[Person], secretary: Account
) -> None:
    case = agreed(asked(cast.lin, by=OPERATOR), OPERATOR)
    assert case.stage == "compose"
    refused(RuleBroken, None, case, persons[3:6], secretary)


def test_of_a_request_before_no_panel_only_those_who_took_part_are_kept_from_the_appeal(
    cast: Cast, port: TestPort, persons: list[Person], trainee: Account, office: Account
) -> None:
    appealed = refused_leave(cast, trainee)
    port.judged_experts = {persons[0].pk}
    declare_tie(person=persons[1], other=cast.persons["S1"], kind=TieKind.KINSHIP, by=OPERATOR)
    case = to_be_judged_anew(appealed, trainee)
    refused(RuleBroken, persons[0].name_zh, case, persons[:4], office)
    refused(RuleBroken, "林知远", case, [cast.persons["S1"], *persons[1:4]], office)
    assert called(case, [cast.persons["T1"], *persons[1:4]], office).seats.count() == 4
