"""What is done at a sitting: called, opened, presence, votes, closed; and the reader's own part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Status

from preceptor.cases.access import agenda_of, may_run_sitting, own_seats
from preceptor.cases.actions import (
    StatedTie,
    answer_invitation,
    cancel_sitting,
    carry_out,
    cast_vote,
    close_sitting,
    close_vote,
    invite,
    leave,
    make_link,
    mark_presence,
    note_item,
    open_sitting,
    open_vote,
    postpone_item,
    put_on_agenda,
    recuse,
    release_seat,
    reschedule_sitting,
    revoke_links,
    seat_person,
    write_minutes,
)
from preceptor.cases.actions.invitation import subjects_of
from preceptor.cases.bodies import voting_of
from preceptor.cases.choices import Answer, BodyRole, Choice, LinkPurpose
from preceptor.cases.links import public_url
from preceptor.cases.models import Item, Sitting, SittingSeat
from preceptor.people.access import visible_persons
from preceptor.people.choices import TieKind

from ..fields import Key, LongReason, Moment, Note, Record, Remark, Revision, Title
from ..guard import reader
from ..paging import one
from ..refusals import Made, answers
from ..shapes import sitting as shapes
from .case_step import Match, revision_of
from .change import Sent
from .sitting import router, seen_sitting, told, told_minutes


class Read(Sent):
    """The revision that was read."""

    revision: Revision | None = None


class NewTime(Read):
    """When and where; whoever was invited is asked anew."""

    starts_at: Moment
    ends_at: Moment | None = None
    place: Remark = ""


class Closed(Read):
    """What is recorded of the sitting."""

    record: Record = ""


class Cancelled(Read):
    """Why."""

    reason: LongReason


class Because(Sent):
    """Why."""

    reason: LongReason


class NewSeat(Sent):
    """Who is seated, in which role."""

    person: Key
    role: BodyRole


class Substitute(Sent):
    """Who takes the seat, in the same role."""

    person: Key


class Presence(Sent):
    """Whether the holder of the seat is there."""

    is_present: bool


class SeatAnswer(Sent):
    """What the holder of a seat answered to the invitation."""

    answer: Answer
    reason: Note = ""


class DeclaredTie(Sent):
    """To whom, among those whom an item is about, and of which kind."""

    person: Key
    kind: TieKind
    note: Note = ""


class OwnAnswer(SeatAnswer):
    """The reader's own answer, with the tie that is declared, if any."""

    tie: DeclaredTie | None = None


class SeatRecusal(Sent):
    """From which item the member is taken out, and why."""

    item: Key
    reason: LongReason


class NewItem(Sent):
    """An item to discuss; `is_voted`: a standing body votes on it."""

    title_zh: Title
    title_en: Remark = ""
    is_voted: bool = False


class LinkWanted(Sent):
    """For what the link is."""

    purpose: LinkPurpose


class Ballot(Sent):
    """The reader's own ballot; a reason only where the vote is open."""

    choice: Choice
    reason: Note = ""


class Language(Sent):
    """In which language."""

    language: Literal["zh", "en"]


def _run(request: HttpRequest, key: int) -> Sitting:
    """The sitting of which the reader is in charge; 404 for anybody else."""
    found = seen_sitting(request, key)
    if not may_run_sitting(reader(request), found):
        raise Http404
    return found


def _held(request: HttpRequest, key: int, seat: int) -> SittingSeat:
    """A seat of a sitting of which the reader is in charge."""
    row = _run(request, key)
    found: SittingSeat = one(row.seats.select_related("person"), pk=seat)
    found.sitting = row
    return found


def _listed(request: HttpRequest, key: int, item: int) -> Item:
    """An item of a sitting of which the reader is in charge."""
    row = _run(request, key)
    found: Item = one(row.items.select_related("case"), pk=item)
    found.sitting = row
    return found


def _own(request: HttpRequest, row: Sitting) -> SittingSeat:
    """The reader's own seat; 404 where there is none."""
    found: SittingSeat = one(
        own_seats(reader(request)).select_related("person", "sitting"), sitting=row
    )
    return found


@router.post("/sittings/{int:key}/invite", response=answers(shapes.Sitting))
def invite_to_sitting(
    request: HttpRequest, key: Key, sent: Read, if_match: Match
) -> dict[str, Any]:
    """Write to everybody seated who was not invited yet."""
    row, read = _run(request, key), revision_of(sent.revision, if_match)
    invite(sitting=row, revision=read, by=reader(request))
    return told(request, key)


@router.post("/sittings/{int:key}/open", response=answers(shapes.Sitting))
def open_one_sitting(request: HttpRequest, key: Key, sent: Read, if_match: Match) -> dict[str, Any]:
    """Open the sitting."""
    row, read = _run(request, key), revision_of(sent.revision, if_match)
    open_sitting(sitting=row, revision=read, by=reader(request))
    return told(request, key)


@router.post("/sittings/{int:key}/close", response=answers(shapes.Sitting))
def close_one_sitting(
    request: HttpRequest, key: Key, sent: Closed, if_match: Match
) -> dict[str, Any]:
    """Close the sitting with its record."""
    row, read = _run(request, key), revision_of(sent.revision, if_match)
    close_sitting(sitting=row, record=sent.record, revision=read, by=reader(request))
    return told(request, key)


@router.post("/sittings/{int:key}/cancel", response=answers(shapes.Sitting))
def cancel_one_sitting(
    request: HttpRequest, key: Key, sent: Cancelled, if_match: Match
) -> dict[str, Any]:
    """Cancel the sitting; whoever was invited is told."""
    row, read = _run(request, key), revision_of(sent.revision, if_match)
    cancel_sitting(sitting=row, reason=sent.reason, revision=read, by=reader(request))
    return told(request, key)


@router.post("/sittings/{int:key}/time", response=answers(shapes.Sitting))
def reschedule_one_sitting(
    request: HttpRequest, key: Key, sent: NewTime, if_match: Match
) -> dict[str, Any]:
    """Set time and place."""
    reschedule_sitting(
        sitting=_run(request, key), starts_at=sent.starts_at, ends_at=sent.ends_at,
        place=sent.place, revision=revision_of(sent.revision, if_match), by=reader(request),
    )  # fmt: skip
    return told(request, key)


@router.post("/sittings/{int:key}/seats", response=answers(shapes.Sitting, 201))
def seat_at_sitting(request: HttpRequest, key: Key, sent: NewSeat) -> Made:
    """Seat a person at the sitting."""
    person = one(visible_persons(reader(request)), pk=sent.person)
    seat_person(sitting=_run(request, key), person=person, role=sent.role, by=reader(request))
    return Status(201, told(request, key))


@router.post("/sittings/{int:key}/seats/{int:seat}/presence", response=answers(shapes.Sitting))
def mark_seat_presence(request: HttpRequest, key: Key, seat: Key, sent: Presence) -> dict[str, Any]:
    """Note that the holder of the seat is there, or is not."""
    held = _held(request, key, seat)
    mark_presence(seat=held, is_present=sent.is_present, by=reader(request))
    return told(request, key)


@router.post("/sittings/{int:key}/seats/{int:seat}/leave", response=answers(shapes.Sitting))
def leave_seat(request: HttpRequest, key: Key, seat: Key) -> dict[str, Any]:
    """Note that the holder of the seat left."""
    leave(seat=_held(request, key, seat), by=reader(request))
    return told(request, key)


@router.post("/sittings/{int:key}/seats/{int:seat}/answer", response=answers(shapes.Sitting))
def answer_for_seat(request: HttpRequest, key: Key, seat: Key, sent: SeatAnswer) -> dict[str, Any]:
    """Record the answer that the holder of the seat told."""
    held = _held(request, key, seat)
    answer_invitation(seat=held, answer=sent.answer, reason=sent.reason, by=reader(request))
    return told(request, key)


@router.post("/sittings/{int:key}/seats/{int:seat}/recuse", response=answers(shapes.Sitting))
def recuse_seat(request: HttpRequest, key: Key, seat: Key, sent: SeatRecusal) -> dict[str, Any]:
    """Take a member out of an item."""
    held, item = _held(request, key, seat), _listed(request, key, sent.item)
    recuse(item=item, seat=held, reason=sent.reason, by=reader(request))
    return told(request, key)


@router.post("/sittings/{int:key}/seats/{int:seat}/release", response=answers(shapes.Sitting))
def release_sitting_seat(
    request: HttpRequest, key: Key, seat: Key, sent: Because
) -> dict[str, Any]:
    """Release a seat."""
    release_seat(seat=_held(request, key, seat), reason=sent.reason, by=reader(request))
    return told(request, key)


@router.post("/sittings/{int:key}/seats/{int:seat}/substitute", response=answers(shapes.Sitting))
def substitute_seat(request: HttpRequest, key: Key, seat: Key, sent: Substitute) -> dict[str, Any]:
    """Seat a substitute in the same role."""
    held, user = _held(request, key, seat), reader(request)
    person = one(visible_persons(user), pk=sent.person)
    seat_person(sitting=held.sitting, person=person, role=held.role, by=user, stands_in_for=held)
    return told(request, key)


@router.post("/sittings/{int:key}/seats/{int:seat}/links", response=answers(shapes.NewLink, 201))
def make_seat_link(request: HttpRequest, key: Key, seat: Key, sent: LinkWanted) -> Made:
    """Make a link by which the holder of the seat, who has no account, answers or votes. It is told
    here once and never again; earlier ones of the same purpose end."""
    held = _held(request, key, seat)
    made, token = make_link(seat=held, purpose=sent.purpose, by=reader(request))
    return Status(201, {"address": public_url("answer", token), "expires_at": made.expires_at})


@router.post("/sittings/{int:key}/seats/{int:seat}/links/revoke", response=answers(shapes.Sitting))
def revoke_seat_links(request: HttpRequest, key: Key, seat: Key) -> dict[str, Any]:
    """End every link of the seat that still serves."""
    revoke_links(seat=_held(request, key, seat), by=reader(request))
    return told(request, key)


@router.post("/sittings/{int:key}/items", response=answers(shapes.Sitting, 201))
def list_item(request: HttpRequest, key: Key, sent: NewItem) -> Made:
    """Put an item on the agenda: one that is discussed, or, in a standing body, one that is voted on
    as the body votes."""
    row, told_of = _run(request, key), sent.dict()
    voting = voting_of(row.body) if told_of.pop("is_voted") and row.body is not None else None
    put_on_agenda(sitting=row, voting=voting, by=reader(request), **told_of)
    return Status(201, told(request, key))


def _item_deed(
    act: Callable[..., Any], request: HttpRequest, key: int, item: int
) -> dict[str, Any]:
    act(item=_listed(request, key, item), by=reader(request))
    return told(request, key)


@router.post("/sittings/{int:key}/items/{int:item}/open", response=answers(shapes.Sitting))
def open_item_vote(request: HttpRequest, key: Key, item: Key) -> dict[str, Any]:
    """Open the vote on an item; it needs its quorum."""
    return _item_deed(open_vote, request, key, item)


@router.post("/sittings/{int:key}/items/{int:item}/close", response=answers(shapes.Sitting))
def close_item_vote(request: HttpRequest, key: Key, item: Key) -> dict[str, Any]:
    """Close the vote and count it."""
    return _item_deed(close_vote, request, key, item)


@router.post("/sittings/{int:key}/items/{int:item}/note", response=answers(shapes.Sitting))
def note_agenda_item(request: HttpRequest, key: Key, item: Key) -> dict[str, Any]:
    """Note an item that was discussed without a vote."""
    return _item_deed(note_item, request, key, item)


@router.post("/sittings/{int:key}/items/{int:item}/carry-out", response=answers(shapes.Sitting))
def carry_out_item(request: HttpRequest, key: Key, item: Key) -> dict[str, Any]:
    """Let a counted result take effect that had to wait."""
    return _item_deed(carry_out, request, key, item)


@router.post("/sittings/{int:key}/items/{int:item}/postpone", response=answers(shapes.Sitting))
def postpone_agenda_item(
    request: HttpRequest, key: Key, item: Key, sent: Because
) -> dict[str, Any]:
    """Postpone an item."""
    postpone_item(item=_listed(request, key, item), reason=sent.reason, by=reader(request))
    return told(request, key)


@router.post("/sittings/{int:key}/items/{int:item}/vote", response=answers(shapes.Sitting))
def cast_own_vote(request: HttpRequest, key: Key, item: Key, sent: Ballot) -> dict[str, Any]:
    """Cast the reader's own ballot on the item that is open; once, and nobody is told of a secret
    one."""
    row = seen_sitting(request, key)
    own, listed = _own(request, row), _shown(request, row, item)
    cast_vote(item=listed, seat=own, choice=sent.choice, reason=sent.reason, by=reader(request))
    return told(request, key)


def _shown(request: HttpRequest, row: Sitting, item: int) -> Item:
    """An item of the agenda that the reader is shown; 404 for any other."""
    found = next((one for one in agenda_of(reader(request), row).items if one.pk == item), None)
    if found is None:
        raise Http404
    return found


@router.post("/sittings/{int:key}/answer", response=answers(shapes.Sitting))
def answer_own_invitation(request: HttpRequest, key: Key, sent: OwnAnswer) -> dict[str, Any]:
    """Answer the reader's own invitation, and declare a tie to whom an item is about."""
    row = seen_sitting(request, key)
    own = _own(request, row)
    ties = _ties(own, sent.tie)
    answer_invitation(
        seat=own, answer=sent.answer, reason=sent.reason, ties=ties, by=reader(request)
    )
    return told(request, key)


def _ties(seat: SittingSeat, tie: DeclaredTie | None) -> tuple[StatedTie, ...]:
    """The declared tie; 404 for one to somebody whom no item is about."""
    if tie is None:
        return ()
    subjects = {person.pk: person for person in subjects_of(seat)}
    if tie.person not in subjects:
        raise Http404
    return (StatedTie(subjects[tie.person], tie.kind, tie.note),)


@router.post("/sittings/{int:key}/minutes", response=answers(list[shapes.Minutes], 201))
def write_sitting_minutes(request: HttpRequest, key: Key, sent: Language) -> Any:
    """Write the minutes of a closed sitting; they are signed on their page, with the password."""
    row = seen_sitting(request, key)
    write_minutes(sitting=row, language=sent.language, by=reader(request))
    return Status(201, told_minutes(request, row))
