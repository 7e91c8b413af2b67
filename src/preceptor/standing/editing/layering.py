"""Whether a draft can be laid over and under the other packs from its day on, and why not in words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.policy import Pack, PackError

from ..models import PackDraft, PackInForce
from ..packs import Force
from ..preview.planned import planned_side
from ..preview.sides import present_side
from .judging import Sight


def layer_faults(draft: PackDraft, sight: Sight) -> list[PackError]:
    """What keeps the pack of the draft from being laid over and under the packs in force, on its day
    (today where it has none) or when a later content begins: the first such fault, or none.

    A draft that is not whole is not asked. A query or two for each such day.
    """
    if sight.whole is None:
        return []
    for day in _days(draft):
        try:
            _force(draft, sight.whole, day).contents()
        except PackError as fault:
            return [fault]
    return []


def _days(draft: PackDraft) -> list[date]:
    since = draft.effective_from or today()
    rows = PackInForce.objects.filter(institution=draft.institution_id, in_force_from__gt=since)
    later = rows.order_by("in_force_from").values_list("in_force_from", flat=True)
    return [since, *later.distinct()]


def _force(draft: PackDraft, pack: Pack, on: date) -> Force:
    side = planned_side(present_side(draft.institution, on), pack, draft.pack, draft.unit)
    return Force(side.bindings, side.absent)


def fault_sentence(fault: PackError) -> str:
    """What is wrong, in the reader's language; a value that is looser than allowed with both values,
    the day and the direction in which it may be moved."""
    if fault.problem != "looser":
        return fault.sentence(get_language() or "")
    directions = {
        "higher": _("A lower layer may only raise it."),
        "lower": _("A lower layer may only lower it."),
        "fewer": _("A lower layer may only take options away."),
    }
    said = _("From %(day)s it would be %(value)s, looser than %(held)s of “%(pack)s”.")
    between = "" if (get_language() or "").startswith("zh") else " "
    return between.join([said % fault.values, directions[fault.values["stricter"]]])
