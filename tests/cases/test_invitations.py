"""Inviting, answering by account or link, and what a link that serves no more says."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as post
from django.utils import timezone
from icalendar import Calendar

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, PermissionDenied, RuleBroken
from preceptor.base.models import JournalEntry, OutgoingMail
from preceptor.base.queue.worker import Worker
from preceptor.cases.actions import (
    NewSittingSeat,
    answer_invitation,
    cancel_sitting,
    invite,
    make_link,
    open_sitting,
    plan_sitting,
    release_seat,
    reschedule_sitting,
    revoke_link,
)
from preceptor.cases.choices import SittingState
from preceptor.cases.models import AnswerLink, Item, Sitting, SittingSeat
from preceptor.cases.seating import clashes
from sitting_cast import MEMBERS, Hall, Meeting, all_there, signed_in, starting

pytest_plugins = ["sitting_fixtures"]
pytestmark = pytest.mark.django_db

OUTSIDER = MEMBERS - 1


def address_in(letter: OutgoingMail) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", letter.body)
    assert found is not None
    return found[1]


def outsider_letter() -> OutgoingMail:
    return OutgoingMail.objects.filter(to="outsider@example.org").latest("pk")


def text(response: Any) -> str:
    return str(response.content.decode())


def test_everybody_is_written_to_once_and_only_the_outsider_gets_a_link(meeting: Meeting) -> None:
    invite(sitting=meeting.sitting, by=OPERATOR)
    invite(sitting=meeting.sitting, by=OPERATOR)
    assert OutgoingMail.objects.count() == MEMBERS + 2
    assert AnswerLink.objects.count() == 1
    assert Sitting.objects.get().state == SittingState.CALLED
    token = address_in(outsider_letter()).split("/")[2]
    kept = str(list(AnswerLink.objects.values())) + str(list(JournalEntry.objects.values()))
    assert token not in kept
    assert "总医院三号楼 201" in outsider_letter().body


def test_the_outbox_forgets_the_link_once_the_letter_is_sent(meeting: Meeting) -> None:
    invite(sitting=meeting.sitting, by=OPERATOR)
    address = address_in(outsider_letter())
    Worker().run_due()
    assert [address in one.body for one in post.outbox if one.to == ["outsider@example.org"]] == [
        True
    ]
    assert outsider_letter().body == ""
    assert OutgoingMail.objects.exclude(body="").count() == MEMBERS + 1
    assert not OutgoingMail.objects.filter(body__contains=address)


def test_an_outsider_declines_by_the_link_and_a_second_use_says_when_and_what(
    meeting: Meeting,
) -> None:
    invite(sitting=meeting.sitting, by=OPERATOR)
    address, nobody = address_in(outsider_letter()), signed_in(None, "en")
    assert nobody.get(address).status_code == 200
    assert nobody.post(address, {"answer": "declined", "reason": ""}).status_code == 200
    assert not SittingSeat.objects.exclude(answer="").exists()
    sent = nobody.post(address, {"answer": "declined", "reason": "出国访问"})
    assert sent.status_code == 302
    seat = SittingSeat.objects.get(pk=meeting.seats[OUTSIDER].pk)
    assert (seat.answer, seat.answer_reason) == ("declined", "出国访问")
    again = nobody.post(address, {"answer": "accepted"})
    assert f"{timezone.localdate():%Y-%m-%d}" in text(again)
    assert "出国访问" in text(nobody.get(address))
    seat.refresh_from_db()
    assert seat.answer == "declined"
    assert "出国访问" not in str(list(JournalEntry.objects.values()))


def test_mistyped_expired_and_revoked_links_are_answered_alike_and_name_nobody(
    meeting: Meeting,
) -> None:
    seat, nobody = meeting.seats[OUTSIDER], signed_in(None)
    _first, revoked = make_link(seat=seat, purpose="invitation", by=OPERATOR)
    link, expired = make_link(seat=seat, purpose="invitation", by=OPERATOR)
    AnswerLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    said = set()
    for token in (revoked, expired, "mistyped", revoked[:-1]):
        for tail in ("", "calendar.ics"):
            response = nobody.get(f"/answer/{token}/{tail}")
            assert response.status_code == 404
            assert seat.person.name_zh not in text(response)
            shown = re.search(r"<main.*?</main>", text(response), re.DOTALL)
            assert shown is not None
            said.add(shown[0])
        assert nobody.post(f"/answer/{token}/", {"answer": "accepted"}).status_code == 404
    assert len(said) == 1
    assert not SittingSeat.objects.exclude(answer="").exists()


def test_an_answer_after_the_sitting_began_comes_too_late(meeting: Meeting) -> None:
    invite(sitting=meeting.sitting, by=OPERATOR)
    open_sitting(sitting=meeting.sitting, by=OPERATOR)
    with pytest.raises(RuleBroken):
        answer_invitation(seat=meeting.seats[0], answer="accepted", by=meeting.account(0))
    with pytest.raises(InputRefused):
        answer_invitation(seat=meeting.seats[0], answer="perhaps", by=meeting.account(0))


def test_only_the_invited_or_who_runs_the_sitting_answers(hall: Hall, meeting: Meeting) -> None:
    invite(sitting=meeting.sitting, by=OPERATOR)
    for user in (meeting.account(1), hall.leader, hall.neighbour):
        with pytest.raises(PermissionDenied):
            answer_invitation(seat=meeting.seats[0], answer="accepted", by=user)
    answer_invitation(seat=meeting.seats[0], answer="accepted", by=hall.secretary)
    assert SittingSeat.objects.get(pk=meeting.seats[0].pk).answer == "accepted"


def test_another_time_asks_everybody_anew_and_ends_the_links(meeting: Meeting) -> None:
    invite(sitting=meeting.sitting, by=OPERATOR)
    old = address_in(outsider_letter())
    answer_invitation(seat=meeting.seats[0], answer="accepted", by=meeting.account(0))
    held = Sitting.objects.get(pk=meeting.sitting.pk)
    with pytest.raises(RuleBroken):
        reschedule_sitting(sitting=held, starts_at=starting(9), revision=0, by=OPERATOR)
    reschedule_sitting(sitting=held, starts_at=starting(9), revision=held.revision, by=OPERATOR)
    assert not SittingSeat.objects.exclude(answer="").exists()
    assert OutgoingMail.objects.count() == 2 * (MEMBERS + 2)
    nobody = signed_in(None)
    assert nobody.get(old).status_code == 404
    assert nobody.get(address_in(outsider_letter())).status_code == 200


def test_a_cancelled_sitting_tells_the_invited_and_frees_its_items(meeting: Meeting) -> None:
    invite(sitting=meeting.sitting, by=OPERATOR)
    cancel_sitting(sitting=meeting.sitting, by=OPERATOR, reason="台风停课")
    cancel_sitting(sitting=meeting.sitting, by=OPERATOR, reason="台风停课")
    assert OutgoingMail.objects.filter(body__contains="台风停课").count() == MEMBERS + 2
    assert Item.objects.get().state == "postponed"
    assert not AnswerLink.objects.filter(revoked_at=None).exists()


def test_a_released_seat_takes_its_links_along(meeting: Meeting) -> None:
    seat = meeting.seats[OUTSIDER]
    _link, token = make_link(seat=seat, purpose="invitation", by=OPERATOR)
    release_seat(seat=seat, by=OPERATOR, reason="另有安排")
    assert signed_in(None).get(f"/answer/{token}/").status_code == 404


def test_a_link_is_made_and_revoked_by_who_runs_the_sitting_alone(
    hall: Hall, meeting: Meeting
) -> None:
    for user in (hall.leader, hall.neighbour, meeting.account(0)):
        with pytest.raises(PermissionDenied):
            make_link(seat=meeting.seats[OUTSIDER], purpose="invitation", by=user)
    with pytest.raises(RuleBroken):
        make_link(seat=meeting.seats[0], purpose="invitation", by=hall.secretary)
    link, _token = make_link(seat=meeting.seats[OUTSIDER], purpose="invitation", by=hall.secretary)
    with pytest.raises(PermissionDenied):
        revoke_link(link=link, by=hall.leader)


def test_a_ballot_link_goes_to_the_outsider_who_is_there_and_dies_with_the_day(
    voting_now: Meeting,
) -> None:
    address, nobody = address_in(outsider_letter()), signed_in(None, "en")
    assert AnswerLink.objects.get().item == voting_now.item
    assert 'value="abstain"' in text(nobody.get(address))
    sent = nobody.post(address, {"item": voting_now.item.pk, "choice": "for"}, follow=True)
    assert 'value="abstain"' not in text(sent)
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert nobody.get(address).status_code == 200
    AnswerLink.objects.update(used_at=None)
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert nobody.get(address).status_code == 404


def test_who_is_wanted_at_two_sittings_at_once_is_told_and_nobody_is_seated_twice(
    hall: Hall, meeting: Meeting
) -> None:
    person = meeting.seats[0].person
    given: dict[str, Any] = {
        "institution": hall.institution, "unit": hall.general, "title_zh": "另一会议",
        "title_en": "", "by": OPERATOR,
    }  # fmt: skip
    with pytest.raises(RuleBroken):
        plan_sitting(**given, seats=[NewSittingSeat(person, "member")] * 2)
    later = plan_sitting(
        **given, seats=[NewSittingSeat(person, "member")], starts_at=starting() + timedelta(hours=3)
    )
    assert clashes(later) == []
    clash = plan_sitting(
        **given, seats=[NewSittingSeat(person, "member")], starts_at=starting() + timedelta(hours=2)
    )
    assert {one.sitting for one in clashes(clash)} == {meeting.sitting, later}


def test_the_calendar_file_names_time_and_place_and_rises_in_sequence(
    hall: Hall, meeting: Meeting
) -> None:
    client, address = signed_in(hall.leader, "en"), f"/sittings/{meeting.sitting.pk}/calendar.ics"
    (event,) = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    assert (event["SUMMARY"], event["LOCATION"]) == ("Thesis defence", "总医院三号楼 201")
    assert event["DTSTART"].dt == starting()
    invite(sitting=meeting.sitting, by=OPERATOR)
    (later,) = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    assert (later["UID"], later["SEQUENCE"]) == (event["UID"], event["SEQUENCE"] + 1)


def test_two_who_open_the_sitting_at_once_the_second_is_told(hall: Hall, meeting: Meeting) -> None:
    client = signed_in(hall.secretary, "en")
    address = f"/sittings/{meeting.sitting.pk}/step/"
    client.post(address, {"do": "invite", "revision": "0"})
    said = client.post(address, {"do": "open", "revision": "0"}, follow=True)
    assert [str(one.tags) for one in said.context["messages"]][-1] == "error"
    assert Sitting.objects.get().state == SittingState.CALLED


def test_the_pages_cost_the_same_for_one_item_and_for_ten(
    hall: Hall, meeting: Meeting, django_assert_max_num_queries: Any
) -> None:
    from sitting_cast import add_item

    all_there(meeting)
    for _number in range(9):
        add_item(meeting)
    client = signed_in(hall.secretary)
    for tail in ("", "live/", "result/"):
        client.get(f"/sittings/{meeting.sitting.pk}/{tail}")
        with django_assert_max_num_queries(12):
            assert client.get(f"/sittings/{meeting.sitting.pk}/{tail}").status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get("/sittings/").status_code == 200


def test_visible_sittings_and_the_permit_agree_for_everybody(hall: Hall, meeting: Meeting) -> None:
    from preceptor.cases.access import may_view_sitting, visible_sittings

    other = make_other(hall)
    users = [
        hall.secretary, hall.neighbour, hall.office, hall.leader, hall.stranger, OPERATOR,
        *meeting.accounts.values(),
    ]  # fmt: skip
    seen = 0
    for user in users:
        for sitting in (meeting.sitting, other):
            is_seen = visible_sittings(user).filter(pk=sitting.pk).exists()
            assert is_seen == bool(may_view_sitting(user, sitting))
            seen += is_seen
    assert seen == 1 + 1 + 2 + 2 + 0 + 2 + len(meeting.accounts)
    for user in (hall.neighbour, hall.stranger):
        page = signed_in(user).get(f"/sittings/{meeting.sitting.pk}/")
        assert page.status_code == 404
        assert "学位论文答辩会" not in text(page)


def make_other(hall: Hall) -> Sitting:
    """A sitting of the other hospital at which nobody sits yet."""
    return plan_sitting(
        institution=hall.institution, unit=hall.cancer, title_zh="肿瘤医院会议", title_en="",
        seats=[], by=OPERATOR,
    )  # fmt: skip


def test_a_member_reads_neither_reasons_nor_the_buttons_of_the_chair(
    hall: Hall, meeting: Meeting
) -> None:
    invite(sitting=meeting.sitting, by=OPERATOR)
    answer_invitation(
        seat=meeting.seats[1], answer="declined", reason="家中有事", by=meeting.account(1)
    )
    address = f"/sittings/{meeting.sitting.pk}/"
    page = text(signed_in(meeting.account(0)).get(address))
    assert "家中有事" not in page
    assert "/step/" not in page
    seat = f"{address}seats/{meeting.seats[1].pk}/"
    assert signed_in(meeting.account(0)).get(seat).status_code == 404
    assert "家中有事" in text(signed_in(hall.secretary).get(seat))


def test_the_chairs_table_runs_a_whole_sitting_in_the_browser_without_a_script(
    hall: Hall, meeting: Meeting
) -> None:
    client, base = signed_in(hall.secretary), f"/sittings/{meeting.sitting.pk}/"
    item = f"{base}items/{meeting.item.pk}/"
    client.post(f"{base}step/", {"do": "invite", "revision": "0"})
    client.post(f"{base}step/", {"do": "open", "revision": "1"})
    for seat in meeting.seats:
        client.post(f"{base}seats/{seat.pk}/", {"do": "present"})
    client.post(item, {"do": "open"})
    for place in range(OUTSIDER):
        voter = signed_in(meeting.account(place))
        assert 'value="against"' in text(voter.get(base))
        voter.post(f"{item}vote/", {"choice": "for"})
        assert 'value="against"' not in text(voter.get(base))
    client.post(item, {"do": "close"})
    assert (meeting.item.result, meeting.item.votes_for) == ("passed", 8)
    revision = Sitting.objects.get(pk=meeting.sitting.pk).revision
    client.post(f"{base}plan/", {"do": "close", "record": "全体一致", "revision": str(revision)})
    assert Sitting.objects.get(pk=meeting.sitting.pk).state == SittingState.CLOSED
    assert "全体一致" in text(client.get(f"{base}result/"))
