"""What every action at a sitting begins with: the sitting locked, its seats and items as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed
from preceptor.base.errors import InputRefused, RuleBroken

from ..access.sitting import may_run_sitting
from ..boards import let_go
from ..choices import ItemState, SittingState
from ..models import AnswerLink, Item, Sitting, SittingSeat

TITLE_LENGTH = 300
PLACE_LENGTH = 200
#: A sitting that was not opened yet, and one at which something can still be done.
COMING = (SittingState.PLANNED, SittingState.CALLED)
LIVE = (*COMING, SittingState.OPEN)


def locked_sitting(sitting: Sitting, by: Actor, states: Sequence[str] = LIVE) -> Sitting:
    """The sitting, locked, of which `by` is in charge. Must run in a deed.

    Raises PermissionDenied, and RuleBroken when it is not in one of the states any more.
    """
    rows = Sitting.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "unit", "body"
    )
    held = rows.get(pk=sitting.pk)
    may_run_sitting(by, held).demand()
    if held.state not in states:
        raise RuleBroken(
            _("The sitting is already at: %(state)s. Reload the page.")
            % {"state": SittingState(held.state).label}
        )
    return held


def refuse_seen_before(held: Sitting, revision: int | None) -> None:
    """Raise RuleBroken when the sitting was changed since the reader saw it."""
    if revision is not None and revision != held.revision:
        raise RuleBroken(
            _("Somebody else changed the sitting meanwhile. Reload the page and look again.")
        )


def move(act: Deed, held: Sitting, verb: str, reason: str = "", **columns: Any) -> None:
    """Write the columns and one more revision, with a line in the journal."""
    before = {"state": held.state}
    for name, value in columns.items():
        setattr(held, name, value)
    held.revision += 1
    held.save(update_fields=[*columns, "revision"])
    act.write(verb, "sitting", held.pk, before=before, after={"state": held.state}, reason=reason)


def locked_item(item: Item, states: Sequence[str]) -> Item:
    """The item, locked, in one of the states. Raises RuleBroken for another one."""
    rows = Item.objects.select_for_update(no_key=True, of=("self",))
    held = rows.select_related("case__kind").get(pk=item.pk)
    if held.state not in states:
        raise RuleBroken(
            _("The item is already at: %(state)s. Reload the page.")
            % {"state": ItemState(held.state).label}
        )
    return held


def locked_seat(seat: SittingSeat, held: Sitting) -> SittingSeat:
    """The seat, locked. Raises RuleBroken when it is of another sitting or was released."""
    rows = SittingSeat.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("person").filter(pk=seat.pk, sitting=held).first()
    if found is None:
        raise RuleBroken(_("This seat belongs to another sitting."))
    found.sitting = held
    if found.released_at is not None:
        raise RuleBroken(_("%(name)s has no seat any more.") % {"name": found.person.name_zh})
    return found


def refuse_while_voting(held: Sitting) -> None:
    """Raise RuleBroken while a vote is open: who votes does not change under it."""
    if held.items.filter(state=ItemState.OPEN).exists():
        raise RuleBroken(_("A vote is open. Close it first, then change the seats."))


def release(seat: SittingSeat) -> None:
    """End the seat and every link to it."""
    now = timezone.now()
    seat.released_at = now
    seat.save(update_fields=["released_at"])
    let_go(seat.sitting, seat.person)
    AnswerLink.objects.filter(seat=seat, used_at=None, revoked_at=None).update(revoked_at=now)


def end_links(held: Sitting, now: datetime) -> None:
    links = AnswerLink.objects.filter(seat__sitting=held, used_at=None, revoked_at=None)
    links.update(revoked_at=now)


def refuse_texts(title_zh: str, title_en: str, place: str) -> None:
    if not title_zh.strip():
        raise InputRefused(_("Give the sitting or the item a title."))
    if max(len(title_zh), len(title_en)) > TITLE_LENGTH or len(place) > PLACE_LENGTH:
        raise InputRefused(
            _("Titles have %(title)s characters at most, a place %(place)s.")
            % {"title": TITLE_LENGTH, "place": PLACE_LENGTH}
        )


def refuse_times(starts_at: datetime | None, ends_at: datetime | None) -> None:
    if ends_at is not None and (starts_at is None or ends_at <= starts_at):
        raise RuleBroken(_("The sitting must end after it starts."))


def when(held: Sitting) -> dict[str, Any]:
    """When and where, as the journal says it."""
    return {"starts_at": held.starts_at, "ends_at": held.ends_at, "place": held.place}
