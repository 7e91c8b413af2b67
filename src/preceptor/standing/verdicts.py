"""What the rules say of many records at once, and of one in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from preceptor.policy import Batch, Evaluation, Explanation, Pack, evaluate, explain
from preceptor.training.models import Enrolment

from .committee import committee_records
from .fellows import NOUNS
from .records import Record, enrolment_records, panel_records, thesis_records
from .schema import SCHEMA
from .waiving import WAIVABLE, Covered, covered, masks, with_note

#: Gives the packs that bind the records placed in a unit; `Force.of` is one.
PacksOf = Callable[[int], Sequence[Pack]]

#: How the records of a subject are read; those of `dual` are read side by side (`dual.audit`).
LOADERS: dict[str, Callable[[Sequence[Any], date], list[Record]]] = {
    "enrolment": enrolment_records,
    "thesis": thesis_records,
    "panel": panel_records,
    "committee": committee_records,
    **{subject: noun.load for subject, noun in NOUNS.items()},
}
#: The subjects whose records concern one trainee: their verdicts are stored, and can be waived.
OF_TRAINEES = WAIVABLE


@dataclass(frozen=True)
class Judged:
    """Records of one subject with the verdicts of one pack, in the order given; `waivers` are those
    that cover a record, by rule and place; `records` are the rows as the rules read them."""

    pack: Pack
    subject: str
    rows: Sequence[Any]
    batch: Batch
    result: Evaluation
    waivers: Covered = field(default_factory=dict)
    records: Sequence[Record] = ()


def judge(
    pack: Pack,
    subject: str,
    rows: Sequence[Any],
    on: date,
    records: Sequence[Record] | None = None,
    batch: Batch | None = None,
) -> Judged:
    """Evaluate the pack's rules of the subject over the rows, as of the day, with valid waivers.

    `records` and `batch` are those of the rows, where they were made already.
    """
    loaded = LOADERS[subject](rows, on) if records is None else records
    waivers = covered(pack, subject, rows, loaded, on)
    if batch is None:
        batch = Batch.from_records(SCHEMA, subject, loaded, on=on)
    batch = batch.with_waived(masks(waivers, len(rows)))
    return Judged(pack, subject, rows, batch, evaluate(pack, batch), waivers, loaded)


def judge_all(
    packs_of: PacksOf,
    subject: str,
    rows: Sequence[Any],
    on: date,
    records: Sequence[Record] | None = None,
) -> list[Judged]:
    """The rows judged by each pack that binds their unit (`unit_of`); one entry for each pack
    and the rows that it binds, none where no pack speaks of the subject.

    A thesis and a panel come with their enrolment, an item with its sitting and body, other rows
    with what `population.with_relations` reads. The rows are loaded once for all packs.
    """
    groups = _groups(packs_of, subject, rows)
    if not any(pack.rules_of(subject) for packs, _places in groups for pack in packs):
        return []
    loaded = LOADERS[subject](rows, on) if records is None else records
    found = []
    for packs, places in groups:
        part = rows if len(places) == len(rows) else [rows[place] for place in places]
        own = loaded if part is rows else [loaded[place] for place in places]
        batch = Batch.from_records(SCHEMA, subject, own, on=on)
        for pack in packs:
            if pack.rules_of(subject):
                found.append(judge(pack, subject, part, on, own, batch))
    return found


def _groups(
    packs_of: PacksOf, subject: str, rows: Sequence[Any]
) -> list[tuple[Sequence[Pack], list[int]]]:
    """The places of the rows that the same packs bind, with these packs."""
    by_unit: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        by_unit.setdefault(unit_of(subject, row), []).append(place)
    found: dict[tuple[str, ...], tuple[Sequence[Pack], list[int]]] = {}
    for unit, places in by_unit.items():
        packs = packs_of(unit)
        found.setdefault(tuple(pack.hash for pack in packs), (packs, []))[1].extend(places)
    return [(packs, sorted(places)) for packs, places in found.values()]


def trainee_of(subject: str, row: Any) -> Enrolment:
    """The trainee whom a record of `OF_TRAINEES` concerns."""
    found: Enrolment = row if subject == "enrolment" else row.enrolment
    return found


def unit_of(subject: str, row: Any) -> int:
    """The unit whose packs bind a record: where its trainee is placed; for a decision of a
    committee the committee's own; for a postdoc, station or board its own; for a principal
    investigator the programme's."""
    if subject in NOUNS:
        return NOUNS[subject].unit(row)
    if subject in OF_TRAINEES:
        return trainee_of(subject, row).unit_id
    unit: int = row.sitting.body.unit_id if subject == "committee" else row.unit
    return unit


def explained(judged: Judged, index: int, language: str, step: str | None) -> list[Explanation]:
    """The record's verdicts in full; what holds back the step about to be taken comes first."""
    spoken = "zh" if language.startswith("zh") else "en"
    return [
        with_note(known, judged.waivers.get(known.rule, {}).get(index), spoken)
        for known in explain(judged.pack, judged.batch, index, spoken, step)
    ]
