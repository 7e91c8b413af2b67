"""Bad input in requests and panels: one clear answer in the reader's language, and nothing lost.

By the page, by the link of who has no account, and by the interface."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from answers import page_of, text_of
from preceptor.base.actors import OPERATOR
from preceptor.cases.actions import invite, leave, make_link, open_sitting
from preceptor.cases.models import SittingSeat, VoteCast
from sitting_cast import MEMBERS, Hall, Meeting, signed_in

pytest_plugins = ["sitting_fixtures", "program"]
pytestmark = pytest.mark.django_db

OUTSIDER = MEMBERS - 1
LANGUAGES = ("zh-hans", "en")


@pytest.mark.parametrize(("language", "word"), [*zip(LANGUAGES, ("离席", "left"), strict=True)])
def test_a_vote_by_somebody_who_left_is_answered_and_not_counted(
    voting_now: Meeting, program: Any, language: str, word: str
) -> None:
    seat, account = voting_now.seats[2], voting_now.account(2)
    leave(seat=seat, by=OPERATOR)
    path = f"/sittings/{voting_now.sitting.pk}"
    item = f"{path}/items/{voting_now.item.pk}/vote"
    client = signed_in(account, language)
    page = page_of(client.post(f"{item}/", {"choice": "for"}, follow=True))
    assert word in page
    told = program(account, language=language[:2]).post(item, {"choice": "for"})
    assert (told.status_code, told.json()["code"]) == (409, "rule_broken")
    assert word in told.json()["message"]
    assert not VoteCast.objects.exists()
    outsider = voting_now.seats[OUTSIDER]
    _link, token = make_link(seat=outsider, purpose="ballot", by=OPERATOR)
    leave(seat=outsider, by=OPERATOR)
    sent = {"item": voting_now.item.pk, "choice": "for"}
    guest = Client()
    guest.cookies["language"] = language
    assert word in page_of(guest.post(f"/answer/{token}/", sent, follow=True))
    assert not VoteCast.objects.exists()


@pytest.mark.parametrize(("language", "word"), [*zip(LANGUAGES, ("逾时", "too late"), strict=True)])
def test_a_late_answer_is_answered_and_the_words_stay_with_who_wrote_them(
    meeting: Meeting, program: Any, language: str, word: str
) -> None:
    invite(sitting=meeting.sitting, by=OPERATOR)
    _link, token = make_link(seat=meeting.seats[OUTSIDER], purpose="invitation", by=OPERATOR)
    open_sitting(sitting=meeting.sitting, by=OPERATOR)
    sent = {"answer": "declined", "reason": "台风停航"}
    told = program(meeting.account(0), language=language[:2]).post(
        f"/sittings/{meeting.sitting.pk}/answer", sent
    )
    assert told.status_code == 409, text_of(told)
    late = told.json()["message"]
    client = signed_in(meeting.account(0), language)
    path = f"/sittings/{meeting.sitting.pk}/answer/"
    page = page_of(client.post(path, sent, follow=True))
    assert late in page and "台风停航" in page
    guest = Client()
    guest.cookies["language"] = language
    answer = page_of(guest.post(f"/answer/{token}/", sent, follow=True))
    assert late in answer and "台风停航" in answer
    assert set(SittingSeat.objects.values_list("answer", flat=True)) == {""}
    assert word in late


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_used_twice_tells_that_it_was_used_and_keeps_the_first_answer(
    meeting: Meeting, language: str
) -> None:
    _link, token = make_link(seat=meeting.seats[OUTSIDER], purpose="invitation", by=OPERATOR)
    guest = Client()
    guest.cookies["language"] = language
    first = page_of(guest.post(f"/answer/{token}/", {"answer": "accepted"}, follow=True))
    again = guest.post(
        f"/answer/{token}/", {"answer": "declined", "reason": "改变主意"}, follow=True
    )
    assert again.status_code == 200
    page = page_of(again)
    assert {"zh-hans": "已使用", "en": "was used"}[language] in page and "改变主意" in page
    assert first
    assert SittingSeat.objects.get(pk=meeting.seats[OUTSIDER].pk).answer == "accepted"


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"reason=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"f%d=1" % place for place in range(1500)), "application/x-www-form-urlencoded"),
        (
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="%b.pdf"\r\n\r\nx\r\n--x--'
            % (b"n" * 3000),
            "multipart/form-data; boundary=x",
        ),
    ],
    ids=["too long", "too many", "long name"],
)  # fmt: skip
@pytest.mark.parametrize(("language", "word"), [*zip(LANGUAGES, ("2 MB", "two mega"), strict=True)])
def test_what_is_too_much_to_be_read_is_answered_by_a_page_of_ours(
    hall: Hall, meeting: Meeting, sent: bytes, kind: str, language: str, word: str
) -> None:
    client = signed_in(hall.secretary, language)
    path = f"/sittings/{meeting.sitting.pk}/step/"
    answer = client.generic("POST", path, sent, content_type=kind)
    assert answer.status_code == 400
    assert word in page_of(answer)


@pytest.mark.parametrize(
    ("language", "word"), [*zip(LANGUAGES, ("重新打开", "Load the page"), strict=True)]
)
def test_a_form_of_an_earlier_sign_in_is_answered_by_a_page_of_ours(
    hall: Hall, meeting: Meeting, language: str, word: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(hall.secretary, language).cookies
    answer = client.post(f"/sittings/{meeting.sitting.pk}/step/", {"do": "invite"})
    assert answer.status_code == 403
    assert word in page_of(answer)
    meeting.sitting.refresh_from_db()
    assert meeting.sitting.state == "planned"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("reason", "x" * 1001, ("最多 1000 个字，现有 1001 个字", "at most 1000 characters")),
        ("reason", "a\x00b", ("空字符", "Null characters")),
        ("reason", "", ("此项必填", "required")),
    ],
    ids=["too long", "a null", "nothing"],
)
def test_a_field_is_refused_in_the_words_of_the_house(
    hall: Hall, meeting: Meeting, field: str, value: str, words: tuple[str, str]
) -> None:
    path = f"/sittings/{meeting.sitting.pk}/plan/"
    for language, word in zip(LANGUAGES, words, strict=True):
        client = signed_in(hall.secretary, language)
        answer = client.post(path, {"do": "cancel", field: value})
        assert word in page_of(answer)
    meeting.sitting.refresh_from_db()
    assert meeting.sitting.state == "planned"


@pytest.mark.parametrize(
    ("name", "body"),
    [("章程.pdf", b"PK\x03\x04"), ("章程.docx", b"%PDF-1.7"), ("章程.exe", b"MZ"), ("章程", b"%PDF-1.7"),
     ("章程.pdf", b"")],
    ids=["docx as pdf", "pdf as docx", "exe", "no ending", "empty"],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_named_and_kept_nowhere(
    hall: Hall, program: Any, settings: Any, tmp_path: Any, name: str, body: bytes
) -> None:
    settings.PRECEPTOR_HOME = tmp_path
    caller = program(hall.office, language="zh")
    made = caller.post(
        "/bodies",
        {"kind": "academic", "unit": hall.institution.pk, "code": "AC", "name_zh": "学术委员会",
         "opened_on": "2024-01-01"},
    )  # fmt: skip
    key = made.json()["key"]
    sent = {"title_zh": "章程", "valid_from": "2026-01-01"}
    answer = caller.client.post(
        f"/api/v1/bodies/{key}/charter/file", sent | {"file": SimpleUploadedFile(name, body)},
        headers=caller.headers,
    )  # fmt: skip
    assert answer.status_code in (409, 422), text_of(answer)
    assert answer.json()["message"]
    page = signed_in(hall.office).post(
        f"/bodies/{key}/charter/new/", sent | {"file": SimpleUploadedFile(name, body)}
    )
    assert page.status_code == 200
    assert "章程" in page_of(page)
    assert caller.get(f"/bodies/{key}").json()["charters"] == []
