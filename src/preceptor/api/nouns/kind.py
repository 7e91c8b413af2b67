"""Case kinds as their text: the versions, and how the office writes, proposes and approves one."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Router, Status
from pydantic import StringConstraints

from preceptor.cases.access import may_approve_kind, may_edit_kinds, visible_kinds
from preceptor.cases.actions import (
    approve_kind,
    end_kind,
    propose_kind,
    return_kind,
    withdraw_kind,
    write_kind_draft,
)
from preceptor.cases.appeals import PORT as APPEALS
from preceptor.cases.choices import KindState
from preceptor.cases.kinds.checking import faults
from preceptor.cases.models import CaseKind
from preceptor.cases.queries import kind_of_row
from preceptor.people.access import scope

from ..fields import Day, Key, LongReason, Readable, Revision
from ..guard import reader
from ..paging import one
from ..refusals import Made, answers
from ..shapes import case as shapes
from .change import Sent

router = Router(tags=["kinds"])
#: Longer than any kind that somebody could read.
KindText = Annotated[str, StringConstraints(min_length=1, max_length=200_000), Readable]
OPEN = (KindState.DRAFT, KindState.PROPOSED)


class NewKind(Sent):
    """The text of a version, in TOML, with a version number of its own."""

    content: KindText


class ChangedKind(NewKind):
    """The text in the place of the one that was read at the revision."""

    revision: Revision


class FirstDayOfKind(Sent):
    """From which day on it is to hold."""

    valid_from: Day


class LastDayOfKind(Sent):
    """Until which day, this one included, requests of the kind can be made."""

    last_day: Day


class KindReturned(Sent):
    """What has to be changed."""

    reason: LongReason


def _rows(request: HttpRequest) -> QuerySet[CaseKind]:
    rows = visible_kinds(reader(request)).select_related("institution")
    return rows.order_by("name", "pk")


def _seen(request: HttpRequest, key: int) -> CaseKind:
    found: CaseKind = one(_rows(request), pk=key)
    return found


@router.get("/kinds", response=answers(list[shapes.KindLine]))
def kinds(request: HttpRequest) -> list[Any]:
    """The case kinds with their versions, by name."""
    return list(_rows(request).defer("content"))


@router.get("/kinds/{int:key}", response=answers(shapes.Kind))
def kind(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One version of a case kind with its text, and what keeps a draft from being proposed."""
    return _told(request, _seen(request, key))


def _told(request: HttpRequest, row: CaseKind) -> dict[str, Any]:
    columns = (
        "pk", "name", "version", "title_zh", "title_en", "state", "valid_from", "valid_to", "hash",
        "content", "revision", "written_by", "approved_by",
    )  # fmt: skip
    user = reader(request)
    return {
        **{name: getattr(row, name) for name in columns},
        "faults": _faults(row),
        "may_edit": bool(may_edit_kinds(user, row.institution)) and row.state in OPEN,
        "may_approve": bool(may_approve_kind(user, row)),
    }


def _faults(row: CaseKind) -> list[dict[str, str]]:
    """What is wrong with a draft; nothing is looked for in a settled version."""
    if row.state not in OPEN:
        return []
    rows = CaseKind.objects.filter(institution=row.institution_id, port=APPEALS)
    known = set(rows.values_list("name", flat=True))
    found = faults(kind_of_row(row), known)
    return [{"place": fault.place, "message": str(fault.message)} for fault in found]


@router.post("/kinds", response=answers(shapes.Kind, 201))
def write_kind(request: HttpRequest, sent: NewKind) -> Made:
    """Keep a text as a draft: a new kind, or the next version of one. Every fault of the text is
    told with its line, dead ends too; then nothing is written. For the office."""
    user = reader(request)
    institution = scope(user).institution
    if institution is None:
        raise Http404
    made = write_kind_draft(institution=institution, text=sent.content, by=user)
    return Status(201, _told(request, _seen(request, made.pk)))


@router.post("/kinds/{int:key}/text", response=answers(shapes.Kind))
def change_kind(request: HttpRequest, key: Key, sent: ChangedKind) -> dict[str, Any]:
    """Put another text in the place of a draft; of two at once the second is told."""
    row = _seen(request, key)
    write_kind_draft(
        institution=row.institution, text=sent.content, draft=row, revision=sent.revision,
        by=reader(request),
    )  # fmt: skip
    return _told(request, _seen(request, key))


@router.post("/kinds/{int:key}/propose", response=answers(shapes.Kind))
def propose_one_kind(request: HttpRequest, key: Key, sent: FirstDayOfKind) -> dict[str, Any]:
    """Hand a draft to the second person, to hold from the day on."""
    propose_kind(draft=_seen(request, key), valid_from=sent.valid_from, by=reader(request))
    return _told(request, _seen(request, key))


@router.post("/kinds/{int:key}/approve", response=answers(shapes.Kind))
def approve_one_kind(request: HttpRequest, key: Key) -> dict[str, Any]:
    """Put a proposed version into force from its day; never by who wrote it. Requests under way keep
    theirs."""
    approve_kind(draft=_seen(request, key), by=reader(request))
    return _told(request, _seen(request, key))


@router.post("/kinds/{int:key}/return", response=answers(shapes.Kind))
def return_one_kind(request: HttpRequest, key: Key, sent: KindReturned) -> dict[str, Any]:
    """Give a proposed version back to its writer, with what has to be changed."""
    return_kind(draft=_seen(request, key), reason=sent.reason, by=reader(request))
    return _told(request, _seen(request, key))


@router.post("/kinds/{int:key}/withdraw", response=answers(shapes.KindLine))
def withdraw_one_kind(request: HttpRequest, key: Key) -> dict[str, Any]:
    """Throw a draft away; a version that was ever in force stays."""
    row = _seen(request, key)
    told = _told(request, row)
    withdraw_kind(draft=row, by=reader(request))
    return told


@router.post("/kinds/{int:key}/end", response=answers(shapes.Kind))
def end_one_kind(request: HttpRequest, key: Key, sent: LastDayOfKind) -> dict[str, Any]:
    """Let a kind that the office made end without a follower; requests under way go on."""
    end_kind(kind=_seen(request, key), last_day=sent.last_day, by=reader(request))
    return _told(request, _seen(request, key))
