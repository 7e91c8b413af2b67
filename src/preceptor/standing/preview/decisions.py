"""Decisions taken since a day that would have been taken otherwise under new packs.

They stay: the list is for the people who ask for a rule that reaches back. Source: rules of the
product, "a `from` in the past ... yields a list of what would have been decided otherwise".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from preceptor.institutions.choices import DegreeLevel
from preceptor.institutions.models import Unit
from preceptor.policy import VERDICTS, Pack, Verdict
from preceptor.training.models import Enrolment, Milestone, Panel, Thesis

from ..population import panels_judged, with_relations
from ..records import Record
from ..verdicts import LOADERS
from .compare import OUTSIDE, codes_of, enrolment_of
from .sides import Side


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of a day: a step that was decided, or a panel that sat. `rule` is what would
    have held it back, or would not have."""

    enrolment: Enrolment
    panel: Panel | None
    on: date
    step: str
    subject: str
    rule: str
    before: Verdict
    after: Verdict


def decided_otherwise(
    institution: Unit, old: Side, new: Side, since: date, until: date
) -> Iterator[Decision]:
    """The decisions from `since` to `until` whose gate would have been closed instead of open, or
    open instead of closed, by day; one for each rule that makes the difference.

    Each is judged as of its own day by both sides as they stand now. Steps without an outcome
    and panels without a day of sitting were not decided. One day is in memory at a time.
    """
    for day, steps in groupby(_steps(institution, since, until), key=_held_on):
        yield from _steps_otherwise(list(steps), old, new, day)
    for day, panels in groupby(_panels(institution, since, until), key=_sits_on):
        yield from _panels_otherwise(list(panels), old, new, day)


def _held_on(row: Milestone) -> date:
    assert row.held_on is not None
    return row.held_on


def _sits_on(row: Panel) -> date:
    assert row.sits_on is not None
    return row.sits_on


def _steps(institution: Unit, since: date, until: date) -> Iterator[Milestone]:
    rows = Milestone.objects.filter(
        enrolment__institution=institution, enrolment__degree_level=DegreeLevel.DOCTOR,
        held_on__gte=since, held_on__lte=until, outcome__isnull=False,
    )  # fmt: skip
    return rows.select_related("enrolment").order_by("held_on", "pk").iterator(chunk_size=1000)


def _panels(institution: Unit, since: date, until: date) -> Iterator[Panel]:
    rows = with_relations(panels_judged(), "panel").filter(
        institution=institution, sits_on__gte=since, sits_on__lte=until
    )
    found: Iterator[Panel] = rows.order_by("sits_on", "pk").iterator(chunk_size=1000)
    return found


def _steps_otherwise(
    steps: Sequence[Milestone], old: Side, new: Side, day: date
) -> Iterator[Decision]:
    trainees = list({row.enrolment_id: row.enrolment for row in steps}.values())
    theses = list(with_relations(Thesis.objects.filter(enrolment__in=trainees), "thesis"))
    before: dict[int, list[Said]] = defaultdict(list)
    after: dict[int, list[Said]] = defaultdict(list)
    for subject, rows in (("enrolment", trainees), ("thesis", theses)):
        for row, one, other in _both(subject, rows, old, new, day):
            before[enrolment_of(row).pk] += one
            after[enrolment_of(row).pk] += other
    for step in steps:
        key = step.enrolment_id
        gates = [[one for one in said[key] if one.gate == step.kind] for said in (before, after)]
        for was, becomes in _differing(*gates):
            yield _decision(step.enrolment, None, day, step.kind, was, becomes)


def _panels_otherwise(
    panels: Sequence[Panel], old: Side, new: Side, day: date
) -> Iterator[Decision]:
    for panel, before, after in _both("panel", panels, old, new, day):
        for one, other in _differing(before, after):
            yield _decision(panel.enrolment, panel, day, panel.stage, one, other)


@dataclass(frozen=True, slots=True)
class Said:
    """What one rule that blocks says of a record; `closes` where it holds the step back."""

    subject: str
    rule: str
    gate: str | None
    verdict: Verdict

    @property
    def closes(self) -> bool:
        """Whether the step may not be taken. Source: rules.md, a gate treats pending as not passed."""
        return self.verdict in (Verdict.FAIL, Verdict.PENDING)


def _decision(
    enrolment: Enrolment, panel: Panel | None, day: date, step: str, before: Said, after: Said
) -> Decision:
    return Decision(
        enrolment, panel, day, step, after.subject, after.rule, before.verdict, after.verdict
    )


def _both(
    subject: str, rows: Sequence[Any], old: Side, new: Side, day: date
) -> Iterator[tuple[Any, list[Said], list[Said]]]:
    """For each record what the blocking rules of both sides say of it on the day."""
    records = LOADERS[subject](rows, day) if rows else []
    sides = [_said(subject, rows, side, day, records) for side in (old, new)]
    yield from zip(rows, *sides, strict=True)


def _said(
    subject: str, rows: Sequence[Any], side: Side, day: date, records: Sequence[Record]
) -> list[list[Said]]:
    found: list[list[Said]] = [[] for _row in rows]
    for packs, places in _by_packs(rows, side):
        some, known = [rows[place] for place in places], [records[place] for place in places]
        for pack in packs:
            codes = codes_of(pack, subject, some, day, known)
            for rule in pack.rules_of(subject):
                if rule.kind == "block":
                    for place, code in zip(places, codes[rule.id].tolist(), strict=True):
                        found[place].append(Said(subject, rule.id, rule.gate, VERDICTS[code]))
    return found


def _by_packs(rows: Sequence[Any], side: Side) -> list[tuple[tuple[Pack, ...], list[int]]]:
    groups: dict[int, tuple[tuple[Pack, ...], list[int]]] = {}
    for place, row in enumerate(rows):
        packs = side.of(enrolment_of(row).unit_id)
        groups.setdefault(id(packs), (packs, []))[1].append(place)
    return list(groups.values())


def _differing(before: Sequence[Said], after: Sequence[Said]) -> Iterator[tuple[Said, Said]]:
    """The rules by which a gate is closed on one side only; none where both decide alike."""
    closed = any(one.closes for one in after)
    if any(one.closes for one in before) == closed:
        return
    shut, other = (after, before) if closed else (before, after)
    known = {(one.subject, one.rule): one for one in other}
    for one in shut:
        if one.closes:
            absent = Said(one.subject, one.rule, one.gate, OUTSIDE)
            match = known.get((one.subject, one.rule), absent)
            yield (match, one) if closed else (one, match)
