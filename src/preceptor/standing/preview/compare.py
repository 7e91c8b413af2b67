"""Old packs against new ones, over the records of an institution: who changes, from what to what.

The source of the rule: rules of the product, "its effect is the difference of two evaluations".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from preceptor.institutions.models import Unit
from preceptor.policy import VERDICTS, Pack, Verdict
from preceptor.training.models import Enrolment, Panel

from ..population import in_chunks, subjects_on, with_relations
from ..records import Record
from ..verdicts import LOADERS, OF_TRAINEES, judge
from .sides import Pair, Side, pairs, side_of

Codes = npt.NDArray[np.uint8]
OUTSIDE = Verdict.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Flip:
    """One record on which one rule gives another verdict under the new packs.

    `enrolment` is the trainee whom the record concerns, `panel` the panel where the rule speaks
    of one. A rule that one side does not have is "not applicable" there.
    """

    enrolment: Enrolment
    panel: Panel | None
    subject: str
    rule: str
    before: Verdict
    after: Verdict


def compare(
    institution: Unit, old: Sequence[Pack], new: Sequence[Pack], on: date
) -> Iterator[Flip]:
    """Every verdict that differs between packs in force and new ones, both laid over each other
    already, for all records of the institution's trainees on the day; decisions of committees
    concern no trainee and are left out.

    By subject (trainee, thesis, panel), then record, then rule. Waivers count. A bounded number
    of records is in memory at a time. Raises PackError.
    """
    return Comparison(institution, side_of(old), side_of(new), on).flips()


@dataclass
class Comparison:
    """Two sides over the records of an institution; `records` counts those that were judged."""

    institution: Unit
    old: Side
    new: Side
    on: date
    records: int = 0

    def flips(self) -> Iterator[Flip]:
        """The differing verdicts, as `compare` gives them."""
        for subject in OF_TRAINEES:
            rows = with_relations(subjects_on(self.institution, subject, self.on), subject)
            for chunk in in_chunks(rows):
                self.records += len(chunk)
                for packs, bound in self._groups(subject, chunk):
                    yield from flips_of(packs, subject, bound, self.on)

    def _groups(self, subject: str, rows: Sequence[Any]) -> list[tuple[list[Pair], list[Any]]]:
        """The rows by the packs that bind them; those alone on which the sides differ."""
        groups: dict[tuple[int, int], list[Any]] = {}
        sides: dict[tuple[int, int], tuple[tuple[Pack, ...], tuple[Pack, ...]]] = {}
        for row in rows:
            unit = enrolment_of(row).unit_id
            both = self.old.of(unit), self.new.of(unit)
            key = id(both[0]), id(both[1])
            sides[key] = both
            groups.setdefault(key, []).append(row)
        found = [(pairs(*sides[key]), bound) for key, bound in groups.items()]
        return [(packs, bound) for packs, bound in found if _speaks(packs, subject)]


def _speaks(packs: Sequence[Pair], subject: str) -> bool:
    return any(pack.rules_of(subject) for pair in packs for pack in pair if pack is not None)


def enrolment_of(row: Any) -> Enrolment:
    """The trainee whom a record concerns."""
    found: Enrolment = row if isinstance(row, Enrolment) else row.enrolment
    return found


def flips_of(packs: Sequence[Pair], subject: str, rows: Sequence[Any], on: date) -> Iterator[Flip]:
    """The differing verdicts of some records of one subject, in their order."""
    records = LOADERS[subject](rows, on)
    found: list[tuple[str, Codes, Codes]] = []
    for old, new in packs:
        before = codes_of(old, subject, rows, on, records)
        after = codes_of(new, subject, rows, on, records)
        for rule in dict.fromkeys((*before, *after)):
            outside = np.full(len(rows), OUTSIDE.code, dtype=np.uint8)
            found.append((rule, before.get(rule, outside), after.get(rule, outside)))
    changed = [np.flatnonzero(before != after).tolist() for _rule, before, after in found]
    places = sorted((place, order) for order, some in enumerate(changed) for place in some)
    for place, order in places:
        rule, was, becomes = found[order]
        yield _flip(rows[place], subject, rule, was[place], becomes[place])


def _flip(row: Any, subject: str, rule: str, before: np.uint8, after: np.uint8) -> Flip:
    panel = row if isinstance(row, Panel) else None
    verdicts = VERDICTS[int(before)], VERDICTS[int(after)]
    return Flip(enrolment_of(row), panel, subject, rule, *verdicts)


def codes_of(
    pack: Pack | None, subject: str, rows: Sequence[Any], on: date, records: Sequence[Record]
) -> dict[str, Codes]:
    """The verdicts of a pack by rule, waivers counted; none where there is no pack."""
    if pack is None or not pack.rules_of(subject):
        return {}
    return judge(pack, subject, rows, on, records).result.verdicts
