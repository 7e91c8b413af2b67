"""Every write to units and their relations."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.records import supersede
from preceptor.base.today import today

from ..choices import RelationKind, UnitKind
from ..models import Unit, UnitRelation
from ..queries import units_below
from .register import may_keep_registers


def open_unit(
    *, upper: Unit | None, code: str, kind: str, name_zh: str, name_en: str,
    relation: str = "part_of", valid_from: date, by: Actor,
) -> Unit:  # fmt: skip
    """Open a unit below another, or a new institution.

    Raises PermissionDenied, and RuleBroken when the code is taken.
    """
    may_keep_registers(by).demand()
    with deed(by) as act:
        return _written(act, upper, code, kind, (name_zh, name_en), relation, valid_from)


def open_laboratory_unit(
    act: Deed, *, upper: Unit, code: str, name_zh: str, name_en: str, valid_from: date
) -> Unit:
    """Open the unit of a laboratory below another unit, inside the deed of a verb of a room above
    that asked for its own permit; units of every other kind are opened by `open_unit` alone.

    Raises InputRefused without code or names, and RuleBroken when the code is taken.
    """
    if not code.strip() or not name_zh.strip() or not name_en.strip():
        raise InputRefused(_("A laboratory has a unit code, and a name in both languages."))
    names = name_zh.strip(), name_en.strip()
    kind, relation = UnitKind.LABORATORY, RelationKind.LABORATORY_OF
    return _written(act, upper, code.strip(), kind, names, relation, valid_from)


def _written(
    act: Deed, upper: Unit | None, code: str, kind: str, names: tuple[str, str], relation: str,
    valid_from: date,
) -> Unit:  # fmt: skip
    if Unit.objects.filter(code=code).exists():
        raise RuleBroken(_("The unit code %(code)s is taken.") % {"code": code})
    root = None if upper is None else upper.institution or upper
    unit = Unit.objects.create(
        institution=root, code=code, kind=kind, name_zh=names[0], name_en=names[1]
    )
    if upper is not None:
        UnitRelation.objects.create(lower=unit, upper=upper, kind=relation, valid_from=valid_from)
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


def end_relation(
    *, relation: UnitRelation, last_day: date, by: Actor, reason: str = ""
) -> UnitRelation:
    """Record that a unit belonged to the other until the day, that day included.

    The same end again changes nothing. Raises PermissionDenied, and RuleBroken for a day before the
    first or a row that was corrected since.
    """
    may_keep_registers(by).demand()
    with deed(by, reason) as act:
        held = UnitRelation.objects.select_for_update().get(pk=relation.pk)
        if held.superseded_at is not None:
            raise RuleBroken(
                _("This entry was corrected meanwhile. Reload the page and try again.")
            )
        if last_day < held.valid_from:
            raise RuleBroken(
                _("The last day, %(day)s, lies before the first, %(first)s.")
                % {"day": last_day, "first": held.valid_from}
            )
        if held.valid_to == last_day:
            return relation
        ended = supersede(held, valid_to=last_day)
        after = {"upper": relation.upper_id, "kind": relation.kind, "to": last_day}
        act.write("unit.relation_end", "unit", relation.lower_id, after=after)
    return ended


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
