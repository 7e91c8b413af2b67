"""Outside letters: on the page of a request for those who read them, and behind a letter's link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from preceptor.cases.access import may_ask_letter, may_read_letters
from preceptor.cases.choices import CaseState, LetterState, StageKind
from preceptor.cases.models import Case, Letter
from preceptor.cases.registry import Boarding, port_of
from preceptor.fellows.ports.assessment import AssessmentPort
from preceptor.web.forms.letter import AskLetterForm
from preceptor.web.localised import localised

Shown = dict[str, Any]
#: At these stages nobody begins to ask outside.
_LATE = (StageKind.HEARING, StageKind.SITTING)
TONES = {
    LetterState.ASKED: "info", LetterState.GIVEN: "pass", LetterState.DECLINED: "warn",
    LetterState.REVOKED: "none",
}  # fmt: skip


def letters_of(user: Any, case: Case, letters: Sequence[Letter]) -> Shown:
    """The `letters` that the reader sees about a request that a board decides, or about the assessment
    of an investigator, and whether the reader asks for more; nothing for who neither reads nor asks, for other requests,
    and where none was asked for before the person is heard or the board sits."""
    port = port_of(case)
    is_judged = isinstance(port, Boarding) or port.name == AssessmentPort.name
    if case.state == CaseState.DRAFT or not is_judged:
        return {}
    ask = may_ask_letter(user, case)
    if not (ask or may_read_letters(user, case)):
        return {}
    lines = [_line(row, bool(ask)) for row in letters]
    if not lines and (not ask or case.stage_kind in _LATE):
        return {}
    return {"letters": lines, "ask_letter": ask, "letter_form": AskLetterForm(auto_id="letter_%s")}


def _line(row: Letter, may_revoke: bool) -> Shown:
    state = LetterState(row.state)
    keys = [row.case_id, row.pk]
    return {
        "key": row.pk,
        "name": row.name,
        "affiliation": row.affiliation,
        "email": row.email if may_revoke else "",
        "state": state.label,
        "tone": TONES[state],
        "due_on": row.due_on.isoformat(),
        "grade": row.grade,
        "text": row.text,
        "file": row.file.name if row.file else "",
        "file_url": reverse("letter_file", args=keys) if row.file else "",
        "revoke_url": reverse("letter_revoke", args=keys)
        if may_revoke and state == LetterState.ASKED
        else "",
    }


def asked_of(letter: Letter) -> Shown:
    """What the writer of a letter is told: by whom it is asked, about what, until when."""
    case = letter.case
    return {
        "letter": letter,
        "name": letter.name,
        "title": localised(case, "title"),
        "institution": localised(case.institution, "name"),
        "due_on": letter.due_on.isoformat(),
        "state": LetterState(letter.state).value,
    }
