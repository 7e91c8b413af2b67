"""A planned pack in the place of what is in force, and how far it reaches back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import units_below
from preceptor.policy import Pack, load_pack_text
from preceptor.policy.head import read_extends
from preceptor.policy.loading import read_content
from preceptor.policy.parameters import Parameter
from preceptor.policy.replacement import changed_days

from ..packs import Binding, find
from ..schema import SCHEMA
from .sides import Side


def read_planned(path: Path, present: Side) -> tuple[Pack, Pack | None]:
    """The pack of a file, or of an overlay over its base, and what it changes of what is in force.

    The base of an overlay is the pack in force of its id for the whole institution, else the one
    that ships. Raises InputRefused when there is no such file or base, PackError when it is wrong.
    """
    text = _text(path)
    extends = read_extends(read_content(text, str(path)))
    force = {one.pack.id: one.pack for one in present.bindings if one.units is None}
    base = None
    if extends is not None:
        base = force.get(extends.id) or find(extends.id)
    pack = load_pack_text(text, SCHEMA, str(path), base=base)
    return pack, base or force.get(pack.id)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise InputRefused(_("There is no pack file %(path)s.") % {"path": str(path)}) from None
    except UnicodeDecodeError:
        raise InputRefused(
            _("%(path)s is no text in UTF-8. Save it so, and ask again.") % {"path": str(path)}
        ) from None


def planned_side(present: Side, planned: Pack, base: str = "", unit: Unit | None = None) -> Side:
    """The side with the planned pack in the place of its base, or beside the others.

    `base` is the id of the pack that it changes, its own where none is named. A pack planned for
    a unit takes the place only of that unit's; without one it is added for the unit and all
    below it.
    """
    known = list(present.bindings)
    names = {planned.id, base}
    absent = present.absent - {planned.id}
    place = next((n for n, one in enumerate(known) if is_base(one, names, unit)), None)
    if place is None:
        own = Binding(planned, unit.pk if unit else None, _units(unit))
        return Side([*known, own], absent)
    known[place] = replace(known[place], pack=planned)
    return Side(known, absent)


def is_base(known: Binding, names: set[str], unit: Unit | None) -> bool:
    return known.pack.id in names and known.unit == (unit.pk if unit else None)


def _units(unit: Unit | None) -> frozenset[int] | None:
    return None if unit is None else units_below([unit.pk])


def first_day_changed(old: Pack | None, new: Pack, effective: date | None) -> date | None:
    """The first day on which another value would have held, or the whole content; None when the
    two have the same values and no day is planned.

    Decisions taken since that day may have been taken otherwise.
    """
    days = [effective] if effective else []
    if old is not None:
        days += changed_days(old.replaces, new.replaces)
        for name in {*old.parameters, *new.parameters}:
            days += _days(old.parameters.get(name), new.parameters.get(name))
    return min(days, default=None)


def _days(old: Parameter | None, new: Parameter | None) -> Sequence[date]:
    if old is None or new is None:
        return []
    before = {(step.since, step.value) for step in old.steps}
    after = {(step.since, step.value) for step in new.steps}
    return [since for since, _value in before ^ after]
