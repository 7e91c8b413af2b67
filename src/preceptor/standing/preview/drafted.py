"""A draft as it would bind: what its preview compares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.policy import Pack
from preceptor.policy.loading import load_content

from ..editing.desk import desk_of
from ..models import PackDraft
from ..schema import SCHEMA
from .planned import first_day_changed, is_base, planned_side
from .sides import Side, present_side


@dataclass(frozen=True)
class PlannedDraft:
    """A draft as it would bind: both sides of the comparison on the day, the pack as it would be,
    the one in force that it changes (None: it is new), and, where it reaches back, since when."""

    institution: Unit
    on: date
    old: Side
    new: Side
    pack: Pack
    base: Pack | None
    since: date | None


def planned_draft(draft: PackDraft, on: date) -> PlannedDraft:
    """The draft in the place of what it changes, on the day; a few queries.

    A draft that is not complete yet can be previewed, one that cannot be read not: raises
    PackError.
    """
    pack = draft_pack(draft)
    present = present_side(draft.institution, on)
    names = {draft.pack, pack.id}
    unit = draft.unit
    base = next((one.pack for one in present.bindings if is_base(one, names, unit)), None)
    since = first_day_changed(base, pack, draft.effective_from)
    return PlannedDraft(
        institution=draft.institution,
        on=on,
        old=present,
        new=planned_side(present, pack, draft.pack, unit),
        pack=pack,
        base=base,
        since=since if since is not None and since < today() else None,
    )


def draft_pack(draft: PackDraft) -> Pack:
    """The pack that a draft would be, examples or not. Raises PackError."""
    return load_content(desk_of(draft).content, SCHEMA, draft.pack)
