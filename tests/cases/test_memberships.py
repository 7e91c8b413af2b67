"""Who sits at a body's meeting: the members of the day, by whom quorum and majority are counted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from committees import Committee, convene, degree_committee, listed, meeting, members
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.actions import (
    end_seat,
    give_seat,
    invite,
    open_sitting,
    open_vote,
    seat_person,
)
from preceptor.cases.models import BodySeat, Sitting, SittingSeat
from preceptor.cases.seating import quorum_now

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def seated(sitting: Sitting) -> dict[int, str]:
    """Who has a seat at the meeting, and in which role."""
    rows = SittingSeat.objects.filter(sitting=sitting, released_at=None)
    return dict(rows.values_list("person", "role"))


def ends(made: Committee, place: int) -> None:
    """The term of a member ended yesterday."""
    seat = BodySeat.objects.known().get(body=made.body, person=made.members[place])
    end_seat(seat=seat, last_on=today() - A_DAY, reason="调离", by=OPERATOR)


def joins(cast: Cast, made: Committee, role: str = "member") -> int:
    """One more member of the committee from today on."""
    person = members(cast, 10)[9]
    give_seat(body=made.body, person=person, role=role, valid_from=today(), by=OPERATOR)
    return person.pk


def test_who_became_a_member_after_the_meeting_was_planned_is_counted_and_may_vote(
    cast: Cast,
) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    sitting = meeting(made)
    item = listed(made, sitting)
    joined = joins(cast, made)
    convene(sitting, 6)
    assert seated(sitting)[joined] == "member"
    quorum = quorum_now(item)
    assert quorum is not None
    assert (quorum.base, quorum.needed, quorum.present) == (10, 7, 6)
    with pytest.raises(RuleBroken):
        open_vote(item=item, by=OPERATOR)


def test_whose_term_ended_before_the_meeting_is_not_counted(cast: Cast) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    sitting = meeting(made)
    item = listed(made, sitting)
    ends(made, 8)
    open_sitting(sitting=sitting, by=OPERATOR)
    assert made.members[8].pk not in seated(sitting)
    quorum = quorum_now(item)
    assert quorum is not None
    assert (quorum.base, quorum.needed) == (8, 6)


def test_the_invitations_reach_who_became_a_member_and_opening_seats_nobody_twice(
    cast: Cast,
) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    sitting = meeting(made)
    joined = joins(cast, made)
    invite(sitting=sitting, by=OPERATOR)
    seat = SittingSeat.objects.get(sitting=sitting, person=joined)
    assert seat.invited_at is not None
    open_sitting(sitting=sitting, by=OPERATOR)
    assert SittingSeat.objects.filter(sitting=sitting).count() == 10


def test_a_member_who_took_the_chair_has_it_at_the_meeting(cast: Cast) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    sitting = meeting(made)
    for place in (0, 1):
        ends(made, place)
    give_seat(
        body=made.body, person=made.members[1], role="chair", is_head=True, valid_from=today(),
        by=OPERATOR,
    )  # fmt: skip
    open_sitting(sitting=sitting, by=OPERATOR)
    assert seated(sitting)[made.members[1].pk] == "chair"
    assert SittingSeat.objects.get(sitting=sitting, person=made.members[1]).is_head
    assert made.members[0].pk not in seated(sitting)


def test_who_is_substituted_stays_substituted_and_a_guest_stays(cast: Cast) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    sitting = meeting(made)
    replaced = SittingSeat.objects.get(sitting=sitting, person=made.members[4])
    guest, substitute = cast.persons["T1"], cast.persons["T2"]
    seat_person(
        sitting=sitting, person=substitute, role="member", stands_in_for=replaced, by=OPERATOR
    )
    seat_person(sitting=sitting, person=guest, role="adviser", by=OPERATOR)
    open_sitting(sitting=sitting, by=OPERATOR)
    found = seated(sitting)
    assert made.members[4].pk not in found
    assert (found[substitute.pk], found[guest.pk], len(found)) == ("member", "adviser", 10)


def test_the_substitute_of_whose_term_ended_goes_with_the_term(cast: Cast) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    sitting = meeting(made)
    replaced = SittingSeat.objects.get(sitting=sitting, person=made.members[4])
    seat_person(
        sitting=sitting, person=cast.persons["T2"], role="member", stands_in_for=replaced,
        by=OPERATOR,
    )  # fmt: skip
    ends(made, 4)
    open_sitting(sitting=sitting, by=OPERATOR)
    assert cast.persons["T2"].pk not in seated(sitting)
    assert len(seated(sitting)) == 8
