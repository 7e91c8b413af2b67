"""Verdicts of a bulk run as a file: whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from preceptor.base.errors import InputRefused
from preceptor.policy import VERDICTS, Pack

from .judging import Verdicts

TEXT = pa.dictionary(pa.int32(), pa.string())
#: One row for a record and a rule. `missing` is a list with commas, empty unless pending.
SCHEMA = pa.schema(
    [
        pa.field(name, TEXT, nullable=False)
        for name in ("subject_key", "rule", "verdict", "missing", "pack", "version", "hash")
    ]
    + [pa.field("on", pa.date32(), nullable=False)]
)
PLAIN = pa.schema([pa.field(f.name, pa.string() if f.type == TEXT else f.type) for f in SCHEMA])
SUFFIXES = (".parquet", ".csv")
#: Keys of a chunk stay a dictionary up to this size, so that they are written once each.
DICTIONARY_BYTES = 16 * 2**20


class _Sheet(Protocol):
    def write_table(self, table: pa.Table) -> None: ...


class Results:
    """The file under way: `write` adds a chunk."""

    def __init__(self, sheet: _Sheet, plain: bool) -> None:
        self._sheet = sheet
        self._plain = plain

    def write(self, pack: Pack, found: Verdicts) -> None:
        """Add the verdicts of a chunk: all rules of a record, then the next record."""
        table = table_of(pack, found)
        self._sheet.write_table(table.cast(PLAIN) if self._plain else table)


@contextmanager
def results(path: Path) -> Iterator[Results]:
    """A file of verdicts, Parquet or CSV by its suffix, put in its place when the work is done.

    When the work fails nothing is left, and a file that was there stays as it was. Raises
    InputRefused for another suffix, OSError when the file cannot be written.
    """
    if path.suffix not in SUFFIXES:
        raise InputRefused(
            _("%(file)s: verdicts are written as .parquet or .csv. Give the file such a name.")
            % {"file": str(path)}
        )
    with _beside(path) as own, ExitStack() as stack:
        plain = path.suffix == ".csv"
        yield Results(stack.enter_context(_csv(own) if plain else _parquet(own)), plain)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A new file in the same folder, which takes the place of `path` at the end."""
    own = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield own
        own.replace(path)
    finally:
        own.unlink(missing_ok=True)


def _parquet(path: Path) -> Any:
    return pq.ParquetWriter(
        path, SCHEMA, compression="snappy", dictionary_pagesize_limit=DICTIONARY_BYTES,
        write_statistics=False,
    )  # fmt: skip


def _csv(path: Path) -> Any:
    return pyarrow.csv.CSVWriter(path, PLAIN)


def table_of(pack: Pack, found: Verdicts) -> pa.Table:
    """The rows of a chunk."""
    rules, size = list(found.codes), len(found.batch)
    count = size * len(rules)
    texts, lacking = _missing(found, rules)
    verdicts = np.stack([found.codes[rule] for rule in rules], axis=1).ravel()
    columns = [
        _text(np.repeat(np.arange(size, dtype=np.int32), len(rules)), _keys(found)),
        _text(np.tile(np.arange(len(rules), dtype=np.int32), size), rules),
        _text(verdicts.astype(np.int32), [verdict.value for verdict in VERDICTS]),
        _text(lacking, texts),
        *(_text(np.zeros(count, np.int32), [text]) for text in (pack.id, pack.version, pack.hash)),
        pa.repeat(pa.scalar(found.batch.on, pa.date32()), count),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def _keys(found: Verdicts) -> Any:
    return getattr(found.batch.keys, "cells", found.batch.keys)


def _text(indices: Any, texts: Any) -> pa.Array:
    return pa.DictionaryArray.from_arrays(
        pa.array(indices, pa.int32()), pa.array(texts, pa.string())
    )


def _missing(found: Verdicts, rules: list[str]) -> tuple[list[str], Any]:
    """The texts of all rules in one list, and for each row the place of its text."""
    known: dict[str, int] = {"": 0}
    columns = []
    for rule in rules:
        lacking = found.lacking[rule]
        places = [known.setdefault(text, len(known)) for text in lacking.texts]
        columns.append(np.array(places, dtype=np.int32)[lacking.places])
    return list(known), np.stack(columns, axis=1).ravel()
