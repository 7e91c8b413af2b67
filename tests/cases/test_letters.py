"""Outside letters: asked for, given by a link, and never read by the person concerned."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.mail import send_mail
from preceptor.base.models import JournalEntry, OutgoingMail, StoredFile
from preceptor.base.today import today
from preceptor.cases.access import may_ask_letter, may_read_letters, visible_letters
from preceptor.cases.actions import (
    answer_letter,
    ask_letter,
    decide_stage,
    decline_letter,
    revoke_letter,
    withdraw_case,
)
from preceptor.cases.links import is_letter_open, letter_of
from preceptor.cases.models import Case, Letter
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast", "call_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("addresses")]

NAME, EMAIL = "Prof. Anders Berg", "berg@example.org"


def asked(case: Case, by: Any = OPERATOR, **more: Any) -> tuple[Letter, str]:
    given: dict[str, Any] = {"name": NAME, "email": EMAIL, "due_on": today() + timedelta(days=9)}
    return ask_letter(case=case, by=by, affiliation="Uppsala", **(given | more))


def test_the_writer_gets_the_link_in_both_languages_and_the_outbox_forgets_it(case: Case) -> None:
    letter, token = asked(case)
    mail = OutgoingMail.objects.get(to=EMAIL)
    assert token in mail.body
    assert "云汀医科大学" in mail.body
    assert "Yunting Medical University" in mail.body
    send_mail.call(mail.pk)
    mail.refresh_from_db()
    assert (mail.body, mail.sent_at is not None) == ("", True)
    assert token not in letter.digest
    told = str(list(JournalEntry.objects.values_list("after", "actor_name")))
    assert token not in told
    assert "Berg" not in told


def test_a_letter_is_given_once_with_a_grade_a_text_and_a_file(case: Case) -> None:
    letter, token = asked(case)
    held = answer_letter(
        token=token,
        grade=4,
        text="独立从事研究的能力强。",
        file=BytesIO(b"%PDF-1.4 a letter"),
        file_name="letter.pdf",
    )
    assert (held.state, held.grade, held.text) == ("given", 4, "独立从事研究的能力强。")
    assert held.file is not None
    assert held.file.name == "letter.pdf"
    with pytest.raises(RuleBroken):
        answer_letter(token=token, grade=1, text="改成差评")
    with pytest.raises(RuleBroken):
        decline_letter(token=token)
    with pytest.raises(RuleBroken):
        revoke_letter(letter=letter, by=OPERATOR)
    letter.refresh_from_db()
    assert (letter.grade, letter.text) == (4, "独立从事研究的能力强。")


@pytest.mark.parametrize(
    "wrong",
    [
        {"grade": 0, "text": "好"},
        {"grade": 6, "text": "好"},
        {"grade": 3, "text": " "},
        {"grade": 3, "text": "字" * 20_001},
        {"grade": 3, "text": "好", "file": BytesIO(b"MZ\x90 a program"), "file_name": "letter.pdf"},
        {"grade": 3, "text": "好", "file": BytesIO(b""), "file_name": "letter.pdf"},
        {"grade": 3, "text": "好", "file": BytesIO(b"#!/bin/sh"), "file_name": "letter.sh"},
    ],
)
def test_a_letter_that_cannot_be_is_refused_and_can_be_given_again(
    case: Case, wrong: dict[str, Any]
) -> None:
    letter, token = asked(case)
    files = StoredFile.objects.count()
    with pytest.raises(InputRefused):
        answer_letter(token=token, **wrong)
    letter.refresh_from_db()
    assert (letter.state, letter.text, letter.file) == ("asked", "", None)
    assert StoredFile.objects.count() == files
    assert answer_letter(token=token, grade=None, text="没有评级的意见").grade is None


def test_a_link_serves_up_to_its_day_and_while_the_request_is_under_way(
    case: Case, trainee: Account
) -> None:
    letter, token = asked(case, due_on=today())
    assert is_letter_open(letter)
    Letter.objects.filter(pk=letter.pk).update(due_on=today() - timedelta(days=1))
    found = letter_of(token)
    assert found is not None
    assert not is_letter_open(found)
    with pytest.raises(RuleBroken):
        answer_letter(token=token, grade=3, text="迟到的意见")
    Letter.objects.filter(pk=letter.pk).update(due_on=today())
    withdraw_case(case=case, by=trainee)
    with pytest.raises(RuleBroken):
        answer_letter(token=token, grade=3, text="撤回后的意见")
    assert Letter.objects.get().state == "asked"


def test_an_unknown_token_leads_nowhere() -> None:
    assert letter_of("no-such-token") is None
    with pytest.raises(RuleBroken):
        answer_letter(token="no-such-token", grade=3, text="好")
    with pytest.raises(RuleBroken):
        decline_letter(token="no-such-token")


def test_a_writer_declines_once_and_the_office_takes_back_what_was_not_answered(
    case: Case,
) -> None:
    letter, token = asked(case)
    assert decline_letter(token=token).state == "declined"
    assert decline_letter(token=token).state == "declined"
    with pytest.raises(RuleBroken):
        answer_letter(token=token, grade=5, text="后来又写了")
    other, secret = asked(case, email="li@example.org")
    assert revoke_letter(letter=other, by=OPERATOR).state == "revoked"
    assert revoke_letter(letter=other, by=OPERATOR).state == "revoked"
    with pytest.raises(RuleBroken):
        answer_letter(token=secret, grade=5, text="撤销后写的")
    assert letter.pk != other.pk


def test_the_same_address_asked_again_gets_a_new_link_and_the_former_one_ends(case: Case) -> None:
    letter, token = asked(case)
    again, fresh = asked(case, email=EMAIL.upper())
    assert (again.pk, token != fresh) == (letter.pk, True)
    with pytest.raises(RuleBroken):
        answer_letter(token=token, grade=5, text="旧链接")
    assert answer_letter(token=fresh, grade=5, text="新链接").state == "given"


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"email": "nobody"}, {"name": "x" * 121}, {"email": ""}]
)
def test_who_is_asked_must_be_reachable(case: Case, wrong: dict[str, Any]) -> None:
    with pytest.raises(InputRefused):
        asked(case, **wrong)
    assert not Letter.objects.exists()


def test_no_letter_is_asked_for_a_day_that_is_past(case: Case) -> None:
    with pytest.raises(RuleBroken):
        asked(case, due_on=today() - timedelta(days=1))


def test_only_who_keeps_the_request_or_acts_in_it_asks(
    case: Case, trainee: Account, supervisor: Account, secretary: Account, office: Account,
    leader: Account, stranger: Account, neighbour: Account,
) -> None:  # fmt: skip
    letter, _token = asked(case, by=supervisor)
    for who in (secretary, office):
        assert may_ask_letter(who, case)
    for other in (trainee, stranger, neighbour, leader):
        assert not may_ask_letter(other, case)
        with pytest.raises(NotPermitted):
            asked(case, by=other)
        with pytest.raises(NotPermitted) as refusal:
            revoke_letter(letter=letter, by=other)
        assert "Berg" not in str(refusal.value)


def test_no_letter_is_asked_about_a_request_that_has_ended(case: Case, supervisor: Account) -> None:
    held = decide_stage(
        case=case, outcome="refused", by=supervisor, revision=case.revision, reason="与课题无关"
    )
    assert not may_ask_letter(OPERATOR, held)


def test_letters_are_read_by_who_judges_and_never_by_the_person_concerned(
    case: Case, trainee: Account, supervisor: Account, secretary: Account, office: Account,
    leader: Account, stranger: Account, neighbour: Account,
) -> None:  # fmt: skip
    letter, _token = asked(case)
    for reader in (supervisor, secretary, office, leader):
        assert list(visible_letters(reader)) == [letter]
        assert may_read_letters(reader, case)
    for other in (trainee, stranger, neighbour):
        assert not visible_letters(other).exists()
        assert not may_read_letters(other, case)


def test_an_officer_never_reads_the_letters_about_the_own_request(
    case: Case, cast: Cast, secretary: Account, trainee: Account
) -> None:
    asked(case)
    trainee.person = None
    trainee.save()
    secretary.person = cast.persons["S1"]
    secretary.save()
    fresh = Account.objects.get(pk=secretary.pk)
    assert not visible_letters(fresh).exists()
    assert not may_read_letters(fresh, case)
    assert not may_ask_letter(fresh, case)
    # Nor whoever made the request for somebody else.
    assert not visible_letters(Account.objects.get(pk=trainee.pk)).exists()


def test_the_letters_of_one_request_are_not_without_end(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    from preceptor.cases.actions import letter as letters

    monkeypatch.setattr(letters, "MOST_LETTERS", 1)
    asked(case)
    with pytest.raises(RuleBroken):
        asked(case, email="li@example.org")
