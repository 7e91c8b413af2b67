"""Parquet files of records: opened, their columns checked, and read a bounded number of rows at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from preceptor.policy.types import Enum, Scalar

from .cells import Coded, coded, fits, is_text, wanted
from .refusals import At, unreadable

KEY, SUBJECT_KEY = "key", "subject_key"
TEXT = "string"


@dataclass(frozen=True)
class Table:
    """A file with a column of keys and columns that the schema declares.

    Only the columns asked for are read; the names and types of all are checked. Raises
    InputRefused for a file that is no whole Parquet file, and for a column that does not fit.
    """

    path: Path
    key: str
    kinds: Mapping[str, Scalar]
    columns: Collection[str]

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        with self._opened() as file:
            return int(file.metadata.num_rows)

    def check(self) -> None:
        """Raises InputRefused when a column does not fit, whether it is asked for or not."""
        with self._opened() as file:
            self._check(file.schema_arrow)

    def batches(self, size: int) -> Iterator[pa.RecordBatch]:
        """The rows in the order of the file, at most `size` at a time; enumerations and keys of
        lists as dictionaries."""
        with self._opened() as file:
            self._check(file.schema_arrow)
            there = set(file.schema_arrow.names)
            wanted_columns = [self.key, *(name for name in self.columns if name in there)]
            yield from file.iter_batches(batch_size=size, columns=wanted_columns)

    def keys(self) -> pa.Array:
        """The column of keys alone."""
        with self._opened() as file:
            return file.read([self.key]).column(0).combine_chunks().cast(pa.string())

    def coded(self, batch: pa.RecordBatch) -> dict[str, Coded]:
        """The columns of a batch as arrays; those that the file does not have are left out."""
        with reading(self.path):
            return {
                name: coded(batch.column(name), self.kinds[name], At(self.path, name))
                for name in batch.schema.names
                if name != self.key
            }

    @contextmanager
    def _opened(self) -> Iterator[pq.ParquetFile]:
        with reading(self.path):
            file = pq.ParquetFile(
                self.path, read_dictionary=[*self._dictionaries()], pre_buffer=False
            )
            with file:
                yield file

    def _dictionaries(self) -> list[str]:
        named = [name for name, kind in self.kinds.items() if isinstance(kind, Enum)]
        return named if self.key == KEY else [*named, self.key]

    def _check(self, schema: pa.Schema) -> None:
        if self.key not in schema.names:
            raise At(self.path, self.key).absent()
        for name, found in zip(schema.names, schema.types, strict=True):
            at = At(self.path, name)
            if name == self.key:
                _check_type(is_text(found), at, found, TEXT)
            elif name not in self.kinds:
                raise at.unknown_column([self.key, *self.kinds])
            else:
                kind = self.kinds[name]
                _check_type(fits(kind, found), at, found, wanted(kind))


def _check_type(right: bool, at: At, found: pa.DataType, wished: str) -> None:
    if not right:
        raise at.wrong_type(found, wished)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say in one message that a file is no whole Parquet file. Raises InputRefused."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise unreadable(path, error) from None


def text_keys(batch: pa.RecordBatch, table: Table) -> pa.Array:
    """The keys of a batch as plain text. Raises InputRefused for an empty one."""
    keys = batch.column(table.key)
    if keys.null_count:
        raise At(table.path, table.key).empty_cell()
    return keys.cast(pa.string())
