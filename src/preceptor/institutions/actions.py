"""Every write to units, disciplines and regulations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor, Operator
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.records import supersede
from preceptor.base.today import today

from .models import Clause, Discipline, Regulation, Unit, UnitRelation
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


@dataclass(frozen=True)
class CitedClause:
    """A clause that a pack cites: its key there, its name, and its gist (empty when not given)."""

    key: str
    title_zh: str
    title_en: str
    gist: str = ""


@dataclass(frozen=True)
class CitedSource:
    """A source that a pack cites, with its clauses in the order of the pack."""

    key: str
    title_zh: str
    title_en: str
    issued_on: date | None
    clauses: tuple[CitedClause, ...]


def keep_cited(
    *, institution: Unit, pack: str, layer: str, sources: Sequence[CitedSource], by: Actor
) -> list[Regulation]:
    """Enter what a pack cites into the register: each source as a regulation, with its clauses.

    A source that the register knows already by pack and key keeps what the register says of it; a
    clause takes the name and gist of the pack, and none is removed, for older contents cite it.
    The permit is that of putting the pack into force, which the caller has asked for. What the
    statute, a ministry or a province made belongs to no institution. The same again changes nothing.
    """
    with deed(by) as act:
        above = layer in ("statute", "ministry", "province")
        owner = None if above else institution
        held = Regulation.objects.filter(pack=pack, institution=owner)
        known = {row.source_in_pack: row for row in held.prefetch_related("clauses")}
        found = []
        for source in sources:
            row = known.get(source.key) or _registered(owner, pack, layer, source)
            if source.key not in known:
                act.write("regulation.register", "regulation", row.pk, after={"code": row.code})
            kept = _keep_clauses(row, source)
            if kept:
                act.write("regulation.clauses", "regulation", row.pk, after={"clauses": kept})
            found.append(row)
    return found


def _registered(owner: Unit | None, pack: str, layer: str, source: CitedSource) -> Regulation:
    code = f"{pack}:{source.key}" if owner is None else f"{owner.code}:{pack}:{source.key}"
    return Regulation.objects.create(
        code=code[:60],
        institution=owner,
        layer=layer,
        title_zh=source.title_zh,
        title_en=source.title_en,
        issued_on=source.issued_on,
        pack=pack,
        source_in_pack=source.key,
    )


def _keep_clauses(row: Regulation, source: CitedSource) -> list[str]:
    """The keys of the clauses that were written anew or changed."""
    held = {clause.key: clause for clause in row.clauses.all()}
    changed = []
    for position, given in enumerate(source.clauses, start=1):
        columns = {
            "title_zh": given.title_zh, "title_en": given.title_en, "gist": given.gist,
            "position": position,
        }  # fmt: skip
        clause = held.get(given.key)
        if clause and all(getattr(clause, name) == value for name, value in columns.items()):
            continue
        Clause.objects.update_or_create(regulation=row, key=given.key, defaults=columns)
        changed.append(given.key)
    return changed
