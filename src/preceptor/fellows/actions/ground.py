"""What was found about a postdoc that can be a ground for withdrawal."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today

from ..access import may_keep_postdoc
from ..choices import GroundKind
from ..models import Ground, Postdoc
from .postdoc import demand_present, locked_postdoc, touch

NOTE_LENGTH = 2000
#: Grounds that are counted in days.
COUNTED = frozenset({GroundKind.ABSENCE, GroundKind.ABROAD_LATE})


def record_ground(
    *,
    postdoc: Postdoc,
    kind: GroundKind,
    found_on: date,
    by: Actor,
    first_on: date | None = None,
    days: int | None = None,
    paper: str = "",
    note: str = "",
) -> Ground:
    """Record what was found; which of it is a ground, and from how many days on, the rules say. The
    same again is given unchanged, as long as it was not taken back. The note is not journalled.

    Raises NotPermitted; RuleBroken for a day ahead, an absence or a late return without its days,
    or days where none are counted, and when the postdoc has left.
    """
    kind = GroundKind(kind)
    if found_on > today():
        raise RuleBroken(_("%(day)s lies ahead; record what was found.") % {"day": found_on})
    if (days is not None) != (kind in COUNTED):
        raise RuleBroken(
            _("An absence and a late return have a number of days, other grounds none.")
        )
    with deed(by) as act:
        held = locked_postdoc(postdoc)
        may_keep_postdoc(by, held).demand()
        demand_present(held)
        columns = {
            "kind": kind, "found_on": found_on, "first_on": first_on, "days": days,
            "paper": paper.strip(),
        }  # fmt: skip
        known = Ground.objects.filter(postdoc=held, taken_back_at=None, **columns).first()
        if known is not None:
            return known
        row = Ground.objects.create(postdoc=held, note=note.strip()[:NOTE_LENGTH], **columns)
        after = {"ground": row.pk, "kind": row.kind, "found_on": found_on, "days": days}
        act.write("postdoc.ground", "postdoc", held.pk, after=after)
        touch(act, held)
    return row


def take_back_ground(*, ground: Ground, by: Actor, reason: str) -> Ground:
    """Say that what was recorded does not hold; it stays readable as what was once believed. Taken
    back it is not taken back again. Raises NotPermitted; RuleBroken without a reason."""
    if not reason.strip():
        raise RuleBroken(_("Say why this ground does not hold."))
    with deed(by, reason) as act:
        held = locked_postdoc(ground.postdoc)
        may_keep_postdoc(by, held).demand()
        row = Ground.objects.get(pk=ground.pk)
        if row.taken_back_at is not None:
            return row
        row.taken_back_at = timezone.now()
        row.save(update_fields=["taken_back_at"])
        before = {"ground": row.pk, "kind": row.kind}
        act.write("postdoc.ground_back", "postdoc", held.pk, before=before)
        touch(act, held)
    return row
