"""The points of a board: who gives them, who reads them, and how applications compare."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.calls.access import (
    may_read_result,
    may_read_scores,
    may_score,
    visible_applications,
)
from preceptor.calls.actions import give_points, rank_applications
from preceptor.calls.models import Call, CallApplication, Criterion, Score
from preceptor.calls.ports import ApplicationPort
from preceptor.calls.queries import ranking, totals_of
from preceptor.cases.access import may_view_case
from preceptor.cases.actions import (
    answer_letter,
    ask_letter,
    open_sitting,
    recuse,
    release_seat,
    withdraw_case,
)
from preceptor.cases.models import Item, Sitting, SittingSeat
from preceptor.cases.queries import board_of
from preceptor.people.models import Account
from preceptor.standing.interests import stopped_experts
from small_calls import (
    applied,
    board,
    decided,
    granted,
    over,
    published,
    screened,
    several,
    signed_up,
)

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "call_cast"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(application: CallApplication, voters: list[Account]) -> Sitting:
    """The board of three that is to decide on 苏未央."""
    screened(application)
    return board(application, [voter.person for voter in voters if voter.person])


def published_twin(call: Call) -> Call:
    """Another call with the same words."""
    twin = Call.objects.get(pk=call.pk)
    twin.pk, twin.number = None, "BSH-8"
    twin.save(force_insert=True)
    return twin


def keys(call: Call) -> list[int]:
    return list(Criterion.objects.filter(call=call).values_list("pk", flat=True))


def points(call: Call, first: str, second: str) -> dict[int, Decimal]:
    return dict(zip(keys(call), (Decimal(first), Decimal(second)), strict=True))


def test_a_member_gives_points_and_gives_them_again(
    call: Call, application: CallApplication, sitting: Sitting, voters: list[Account]
) -> None:
    give_points(application=application, points=points(call, "80", "40"), by=voters[0])
    give_points(
        application=application,
        points={keys(call)[0]: Decimal("85.5")},
        comment="更正",
        by=voters[0],
    )
    held = Score.objects.values_list("criterion", "points")
    assert sorted(held) == sorted(points(call, "85.5", "40").items())


def test_nobody_but_a_member_of_the_board_gives_points(
    call: Call, application: CallApplication, sitting: Sitting, applicant: Account,
    office: Account, personnel: Account, stranger: Account,
) -> None:  # fmt: skip
    for other in (applicant, office, personnel, stranger, signed_up("other@example.org")):
        assert not may_score(other, application)
        with pytest.raises(NotPermitted) as refusal:
            give_points(application=application, points=points(call, "100", "50"), by=other)
        assert "苏未央" not in str(refusal.value)
    assert not Score.objects.exists()


@pytest.mark.parametrize("wrong", ["-1", "100.01", "99.999", "NaN", "Infinity"])
def test_points_that_cannot_be_are_refused_with_all_that_came_with_them(
    call: Call, application: CallApplication, sitting: Sitting, voters: list[Account], wrong: str
) -> None:
    with pytest.raises(InputRefused):
        give_points(
            application=application, by=voters[0],
            points={keys(call)[1]: Decimal(10), keys(call)[0]: Decimal(wrong)},
        )  # fmt: skip
    assert not Score.objects.exists()


def test_a_criterion_of_another_call_takes_no_points(
    cast: Cast, application: CallApplication, sitting: Sitting, voters: list[Account]
) -> None:
    other = published(cast, number="BSH-2")
    with pytest.raises(InputRefused):
        give_points(application=application, points={keys(other)[0]: Decimal(1)}, by=voters[0])


def test_who_is_recused_or_released_gives_no_points_and_the_recused_ones_do_not_count(
    call: Call, application: CallApplication, sitting: Sitting, voters: list[Account]
) -> None:
    for voter, first in zip(voters, ("100", "50", "60"), strict=True):
        give_points(application=application, points=points(call, first, "25"), by=voter)
    seats = {seat.person_id: seat for seat in sitting.seats.all()}
    open_sitting(sitting=sitting, by=OPERATOR)
    item = sitting.items.get()
    recuse(item=item, seat=seats[voters[0].person_id or 0], reason="同门", by=OPERATOR)
    release_seat(seat=seats[voters[1].person_id or 0], by=OPERATOR, reason="出国")
    for voter in voters[:2]:
        assert not may_score(voter, application)
    assert may_score(voters[2], application)
    # (50 + 60) / 2 of 100 with weight 70, and half of the talk with weight 30.
    assert totals_of(call, [application.pk]) == {application.pk: (Decimal("53.50"), 2)}


def test_after_the_vote_no_points_are_given_any_more(
    call: Call, application: CallApplication, sitting: Sitting, voters: list[Account]
) -> None:
    decided(sitting)
    application.case.refresh_from_db()
    with pytest.raises(NotPermitted):
        give_points(application=application, points=points(call, "100", "50"), by=voters[0])


def test_a_member_reads_the_application_from_the_call_of_the_board_until_the_seat_ends(
    application: CallApplication, voters: list[Account]
) -> None:
    screened(application)
    assert not visible_applications(voters[1]).exists()
    sitting = board(application, [voter.person for voter in voters if voter.person])
    assert list(visible_applications(voters[1])) == [application]
    assert may_view_case(voters[1], application.case)
    seat = sitting.seats.get(person=voters[1].person)
    release_seat(seat=seat, by=OPERATOR, reason="出国")
    assert not visible_applications(Account.objects.get(pk=voters[1].pk)).exists()


def test_the_applicant_never_reads_points_and_a_member_not_before_the_vote(
    call: Call, application: CallApplication, sitting: Sitting, applicant: Account,
    voters: list[Account], personnel: Account,
) -> None:  # fmt: skip
    assert may_read_scores(personnel, application)
    assert not may_read_scores(voters[0], application)
    assert not may_read_scores(applicant, application)
    assert not may_read_result(applicant, application)
    decided(sitting)
    application.refresh_from_db()
    assert may_read_scores(voters[0], application)
    assert not may_read_result(applicant, application)
    rank_applications(call=over(call), by=OPERATOR)
    application.refresh_from_db()
    assert may_read_result(applicant, application)
    assert not may_read_scores(applicant, application)


def test_a_board_is_complete_with_a_chair_and_the_letters_the_call_asks_for(
    cast: Cast, call: Call, voters: list[Account]
) -> None:
    asks = published(cast, number="BSH-5", letters=1)
    application = screened(applied(asks, signed_up("a@example.org"), "苏未央"))
    persons = [voter.person for voter in voters if voter.person]
    with pytest.raises(RuleBroken, match="1"):
        board(application, persons)
    assert board_of(application.case) is None
    _letter, token = ask_letter(
        case=application.case, name="Prof. Anders Berg", email="berg@example.org",
        due_on=today(), by=OPERATOR,
    )  # fmt: skip
    answer_letter(
        token=token, grade=5, text="", file=BytesIO(b"%PDF-1.7\n"), file_name="letter.pdf"
    )
    sitting = board(application, persons)
    port = ApplicationPort()
    assert port.judged(application.case) == {
        "applicant": {application.pk}, "board": {sitting.pk},
    }  # fmt: skip
    assert port.experts(application.case) == {person.pk for person in persons}
    named = port.subjects([application.case])[application.case.pk]
    assert (named.noun, named.key, named.name_zh) == ("application", application.pk, "苏未央")
    assert port.faults({"colour": 1})


def test_the_mean_of_the_members_is_weighted_and_compared(
    call: Call, voters: list[Account]
) -> None:
    rows = several(call, ["苏未央", "程望舒", "纪云谦"])
    granted(rows[0], voters, Decimal(70))
    granted(rows[1], voters)
    granted(rows[2], voters, Decimal(90))
    found = ranking(call)
    assert [row.application.person.name_zh for row in found] == ["纪云谦", "苏未央", "程望舒"]
    # Weight 70 of 90 and 30 of 90 (45 of 50); nobody's points are not nought.
    assert [row.total for row in found] == [Decimal("90.00"), Decimal("70.00"), None]
    assert [(row.members, row.place) for row in found] == [(3, 1), (3, 2), (0, 3)]


def test_equal_totals_are_ordered_by_who_handed_in_earlier(
    call: Call, voters: list[Account]
) -> None:
    rows = several(call, ["苏未央", "程望舒"])
    for row in reversed(rows):
        granted(row, voters, Decimal(80))
    assert [row.application for row in ranking(call)] == rows


def test_points_for_some_criteria_alone_make_no_total(
    call: Call, application: CallApplication, sitting: Sitting, voters: list[Account]
) -> None:
    give_points(application=application, points={keys(call)[0]: Decimal(90)}, by=voters[0])
    assert totals_of(call, [application.pk]) == {}


def test_applications_are_compared_once_all_are_decided_and_the_call_is_closed(
    call: Call, voters: list[Account], office: Account, applicant: Account
) -> None:
    rows = several(call, ["苏未央", "程望舒"])
    granted(rows[0], voters, Decimal(80))
    with pytest.raises(RuleBroken):
        rank_applications(call=call, by=OPERATOR)
    with pytest.raises(RuleBroken, match="1"):
        rank_applications(call=over(call), by=OPERATOR)
    withdraw_case(case=rows[1].case, by=OPERATOR)
    with pytest.raises(NotPermitted):
        rank_applications(call=call, by=applicant)
    found = rank_applications(call=call, by=office)
    assert [(row.application.result, row.application.rank) for row in found] == [("placed", 1)]


def test_the_first_get_the_places_the_next_the_reserve_list(
    compared: list[CallApplication], call: Call, cast: Cast
) -> None:
    CallApplication.objects.update(result="open", rank=None)
    person, (first, second) = cast.persons["T1"], keys(call)
    board = Sitting.objects.create(
        institution=call.institution, unit=call.unit, board="calls.board", title_zh="评审会"
    )
    SittingSeat.objects.create(sitting=board, person=person, role="chair")
    for place, (row, given) in enumerate(zip(compared, ("70", "90", "80"), strict=True), start=1):
        Item.objects.create(sitting=board, place=place, case=row.case, title_zh="评审")
        for key, most in ((first, 1), (second, 2)):
            Score.objects.create(
                application=row, criterion_id=key, person=person, at=timezone.now(),
                points=Decimal(given) / most,
            )  # fmt: skip
    found = rank_applications(call=call, by=OPERATOR)
    assert [row.application.pk for row in found] == [compared[place].pk for place in (1, 2, 0)]
    expected = [("placed", 1), ("reserve", 2), ("not_placed", 3)]
    assert [(row.application.result, row.application.rank) for row in found] == expected
    again = rank_applications(call=call, by=OPERATOR)
    assert [(row.application.result, row.application.rank) for row in again] == expected


def test_a_list_of_applications_costs_the_same_with_one_and_with_three(
    compared: list[CallApplication], call: Call, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        assert len(ranking(call)) == 3
    CallApplication.objects.exclude(pk=compared[0].pk).update(call=published_twin(call))
    with django_assert_num_queries(3):
        assert len(ranking(call)) == 1


def test_points_of_a_board_whose_decision_was_set_aside_do_not_count(
    call: Call, application: CallApplication, sitting: Sitting, voters: list[Account]
) -> None:
    give_points(application=application, points=points(call, "100", "50"), by=voters[0])
    Item.objects.filter(sitting=sitting).update(state="decided")
    newer = Sitting.objects.get(pk=sitting.pk)
    newer.pk, newer.number = None, ""
    newer.save(force_insert=True)
    Item.objects.create(sitting=newer, place=1, case=application.case, title_zh="复评")
    assert totals_of(call, [application.pk]) == {}
    SittingSeat.objects.create(sitting=newer, person=voters[0].person, role="member")
    assert totals_of(call, [application.pk]) == {application.pk: (Decimal("100.00"), 1)}


def test_who_applies_to_the_same_call_sees_no_rival_and_sits_on_no_board(
    cast: Cast, call: Call, application: CallApplication, sitting: Sitting, personnel: Account,
    voters: list[Account],
) -> None:  # fmt: skip
    rival = applied(call, signed_up("rival@example.org"), "程望舒")
    assert application in visible_applications(personnel)
    Account.objects.filter(person=rival.person).update(person=None)
    Account.objects.filter(pk=personnel.pk).update(person=rival.person)
    officer = Account.objects.get(pk=personnel.pk)
    assert list(visible_applications(officer)) == [rival]
    assert not may_read_scores(officer, application)
    persons = [rival.person, *(one.person for one in voters if one.person)]
    assert stopped_experts(application.case, persons) == {rival.person_id}
