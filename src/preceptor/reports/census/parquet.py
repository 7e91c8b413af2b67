"""Writing the rows of a table to Parquet, in the order of their keys, a bounded number at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .moment import Moment
from .table import CensusTable, Column, Kind

ROWS_AT_ONCE = 50_000

_TYPES: dict[Kind, pa.DataType] = {
    "key": pa.int64(),
    "whole": pa.int32(),
    "text": pa.dictionary(pa.int32(), pa.string()),
    "day": pa.date32(),
    "flag": pa.bool_(),
    "decimal": pa.decimal128(12, 2),
}


def schema_of(columns: tuple[Column, ...]) -> pa.Schema:
    """The Arrow schema of a table of the census; every column but the key may be null."""
    return pa.schema([pa.field(c.name, _TYPES[c.kind], c.name != "key") for c in columns])


def _chunks(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    stream = iter(rows)
    while chunk := list(islice(stream, ROWS_AT_ONCE)):
        yield chunk


def write_rows(path: Path, columns: tuple[Column, ...], rows: Iterable[tuple[Any, ...]]) -> int:
    """Write rows, each a tuple in the order of the columns; gives how many."""
    schema, written = schema_of(columns), 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for chunk in _chunks(rows):
            arrays = [
                pa.array(values, field.type)
                for values, field in zip(zip(*chunk, strict=True), schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            written += len(chunk)
    return written


def write_table(folder: Path, table: CensusTable, moment: Moment) -> int:
    """Write the table's rows of the day to `<name>.parquet`; gives how many."""
    paths = [column.source for column in table.columns]
    rows = table.rows(moment).order_by("pk").values_list(*paths)
    stream = rows.iterator(chunk_size=ROWS_AT_ONCE)
    return write_rows(folder / f"{table.name}.parquet", table.columns, stream)
