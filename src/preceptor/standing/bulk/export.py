"""Records of the product as the Parquet files that the contract names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from preceptor.institutions.models import Unit
from preceptor.policy import Batch, Subject
from preceptor.policy.batch import Cells, ListCells, storage
from preceptor.policy.types import Bool, Date, Enum, Number, Scalar

from ..population import in_chunks, subjects_on, with_relations
from ..schema import SCHEMA
from ..verdicts import LOADERS
from .files import KEY, SUBJECT_KEY

TEXT = pa.dictionary(pa.int32(), pa.string())


def write_parquet_inputs(institution: Unit, subject: str, on: date, folder: Path) -> int:
    """Write the institution's records of a subject, as they were known on the day; gives how many."""
    rows = with_relations(subjects_on(institution, subject, on), subject)
    batches = (
        Batch.from_records(SCHEMA, subject, LOADERS[subject](chunk, on), on)
        for chunk in in_chunks(rows)
    )
    return write_batches(SCHEMA.subjects[subject], subject, batches, folder)


def write_batches(declared: Subject, subject: str, batches: Iterator[Batch], folder: Path) -> int:
    """Write batches of a subject to a folder that is there; gives how many records they had."""
    kinds = {"": declared.columns} | {name: declared.rows(name).columns for name in declared.lists}
    count = 0
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(_file(folder, subject, name, columns))
            for name, columns in kinds.items()
        }
        for batch in batches:
            keys = pa.array(batch.keys, pa.string())
            files[""].write_table(_records(batch, keys, files[""].schema))
            for name, cells in batch.lists.items():
                schema = files[name].schema
                files[name].write_table(_rows(cells, kinds[name], keys, schema))
            count += len(batch)
    return count


def _file(folder: Path, subject: str, name: str, kinds: Mapping[str, Scalar]) -> Any:
    key = pa.field(SUBJECT_KEY, TEXT, False) if name else pa.field(KEY, pa.string(), False)
    columns = [pa.field(column, arrow_type(kind)) for column, kind in kinds.items()]
    path = folder / f"{subject}{f'.{name}' if name else ''}.parquet"
    return pq.ParquetWriter(path, pa.schema([key, *columns]), compression="zstd")


def arrow_type(kind: Scalar) -> pa.DataType:
    """The type that the contract gives a column."""
    if isinstance(kind, Bool):
        return pa.bool_()
    if isinstance(kind, Date):
        return pa.date32()
    if isinstance(kind, Enum):
        return TEXT
    if kind.scale:
        return pa.decimal128(18, kind.scale)
    return pa.from_numpy_dtype(storage(kind))


def _records(batch: Batch, keys: pa.Array, schema: pa.Schema) -> pa.Table:
    columns = [
        arrow_cells(kind, batch.columns[name]) for name, kind in batch.declaration.columns.items()
    ]
    return pa.Table.from_arrays([keys, *columns], schema=schema)


def _rows(
    cells: ListCells, kinds: Mapping[str, Scalar], keys: pa.Array, schema: pa.Schema
) -> pa.Table:
    owners = np.repeat(np.arange(len(keys), dtype=np.int32), cells.lengths)
    columns = [arrow_cells(kind, cells.columns[name]) for name, kind in kinds.items()]
    named = pa.DictionaryArray.from_arrays(pa.array(owners), keys)
    return pa.Table.from_arrays([named, *columns], schema=schema)


def arrow_cells(kind: Scalar, cells: Cells) -> pa.Array:
    """A column of a batch as a column of Arrow; what is not known is null."""
    mask = None if cells.known is None else ~cells.known
    if isinstance(kind, Bool):
        return pa.array(cells.values, pa.bool_(), mask=mask)
    if isinstance(kind, Date):
        return pa.array(cells.values.astype(np.int32), mask=mask).view(pa.date32())
    if isinstance(kind, Enum):
        codes = pa.array(cells.values.astype(np.int32), mask=mask)
        return pa.DictionaryArray.from_arrays(codes, pa.array(kind.values, pa.string()))
    if kind.scale:
        return _decimals(kind, pa.array(cells.values.astype(np.int64), mask=mask))
    return pa.array(cells.values, mask=mask)


def _decimals(kind: Number, whole: pa.Array) -> pa.Array:
    """Scaled integers as decimals: the upper half of each repeats its sign."""
    values = np.frombuffer(whole.buffers()[1], dtype="<i8")[: len(whole)]
    halves = np.stack([values, values >> 63], axis=1)
    type_ = pa.decimal128(18, kind.scale)
    return pa.Array.from_buffers(
        type_, len(whole), [whole.buffers()[0], pa.py_buffer(halves.tobytes())]
    )
