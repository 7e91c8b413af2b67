"""Voting at a sitting: who may, when, what is refused, and what the count says on the spot."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, PermissionDenied, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases.actions import (
    cast_vote,
    close_sitting,
    close_vote,
    leave,
    make_link,
    mark_presence,
    note_item,
    open_vote,
    postpone_item,
    recuse,
    release_seat,
    revoke_link,
    seat_person,
)
from preceptor.cases.choices import ItemState, VoteResult
from preceptor.cases.kinds.kind import Share, Voting
from preceptor.cases.models import BallotBox, Item, OpenVote, SittingSeat, VoteCast
from preceptor.people.models import Account, Delegation
from sitting_cast import MEMBERS, OPEN, Hall, Meeting, add_item, all_there, persons

pytest_plugins = ["sitting_fixtures"]
pytestmark = pytest.mark.django_db

OUTSIDER = MEMBERS - 1


def fresh(seat: SittingSeat) -> SittingSeat:
    return SittingSeat.objects.get(pk=seat.pk)


def vote(meeting: Meeting, place: int, choice: str = "for", **more: Any) -> VoteCast:
    return cast_vote(
        item=meeting.item,
        seat=meeting.seats[place],
        choice=choice,
        by=meeting.account(place),
        **more,
    )


def written() -> tuple[int, int, int, list[str]]:
    """Everything a ballot could write."""
    boxes = [box.sealed or "" for box in BallotBox.objects.order_by("pk")]
    lines = JournalEntry.objects.count()
    return VoteCast.objects.count(), OpenVote.objects.count(), lines, boxes


def test_nine_members_vote_and_the_result_is_there_on_the_spot(voting_now: Meeting) -> None:
    for place in range(OUTSIDER):
        vote(voting_now, place, "for" if place < 5 else "against")
    item = close_vote(item=voting_now.item, by=OPERATOR)
    assert (item.members, item.present, item.votes_cast) == (9, 9, 8)
    assert (item.votes_for, item.votes_against, item.abstentions) == (5, 3, 0)
    assert item.result == VoteResult.PASSED
    assert item.state == ItemState.DECIDED


def test_an_open_vote_keeps_who_chose_what_and_why(meeting: Meeting) -> None:
    item = add_item(meeting, OPEN)
    all_there(meeting)
    open_vote(item=item, by=OPERATOR)
    cast_vote(
        item=item, seat=meeting.seats[0], choice="against", by=meeting.account(0), reason="样本过小"
    )
    kept = OpenVote.objects.get()
    assert (kept.choice, kept.reason) == ("against", "样本过小")
    assert close_vote(item=item, by=OPERATOR).result == VoteResult.FAILED


def test_a_vote_is_not_opened_without_quorum_and_the_numbers_are_told(meeting: Meeting) -> None:
    all_there(meeting, absent=4)
    with pytest.raises(RuleBroken) as refusal:
        open_vote(item=meeting.item, by=OPERATOR)
    assert all(number in str(refusal.value) for number in ("5", "9", "6"))
    mark_presence(seat=meeting.seats[5], is_present=True, by=OPERATOR)
    assert open_vote(item=meeting.item, by=OPERATOR).present == 6


def test_a_recused_member_counts_neither_as_member_nor_as_present(meeting: Meeting) -> None:
    all_there(meeting, absent=3)
    recuse(item=meeting.item, seat=meeting.seats[0], reason="申请人的导师", by=OPERATOR)
    with pytest.raises(RuleBroken):
        open_vote(item=meeting.item, by=OPERATOR)
    mark_presence(seat=meeting.seats[6], is_present=True, by=OPERATOR)
    item = open_vote(item=meeting.item, by=OPERATOR)
    assert (item.members, item.present) == (8, 6)
    before = written()
    with pytest.raises(RuleBroken):
        vote(meeting, 0)
    assert written() == before


def left(meeting: Meeting) -> None:
    leave(seat=meeting.seats[3], by=OPERATOR)


def absent(meeting: Meeting) -> None:
    mark_presence(seat=meeting.seats[3], is_present=False, by=OPERATOR)


def recused(meeting: Meeting) -> None:
    recuse(item=meeting.item, seat=meeting.seats[3], reason="亲属", by=OPERATOR)


def voted(meeting: Meeting) -> None:
    vote(meeting, 3, "against")


def closed(meeting: Meeting) -> None:
    close_vote(item=meeting.item, by=OPERATOR)


def postponed(meeting: Meeting) -> None:
    postpone_item(item=meeting.item, by=OPERATOR, reason="材料不齐")


@pytest.mark.parametrize("happened", [left, absent, recused, voted, closed, postponed])
def test_a_ballot_that_cannot_be_taken_is_answered_and_leaves_no_trace(
    happened: Callable[[Meeting], None], voting_now: Meeting
) -> None:
    happened(voting_now)
    before = written()
    with pytest.raises(RuleBroken) as refusal:
        vote(voting_now, 3)
    assert len(str(refusal.value)) > 5
    assert written() == before


def test_each_refusal_of_a_ballot_says_something_of_its_own(voting_now: Meeting) -> None:
    said = set()
    for place, happened in enumerate((left, absent, recused, voted)):
        other = voting_now.seats[place]
        moved = Meeting(
            voting_now.sitting, [other] * MEMBERS, voting_now.adviser, voting_now.recorder,
            voting_now.accounts, voting_now.items,
        )  # fmt: skip
        happened(moved)
        with pytest.raises(RuleBroken) as refusal:
            vote(moved, 3)
        said.add(str(refusal.value))
    assert len(said) == 4


def test_a_released_member_votes_no_more(meeting: Meeting) -> None:
    all_there(meeting)
    release_seat(seat=meeting.seats[3], by=OPERATOR, reason="突发手术")
    open_vote(item=meeting.item, by=OPERATOR)
    assert meeting.item.members == 8
    before = written()
    with pytest.raises(RuleBroken):
        vote(meeting, 3)
    assert written() == before


def test_adviser_secretary_and_operator_have_no_vote(voting_now: Meeting) -> None:
    for seat in (voting_now.adviser, voting_now.recorder):
        mark_presence(seat=seat, is_present=True, by=OPERATOR)
        with pytest.raises(RuleBroken):
            cast_vote(
                item=voting_now.item, seat=seat, choice="for", by=voting_now.accounts[seat.pk]
            )
    with pytest.raises(PermissionDenied):
        cast_vote(item=voting_now.item, seat=voting_now.seats[0], choice="for", by=OPERATOR)
    assert not VoteCast.objects.exists()


def test_nobody_casts_the_ballot_of_another(voting_now: Meeting) -> None:
    with pytest.raises(PermissionDenied):
        cast_vote(
            item=voting_now.item, seat=voting_now.seats[0], choice="for", by=voting_now.account(1)
        )
    assert not VoteCast.objects.exists()


def test_a_member_who_delegated_the_own_tasks_still_votes_and_who_acts_for_him_does_not(
    hall: Hall, voting_now: Meeting
) -> None:
    giver = voting_now.account(0)
    Delegation.objects.create(
        giver=giver, taker=voting_now.account(1), institution=hall.institution, kind="delegation",
        valid_from=today(), valid_to=today(), made_by=giver.name,
    )  # fmt: skip
    taker = Account.objects.get(pk=voting_now.account(1).pk)
    with pytest.raises(PermissionDenied):
        cast_vote(item=voting_now.item, seat=voting_now.seats[0], choice="for", by=taker)
    assert not VoteCast.objects.exists()
    cast_vote(item=voting_now.item, seat=voting_now.seats[0], choice="for", by=giver)
    assert VoteCast.objects.count() == 1


def test_odd_choices_and_reasons_in_a_secret_ballot_are_refused(voting_now: Meeting) -> None:
    before = written()
    for choice, reason, error in (
        ("yes", "", InputRefused), ("", "", InputRefused), ("for", "因为", RuleBroken)
    ):  # fmt: skip
        with pytest.raises(error):
            vote(voting_now, 0, choice, reason=reason)
    assert written() == before


def test_where_nobody_abstains_an_abstention_is_refused(meeting: Meeting) -> None:
    item = add_item(meeting, Voting(Share(1, 2, "all", True), may_abstain=False))
    all_there(meeting)
    open_vote(item=item, by=OPERATOR)
    with pytest.raises(RuleBroken):
        cast_vote(item=item, seat=meeting.seats[0], choice="abstain", by=meeting.account(0))
    assert not VoteCast.objects.exists()


def test_who_left_after_voting_still_counts_and_comes_back_to_vote_on_the_next(
    meeting: Meeting,
) -> None:
    second = add_item(meeting)
    all_there(meeting, absent=3)
    open_vote(item=meeting.item, by=OPERATOR)
    for place in range(6):
        vote(meeting, place)
    leave(seat=meeting.seats[0], by=OPERATOR)
    item = close_vote(item=meeting.item, by=OPERATOR)
    assert (item.present, item.votes_for) == (6, 6)
    with pytest.raises(RuleBroken):
        open_vote(item=second, by=OPERATOR)
    mark_presence(seat=fresh(meeting.seats[0]), is_present=True, by=OPERATOR)
    assert open_vote(item=second, by=OPERATOR).present == 6


def test_a_vote_that_lost_its_quorum_is_not_closed_but_can_be_postponed_unread(
    meeting: Meeting,
) -> None:
    all_there(meeting, absent=3)
    open_vote(item=meeting.item, by=OPERATOR)
    vote(meeting, 0)
    leave(seat=meeting.seats[1], by=OPERATOR)
    with pytest.raises(RuleBroken):
        close_vote(item=meeting.item, by=OPERATOR)
    postpone_item(item=meeting.item, by=OPERATOR, reason="人数不足")
    assert not BallotBox.objects.exists()
    assert not VoteCast.objects.exists()
    item = meeting.item
    assert (item.state, item.result, item.votes_for) == (ItemState.POSTPONED, "", None)


def test_an_outsider_votes_by_the_own_link_once(voting_now: Meeting) -> None:
    seat = voting_now.seats[OUTSIDER]
    link, token = make_link(seat=seat, purpose="ballot", item=voting_now.item, by=OPERATOR)
    assert token not in str(link.__dict__)
    cast_vote(item=voting_now.item, seat=seat, choice="for", link=link)
    before = written()
    with pytest.raises(RuleBroken):
        cast_vote(item=voting_now.item, seat=seat, choice="against", link=link)
    assert written() == before
    link.refresh_from_db()
    assert link.used_at is not None


def test_a_revoked_link_and_one_of_another_seat_or_purpose_take_no_ballot(
    voting_now: Meeting,
) -> None:
    seat = voting_now.seats[OUTSIDER]
    link, _token = make_link(seat=seat, purpose="ballot", by=OPERATOR)
    revoke_link(link=link, by=OPERATOR)
    invitation, _token = make_link(seat=seat, purpose="invitation", by=OPERATOR)
    newer, _token = make_link(seat=seat, purpose="ballot", by=OPERATOR)
    before = written()
    for one, where in ((link, seat), (invitation, seat), (newer, voting_now.seats[0])):
        with pytest.raises(RuleBroken):
            cast_vote(item=voting_now.item, seat=where, choice="for", link=one)
    assert written() == before


def test_a_substitute_votes_in_the_place_of_the_replaced(hall: Hall, meeting: Meeting) -> None:
    new = persons(hall.institution, 11)[10]
    release_seat(seat=meeting.recorder, by=OPERATOR, reason="另有任务")
    seat = seat_person(
        sitting=meeting.sitting, person=new, role="member", by=OPERATOR,
        stands_in_for=meeting.seats[2],
    )  # fmt: skip
    all_there_but(meeting, 2)
    mark_presence(seat=seat, is_present=True, by=OPERATOR)
    item = open_vote(item=meeting.item, by=OPERATOR)
    assert (item.members, item.present) == (9, 9)
    account = meeting.accounts[meeting.recorder.pk]
    cast_vote(item=item, seat=seat, choice="for", by=account)
    with pytest.raises(RuleBroken):
        vote(meeting, 2)


def all_there_but(meeting: Meeting, place: int) -> None:
    from preceptor.cases.actions import open_sitting

    open_sitting(sitting=meeting.sitting, by=OPERATOR)
    for seat in meeting.seats:
        if seat != meeting.seats[place]:
            mark_presence(seat=seat, is_present=True, by=OPERATOR)


def fresh_person(hall: Hall) -> Any:
    """Somebody who sits nowhere."""
    from preceptor.people.actions import NewPerson, register_persons

    new = [NewPerson("expert", "E99", "方若寅")]
    return register_persons(institution=hall.institution, persons=new, by=OPERATOR)["E99"]


def test_seats_do_not_change_while_a_vote_is_open(hall: Hall, voting_now: Meeting) -> None:
    with pytest.raises(RuleBroken):
        release_seat(seat=voting_now.seats[0], by=OPERATOR, reason="临时有事")
    with pytest.raises(RuleBroken):
        seat_person(
            sitting=voting_now.sitting, person=fresh_person(hall), role="member", by=OPERATOR
        )


def test_one_vote_at_a_time_and_everything_settled_before_the_end(voting_now: Meeting) -> None:
    second = add_item(voting_now)
    noted = add_item(voting_now, None)
    with pytest.raises(RuleBroken):
        open_vote(item=second, by=OPERATOR)
    close_vote(item=voting_now.item, by=OPERATOR)
    with pytest.raises(RuleBroken):
        close_sitting(sitting=voting_now.sitting, by=OPERATOR, record="散会")
    with pytest.raises(RuleBroken):
        note_item(item=second, by=OPERATOR)
    note_item(item=noted, by=OPERATOR)
    postpone_item(item=second, by=OPERATOR, reason="时间不够")
    assert close_sitting(sitting=voting_now.sitting, by=OPERATOR, record="散会").record == "散会"


def test_doing_it_twice_does_it_once(voting_now: Meeting) -> None:
    lines = JournalEntry.objects.count()
    open_vote(item=voting_now.item, by=OPERATOR)
    assert JournalEntry.objects.count() == lines
    close_vote(item=voting_now.item, by=OPERATOR)
    lines = JournalEntry.objects.count()
    close_vote(item=voting_now.item, by=OPERATOR)
    assert JournalEntry.objects.count() == lines


def test_only_who_runs_the_sitting_opens_and_closes_the_vote(hall: Hall, meeting: Meeting) -> None:
    all_there(meeting)
    for user in (hall.neighbour, hall.leader, meeting.account(0)):
        with pytest.raises(PermissionDenied):
            open_vote(item=meeting.item, by=user)
    open_vote(item=meeting.item, by=meeting.accounts[meeting.recorder.pk])
    with pytest.raises(PermissionDenied):
        close_vote(item=meeting.item, by=meeting.account(0))
    assert close_vote(item=meeting.item, by=hall.secretary).state == ItemState.DECIDED


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_cast_for_nine_members_twice_each_and_nine_votes_are_taken(
    meeting: Meeting,
) -> None:
    (item,) = meeting.items
    all_there(meeting)
    open_vote(item=item, by=OPERATOR)
    link, _token = make_link(seat=meeting.seats[OUTSIDER], purpose="ballot", item=item, by=OPERATOR)
    gate = threading.Barrier(50)

    def go(number: int) -> str:
        """What was answered; empty where the ballot was taken."""
        place = number % MEMBERS
        given: dict[str, Any] = (
            {"link": link} if place == OUTSIDER else {"by": meeting.account(place)}
        )
        choice = "for" if place < 6 else "against"
        gate.wait()
        try:
            cast_vote(item=item, seat=meeting.seats[place], choice=choice, **given)
        except RuleBroken as refusal:
            return str(refusal)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(50) as threads:
        told = [answer for answer in threads.map(go, range(50)) if answer]
    assert (VoteCast.objects.count(), len(told)) == (MEMBERS, 50 - MEMBERS)
    done = close_vote(item=Item.objects.get(pk=item.pk), by=OPERATOR)
    assert (done.votes_for, done.votes_against) == (6, 3)
