"""Records in columns: one record of a form, or a million. Child lists are offsets and columns (as in Arrow).

A cell that is not known is marked as such; what lies in its place never counts.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from preceptor.policy.errors import BatchError, nearest
from preceptor.policy.schema import Rows, Schema, Subject
from preceptor.policy.types import Bool, Date, Enum, NotOfType, Number, Scalar, encode

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Offsets = npt.NDArray[np.int64]
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A column: values as the types code them, and which are known (None: all of them)."""

    values: Array
    known: Mask | None = None

    def part(self, start: int, stop: int) -> Cells:
        """The cells from ``start`` to before ``stop``; a view."""
        known = None if self.known is None else self.known[start:stop]
        return Cells(self.values[start:stop], known)

    def code(self, place: int) -> int | None:
        """One cell as its code; None when it is not known."""
        if self.known is not None and not self.known[place]:
            return None
        return int(self.values[place])


@dataclass(frozen=True, eq=False)
class ListCells:
    """The rows of all records: row ``offsets[i]`` to before ``offsets[i + 1]`` are those of record i."""

    offsets: Offsets
    columns: Mapping[str, Cells]
    labels: Mapping[str, Sequence[str | None]] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.offsets[-1])

    @cached_property
    def lengths(self) -> Offsets:
        """How many rows each record has."""
        return np.diff(self.offsets)

    @cached_property
    def longest(self) -> int:
        """The most rows that a record has."""
        return int(self.lengths.max(initial=0))

    @cached_property
    def filled(self) -> Mask | None:
        """Which records have rows; None when all have."""
        filled = self.lengths > 0
        return None if filled.all() else filled

    @cached_property
    def starts(self) -> Offsets:
        """The first row of every record that has rows."""
        starts = self.offsets[:-1]
        return starts if self.filled is None else starts[self.filled]

    def part(self, start: int, stop: int) -> ListCells:
        """The rows of the records from ``start`` to before ``stop``."""
        first, last = int(self.offsets[start]), int(self.offsets[stop])
        columns = {name: cells.part(first, last) for name, cells in self.columns.items()}
        labels = {name: texts[first:last] for name, texts in self.labels.items()}
        return ListCells(self.offsets[start : stop + 1] - first, columns, labels)


@dataclass(frozen=True, eq=False)
class Batch:
    """Records of one subject, seen on one evaluation date.

    ``waived`` marks, for a rule, the records for which a valid waiver exists: it turns a fail into
    ``waived``. Which waivers are valid is judged before the batch is made.
    """

    schema: Schema
    subject: str
    keys: Sequence[str]
    columns: Mapping[str, Cells]
    lists: Mapping[str, ListCells]
    on: datetime.date
    waived: Mapping[str, Mask] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def declaration(self) -> Subject:
        """The subject's part of the schema."""
        return self.schema.subjects[self.subject]

    @classmethod
    def from_records(
        cls, schema: Schema, subject: str, records: Sequence[Record], on: datetime.date
    ) -> Batch:
        """A batch from plain records: ``{"key", column: value or None, list: [{column: value}, ...]}``.

        A column that is absent or None is unknown. Every list must be there, empty when it has no
        rows. Raises BatchError for a name, type or bound that the schema does not have.
        """
        declaration = _subject(schema, subject)
        allowed = {"key", *declaration.columns, *declaration.lists}
        for place, record in enumerate(records):
            _check_names(record, allowed, _name_of(record, place))
        keys = [_name_of(record, place) for place, record in enumerate(records)]
        columns = {
            name: _cells(kind, [record.get(name) for record in records], keys, name)
            for name, kind in declaration.columns.items()
        }
        lists = {
            name: _rows(declaration.rows(name), records, keys, name) for name in declaration.lists
        }
        return cls(schema, subject, keys, columns, lists, on)

    @classmethod
    def from_columns(
        cls,
        schema: Schema,
        subject: str,
        keys: Sequence[str],
        columns: Mapping[str, tuple[Array, Mask | None]],
        lists: Mapping[str, ListCells | tuple[Array, Mapping[str, tuple[Array, Mask | None]]]],
        on: datetime.date,
    ) -> Batch:
        """A batch from arrays that are coded already (codes, day numbers, scaled integers).

        ``columns`` gives (values, known) for a column, a list is (offsets, columns). A column that is
        absent is unknown; every list must be there. Raises BatchError for a wrong length or bound.
        """
        declaration = _subject(schema, subject)
        _check_names(columns, set(declaration.columns), subject)
        checked = _all_columns(declaration.columns, columns, len(keys), subject)
        found = {}
        for name in declaration.lists:
            if name not in lists:
                raise BatchError("list_absent", record=subject, name=name)
            found[name] = _list(declaration.rows(name), lists[name], len(keys), f"{subject}.{name}")
        return cls(schema, subject, keys, checked, found, on)

    def part(self, start: int, stop: int) -> Batch:
        """The records from ``start`` to before ``stop``, with their rows and nobody else's."""
        if stop - start == len(self):
            return self
        return Batch(
            self.schema,
            self.subject,
            self.keys[start:stop],
            {name: cells.part(start, stop) for name, cells in self.columns.items()},
            {name: cells.part(start, stop) for name, cells in self.lists.items()},
            self.on,
            {rule: mask[start:stop] for rule, mask in self.waived.items()},
        )

    def chunks(self, rows: int) -> Iterator[tuple[int, Batch]]:
        """Parts of about ``rows`` records and child rows, each with the place of its first record."""
        weight = sum((cells.offsets for cells in self.lists.values()), np.arange(len(self) + 1))
        start = 0
        while start < len(self):
            stop = int(np.searchsorted(weight, weight[start] + rows, side="right")) - 1
            stop = min(max(stop, start + 1), len(self))
            yield start, self.part(start, stop)
            start = stop

    def with_waived(self, waived: Mapping[str, Mask]) -> Batch:
        """The same records with valid waivers: for a rule, which records it is waived for."""
        return replace(self, waived=waived)


def _subject(schema: Schema, subject: str) -> Subject:
    if subject not in schema.subjects:
        raise BatchError("unknown_subject", name=subject, hint=nearest(subject, schema.subjects))
    return schema.subjects[subject]


def _name_of(record: Record, place: int) -> str:
    key = record.get("key")
    return str(place + 1) if key is None else str(key)


def _check_names(given: Mapping[str, object], allowed: set[str], owner: str) -> None:
    for name in given:
        if name not in allowed:
            raise BatchError("unknown_column", name=name, record=owner, hint=nearest(name, allowed))


def _cells(kind: Scalar, values: list[Any], keys: Sequence[str], name: str) -> Cells:
    codes = np.zeros(len(values), dtype=storage(kind))
    known = None
    for place, value in enumerate(values):
        if value is None:
            known = np.ones(len(values), dtype=np.bool_) if known is None else known
            known[place] = False
            continue
        try:
            codes[place] = encode(kind, value)
        except NotOfType as fault:
            raise BatchError(fault.problem, **fault.values, at=f"{keys[place]}, {name}") from None
    return Cells(codes, known)


def _rows(declared: Rows, records: Sequence[Record], keys: Sequence[str], name: str) -> ListCells:
    allowed = {*declared.columns, *declared.label}
    rows: list[Record] = []
    owners: list[str] = []
    offsets = np.zeros(len(records) + 1, dtype=np.int64)
    for place, record in enumerate(records):
        own = record.get(name)
        if own is None:
            raise BatchError("list_absent", record=keys[place], name=name)
        for number, row in enumerate(own):
            owners.append(f"{keys[place]}, {name}[{number + 1}]")
            _check_names(row, allowed, owners[-1])
        rows += own
        offsets[place + 1] = len(rows)
    columns = {
        column: _cells(kind, [row.get(column) for row in rows], owners, column)
        for column, kind in declared.columns.items()
    }
    labels = {label: [row.get(label) for row in rows] for label in declared.text_labels}
    return _checked_rows(declared, ListCells(offsets, columns, labels), name)


def _all_columns(
    declared: Mapping[str, Scalar],
    given: Mapping[str, tuple[Array, Mask | None]],
    length: int,
    owner: str,
) -> dict[str, Cells]:
    found = {}
    for name, kind in declared.items():
        if name in given:
            found[name] = _column(kind, given[name], length, f"{owner}.{name}")
        else:
            found[name] = Cells(np.zeros(length, storage(kind)), np.zeros(length, np.bool_))
    return found


def _column(kind: Scalar, given: tuple[Array, Mask | None], length: int, name: str) -> Cells:
    values, known = given
    if len(values) != length or (known is not None and len(known) != length):
        raise BatchError("wrong_length", name=name, length=len(values), wanted=length)
    wanted = "b" if isinstance(kind, Bool) else "iu"
    if values.dtype.kind not in wanted or (known is not None and known.dtype != np.bool_):
        raise BatchError("wrong_array", name=name, type=values.dtype)
    if known is not None:
        known = None if known.all() else known
    if known is not None:
        values = np.where(known, values, values.dtype.type(0))
    _check_bounds(kind, values, known, name)
    return Cells(values.astype(storage(kind), copy=False), known)


def _check_bounds(kind: Scalar, values: Array, known: Mask | None, name: str) -> None:
    if isinstance(kind, Bool) or not len(values):
        return
    low, high = (0, len(kind.values) - 1) if isinstance(kind, Enum) else (kind.low, kind.high)
    least, most = int(values.min()), int(values.max())
    if known is not None and (least < low or most > high):
        rest = values[known]
        least, most = (int(rest.min()), int(rest.max())) if len(rest) else (low, high)
    if least < low or most > high:
        value = least if least < low else most
        raise BatchError("out_of_bounds", value=value, low=low, high=high, at=name)


def _list(
    declared: Rows,
    given: ListCells | tuple[Array, Mapping[str, tuple[Array, Mask | None]]],
    records: int,
    name: str,
) -> ListCells:
    if isinstance(given, ListCells):
        raw = {column: (cells.values, cells.known) for column, cells in given.columns.items()}
        return _list_of(declared, given.offsets, raw, given.labels, records, name)
    return _list_of(declared, given[0], given[1], {}, records, name)


def _list_of(
    declared: Rows,
    given: Array,
    raw: Mapping[str, tuple[Array, Mask | None]],
    labels: Mapping[str, Sequence[str | None]],
    records: int,
    name: str,
) -> ListCells:
    offsets = np.asarray(given, dtype=np.int64)
    if len(offsets) != records + 1 or offsets[0] != 0 or (np.diff(offsets) < 0).any():
        raise BatchError("wrong_offsets", name=name, wanted=records + 1)
    _check_names(raw, set(declared.columns), name)
    columns = _all_columns(declared.columns, raw, int(offsets[-1]), name)
    return _checked_rows(declared, ListCells(offsets, columns, labels), name)


def _checked_rows(declared: Rows, cells: ListCells, name: str) -> ListCells:
    if len(cells.offsets) > 1 and int(cells.lengths.max()) > declared.most:
        raise BatchError("too_many_rows", name=name, most=declared.most)
    return cells


def storage(kind: Scalar) -> type[np.generic]:
    """The narrowest type of array that holds the values of a type."""
    if isinstance(kind, Bool):
        return np.bool_
    if isinstance(kind, Enum):
        return np.uint8
    if isinstance(kind, Date):
        return np.int32
    return _integer(kind)


def _integer(kind: Number) -> type[np.generic]:
    for candidate in (np.int8, np.int16, np.int32):
        limits = np.iinfo(candidate)
        if limits.min <= kind.low and kind.high <= limits.max:
            return candidate
    return np.int64
