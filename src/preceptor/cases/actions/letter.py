"""Letters about a request from outside: asked for, given by a link, declined, taken back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from preceptor.base import files
from preceptor.base.actors import Actor
from preceptor.base.addresses import public_url
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.mail import write_mail
from preceptor.base.models import StoredFile
from preceptor.base.today import today

from ..access.letter import may_ask_letter
from ..choices import LetterState
from ..kinds.kind import Document, Words
from ..links import TOKEN_BYTES, digest_of, is_letter_open
from ..models import Case, Letter
from .document import checked_body
from .stepping import locked

NAME_LENGTH, AFFILIATION_LENGTH, EMAIL_LENGTH = 120, 200, 254
TEXT_LENGTH = 20_000
MOST_LETTERS = 30
GRADES = range(1, 6)
FILE = Document("letter", Words("函评意见", "letter"), types=("pdf", "docx"))


@dataclass(frozen=True)
class LetterWriter:
    """Whoever answers by the link of a letter; the journal names the letter, not the person."""

    letter: int

    @property
    def actor_key(self) -> str:
        return f"letter:{self.letter}"

    @property
    def actor_name(self) -> str:
        return f"letter {self.letter}"


def ask_letter(
    *, case: Case, name: str, email: str, affiliation: str = "", due_on: date, by: Actor
) -> tuple[Letter, str]:
    """Ask somebody outside for a letter about the request until the day, that day included; gives it
    with the token of its link, which is kept nowhere.

    The same address asked again while it has not answered gets a new link, and the former one ends.
    Raises PermissionDenied, also for who makes the request and whom it is about; InputRefused
    without a name, for an address that is none or a text that is too long; RuleBroken for a day that
    is past, or when too many were asked already.
    """
    given = _given(name, email, affiliation)
    with deed(by) as act:
        held = locked(case)
        may_ask_letter(by, held).demand()
        if due_on < today():
            raise RuleBroken(_("The day by which the letter is wanted is past."))
        letter = _asked_before(held, given["email"]) or _new(held)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        for column, value in given.items():
            setattr(letter, column, value)
        letter.digest, letter.asked_at, letter.due_on = digest_of(token), timezone.now(), due_on
        letter.save()
        _write(letter, token)
        act.write("letter.ask", "case", held.pk, after={"letter": letter.pk, "due_on": due_on})
    return letter, token


def _given(name: str, email: str, affiliation: str) -> dict[str, str]:
    given = {"name": name.strip(), "email": email.strip(), "affiliation": affiliation.strip()}
    bounds = {"name": NAME_LENGTH, "email": EMAIL_LENGTH, "affiliation": AFFILIATION_LENGTH}
    if not given["name"]:
        raise InputRefused(_("Say who is asked for the letter."))
    if any(len(given[key]) > most for key, most in bounds.items()):
        raise InputRefused(_("The name, the address or the affiliation is too long."))
    try:
        validate_email(given["email"])
    except ValidationError:
        raise InputRefused(_("Enter a complete e-mail address.")) from None
    return given


def _asked_before(case: Case, email: str) -> Letter | None:
    """The letter that the address was asked for and has not given. Addresses are kept encrypted, so
    that they are compared here."""
    rows = Letter.objects.filter(case=case, state=LetterState.ASKED)
    return next((one for one in rows if (one.email or "").lower() == email.lower()), None)


def _new(case: Case) -> Letter:
    if Letter.objects.filter(case=case).count() >= MOST_LETTERS:
        raise RuleBroken(
            _("%(most)s letters are asked for already; no more are.") % {"most": MOST_LETTERS}
        )
    return Letter(case=case)


def _write(letter: Letter, token: str) -> None:
    """The letter that asks, in both languages, because nobody knows which one its reader speaks."""
    parts = []
    for language in ("zh-hans", "en"):
        with override(language):
            parts.append(_asking(letter, token, "en" if language == "en" else "zh"))
    (subject_zh, body_zh), (subject_en, body_en) = parts
    write_mail(
        to=letter.email or "", subject=f"{subject_zh} / {subject_en}"[:200],
        body=f"{body_zh}\n\n{body_en}", unique_key=f"letter:{letter.pk}:{letter.digest[:16]}",
        holds_secret=True,
    )  # fmt: skip


def _asking(letter: Letter, token: str, language: str) -> tuple[str, str]:
    case = letter.case
    names = {
        "name": letter.name,
        "title": getattr(case, f"title_{language}"),
        "institution": getattr(case.institution, f"name_{language}"),
        "day": letter.due_on.isoformat(),
        "address": public_url("letter", token),
    }
    subject = _("We ask for your letter: %(institution)s") % names
    return subject, _(
        "Dear %(name)s,\n\n"
        "%(institution)s asks for your opinion on “%(title)s” by %(day)s. Please give it, or decline, "
        "here:\n"
        "%(address)s\n\n"
        "Neither your name nor your letter is shown to the person concerned. The link is yours alone "
        "and takes one answer.\n"
    ) % names


def answer_letter(
    *,
    token: str,
    grade: int | None,
    text: str,
    file: BinaryIO | None = None,
    file_name: str = "",
) -> Letter:
    """Give the letter by its link: a text, a file or both, with a grade from 1 to 5 (5 is best) or
    without one. It is given once.

    Raises InputRefused for a grade that is none, without text and file, or for a file that is not
    taken; RuleBroken for a link that does not serve, or was answered.
    """
    if grade is not None and grade not in GRADES:
        raise InputRefused(_("The grade lies between 1 and 5."))
    if len(text) > TEXT_LENGTH:
        raise InputRefused(
            _("The text is too long: %(most)s characters at most.") % {"most": TEXT_LENGTH}
        )
    letter = _of(token)
    with deed(LetterWriter(letter.pk)) as act:
        held = _open(letter, token)
        if not text.strip() and file is None:
            raise InputRefused(_("Write your opinion, or hand it in as a file."))
        held.file = _kept(file, file_name) if file is not None else None
        held.grade, held.text = grade, text.strip()
        _settle(act, held, LetterState.GIVEN)
    return held


def decline_letter(*, token: str) -> Letter:
    """Say by the link that no letter is given; twice does not do it twice. Raises RuleBroken for a
    link that does not serve, or by which the letter was given."""
    letter = _of(token)
    with deed(LetterWriter(letter.pk)) as act:
        rows = Letter.objects.filter(pk=letter.pk, state=LetterState.DECLINED)
        if (declined := rows.first()) is not None:
            return declined
        held = _open(letter, token)
        _settle(act, held, LetterState.DECLINED)
    return held


def revoke_letter(*, letter: Letter, by: Actor) -> Letter:
    """Take back that a letter was asked for; its link ends. Twice does not do it twice.

    Raises PermissionDenied as `ask_letter` does, and RuleBroken for a letter that was answered.
    """
    with deed(by) as act:
        case = locked(letter.case)
        may_ask_letter(by, case).demand()
        held = _locked(letter)
        if held.state == LetterState.REVOKED:
            return held
        if held.state != LetterState.ASKED:
            raise RuleBroken(_("This letter was answered already."))
        _settle(act, held, LetterState.REVOKED)
    return held


def _of(token: str) -> Letter:
    letter = Letter.objects.filter(digest=digest_of(token)).first()
    if letter is None:
        raise RuleBroken(gettext_lazy("This link does not serve. Ask for a new one."))
    return letter


def _locked(letter: Letter) -> Letter:
    rows = Letter.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("case").get(pk=letter.pk)


def _open(letter: Letter, token: str) -> Letter:
    """The letter, locked after its case, if the link still takes an answer."""
    locked(Case(pk=letter.case_id))
    held = _locked(letter)
    if held.state == LetterState.GIVEN and held.answered_at is not None:
        raise RuleBroken(
            _("This letter was given on %(at)s already. Thank you.")
            % {"at": f"{timezone.localtime(held.answered_at):%Y-%m-%d %H:%M}"}
        )
    if held.digest != digest_of(token) or not is_letter_open(held):
        raise RuleBroken(gettext_lazy("This link does not serve. Ask for a new one."))
    return held


def _kept(file: BinaryIO, file_name: str) -> StoredFile:
    return files.keep(BytesIO(checked_body(FILE, file, file_name)), Path(file_name).name)


def _settle(act: Deed, letter: Letter, state: LetterState) -> None:
    letter.state = state
    letter.answered_at = timezone.now() if state != LetterState.REVOKED else None
    letter.save(update_fields=["state", "answered_at", "grade", "text", "file"])
    after = {"letter": letter.pk, "state": state.value}
    act.write(f"letter.{state.value}", "case", letter.case_id, after=after)
