"""Outside letters about a request, and the board that decides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import FileResponse, Http404, HttpRequest
from ninja import Router, Status
from pydantic import Field, StringConstraints

from preceptor.base.files import path_of
from preceptor.cases.access import may_ask_letter, may_read_letters, visible_letters
from preceptor.cases.actions import NewSittingSeat, ask_letter, call_board, revoke_letter
from preceptor.cases.choices import BodyRole
from preceptor.cases.models import Letter
from preceptor.cases.registry import Boarding, port_of
from preceptor.people.access import visible_judges

from ..fields import Day, Key, Moment, Readable, Remark, Revision
from ..guard import reader
from ..paging import one
from ..refusals import Made, answers
from ..shapes import call as shapes
from ..shapes import composition as sittings
from .case import seen_case
from .case_step import Match, Once, revision_of
from .change import Sent
from .composition import MOST_SEATS

router = Router(tags=["cases"])


class NewLetter(Sent):
    """Who is asked, and by which day, that day included."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120), Readable]
    email: Annotated[str, StringConstraints(min_length=1, max_length=254), Readable]
    affiliation: Remark = ""
    due_on: Day


class BoardSeat(Sent):
    """A person in a role."""

    person: Key
    role: BodyRole


class NewBoard(Sent):
    """Who decides the request, when and where."""

    seats: Annotated[list[BoardSeat], Field(max_length=MOST_SEATS)]
    starts_at: Moment
    ends_at: Moment | None = None
    place: Remark = ""
    revision: Revision | None = None


@router.get("/cases/{int:key}/letters", response=answers(list[shapes.Letter]))
def case_letters(request: HttpRequest, key: Key) -> list[Letter]:
    """The letters about a request; 404 for who neither reads nor asks for them."""
    row, user = seen_case(request, key), reader(request)
    if not (may_ask_letter(user, row) or may_read_letters(user, row)):
        raise Http404
    return list(visible_letters(user).filter(case=row).order_by("pk"))


@router.post("/cases/{int:key}/letters", response=answers(shapes.Letter, 201))
def ask_case_letter(request: HttpRequest, key: Key, sent: NewLetter) -> Made:
    """Ask somebody outside for a letter; its link goes out by mail, and is told to nobody else."""
    row = seen_case(request, key)
    made, _token = ask_letter(case=row, by=reader(request), **sent.dict())
    return Status(201, made)  # type: ignore[arg-type]


@router.get("/cases/{int:key}/letters/{int:letter}/file", response=answers(None))
def case_letter_file(request: HttpRequest, key: Key, letter: Key) -> Any:
    """The file of a letter; 404 where none was given."""
    rows = visible_letters(reader(request)).filter(case=seen_case(request, key))
    found = one(rows.select_related("file"), pk=letter)
    if found.file is None:
        raise Http404
    kind, content = "application/octet-stream", path_of(found.file).open("rb")
    return FileResponse(content, as_attachment=True, filename=found.file.name, content_type=kind)


@router.post("/cases/{int:key}/letters/{int:letter}/revoke", response=answers(shapes.Letter))
def revoke_case_letter(request: HttpRequest, key: Key, letter: Key) -> Letter:
    """Take back that a letter was asked for; its link ends."""
    rows = visible_letters(reader(request)).filter(case=seen_case(request, key))
    return revoke_letter(letter=one(rows.select_related("case"), pk=letter), by=reader(request))


@router.post("/cases/{int:key}/board", response=answers(sittings.Called, 201))
def call_case_board(
    request: HttpRequest, key: Key, sent: NewBoard, idempotency_key: Once, if_match: Match
) -> Made:
    """Call the board that decides the request and invite it; the request goes on to its vote."""
    row = seen_case(request, key)
    if not isinstance(port_of(row), Boarding):
        raise Http404
    made: Any = call_board(
        case=row, seats=_seats(request, sent.seats), starts_at=sent.starts_at,
        ends_at=sent.ends_at, place=sent.place, by=reader(request), token=idempotency_key,
        revision=revision_of(sent.revision, if_match),
    )  # fmt: skip
    return Status(201, made)


def _seats(request: HttpRequest, asked: Sequence[BoardSeat]) -> list[NewSittingSeat]:
    """The seats in their order; 404 where one is for nobody whom the reader may seat."""
    rows = visible_judges(reader(request)).filter(pk__in=[seat.person for seat in asked])
    known = {one.pk: one for one in rows}
    if not {seat.person for seat in asked} <= known.keys():
        raise Http404
    return [NewSittingSeat(known[seat.person], seat.role) for seat in asked]
