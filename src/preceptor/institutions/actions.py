"""Every write to units, disciplines and regulations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor, Operator
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today

from .models import Discipline, Regulation, Unit, UnitRelation
from .queries import units_below


def may_keep_registers(by: Actor) -> Permit:
    """The registers of the installation are kept from its command line."""
    if isinstance(by, Operator):
        return GRANTED
    return refused(_("The registers of units and regulations are kept by the operator."))


def open_unit(
    *, upper: Unit | None, code: str, kind: str, name_zh: str, name_en: str,
    relation: str = "part_of", valid_from: date, by: Actor,
) -> Unit:  # fmt: skip
    """Open a unit below another, or a new institution.

    Raises PermissionDenied, and RuleBroken when the code is taken.
    """
    may_keep_registers(by).demand()
    if Unit.objects.filter(code=code).exists():
        raise RuleBroken(_("The unit code %(code)s is taken.") % {"code": code})
    root = None if upper is None else upper.institution or upper
    with deed(by) as act:
        unit = Unit.objects.create(
            institution=root, code=code, kind=kind, name_zh=name_zh, name_en=name_en
        )
        if upper is not None:
            UnitRelation.objects.create(
                lower=unit, upper=upper, kind=relation, valid_from=valid_from
            )
        act.write("unit.open", "unit", unit.pk, after={"code": code, "kind": kind})
    return unit


def relate_units(
    *, lower: Unit, upper: Unit, kind: str, valid_from: date, valid_to: date | None = None,
    by: Actor,
) -> UnitRelation:  # fmt: skip
    """Record that a unit belongs to another for a time, both days included.

    The same relation again changes nothing. Raises PermissionDenied, and RuleBroken when the units
    are of two institutions or the upper one would stand below itself: scope follows relations, so
    either would let somebody see what lies outside.
    """
    may_keep_registers(by).demand()
    columns = {"lower": lower, "upper": upper, "kind": kind, "valid_from": valid_from}
    same = UnitRelation.objects.known().filter(**columns, valid_to=valid_to).first()
    if same is not None:
        return same
    _refuse_relation(lower, upper, valid_from)
    with deed(by) as act:
        relation = UnitRelation.objects.create(**columns, valid_to=valid_to)
        after = {"upper": upper.code, "kind": kind, "from": valid_from, "to": valid_to}
        act.write("unit.relate", "unit", lower.pk, after=after)
    return relation


def _refuse_relation(lower: Unit, upper: Unit, valid_from: date) -> None:
    if (lower.institution_id or lower.pk) != (upper.institution_id or upper.pk):
        raise RuleBroken(
            _(
                "%(lower)s and %(upper)s are of two institutions; a unit belongs to units of its own."
            )
            % {"lower": lower.code, "upper": upper.code}
        )
    days = {valid_from, max(valid_from, today())}
    if any(upper.pk in units_below([lower.pk], day) for day in days):
        raise RuleBroken(
            _("%(upper)s lies below %(lower)s already; it cannot lie above it as well.")
            % {"lower": lower.code, "upper": upper.code}
        )


def add_discipline(*, by: Actor, **columns: Any) -> Discipline:
    """Enter a discipline or direction into the catalogue. Raises PermissionDenied."""
    may_keep_registers(by).demand()
    with deed(by) as act:
        entry = Discipline.objects.create(**columns)
        act.write("discipline.add", "discipline", entry.pk, after={"code": entry.code})
    return entry


def register_regulation(*, by: Actor, **columns: Any) -> Regulation:
    """Enter a regulation into the register. Raises PermissionDenied."""
    may_keep_registers(by).demand()
    with deed(by) as act:
        row = Regulation.objects.create(**columns)
        act.write("regulation.register", "regulation", row.pk, after={"code": row.code})
    return row
