"""Waivers that come beside records in bulk, judged on the day of each record's event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from preceptor.policy import Batch, Pack
from preceptor.policy.batch import Mask
from preceptor.policy.run import Run

from ..waiving import waivable
from .cells import is_text
from .files import SUBJECT_KEY, reading
from .refusals import At, unfit

COLUMNS = (SUBJECT_KEY, "rule", "valid_from", "valid_to")
Days = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Waivers:
    """Waivers of rules of one pack, one a row: whose, of which rule, from when to when (both
    included)."""

    keys: pa.Array
    rules: npt.NDArray[np.object_]
    first: Days
    last: Days

    def within(self, batch: Batch, keys: pa.Array) -> dict[str, Mask]:
        """For each rule the records of the batch that it is waived for, on their own days."""
        if not len(self.keys):
            return {}
        found = pc.index_in(self.keys, value_set=keys)
        known = found.is_valid().to_numpy(zero_copy_only=False)
        places = found.drop_null().to_numpy()
        days = Run(batch).days("event").values[places]
        covered = (self.first[known] <= days) & (days <= self.last[known])
        masks: dict[str, Mask] = {}
        for rule, place in zip(self.rules[known][covered], places[covered], strict=True):
            masks.setdefault(str(rule), np.zeros(len(batch), np.bool_))[place] = True
        return masks


NONE = Waivers(
    pa.array([], pa.string()), np.array([], object), np.array([], np.int64), np.array([], np.int64)
)


def read_waivers(path: Path, pack: Pack, subject: str) -> Waivers:
    """The waivers of the pack's rules in a file; none where there is no file.

    Rows of rules of other packs are left out. Raises InputRefused for a file that does not fit,
    and for a rule of the pack that nobody can waive.
    """
    if not path.exists():
        return NONE
    with reading(path):
        found = pq.read_table(path)
    _check(path, found)
    rules = {rule.id for rule in pack.rules_of(subject)}
    mine = found.filter(pc.is_in(found["rule"].cast(pa.string()), value_set=pa.array([*rules])))
    names = mine["rule"].cast(pa.string()).to_numpy(zero_copy_only=False)
    _refuse_unwaivable(path, pack, set(names))
    first, last = (mine[name].cast(pa.int32()).to_numpy().astype(np.int64) for name in COLUMNS[2:])
    return Waivers(mine[SUBJECT_KEY].cast(pa.string()).combine_chunks(), names, first, last)


def _check(path: Path, found: pa.Table) -> None:
    for name in found.schema.names:
        if name not in COLUMNS:
            raise At(path, name).unknown_column(COLUMNS)
    for name in COLUMNS:
        at = At(path, name)
        if name not in found.schema.names:
            raise at.absent()
        kind = found.schema.field(name).type
        is_day = name.startswith("valid_")
        if not (pa.types.is_date32(kind) if is_day else is_text(kind)):
            raise at.wrong_type(kind, "date32" if is_day else "string")
        if found[name].null_count:
            raise at.empty_cell()


def _refuse_unwaivable(path: Path, pack: Pack, rules: Collection[str]) -> None:
    for rule in sorted(rules):
        permit = waivable(pack, pack.rules[rule])
        if not permit:
            raise unfit(path, f"{rule}: {permit.reason}")
