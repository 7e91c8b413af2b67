"""Who sits at a body's meeting follows who has a seat in the body on that day: quorum and majority are
shares of all members (Degrees Law, article 10), and these can change after a meeting was planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from preceptor.base.deeds import Deed

from ..bodies import seats_on
from ..models import BodySeat, Sitting, SittingSeat
from ..seating import VOTERS
from .chairing import release


def follow_membership(act: Deed, held: Sitting, day: date) -> None:
    """Seat whoever has a seat in the body on the day and none at the meeting, release whose term
    ended before, and give everybody the role of that day. Whoever was replaced by a substitute stays
    replaced, an adviser or secretary who was released stays away, and guests stay. Does nothing for a
    panel, and nothing twice. Must run in a deed with the sitting locked, before it is opened."""
    if held.body_id is None:
        return
    own = {seat.person_id: seat for seat in seats_on([held.body_id], day).get(held.body_id, [])}
    ever = {seat.pk: seat for seat in held.seats.select_related("person")}
    seated = [seat for seat in ever.values() if seat.released_at is None]
    former = _former(held, set(own))
    gone = [seat for seat in seated if _member(seat, ever) in former]
    for seat in gone:
        seat.sitting = held
        release(seat)
    stays = [seat for seat in seated if seat not in gone]
    changed = [seat for seat in stays if _takes_role(seat, own.get(seat.person_id))]
    known = {seat.person_id for seat in stays} | {_member(seat, ever) for seat in stays}
    away = {seat.person_id for seat in ever.values() if seat.role not in VOTERS}
    new = [
        SittingSeat(sitting=held, person=seat.person, role=seat.role, is_head=seat.is_head)
        for key, seat in own.items()
        if key not in known and (seat.role in VOTERS or key not in away)
    ]
    SittingSeat.objects.bulk_create(new)
    if gone or changed or new:
        told = {"seated": new, "released": gone, "changed": changed}
        after = {name: [seat.person_id for seat in seats] for name, seats in told.items()}
        act.write("sitting.members", "sitting", held.pk, after=after)


def _member(seat: SittingSeat, ever: Mapping[int, SittingSeat]) -> int:
    """The member of the body whose place it is: a substitute sits in somebody's place."""
    while seat.stands_in_for_id is not None:
        seat = ever[seat.stands_in_for_id]
    return seat.person_id


def _former(held: Sitting, own: set[int]) -> set[int]:
    """Who had a seat in the body at some time, and has none on the day."""
    rows = BodySeat.objects.known().filter(body=held.body_id)
    return set(rows.values_list("person", flat=True)) - own


def _takes_role(seat: SittingSeat, own: BodySeat | None) -> bool:
    """Whether the seat was given the role that its holder has in the body on the day."""
    if own is None or seat.stands_in_for_id or (seat.role, seat.is_head) == (own.role, own.is_head):
        return False
    seat.role, seat.is_head = own.role, own.is_head
    seat.save(update_fields=["role", "is_head"])
    return True
