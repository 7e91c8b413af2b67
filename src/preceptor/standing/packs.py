"""Where packs lie, and which are in force for an institution and its units on a day."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import relations_on, units_below
from preceptor.policy import Pack, layered, load_pack, load_pack_text

from .models import PackComposition, PackInForce
from .schema import SCHEMA

SHIPPED = Path(__file__).resolve().parent.parent / "packs"
Head = dict[str, Any]
#: For each unit those right below it on a day, as `institutions.queries.relations_on` reads them.
Relations = Mapping[int, Sequence[int]]
COLUMNS = ("institution", "unit", "pack", "hash", "in_force_from", "in_force_to")


def folders() -> list[Path]:
    """Where packs are looked for: the institution's own folder first, then those shipped."""
    return [Path(settings.PRECEPTOR_HOME) / "packs", SHIPPED]


def read(path: Path) -> Pack:
    """The pack in the file, checked; read again only when it, or the base it extends, changed.

    An overlay is laid over the pack that it extends, looked for by its id in the other files.
    Raises PackError when a pack is wrong, InputRefused when there is no such file.
    """
    return _read(path, frozenset())


def _read(path: Path, above: frozenset[Path]) -> Pack:
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        raise InputRefused(_("There is no pack file %(path)s.") % {"path": str(path)}) from None
    extends = _head_in(path).get("extends")
    base = extends.get("id") if isinstance(extends, dict) else None
    if not isinstance(base, str):
        return _loaded(path, changed, None)
    # A planned change keeps the id of its base: a file is never the base of itself.
    return _loaded(path, changed, _find(base, above | {path.resolve()}))


@lru_cache(maxsize=64)
def _loaded(path: Path, changed: int, base: Pack | None) -> Pack:
    return load_pack(path, SCHEMA, base=base)


def _head_in(path: Path) -> Head:
    """What a pack file says in its head, without checking the rest of it; empty when unreadable."""
    try:
        return _stated_head(path, path.stat().st_mtime_ns)
    except OSError:
        return {}


# Every page asks which packs are in force: a file is parsed again only when it changed.
@lru_cache(maxsize=256)
def _stated_head(path: Path, changed: int) -> Head:
    try:
        head = tomllib.loads(path.read_text(encoding="utf-8")).get("pack")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    return head if isinstance(head, dict) else {}


def find(pack: str) -> Pack:
    """The pack of the id, or in the file of that name. Raises PackError or InputRefused."""
    return read(Path(pack)) if pack.endswith(".toml") else _find(pack, frozenset())


def find_beside(pack: str, path: Path) -> Pack:
    """The pack of the id in another file than the one at the path. Raises as `find`."""
    return _find(pack, frozenset({path.resolve()}))


def _find(pack: str, above: frozenset[Path]) -> Pack:
    for path in _files():
        if _head_in(path).get("id") == pack and path.resolve() not in above:
            return _read(path, above)
    raise InputRefused(
        _("There is no pack “%(pack)s”. Packs here: %(known)s.")
        % {"pack": pack, "known": ", ".join(shipped()) or "—"}
    )


def _files() -> Iterator[Path]:
    return (path for folder in folders() for path in sorted(folder.glob("**/*.toml")))


def shipped() -> list[str]:
    """The ids of all packs that lie here."""
    return sorted({str(found) for path in _files() if (found := _head_in(path).get("id"))})


def family(base: str) -> list[Pack]:
    """The shipped pack of the id and every shipped overlay of it, the pack itself first, then by id.

    What lies in the institution's own folder is left out: it may be a plan that nobody decided. Empty
    where no such pack is shipped. Raises PackError when one of them is wrong.
    """
    own, _shipped = folders()
    planned = frozenset(path.resolve() for path in own.glob("**/*.toml"))
    files = {
        str(head["id"]): path
        for path in sorted(SHIPPED.glob("**/*.toml"))
        if "id" in (head := _head_in(path))
    }
    members = {pack for pack, path in files.items() if base in _line_of(path, files)}
    found = [_read(files[pack], planned) for pack in sorted(members)]
    return sorted(found, key=lambda pack: pack.id != base)


def _line_of(path: Path, files: Mapping[str, Path]) -> list[str]:
    """The id of the pack in the file, of the pack that it extends, and so on."""
    line: list[str] = []
    while (pack := str(_head_in(path).get("id"))) not in line:
        line.append(pack)
        extends = _head_in(path).get("extends")
        upper = extends.get("id") if isinstance(extends, dict) else None
        path = files.get(str(upper), path)
    return line


@dataclass(frozen=True)
class Binding:
    """A content in force as it was put there, and whom it binds: the whole institution (`unit` and
    `units` None), or one unit and all below it (their ids)."""

    pack: Pack
    unit: int | None = None
    units: frozenset[int] | None = None

    def binds(self, unit: int | None) -> bool:
        """Whether it binds the records placed in a unit; None asks about the whole institution."""
        return self.units is None or unit in self.units


@dataclass(frozen=True)
class Force:
    """What binds an institution and its units on a day; `absent` are the ids of its packs that
    are not in force on the day, so that what a lower layer puts into them is passed over."""

    bindings: Sequence[Binding] = ()
    absent: frozenset[str] = frozenset()
    _laid: dict[tuple[int, ...], tuple[Pack, ...]] = field(default_factory=dict, compare=False)

    def of(self, unit: int | None) -> tuple[Pack, ...]:
        """The packs for records placed in the unit, laid over each other, by id; None: for those
        of the institution as a whole. The same tuple for all units that the same packs bind.

        Raises PackError when a pack sets a value that it may not.
        """
        places = tuple(n for n, known in enumerate(self.bindings) if known.binds(unit))
        if places not in self._laid:
            packs = tuple(self.bindings[place].pack for place in places)
            self._laid[places] = _layered(packs, self.absent)
        return self._laid[places]

    def contents(self) -> list[Pack]:
        """Each content that judges anybody, once: those of the institution first, then of units."""
        units = sorted({unit for known in self.bindings for unit in known.units or ()})
        found = {pack.hash: pack for unit in (None, *units) for pack in self.of(unit)}
        return list(found.values())

    def packs(self) -> list[Pack]:
        """Each pack that judges anybody, once and by id: as it binds the institution, else as it
        binds the first of its units. For lists, which need titles and gates of rules."""
        found: dict[str, Pack] = {}
        for pack in self.contents():
            found.setdefault(pack.id, pack)
        return [found[key] for key in sorted(found)]


def force_on(institution: int, on: date | None = None) -> Force:
    """What is in force on the day (today); one query, and one more where a unit has its own."""
    return _forces([institution], on or today()).get(institution, Force())


def forces_on(
    institutions: Collection[int], on: date | None = None, relations: Relations | None = None
) -> dict[int, Force]:
    """What is in force at each of the institutions on the day (today); queries as for one, and one
    fewer where the `relations` of the day were read already."""
    found = _forces(institutions, on or today(), relations)
    return {institution: found.get(institution, Force()) for institution in institutions}


def in_force(institution: Unit, on: date | None = None) -> list[Pack]:
    """The packs that bind the whole institution on the day, laid over each other, by id.

    One query; the text of a pack is fetched and checked once for each content.
    """
    return list(force_on(institution.pk, on).of(None))


def in_force_in(institution: int, unit: int, on: date | None = None) -> list[Pack]:
    """The packs that bind a record placed in the unit on the day, laid over each other, by id."""
    return list(force_on(institution, on).of(unit))


def bindings(institution: Unit, on: date | None = None) -> Sequence[Binding]:
    """The contents in force on the day, as put into force, with the units that each binds."""
    return force_on(institution.pk, on).bindings


def in_force_at(
    institutions: Collection[int] | QuerySet[Unit],
    on: date | None = None,
    relations: Relations | None = None,
) -> list[Pack]:
    """The packs that judge anybody at any of the institutions (`Force.packs`), each content once,
    by id; for lists."""
    forces = _forces(institutions, on or today(), relations).values()
    found = {pack.hash: pack for force in forces for pack in force.packs()}
    return sorted(found.values(), key=lambda pack: pack.id)


def _forces(
    institutions: Collection[int] | QuerySet[Unit], on: date, relations: Relations | None = None
) -> dict[int, Force]:
    """What is in force at each institution. Of several contents of a pack for one place the one
    that began last counts, whether or not it has ended."""
    rows = PackInForce.objects.filter(institution__in=institutions).order_by(
        "pack", "in_force_from", "pk"
    )
    by_institution: dict[int, list[PackInForce]] = {}
    # Without their texts: a page asks on every request.
    for row in rows.only(*COLUMNS):
        by_institution.setdefault(row.institution_id, []).append(row)
    placed = any(row.unit_id for held in by_institution.values() for row in held)
    below = (relations or relations_on(on)) if placed else {}
    return {root: _force(_last(held, on), on, below) for root, held in by_institution.items()}


def _last(rows: Iterable[PackInForce], on: date) -> list[PackInForce]:
    """For each pack and place the content that began last by the day, else the first to come."""
    found: dict[tuple[int | None, str], PackInForce] = {}
    for row in rows:
        if row.in_force_from <= on or (row.unit_id, row.pack) not in found:
            found[row.unit_id, row.pack] = row
    return list(found.values())


def _is_open(row: PackInForce, on: date) -> bool:
    return row.in_force_from <= on and (row.in_force_to is None or row.in_force_to >= on)


def _force(rows: Sequence[PackInForce], on: date, below: Relations) -> Force:
    open_rows = [row for row in rows if _is_open(row, on)]
    found = [
        Binding(
            content(row.hash),
            row.unit_id,
            units_below([row.unit_id], relations=below) if row.unit_id else None,
        )
        for row in open_rows
    ]
    known, held = {row.pack for row in rows}, {row.pack for row in open_rows}
    return Force(found, frozenset(known - held))


@lru_cache(maxsize=128)
def content(hash_: str) -> Pack:
    """The pack of a content that was ever in force, read once. Raises PackError.

    Of a content with values of lower layers (`PackComposition`) the pack itself is given.
    """
    held = PackInForce.objects.filter(hash=hash_).values_list("text", "pack").first()
    if held is None:
        return content(PackComposition.objects.get(hash=hash_).parts[0])
    return load_pack_text(held[0], SCHEMA, file=held[1])


@lru_cache(maxsize=128)
def _layered(packs: tuple[Pack, ...], absent: frozenset[str]) -> tuple[Pack, ...]:
    return layered(packs, absent)


def check_layers(institution: int, since: date) -> None:
    """Raise PackError when, on the day or when a later content begins, the packs of the
    institution cannot be laid over each other."""
    rows = PackInForce.objects.filter(institution=institution, in_force_from__gt=since)
    for day in [since, *rows.values_list("in_force_from", flat=True).distinct()]:
        force_on(institution, day).contents()
