"""Declared ties: read, declared, withdrawn."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import StringConstraints

from preceptor.base.errors import InputRefused
from preceptor.people.access import (
    institutions_of,
    may_read_tie_note,
    visible_persons,
    visible_ties,
)
from preceptor.people.actions import declare_tie, withdraw_tie
from preceptor.people.choices import TieKind
from preceptor.people.models import Account, Person, Tie
from preceptor.people.queries import person_meant

from ..fields import Day, Key, Note, Readable
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import tie as shapes
from .change import Sent

router = Router(tags=["ties"])
#: A staff number, a student number, or the full name of the only one known by it.
Who = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), Readable
]


class NewTie(Sent):
    """With whom, of what kind, from which day (today where null); who keeps records says also whose
    tie it is."""

    other: Who
    person: Who | None = None
    kind: TieKind
    valid_from: Day | None = None
    note: Note = ""


class Withdrawn(Sent):
    """Whether the tie never was; else it has ended."""

    is_mistaken: bool = False


def _told(user: Account, row: Tie) -> dict[str, Any]:
    return {
        "key": row.pk, "kind": row.kind, "declared_by": row.declared_by,
        "person_zh": row.person.name_zh, "person_en": row.person.name_en,
        "other_zh": row.other.name_zh, "other_en": row.other.name_en,
        "note": row.note if may_read_tie_note(user, row) else None,
        "valid_from": row.valid_from, "valid_to": row.valid_to,
    }  # fmt: skip


@router.get("/ties", response=answers(Page[shapes.RecordedTie]))
def ties(request: HttpRequest, narrowed: Query[Paging]) -> dict[str, Any]:
    """The ties of the reader's own person; for an office those of its institution."""
    user = reader(request)
    rows = visible_ties(user).select_related("person__institution", "other")
    page = page_of(rows, "pk", narrowed)
    return {**page, "rows": [_told(user, row) for row in page["rows"]]}


@router.post("/ties", response=answers(shapes.RecordedTie, 201))
def declare_one_tie(request: HttpRequest, sent: NewTie) -> Made:
    """Declare a tie: the own, or with `person`, as who keeps the records, another's. 404 for an account
    without a person that names nobody."""
    user = reader(request)
    person = _named(user, sent.person) if sent.person is not None else user.person
    if person is None:
        raise Http404
    made = declare_tie(
        person=person, other=_named(user, sent.other), kind=sent.kind, note=sent.note,
        valid_from=sent.valid_from, by=user,
    )  # fmt: skip
    return Status(201, _told(user, made))


def _named(user: Account, text: str) -> Person:
    found = person_meant(institutions_of(user), text, visible_persons(user))
    if found is None:
        raise InputRefused(
            _("No one person of your institution has the number or name %(text)s.")
            % {"text": text[:60]}
        )
    return found


@router.post("/ties/{int:key}/withdraw", response=answers(shapes.RecordedTie))
def withdraw_one_tie(request: HttpRequest, key: Key, sent: Withdrawn) -> dict[str, Any]:
    """End a tie, or take back one that was declared by mistake; neither of the two may."""
    user = reader(request)
    row = one(visible_ties(user).select_related("person__institution", "other"), pk=key)
    return _told(user, withdraw_tie(tie=row, by=user, is_mistaken=sent.is_mistaken))
