"""Records that might serve as examples, each told by what differs from the base record of its subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from preceptor.policy.batch import Array, Batch, Mask, storage
from preceptor.policy.reading_rules import EXAMPLE_DAY
from preceptor.policy.schema import Schema
from preceptor.policy.types import Scalar

Code = int | None
Codes = tuple[tuple[str, Code], ...]


# Many thousands of these are compared: tuples hash without a call into Python.
class Group(NamedTuple):
    """Equal rows of a list: which variant of its base row (by place), and how many."""

    rows: str
    variant: int
    number: int


class Candidate(NamedTuple):
    """A record: the columns in which it differs from the base (None: unknown), and its rows."""

    columns: Codes = ()
    groups: tuple[Group, ...] = ()

    def with_column(self, name: str, code: Code) -> Candidate:
        """The same record with another value in a column."""
        columns = {**dict(self.columns), name: code}
        return Candidate(tuple(sorted(columns.items())), self.groups)

    def with_groups(self, groups: Sequence[Group]) -> Candidate:
        """The same record with other rows; groups of one variant become one, empty ones vanish."""
        numbers: dict[tuple[str, int], int] = {}
        for rows, variant, number in groups:
            numbers[rows, variant] = numbers.get((rows, variant), 0) + number
        found = [Group(*key, number) for key, number in sorted(numbers.items()) if number > 0]
        return Candidate(self.columns, tuple(found))

    def size(self, rows: str) -> int:
        """How many rows a list has."""
        return sum(group.number for group in self.groups if group.rows == rows)


@dataclass(frozen=True)
class Space:
    """What candidates are made of.

        ``base`` and ``choices`` are the codes of the columns that matter; ``variants`` are, for each list
        that matters, the codes of whole rows (of the columns that matter) and ``stated`` what each of them
    says beyond the base row; ``counts`` are numbers of rows worth trying. ``home`` is the base record
        with a value wherever it has none. ``blank`` names what the base record (``""``) and the base rows say
        is unknown.
    """

    schema: Schema
    subject: str
    base: Mapping[str, Code]
    home: Candidate
    choices: Mapping[str, Sequence[Code]]
    variants: Mapping[str, Sequence[Mapping[str, Code]]] = field(default_factory=dict)
    stated: Mapping[str, Sequence[Codes]] = field(default_factory=dict)
    counts: Sequence[int] = ()
    blank: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def cost(self, candidate: Candidate) -> float:
        """How much a reader has to take in: what is stated, how many rows are special, how many there are."""
        said = 2.0 * len(candidate.columns)
        for group in candidate.groups:
            changes = len(self.stated[group.rows][group.variant])
            said += 1 + 2 * changes + group.number * (0.3 if changes else 0.01)
        return said

    def unknown(self, candidate: Candidate) -> str:
        """What the record leaves unknown: a column, a cell of a row, or nothing that it could state."""
        if any(code is None for _, code in candidate.columns):
            return "unknown column"
        said = [self.stated[group.rows][group.variant] for group in candidate.groups]
        cells = any(code is None for codes in said for _, code in codes)
        return "unknown cell" if cells else "nothing unknown"

    def fits(self, candidate: Candidate) -> bool:
        """Whether no list has more rows than it may."""
        declared = self.schema.subjects[self.subject]
        return all(
            candidate.size(rows) <= min(declared.rows(rows).most, 1000) for rows in self.variants
        )

    def single_rows(self, rows: str) -> list[Candidate]:
        """For each variant of a list the home record with that one row."""
        places = range(len(self.variants[rows]))
        return [Candidate(self.home.columns, (Group(rows, place, 1),)) for place in places]

    def plain(self, candidate: Candidate) -> Candidate:
        """The same record without columns that are as in the base."""
        kept = tuple(
            (name, code)
            for name, code in candidate.columns
            if name not in self.base or self.base[name] != code
        )
        return Candidate(kept, candidate.groups)

    def batch(self, candidates: Sequence[Candidate]) -> Batch:
        """The records as one batch, seen on the day of examples; columns that do not matter are unknown."""
        declared = self.schema.subjects[self.subject]
        columns = {}
        for name, base in self.base.items():
            codes = [dict(candidate.columns).get(name, base) for candidate in candidates]
            columns[name] = _cells(declared.columns[name], codes)
        lists = {name: self._rows(name, candidates) for name in declared.lists}
        keys = [str(place) for place in range(len(candidates))]
        return Batch.from_columns(self.schema, self.subject, keys, columns, lists, EXAMPLE_DAY)

    def _rows(
        self, rows: str, candidates: Sequence[Candidate]
    ) -> tuple[Array, dict[str, tuple[Array, Mask]]]:
        found = [
            (place, group.variant, group.number)
            for place, candidate in enumerate(candidates)
            for group in candidate.groups
            if group.rows == rows
        ]
        owners, variants, counts = np.array(found, dtype=np.int64).reshape(-1, 3).T
        lengths = np.bincount(owners, weights=counts, minlength=len(candidates))
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return offsets, self._row_cells(rows, np.repeat(variants, counts))

    def _row_cells(self, rows: str, chosen: Array) -> dict[str, tuple[Array, Mask]]:
        variants = self.variants.get(rows, ())
        columns = {}
        for name in variants[0] if variants else ():
            kind = self.schema.subjects[self.subject].rows(rows).columns[name]
            values, known = _cells(kind, [variant[name] for variant in variants])
            columns[name] = values[chosen], known[chosen]
        return columns


def _cells(kind: Scalar, codes: Sequence[Code]) -> tuple[Array, Mask]:
    """Codes as an array of values, and which are known."""
    values = np.array([code or 0 for code in codes], dtype=storage(kind))
    return values, np.array([code is not None for code in codes], dtype=np.bool_)
