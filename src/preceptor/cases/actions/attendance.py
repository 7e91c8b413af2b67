"""Who is at the sitting: arrival, leaving, and recusal from one item."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import NotPermitted, RuleBroken

from ..choices import ItemState
from ..models import Item, Recusal, Sitting, SittingSeat, VoteCast
from ..seating import VOTERS
from .chairing import locked_item, locked_seat, locked_sitting
from .invitation import send_ballot_link


def mark_presence(*, seat: SittingSeat, is_present: bool, by: Actor) -> SittingSeat:
    """Record who is there, or is not. Whoever comes back after leaving is there again.

    An outsider without an account who has a vote is sent a ballot link. Raises PermissionDenied;
    RuleBroken when the sitting is over, or for an absence of somebody who voted.
    """
    with deed(by) as act:
        held = locked_sitting(seat.sitting, by)
        found = locked_seat(seat, held)
        if found.is_present == is_present and (found.left_at is None or not is_present):
            return found
        if not is_present and VoteCast.objects.filter(seat=found).exists():
            raise RuleBroken(
                _("%(name)s voted at this sitting. Record that %(name)s left instead.")
                % {"name": found.person.name_zh}
            )
        found.is_present, found.left_at = is_present, None
        found.arrived_at = (found.arrived_at or timezone.now()) if is_present else None
        found.save(update_fields=["is_present", "left_at", "arrived_at"])
        after = {"seat": found.pk, "is_present": is_present}
        act.write("sitting.presence", "sitting", held.pk, after=after)
        if is_present:
            send_ballot_link(act, found, by)
    return found


def leave(*, seat: SittingSeat, by: Actor) -> SittingSeat:
    """Record that somebody left; a ballot cast before counts, none is taken afterwards.

    Leaving twice does not do it twice. Raises PermissionDenied; RuleBroken for who was not there.
    """
    with deed(by) as act:
        held = locked_sitting(seat.sitting, by)
        found = locked_seat(seat, held)
        if not found.is_present:
            raise RuleBroken(_("%(name)s was not there.") % {"name": found.person.name_zh})
        if found.left_at is None:
            found.left_at = timezone.now()
            found.save(update_fields=["left_at"])
            act.write("sitting.leave", "sitting", held.pk, after={"seat": found.pk})
    return found


def recuse(*, item: Item, seat: SittingSeat, reason: str, by: Actor) -> Recusal:
    """Take a member out of one item: counted neither as member nor as present for it.

    The same again gives what is recorded. Raises PermissionDenied unless `by` runs the sitting;
    RuleBroken without a reason, once the member voted or the item is settled.
    """
    if not reason.strip():
        raise RuleBroken(_("Say why the member takes no part in the item."))
    with deed(by) as act:
        held = locked_sitting(item.sitting, by)
        return _recused(act, held, item, seat, reason, by)


def step_aside(*, item: Item, reason: str, by: Actor) -> Recusal:
    """Take oneself out of one item, with the reason; who keeps the sitting reads it. The same again
    gives what is recorded.

    Raises PermissionDenied for who has no seat with a vote there; RuleBroken without a reason, once
    one voted, or when the item is settled.
    """
    if not reason.strip():
        raise RuleBroken(_("Say why the member takes no part in the item."))
    with deed(by) as act:
        rows = Sitting.objects.select_for_update(no_key=True, of=("self",))
        held = rows.get(pk=item.sitting_id)
        person = getattr(by, "person", None)
        seats = SittingSeat.objects.filter(sitting=held, released_at=None, role__in=VOTERS)
        seat = seats.filter(person=person).first() if person is not None else None
        if seat is None:
            raise NotPermitted(_("Only a member with a vote takes no part in an item."))
        return _recused(act, held, item, seat, reason, by)


def _recused(
    act: Deed, held: Sitting, item: Item, seat: SittingSeat, reason: str, by: Actor
) -> Recusal:
    open_item = locked_item(item, (ItemState.LISTED, ItemState.OPEN))
    found = locked_seat(seat, held)
    recorded = Recusal.objects.filter(item=open_item, seat=found).first()
    if recorded is not None:
        return recorded
    if VoteCast.objects.filter(item=open_item, seat=found).exists():
        raise RuleBroken(_("%(name)s voted on this item already.") % {"name": found.person.name_zh})
    made = Recusal.objects.create(
        item=open_item, seat=found, reason=reason.strip(), at=timezone.now(),
        by_key=by.actor_key, by_name=by.actor_name,
    )  # fmt: skip
    after = {"item": open_item.pk, "seat": found.pk}
    act.write("sitting.recuse", "sitting", held.pk, after=after)
    return made
