"""Every write to units, disciplines and regulations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor, Operator
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.permits import GRANTED, Permit, refused

from .models import Discipline, Regulation, Unit, UnitRelation


def may_keep_registers(by: Actor) -> Permit:
    """The registers of the installation are kept from its command line."""
    if isinstance(by, Operator):
        return GRANTED
    return refused(_("The registers of units and regulations are kept by the operator."))


def open_unit(
    *, upper: Unit | None, code: str, kind: str, name_zh: str, name_en: str,
    relation: str = "part_of", valid_from: date, by: Actor,
) -> Unit:  # fmt: skip
    """Open a unit below another, or a new institution. Raises RuleBroken when the code is taken."""
    if Unit.objects.filter(code=code).exists():
        raise RuleBroken(_("The unit code %(code)s is taken.") % {"code": code})
    root = None if upper is None else upper.institution or upper
    may_keep_registers(by).demand()
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
    """Record that a unit belongs to another for a time, both days included."""
    may_keep_registers(by).demand()
    with deed(by) as act:
        relation = UnitRelation.objects.create(
            lower=lower, upper=upper, kind=kind, valid_from=valid_from, valid_to=valid_to
        )
        after = {"upper": upper.code, "kind": kind, "from": valid_from, "to": valid_to}
        act.write("unit.relate", "unit", lower.pk, after=after)
    return relation


def add_discipline(*, by: Actor, **columns: Any) -> Discipline:
    """Enter a discipline or direction into the catalogue."""
    may_keep_registers(by).demand()
    with deed(by) as act:
        entry = Discipline.objects.create(**columns)
        act.write("discipline.add", "discipline", entry.pk, after={"code": entry.code})
    return entry


def register_regulation(*, by: Actor, **columns: Any) -> Regulation:
    """Enter a regulation into the register."""
    may_keep_registers(by).demand()
    with deed(by) as act:
        row = Regulation.objects.create(**columns)
        act.write("regulation.register", "regulation", row.pk, after={"code": row.code})
    return row
