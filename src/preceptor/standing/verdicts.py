"""What the rules say of many records at once, and of one in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from preceptor.policy import Batch, Evaluation, Explanation, Pack, evaluate, explain
from preceptor.training.models import Enrolment, Panel, Thesis

from .records import Record, enrolment_records, panel_records, thesis_records
from .schema import SCHEMA

LOADERS: dict[str, Callable[[Sequence[Any], date], list[Record]]] = {
    "enrolment": enrolment_records,
    "thesis": thesis_records,
    "panel": panel_records,
}


@dataclass(frozen=True)
class Judged:
    """Records of one subject with the verdicts of one pack, in the order given."""

    pack: Pack
    subject: str
    rows: Sequence[Enrolment | Thesis | Panel]
    batch: Batch
    result: Evaluation


def judge(
    pack: Pack,
    subject: str,
    rows: Sequence[Any],
    on: date,
    records: Sequence[Record] | None = None,
) -> Judged:
    """Evaluate the pack's rules of the subject over the rows, as of the day.

    `records` are those of the rows, where they were loaded already.
    """
    loaded = LOADERS[subject](rows, on) if records is None else records
    batch = Batch.from_records(SCHEMA, subject, loaded, on=on)
    return Judged(pack, subject, rows, batch, evaluate(pack, batch))


def explained(judged: Judged, index: int, language: str, step: str | None) -> list[Explanation]:
    """The record's verdicts in full; what holds back the step about to be taken comes first."""
    spoken = "zh" if language.startswith("zh") else "en"
    return explain(judged.pack, judged.batch, index, spoken, step)
