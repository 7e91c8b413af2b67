"""Records of a folder of Parquet files, after the contract for other programs.

`<subject>.parquet` has the column `key` and the subject's columns; `<subject>.<list>.parquet` has
`subject_key` and the list's columns, in the order of the subject's file, and may be absent;
`<subject>.waivers.parquet` has `subject_key`, `rule`, `valid_from` and `valid_to`. Null is unknown.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import get_language

from preceptor.policy import Batch, BatchError, Pack
from preceptor.policy.types import decode

from .files import KEY, SUBJECT_KEY, Table, text_keys
from .needed import Needed, needed
from .refusals import At, no_file, no_folder, no_list, unfit
from .rows import Dealt, ListRows
from .waivers import Waivers, read_waivers

#: Records, and rows of a list, that are held at a time.
RECORDS, ROWS = 16_384, 100_000
WAIVERS = "waivers"


class Keys(Sequence[str]):
    """Keys as they lie in a column; each becomes a text when it is asked for."""

    def __init__(self, cells: pa.Array) -> None:
        self.cells = cells

    def __len__(self) -> int:
        return len(self.cells)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Keys: ...

    def __getitem__(self, place: int | slice) -> str | Keys:
        if isinstance(place, slice):
            return Keys(self.cells[place])
        return str(self.cells[place])


@dataclass(frozen=True)
class Folder:
    """A folder of records. Raises InputRefused when it is not there."""

    path: Path

    def __post_init__(self) -> None:
        if not self.path.is_dir():
            raise no_folder(self.path)

    def file(self, subject: str, rows: str = "") -> Path:
        """Where the records of a subject lie, or the rows of one of its lists."""
        return self.path / f"{subject}{f'.{rows}' if rows else ''}.parquet"

    def subjects(self, pack: Pack) -> list[str]:
        """The subjects that the pack speaks of and that have a file here."""
        return [subject for subject in pack.subjects if self.file(subject).exists()]

    def count(self, pack: Pack, subject: str) -> int:
        """How many records of the subject there are."""
        return self._subject(pack, subject, Needed()).rows

    def chunks(
        self, pack: Pack, subject: str, on: datetime.date, size: int = RECORDS
    ) -> Iterator[Batch]:
        """The records in the order of the file with what the pack asks of them, `size` at a time,
        with their waivers. Raises InputRefused for whatever the contract does not allow."""
        asked = needed(pack, subject)
        table = self._subject(pack, subject, asked)
        lists = self._lists(pack, subject, asked, table)
        waivers = read_waivers(self.file(subject, WAIVERS), pack, subject)
        unlike = _Unlike(table)
        for cells in table.batches(size):
            keys = text_keys(cells, table)
            unlike.note(keys)
            dealt = {name: rows.of(keys) for name, rows in lists.items()}
            batch = self._batch(pack, subject, on, keys, table.coded(cells), dealt)
            yield batch.with_waived(waivers.within(batch, keys))
        for rows in lists.values():
            rows.finish()
        unlike.finish()
        _refuse_strangers(waivers, table, self.file(subject, WAIVERS))

    def _subject(self, pack: Pack, subject: str, asked: Needed) -> Table:
        path = self.file(subject)
        if not path.exists():
            raise no_file(path)
        return Table(path, KEY, pack.schema.subjects[subject].columns, asked.columns)

    def _lists(self, pack: Pack, subject: str, asked: Needed, table: Table) -> dict[str, ListRows]:
        declared = pack.schema.subjects[subject]
        self._refuse_others(subject, [*declared.lists, WAIVERS])
        found = {}
        for name in declared.lists:
            path = self.file(subject, name)
            own = Table(path, SUBJECT_KEY, declared.rows(name).columns, asked.lists.get(name, ()))
            if path.exists():
                own.check()
            read = path.exists() and name in asked.lists
            found[name] = ListRows(own if read else None, table, ROWS)
        return found

    def _refuse_others(self, subject: str, known: list[str]) -> None:
        for path in sorted(self.path.glob(f"{subject}.*.parquet")):
            if path.name.removeprefix(f"{subject}.").removesuffix(".parquet") not in known:
                raise no_list(path, [self.file(subject, name).name for name in known])

    def _batch(
        self,
        pack: Pack,
        subject: str,
        on: datetime.date,
        keys: pa.Array,
        columns: dict[str, Any],
        lists: dict[str, Dealt],
    ) -> Batch:
        try:
            return Batch.from_columns(pack.schema, subject, Keys(keys), columns, lists, on)
        except BatchError as fault:
            raise self._refused(pack, subject, fault) from None

    def _refused(self, pack: Pack, subject: str, fault: BatchError) -> Exception:
        """The fault of a batch with the file that it comes from, and its codes as values."""
        _subject, *path = (fault.values.get("at") or fault.values["name"]).split(".")
        if fault.problem != "out_of_bounds":
            return unfit(self.file(subject, path[0]), fault.sentence(get_language() or "en"))
        declared = pack.schema.subjects[subject]
        columns = declared.columns if len(path) == 1 else declared.rows(path[0]).columns
        kind, at = columns[path[-1]], At(self.file(subject, *path[:-1]), path[-1])
        found = (decode(kind, int(fault.values[name])) for name in ("value", "low", "high"))
        return at.out_of_bounds(*found)


class _Unlike:
    """Whether all keys of a file differ: seen at once where they only rise, else counted at the
    end."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rises = True
        self.last: pa.Array | None = None

    def note(self, keys: pa.Array) -> None:
        """The keys of the next records."""
        if not self.rises or not len(keys):
            return
        row = keys if self.last is None else pa.concat_arrays([self.last, keys])
        lengths = pc.binary_length(row)
        longer = pc.greater(lengths[1:], lengths[:-1])
        as_long = pc.and_(pc.equal(lengths[1:], lengths[:-1]), pc.greater(row[1:], row[:-1]))
        self.rises = bool(pc.all(pc.or_(longer, as_long), min_count=0).as_py())
        self.last = keys[-1:]

    def finish(self) -> None:
        """To be called after the last record. Raises InputRefused for a key of two records."""
        if self.rises:
            return
        counted = pc.value_counts(self.table.keys())
        counts = counted.field("counts").to_numpy()
        if len(counts) and counts.max() > 1:
            key = counted.field("values")[int(counts.argmax())].as_py()
            raise At(self.table.path, KEY).twice(key)


def _refuse_strangers(waivers: Waivers, table: Table, path: Path) -> None:
    if not len(waivers.keys):
        return
    known = pc.is_in(waivers.keys, value_set=table.keys()).to_numpy(zero_copy_only=False)
    if not np.all(known):
        key = waivers.keys[int(known.argmin())].as_py()
        raise At(path, SUBJECT_KEY).stranger(key, table.path)
