"""Computing all figures of a census, with the keys of their records beside them."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.csv

from ..census.manifest import FIGURES, digest_of
from .base import Base, Keys, Place, opened
from .figure import Definition, Figure, Frame, Quotient
from .periods import period_of
from .registry import DEFINITIONS

#: The points, units and parts that must have a value though no record counts.
FRAMES: dict[Frame, str] = {
    "point": "SELECT code, NULL, NULL FROM points",
    "direction": "SELECT point, NULL, slug FROM directions_on_day",
    "unit": """
        SELECT DISTINCT points.code, places.place, NULL FROM points, places
        JOIN unit_relations r ON r.lower_id = places.unit_id
        WHERE places.place_id = places.unit_id AND r.valid_from <= getvariable('day')
        AND (r.valid_to IS NULL OR r.valid_to >= getvariable('day'))""",
    "milestone": """
        SELECT code, NULL, kind FROM points, (VALUES ('proposal'), ('midterm'),
            ('clinical_exam'), ('predefence'), ('defence')) steps(kind)""",
    "rule": "SELECT code, NULL, rule FROM points, rules WHERE subject IN ('enrolment', 'thesis')",
    "panel_rule": "SELECT code, NULL, rule FROM points, rules WHERE subject = 'panel' AND kind = 'block'",
}


@dataclass(frozen=True)
class Computed:
    """A figure's value in a census: null where unknown. `files` is by kind of record."""

    key: str
    scope: str
    period: str
    nature: str
    unit: str
    value: Decimal | None
    records: int
    record_kind: str
    note: str
    files: dict[str, dict[str, Any]] = field(default_factory=dict)


def scope_of(point: str, unit: str | None) -> str:
    """The scope of a value: the degree point, or a unit within it."""
    return point if unit is None else f"{point}/{unit}"


def key_of(definition: Definition, part: str | None) -> str:
    """The key of a value: the definition's, with the part that it is broken down by."""
    return definition.key if part is None else f"{definition.key}.{part}"


def compute(folder: Path, day: date) -> list[Computed]:
    """All figures over the Parquet files in the folder; writes their key files and `figures.json`.

    Values are exact decimals; a figure whose records are not kept is unknown, never 0. The same
    files give the same values and the same keys.
    """
    (folder / "figures").mkdir()
    with opened(folder, day) as base:
        found = list(_Run(base, day).all(DEFINITIONS))
    entries = [_entry(computed) for computed in found]
    text = json.dumps({"figures": entries}, ensure_ascii=False, indent=1)
    (folder / FIGURES).write_text(text + "\n", encoding="utf-8")
    return found


def _entry(computed: Computed) -> dict[str, Any]:
    value = None if computed.value is None else str(computed.value)
    return {**computed.__dict__, "value": value}


class _Run:
    """One pass over the definitions: figures first, then what divides them."""

    def __init__(self, base: Base, day: date) -> None:
        self.base = base
        self.day = day
        self.values: dict[tuple[str, Place], Decimal | None] = {}
        self.frames = {frame: base.rows(sql) for frame, sql in FRAMES.items()}
        self.by_key: dict[str, Figure] = {}
        self.asked: dict[str, set[str]] = {}
        self.files: dict[bytes, dict[str, Any]] = {}

    def all(self, definitions: Iterable[Definition]) -> Iterator[Computed]:
        """Every value of every definition; the order is the same for the same census."""
        for figure in definitions:
            if isinstance(figure, Figure):
                self.by_key.setdefault(figure.key, figure)
                yield from self.figure(figure)
        for quotient in definitions:
            if isinstance(quotient, Quotient):
                yield from self.quotient(quotient)

    def figure(self, figure: Figure) -> Iterator[Computed]:
        picked = self.base.pick(figure.sql)
        counted = figure.measure == "records"
        values = {} if counted else self.base.measured(figure.measure)
        known = self.known(figure.known)
        notes = self.notes(figure)
        for place in self.places(figure, picked):
            keys = picked.get(place)
            value = Decimal(0 if keys is None else len(keys))
            value = value if counted else values.get(place, Decimal(0))
            self.values[figure.key, place] = value if place[0] in known else None
            yield self.computed(
                figure, place, self.values[figure.key, place], notes.get(place[0], ""),
                {} if keys is None else {figure.record_kind: keys},
            )  # fmt: skip

    def known(self, sql: str) -> set[str]:
        """The points for which a figure is known; several figures ask the same."""
        if sql not in self.asked:
            self.asked[sql] = {point for (point,) in self.base.rows(sql)}
        return self.asked[sql]

    def places(self, figure: Figure, found: Iterable[Place]) -> list[Place]:
        """Where the figure has a value: where it found records, and the frame it must fill."""
        frame = self.frames.get(figure.frame, [])
        every = {*found, *((point, unit, part) for point, unit, part in frame)}
        return sorted(every, key=lambda place: tuple(step or "" for step in place))

    def notes(self, figure: Figure) -> dict[str, str]:
        """How many records of each point could not be judged."""
        if not figure.unsure:
            return {}
        counted = f"SELECT point, count(DISTINCT record) FROM ({figure.unsure}) GROUP BY point"
        return {point: f"uncounted={number}" for point, number in self.base.rows(counted)}

    def quotient(self, quotient: Quotient) -> Iterator[Computed]:
        divided = self.by_key[quotient.dividend], self.by_key[quotient.divisor]
        keys: dict[Place, dict[str, Keys]] = {}
        for kind in dict.fromkeys(figure.record_kind for figure in divided):
            selects = [figure.sql for figure in divided if figure.record_kind == kind]
            for place, found in self.base.pick(*selects).items():
                keys.setdefault(place, {})[kind] = found
        for key, place in list(self.values):
            if key == quotient.divisor and place[1] is None:
                yield self.divided(quotient, place, keys.get(place, {}))

    def divided(self, quotient: Quotient, place: Place, keys: dict[str, Keys]) -> Computed:
        over = self.values.get((quotient.dividend, place))
        under = self.values.get((quotient.divisor, place))
        value, note = None, "" if over is None or under is None else f"of={over}/{under}"
        if over is not None and under:
            exact = over * quotient.factor / under
            value = exact.quantize(Decimal(1).scaleb(-quotient.decimals), ROUND_HALF_UP)
        return self.computed(quotient, place, value, note, keys)

    def computed(
        self,
        definition: Definition,
        place: Place,
        value: Decimal | None,
        note: str,
        keys: dict[str, Keys],
    ) -> Computed:
        """The value with its records, whose keys are written to their files."""
        kinds = [definition.record_kind] if isinstance(definition, Figure) else list(keys)
        return Computed(
            key_of(definition, place[2]), scope_of(place[0], place[1]),
            period_of(definition.window, self.day), definition.nature, definition.unit, value,
            sum(map(len, keys.values())), "+".join(kinds), note,
            {kind: self.written(definition, place, kind, found) for kind, found in keys.items()},
        )  # fmt: skip

    def written(
        self, definition: Definition, place: Place, kind: str, keys: Keys
    ) -> dict[str, Any]:
        """The keys in a file, one a line; figures with the same records share one."""
        same = hashlib.blake2b(kind.encode() + keys.tobytes()).digest()
        if same in self.files:
            return self.files[same]
        name = ".".join(
            [key_of(definition, place[2]), scope_of(place[0], place[1]),
             period_of(definition.window, self.day), kind]
        )  # fmt: skip
        file = f"figures/{quote(name.replace('/', '~'), safe='~')}.txt.gz"
        path = self.base.folder / file
        write_keys(path, keys)
        self.files[same] = {"file": file, "sha256": digest_of(path), "records": len(keys)}
        return self.files[same]


def write_keys(path: Path, keys: Keys) -> None:
    """Write keys to a compressed file; the same keys give the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 1, raw, mtime=0) as packed:
        lines = pa.table({"key": keys})
        pyarrow.csv.write_csv(lines, packed, pyarrow.csv.WriteOptions(include_header=False))
