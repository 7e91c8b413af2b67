"""Some records of each bulk run, judged again by the definition of the language.

The evaluator over columns and the plain interpreter must say the same of every record. Where they do
not, nothing of the run may be used: one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from preceptor.base.errors import Refusal
from preceptor.policy import VERDICTS, Batch, Pack, Verdict, reference
from preceptor.policy.batch import Cells
from preceptor.policy.evaluate import Codes
from preceptor.policy.types import Scalar, decode

#: Records that are judged again in a run, if it has no more chunks than that.
SAMPLE = 100
Missing = Callable[[str, int], list[str]]


class Differs(Refusal):
    """The evaluator and the interpreter disagree about a record: a fault of the product."""


def plain_record(batch: Batch, place: int) -> dict[str, Any]:
    """A record of a batch as the interpreter reads it; what is not known is None."""
    declared = batch.declaration
    record: dict[str, Any] = {"key": batch.keys[place]}
    for name, kind in declared.columns.items():
        record[name] = _value(kind, batch.columns[name], place)
    for name in declared.lists:
        rows, kinds = batch.lists[name], declared.rows(name).columns
        first, last = int(rows.offsets[place]), int(rows.offsets[place + 1])
        record[name] = [
            {column: _value(kind, rows.columns[column], row) for column, kind in kinds.items()}
            for row in range(first, last)
        ]
    return record


def _value(kind: Scalar, cells: Cells, place: int) -> Any:
    code = cells.code(place)
    return None if code is None else decode(kind, code)


class Sampler:
    """Judges records of each chunk again: the same for the same seed, at least one of each chunk.

    `chunks` is how many are expected: their number bounds the work of the run.
    """

    def __init__(self, pack: Pack, seed: int, chunks: int) -> None:
        self.pack = pack
        self.each = max(1, SAMPLE // max(chunks, 1))
        self.seed = seed

    def size(self, number: int) -> int:
        """How many records of the chunk of that number are judged again: one, where more chunks
        came than were expected."""
        return self.each if number < SAMPLE // self.each else 1

    def check(
        self, number: int, batch: Batch, verdicts: Mapping[str, Codes], missing: Missing
    ) -> int:
        """Compare some records of the chunk of that number; gives how many.

        Raises Differs, naming record and rule, where verdict or missing names are not the same.
        """
        if not len(batch):
            return 0
        chance = np.random.default_rng([self.seed, number])
        places = chance.choice(len(batch), min(self.size(number), len(batch)), replace=False)
        for place in places.tolist():
            self._compare(batch, place, verdicts, missing)
        return len(places)

    def _compare(
        self, batch: Batch, place: int, verdicts: Mapping[str, Codes], missing: Missing
    ) -> None:
        waived = [rule for rule, mask in batch.waived.items() if mask[place]]
        record = plain_record(batch, place)
        wanted = reference.evaluate(
            self.pack, batch.schema, batch.subject, record, batch.on, waived
        )
        for rule, right in wanted.items():
            said = VERDICTS[int(verdicts[rule][place])]
            names = missing(rule, place) if said is Verdict.PENDING else []
            if (said, names) != right:
                raise _differs(batch.keys[place], rule, (said, names), right)


def _differs(
    key: str, rule: str, said: tuple[Verdict, list[str]], right: tuple[Verdict, list[str]]
) -> Differs:
    return Differs(
        _(
            "Record %(key)s, rule %(rule)s: the evaluation says %(said)s, the definition of the "
            "language says %(right)s. Nothing was published. This is a fault of the product: "
            "please report it with the pack and this record."
        )
        % {"key": key, "rule": rule, "said": _told(*said), "right": _told(*right)}
    )


def _told(verdict: Verdict, missing: list[str]) -> str:
    return f"{verdict.value} ({', '.join(missing)})" if missing else verdict.value
