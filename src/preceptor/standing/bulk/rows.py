"""The rows of a list, dealt out to the records of one chunk after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from preceptor.policy.batch import Array, Mask

from .cells import Coded
from .files import SUBJECT_KEY, Table
from .refusals import At

Places = npt.NDArray[np.int64]
#: Offsets and columns of a list, as a batch takes them.
Dealt = tuple[Places, dict[str, Coded]]


@dataclass(frozen=True)
class Runs:
    """Rows of one key that stand together: where each run begins, and its key."""

    batch: pa.RecordBatch
    starts: Places
    keys: pa.Array

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def lengths(self) -> Places:
        """How many rows each run has."""
        return np.diff(self.starts, append=len(self.batch))

    def first(self, count: int) -> pa.RecordBatch:
        """The rows of the first runs."""
        return self.batch if count == len(self) else self.batch[: int(self.starts[count])]

    def without(self, count: int) -> Runs:
        """The runs that are left after the first ones."""
        start = int(self.starts[count])
        return Runs(self.batch[start:], self.starts[count:] - start, self.keys[count:])


def runs_of(batch: pa.RecordBatch, table: Table) -> Runs:
    """The runs of a batch. Raises InputRefused for a row without a key."""
    keys = batch.column(SUBJECT_KEY)
    if keys.null_count:
        raise At(table.path, SUBJECT_KEY).empty_cell()
    if not pa.types.is_dictionary(keys.type):
        keys = keys.dictionary_encode()
    indices = keys.indices.to_numpy()
    turns = np.flatnonzero(indices[1:] != indices[:-1]) + 1
    starts = np.concatenate(([0], turns)).astype(np.int64)
    named = keys.dictionary.cast(pa.string()).take(pa.array(indices[starts]))
    return Runs(batch, starts, named)


class ListRows:
    """The rows of a list's file, in the order of the records; an absent file has none."""

    def __init__(self, table: Table | None, subject: Table, size: int) -> None:
        self.table = table
        self.subject = subject
        self._batches = iter(()) if table is None else _filled(table.batches(size))
        self._left: Runs | None = None

    def of(self, keys: pa.Array) -> Dealt:
        """The rows of the records with the keys, which are the next of the subject's file."""
        counts = np.zeros(len(keys), dtype=np.int64)
        taken: list[dict[str, Coded]] = []
        start = 0
        while (runs := self._next()) is not None:
            places = self._places(runs, keys, start)
            if len(places):
                counts[places] += runs.lengths[: len(places)]
                start = int(places[-1])
                assert self.table is not None
                taken.append(self.table.coded(runs.first(len(places))))
            if len(places) < len(runs):
                self._left = runs.without(len(places))
                break
        return np.concatenate(([0], np.cumsum(counts))), joined(taken)

    def finish(self) -> None:
        """To be called after the last chunk. Raises InputRefused when rows are left over."""
        left = self._next()
        if left is not None:
            raise self._misplaced(left.keys[0].as_py())

    def _next(self) -> Runs | None:
        left, self._left = self._left, None
        if left is not None:
            return left
        batch = next(self._batches, None)
        return None if batch is None or self.table is None else runs_of(batch, self.table)

    def _places(self, runs: Runs, keys: pa.Array, start: int) -> Places:
        """Which records the first runs belong to, up to the first run of a later record."""
        rest = keys[start:]
        # Where every record has rows, one comparison says it: of the record begun, or of the next.
        for skipped in (0, 1):
            count = min(len(runs), len(rest) - skipped)
            if count > 0 and runs.keys[:count].equals(rest[skipped : skipped + count]):
                return np.arange(start + skipped, start + skipped + count)
        found = pc.index_in(runs.keys, value_set=rest)
        known = found.is_valid().to_numpy(zero_copy_only=False)
        count = len(known) if known.all() else int(known.argmin())
        places: Places = found[:count].to_numpy().astype(np.int64) + start
        if known[count:].any() or (np.diff(places) <= 0).any():
            raise self._misplaced(self._culprit(runs, places, count))
        return places

    def _culprit(self, runs: Runs, places: Places, count: int) -> str:
        back = np.flatnonzero(np.diff(places) <= 0)
        return str(runs.keys[int(back[0]) + 1 if len(back) else count])

    def _misplaced(self, key: str) -> Exception:
        assert self.table is not None
        at = At(self.table.path, SUBJECT_KEY)
        known = pc.is_in(pa.array([key]), value_set=self.subject.keys())[0].as_py()
        found = at.out_of_order if known else at.stranger
        return found(key, self.subject.path)


def _filled(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return (batch for batch in batches if len(batch))


def joined(parts: list[dict[str, Coded]]) -> dict[str, Coded]:
    """Columns that came in pieces, each as one."""
    if len(parts) < 2:
        return parts[0] if parts else {}
    return {name: _joined([part[name] for part in parts]) for name in parts[0]}


def _joined(pieces: list[Coded]) -> Coded:
    values: Array = np.concatenate([values for values, _known in pieces])
    if all(known is None for _values, known in pieces):
        return values, None
    masks: list[Mask] = [
        np.ones(len(values), dtype=np.bool_) if known is None else known for values, known in pieces
    ]
    return values, np.concatenate(masks)
