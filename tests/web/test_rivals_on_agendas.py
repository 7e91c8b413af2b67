"""A member of a standing body who applies to a call sees the sitting of the body, and nothing of the item
that decides on a competitor: not on pages, by links, in files, letters or the interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from answers import page_of, readable, unpacked
from committees import Committee, convene, degree_committee, listed, meeting, vote
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted
from preceptor.base.models import OutgoingMail
from preceptor.base.today import today
from preceptor.calls.models import Call, CallApplication
from preceptor.cases.access import (
    agenda_for,
    agenda_of,
    may_read_in_full,
    sittings_in_full,
    visible_advice,
    visible_minutes,
    visible_sittings,
)
from preceptor.cases.access.body import may_view_advice
from preceptor.cases.actions import (
    advise,
    close_sitting,
    invite,
    make_link,
    recuse,
    sign_minutes,
    write_minutes,
)
from preceptor.cases.actions.invitation import subjects_of
from preceptor.cases.models import Case, Item, Sitting, SittingSeat
from preceptor.people.models import Account, Contact
from small_calls import applied, signed_up

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "call_cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
TITLE, SUMMARY = "遴选苏未央为独立研究员", "外审评分九十二分，拟予聘任"
RECORD = "苏未央答辩情况良好，全体委员讨论。"
WHY, ADVICE = "苏未央系本人学生", "建议给予苏未央启动经费"
SECRETS = (TITLE, SUMMARY, RECORD, WHY, ADVICE, "苏未央", "Selection of Su")
OTHER = "授予博士学位"


@dataclass
class Room:
    """The committee's sitting with an item that all may see and one that judges 苏未央, with whom the
    second member competes; the third competes with nobody."""

    committee: Committee
    sitting: Sitting
    rival: Item

    @property
    def competing(self) -> Account:
        return Account.objects.get(pk=self.committee.accounts[1].pk)

    @property
    def other(self) -> Account:
        return Account.objects.get(pk=self.committee.accounts[2].pk)

    def seat(self, place: int) -> SittingSeat:
        person = self.committee.members[place]
        return self.sitting.seats.select_related("person", "sitting").get(person=person)


@pytest.fixture
def addresses() -> None:
    """The addresses of the product itself."""


@pytest.fixture
def called(cast: Cast, call: Call, application: CallApplication) -> Room:
    """Planned: nobody has come yet."""
    committee = degree_committee(cast, 5)
    own = applied(call, signed_up("rival@example.org"), "程望舒")
    CallApplication.objects.filter(pk=own.pk).update(person=committee.members[1])
    Case.objects.filter(pk=own.case_id).update(person=committee.members[1])
    sitting = meeting(committee)
    listed(committee, sitting, OTHER)
    rival = listed(committee, sitting, TITLE)
    Item.objects.filter(pk=rival.pk).update(
        case=application.case_id, title_en="Selection of Su", summary=SUMMARY
    )
    return Room(committee, sitting, rival)


@pytest.fixture
def held(called: Room) -> Room:
    """Both items are voted on, the competitor took no part in the second; record and minutes are written."""
    room, case = called, Item.objects.get(pk=called.rival.pk).case_id
    Item.objects.filter(pk=room.rival.pk).update(case=None)
    convene(room.sitting, 5)
    first = room.sitting.items.get(title_zh=OTHER)
    vote(room.committee, first, ["for"] * 5)
    recuse(item=room.rival, seat=room.seat(1), reason=WHY, by=OPERATOR)
    rest = Committee(
        room.committee.body, [room.committee.members[place] for place in (0, 2, 3, 4)],
        [room.committee.accounts[place] for place in (0, 2, 3, 4)],
    )  # fmt: skip
    vote(rest, room.rival, ["for", "for", "against", "for"])
    Item.objects.filter(pk=room.rival.pk).update(case=case)
    advise(
        body=room.committee.body, sitting=room.sitting, case=Case.objects.get(pk=case), text=ADVICE,
        given_on=today(), owner=room.committee.members[0], by=OPERATOR,
    )  # fmt: skip
    close_sitting(sitting=room.sitting, record=RECORD, by=OPERATOR)
    write_minutes(sitting=room.sitting, language="zh", by=OPERATOR)
    room.sitting.refresh_from_db()
    return room


def tells_nothing(text: str) -> None:
    found = [secret for secret in SECRETS if secret in text]
    assert not found, found


def test_a_competitor_sees_the_sitting_and_the_other_item_and_that_one_is_withheld(
    held: Room, signed_in: SignIn
) -> None:
    for path in ("", "live/", "result/"):
        address = f"/sittings/{held.sitting.pk}/{path}"
        text = page_of(signed_in(held.competing).get(address))
        assert OTHER in text
        assert "竞争" in text
        tells_nothing(text)
        whole = page_of(signed_in(held.other).get(address))
        assert TITLE in whole
        assert "不向您显示" not in whole
    assert SUMMARY in page_of(signed_in(held.other).get(f"/sittings/{held.sitting.pk}/"))


def test_record_and_minutes_are_kept_from_a_competitor_and_are_not_signed_by_one(
    held: Room, signed_in: SignIn
) -> None:
    minutes = held.sitting.minutes.get()
    assert list(visible_minutes(held.other)) == [minutes]
    assert not visible_minutes(held.competing).exists()
    assert not may_read_in_full(held.competing, held.sitting)
    assert may_read_in_full(held.other, held.sitting)
    assert list(visible_sittings(held.competing)) == [held.sitting]
    assert list(sittings_in_full(held.other)) == [held.sitting]
    assert not sittings_in_full(held.competing).exists()
    for path in (f"/minutes/{minutes.pk}/", f"/minutes/{minutes.pk}/sign/"):
        answer = signed_in(held.competing).get(path)
        assert answer.status_code == 404
        tells_nothing(page_of(answer))
    file = signed_in(held.other).get(f"/minutes/{minutes.pk}/")
    assert TITLE in "".join(unpacked(b"".join(file)).values())
    with pytest.raises(NotPermitted):
        sign_minutes(minutes=minutes, by=held.competing, password_confirmed=True)
    assert not minutes.signatures.exists()


def test_the_interface_tells_a_competitor_the_sitting_without_the_item(
    held: Room, signed_in: SignIn
) -> None:
    base = "/api/v1"
    told = signed_in(held.competing).get(f"{base}/sittings/{held.sitting.pk}")
    body = told.json()
    assert [item["title_zh"] for item in body["items"]] == [OTHER]
    assert (body["withheld"], body["record"]) == (1, None)
    tells_nothing(readable(told.content))
    for path in ("sittings", "advice", f"sittings/{held.sitting.pk}/minutes", "cases", "bodies"):
        tells_nothing(readable(signed_in(held.competing).get(f"{base}/{path}").content))
    minutes = held.sitting.minutes.get()
    assert signed_in(held.competing).get(f"{base}/minutes/{minutes.pk}/file").status_code == 404
    whole = signed_in(held.other).get(f"{base}/sittings/{held.sitting.pk}").json()
    assert [item["title_zh"] for item in whole["items"]] == [OTHER, TITLE]
    assert (whole["withheld"], whole["record"]) == (0, RECORD)
    vote_path = f"{base}/sittings/{held.sitting.pk}/items/{held.rival.pk}/vote"
    sent = {"choice": "for", "reason": ""}
    refused = signed_in(held.competing).post(vote_path, sent, content_type="application/json")
    assert refused.status_code == 404
    tells_nothing(readable(refused.content))


def test_what_the_body_decided_last_and_advised_is_not_told_to_a_competitor(
    held: Room, signed_in: SignIn
) -> None:
    body = held.committee.body
    pages = [
        f"/bodies/{body.pk}/",
        f"/bodies/{body.pk}/law/",
        "/bodies/",
        "/sittings/",
        "/",
        "/tasks/",
        "/cases/",
    ]
    for path in pages:
        tells_nothing(page_of(signed_in(held.competing).get(path, follow=True)))
    assert TITLE in page_of(signed_in(held.other).get(f"/bodies/{body.pk}/law/"))
    advice = body.advice.get()
    assert list(visible_advice(held.other)) == [advice]
    assert not visible_advice(held.competing).exists()
    assert not may_view_advice(held.competing, advice)


def test_exports_and_calendar_files_of_a_competitor_do_not_name_the_item(
    held: Room, signed_in: SignIn
) -> None:
    client = signed_in(held.competing)
    calendar = client.get(f"/sittings/{held.sitting.pk}/calendar.ics").content.decode()
    assert "BEGIN:VEVENT" in calendar
    tells_nothing(calendar.replace("\r\n ", ""))
    book = client.get("/lists/sittings/export.xlsx")
    parts = "".join(unpacked(b"".join(book) if book.streaming else book.content).values())
    assert held.committee.body.name_zh in parts
    tells_nothing(parts)


def test_an_open_vote_on_a_competitor_is_no_question_to_the_one_who_competes(
    called: Room, signed_in: SignIn
) -> None:
    convene(called.sitting, 5)
    Item.objects.filter(pk=called.rival.pk).update(state="open")
    for path in ("", "live/"):
        tells_nothing(
            page_of(signed_in(called.competing).get(f"/sittings/{called.sitting.pk}/{path}"))
        )
    path = f"/sittings/{called.sitting.pk}/items/{called.rival.pk}/vote/"
    answer = signed_in(called.competing).post(path, {"choice": "for"})
    assert answer.status_code == 404
    tells_nothing(page_of(answer))
    assert TITLE in page_of(signed_in(called.other).get(f"/sittings/{called.sitting.pk}/"))


def test_links_and_letters_to_a_competitor_without_an_account_name_neither_item_nor_person(
    called: Room, client: Client
) -> None:
    Account.objects.filter(person__in=called.committee.members).update(person=None)
    Contact.objects.create(person=called.committee.members[1], email="yi@example.org")
    invite(sitting=called.sitting, revision=called.sitting.revision, by=OPERATOR)
    _link, token = make_link(seat=called.seat(1), purpose="invitation", by=OPERATOR)
    text = page_of(client.get(f"/answer/{token}/"))
    assert OTHER in text
    tells_nothing(text)
    _link, token = make_link(seat=called.seat(2), purpose="invitation", by=OPERATOR)
    whole = page_of(client.get(f"/answer/{token}/"))
    assert TITLE in whole
    assert "苏未央" in whole
    assert subjects_of(called.seat(1)) == []
    assert [one.name_zh for one in subjects_of(called.seat(2))] == ["苏未央"]
    called.sitting.refresh_from_db()
    convene(called.sitting, 5)
    _link, token = make_link(seat=called.seat(1), purpose="ballot", by=OPERATOR)
    Item.objects.filter(pk=called.rival.pk).update(state="open")
    text = page_of(client.get(f"/answer/{token}/"))
    assert OTHER in text
    tells_nothing(text)
    sent = client.post(f"/answer/{token}/", {"item": called.rival.pk, "choice": "for"})
    assert sent.status_code == 404
    letters = OutgoingMail.objects.filter(to="yi@example.org")
    assert letters.exists()
    for letter in letters:
        tells_nothing(letter.subject + letter.body)


def test_the_agenda_is_whole_again_once_the_member_competes_no_more(held: Room) -> None:
    assert (
        len(agenda_of(held.competing, held.sitting).items),
        agenda_for(held.seat(1)).withheld,
    ) == (1, 1)
    assert agenda_of(OPERATOR, held.sitting).withheld == 0
    CallApplication.objects.filter(person=held.committee.members[1]).delete()
    assert len(agenda_of(held.competing, held.sitting).items) == 2
    assert may_read_in_full(held.competing, held.sitting)


def test_the_agenda_costs_one_query_whoever_reads_it(
    held: Room, django_assert_num_queries: Any
) -> None:
    for account in (held.competing, held.other):
        agenda_of(account, held.sitting)
        with django_assert_num_queries(1):
            agenda_of(account, held.sitting)
