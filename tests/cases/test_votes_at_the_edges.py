"""Seats, links and ballots at their edges: who left, who was released, which vote a link is for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.cases.actions import (
    answer_invitation,
    cast_vote,
    close_vote,
    invite,
    leave,
    make_link,
    mark_presence,
    open_vote,
    recuse,
    release_seat,
    revoke_links,
)
from preceptor.cases.actions.sitting import NewSittingSeat, plan_sitting
from preceptor.cases.choices import BodyRole, LinkPurpose
from preceptor.cases.links import LinkState, state_of
from preceptor.cases.models import AnswerLink, Recusal, SittingSeat, VoteCast
from preceptor.cases.seating import clashes
from sitting_cast import MEMBERS, Hall, Meeting, add_item, all_there

pytest_plugins = ["sitting_fixtures"]
pytestmark = pytest.mark.django_db

OUTSIDER = MEMBERS - 1


def vote(meeting: Meeting, place: int) -> VoteCast:
    return cast_vote(
        item=meeting.item, seat=meeting.seats[place], choice="for", by=meeting.account(place)
    )


def test_who_voted_is_not_made_absent_nor_recused_but_may_have_left(voting_now: Meeting) -> None:
    vote(voting_now, 1)
    seat = voting_now.seats[1]
    with pytest.raises(RuleBroken, match="离"):
        mark_presence(seat=seat, is_present=False, by=OPERATOR)
    with pytest.raises(RuleBroken):
        recuse(item=voting_now.item, seat=seat, reason="回避", by=OPERATOR)
    assert SittingSeat.objects.get(pk=seat.pk).is_present
    assert not Recusal.objects.exists()
    leave(seat=seat, by=OPERATOR)
    assert (voting_now.item.present, VoteCast.objects.count()) == (9, 1)


def test_who_was_released_has_no_seat_any_more_and_who_left_is_told_that_he_left(
    meeting: Meeting,
) -> None:
    all_there(meeting)
    release_seat(seat=meeting.seats[2], reason="另有公务", by=OPERATOR)
    open_vote(item=meeting.items[0], by=OPERATOR)
    with pytest.raises(RuleBroken, match="席位已解除"):
        vote(meeting, 2)
    leave(seat=meeting.seats[3], by=OPERATOR)
    with pytest.raises(RuleBroken, match="离席"):
        vote(meeting, 3)
    assert not VoteCast.objects.exists()


def test_a_link_for_one_vote_does_not_serve_another(meeting: Meeting) -> None:
    all_there(meeting)
    other = add_item(meeting, title_zh="是否建议授予学位")
    seat = meeting.seats[OUTSIDER]
    open_vote(item=meeting.items[0], by=OPERATOR)
    link, _token = make_link(seat=seat, purpose="ballot", item=other, by=OPERATOR)
    with pytest.raises(RuleBroken):
        cast_vote(item=meeting.items[0], seat=seat, choice="for", link=link)
    assert not VoteCast.objects.exists()
    assert AnswerLink.objects.get(pk=link.pk).used_at is None
    for place in range(OUTSIDER):
        vote(meeting, place)
    close_vote(item=meeting.items[0], by=OPERATOR)
    open_vote(item=other, by=OPERATOR)
    cast_vote(item=other, seat=seat, choice="for", link=link)
    assert VoteCast.objects.filter(item=other, seat=seat).exists()


def test_a_link_is_dead_from_the_moment_on_which_it_expires(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = meeting.seats[OUTSIDER]
    link, _token = make_link(seat=seat, purpose="invitation", by=OPERATOR)
    for after, state in ((-1, LinkState.VALID), (0, LinkState.DEAD), (1, LinkState.DEAD)):
        now = link.expires_at + timedelta(microseconds=after)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        assert state_of(link) is state


def test_a_link_of_a_released_seat_is_dead_even_if_nobody_ended_it(meeting: Meeting) -> None:
    seat = meeting.seats[OUTSIDER]
    link, _token = make_link(seat=seat, purpose="invitation", by=OPERATOR)
    release_seat(seat=seat, reason="换人", by=OPERATOR)
    AnswerLink.objects.filter(pk=link.pk).update(revoked_at=None)
    found = AnswerLink.objects.select_related("seat").get(pk=link.pk)
    assert state_of(found) is LinkState.DEAD


def test_links_that_went_astray_are_ended_together_and_nobody_answers_by_them(
    meeting: Meeting, hall: Hall
) -> None:
    seat = meeting.seats[OUTSIDER]
    link, _token = make_link(seat=seat, purpose=LinkPurpose.INVITATION, by=OPERATOR)
    assert revoke_links(seat=seat, by=hall.secretary) == 1
    assert revoke_links(seat=seat, by=hall.secretary) == 0
    with pytest.raises(RuleBroken):
        answer_invitation(seat=seat, answer="accepted", link=link)
    assert SittingSeat.objects.get(pk=seat.pk).answer == ""


def test_who_was_released_answers_no_invitation_any_more(meeting: Meeting) -> None:
    invite(sitting=meeting.sitting, by=OPERATOR)
    release_seat(seat=meeting.seats[4], reason="换人", by=OPERATOR)
    with pytest.raises(RuleBroken):
        answer_invitation(seat=meeting.seats[4], answer="accepted", by=meeting.account(4))
    assert SittingSeat.objects.get(pk=meeting.seats[4].pk).answer == ""


def test_a_sitting_that_ends_when_the_next_begins_keeps_nobody_from_it(
    meeting: Meeting, hall: Hall
) -> None:
    person, starts, ends = meeting.seats[0].person, *_times(meeting)

    def clashing(minutes: int) -> list[int]:
        begins = ends + timedelta(minutes=minutes)
        other = plan_sitting(
            institution=hall.institution, unit=hall.general, title_zh="另一场", title_en="",
            starts_at=begins, ends_at=begins + timedelta(hours=1), by=OPERATOR,
            board="training.panel", seats=[NewSittingSeat(person, BodyRole.CHAIR)],
        )  # fmt: skip
        found = [one.person.pk for one in clashes(other)]
        again = [one.person.pk for one in clashes(meeting.sitting)]
        assert found == again
        other.delete()
        return found

    assert starts < ends
    assert clashing(0) == []
    assert clashing(-1) == [person.pk]


def _times(meeting: Meeting) -> tuple[timezone.datetime, timezone.datetime]:
    starts, ends = meeting.sitting.starts_at, meeting.sitting.ends_at
    assert starts is not None and ends is not None
    return starts, ends


def test_a_sitting_without_an_end_takes_the_rest_of_its_day_and_no_other(
    meeting: Meeting, hall: Hall
) -> None:
    person, starts, _ends = meeting.seats[0].person, *_times(meeting)
    for days, is_clash in ((1, False), (0, True)):
        other = plan_sitting(
            institution=hall.institution, unit=hall.general, title_zh="另一场", title_en="",
            starts_at=starts - timedelta(days=days, hours=1), by=OPERATOR,
            board="training.panel", seats=[NewSittingSeat(person, BodyRole.CHAIR)],
        )  # fmt: skip
        assert [one.sitting for one in clashes(meeting.sitting)] == ([other] if is_clash else [])
        other.delete()
