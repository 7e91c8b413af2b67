"""Every write to the register of regulations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed

from ..models import Clause, Regulation, Unit
from .register import may_keep_registers


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
