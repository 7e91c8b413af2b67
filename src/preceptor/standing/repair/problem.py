"""A panel to be repaired, as both searches see it: candidates, rules, and how good a composition is."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from preceptor.policy import Pack, Verdict, evaluate
from preceptor.policy.rules import Rule
from preceptor.training.models import Panel, PanelSeat

from ..records import Record, panel_records, rows_of, seats
from ..waiving import covered
from .answer import Objective
from .candidate import APART, CHAIR, Candidate
from .weights import ROWS, Reading, columns_in, is_moved

#: Who sits in which role, by key of the person; who does not sit is not in it.
Composition = Mapping[int, str]
STOPPING = (Verdict.FAIL, Verdict.PENDING)


@dataclass(frozen=True)
class Bound:
    """A rule that binds the panel; `is_waived` when a valid waiver lets its fail stand."""

    pack: Pack
    rule: Rule
    is_waived: bool = False

    @property
    def name(self) -> str:
        """The rule's name among all packs."""
        return f"{self.pack.id} {self.rule.id}"


@dataclass(frozen=True)
class Problem:
    """Everything about one panel that a search needs; no query is made after it.

    `keep` must sit, `without` must not (keys of persons). `relaxed` are obstacles taken away while
    looking for what cannot hold together: names of rules, `conflicts`, `availability`, `kept`.
    `order` are the keys of all who were thought of, also of those left out since.
    """

    panel: Panel
    on: date
    candidates: tuple[Candidate, ...]
    hard: tuple[Bound, ...]
    soft: tuple[Bound, ...]
    reading: Reading
    rows: Mapping[tuple[int, str], int]
    fixed: tuple[int, ...]
    order: tuple[int, ...]
    keep: frozenset[int] = frozenset()
    without: frozenset[int] = frozenset()
    relaxed: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def current(self) -> dict[int, str]:
        """The composition as it is."""
        return {row.key: row.role for row in self.candidates if row.role is not None}

    @cached_property
    def has_chair(self) -> bool:
        """Whether the panel has a chair now, and so must have exactly one."""
        return CHAIR in self.current.values()

    @cached_property
    def place(self) -> dict[int, int]:
        """The place of each person in the order of keys; for a stable choice among equals."""
        return {key: place for place, key in enumerate(self.order)}

    def may_sit(self, row: Candidate) -> bool:
        """Whether nothing but the rules keeps the person off."""
        return not (
            (row.blocked and "conflicts" not in self.relaxed)
            or (row.busy and "availability" not in self.relaxed)
            or (row.key in self.without and "kept" not in self.relaxed)
        )

    def must_sit(self, row: Candidate) -> bool:
        """Whether the person was asked to stay."""
        return row.key in self.keep and "kept" not in self.relaxed

    def rows_in(self, composition: Composition) -> list[int]:
        """The rows of the composition, with those that never change."""
        return [*self.fixed, *(self.rows[key, role] for key, role in composition.items())]

    def judged(self, compositions: Sequence[Composition], bound: Sequence[Bound]) -> Any:
        """Whether each composition breaks each of the rules (fails it or leaves it open), by the
        evaluator: an array of truth values, a composition a row, a rule a column."""
        batch = self.reading.composed([self.rows_in(one) for one in compositions])
        broken = np.zeros((len(compositions), len(bound)), dtype=np.bool_)
        for place, one in enumerate(bound):
            every = np.ones(len(compositions), dtype=np.bool_)
            asked = batch.with_waived({one.rule.id: every} if one.is_waived else {})
            codes = evaluate(one.pack, asked, {one.rule.id}).verdicts[one.rule.id]
            broken[:, place] = np.isin(codes, [bad.code for bad in STOPPING])
        return broken

    def objective(self, composition: Composition, warned: int) -> Objective:
        """How good the composition is; `warned` is how many notices it leaves."""
        current = self.current
        kept = [key for key in composition if key in current]
        added, removed = len(composition) - len(kept), len(current) - len(kept)
        moved = sum(composition[key] != current[key] for key in kept)
        seated = [row for row in self.candidates if row.key in composition]
        return Objective(
            changes=max(added, removed) + moved,
            warned=warned,
            conflicts=sum(row.warned for row in seated),
            load=sum(2 * row.load + 1 for row in seated),
            rank=sum(
                self.place[key] * (2 if role == CHAIR else 1) for key, role in composition.items()
            ),
        )


def problem_of(
    panel: Panel,
    on: date,
    candidates: Sequence[Candidate],
    packs: Sequence[Pack],
    *,
    keep: Collection[int] = (),
    without: Collection[int] = (),
) -> Problem:
    """The problem of a panel, with the rules of the packs that speak of who sits on it.

    A rule is left aside where it asks for a value of the panel that is not recorded yet (the
    ballot, for one), or where no fact about the members is in it: no change of members meets it.
    """
    ordered = tuple(sorted(candidates, key=lambda row: row.key))
    record, members, apart = _records(panel, on, ordered)
    problem = stated_problem(
        panel, on, list(zip(ordered, members, strict=True)), record, apart, packs
    )
    return replace(problem, keep=frozenset(keep), without=frozenset(without))


def stated_problem(
    panel: Panel,
    on: date,
    stated: Sequence[tuple[Candidate, Record]],
    record: Record,
    apart: Sequence[Record],
    packs: Sequence[Pack],
) -> Problem:
    """The problem of a panel from records in the shape of the schema: candidates by key, each with
    what is true of the person; `record` the panel without rows, `apart` who never changes."""
    rows, numbers = list(apart), dict[tuple[int, str], int]()
    for row, member in stated:
        for role in row.roles:
            numbers[row.key, role] = len(rows)
            rows.append({**member, "role": role or None})
    reading = Reading(record, rows, on)
    bound = _bound(panel, on, packs, reading)
    return Problem(
        panel, on, tuple(row for row, _member in stated),
        tuple(one for one in bound if one.rule.kind == "block"),
        tuple(one for one in bound if one.rule.kind == "warn"),
        reading, numbers, tuple(range(len(apart))), tuple(row.key for row, _member in stated),
    )  # fmt: skip


def with_seats(panel: Panel, seated: Sequence[PanelSeat]) -> Panel:
    """A copy of the panel as if these were its seats; nothing is written."""
    made = copy.copy(panel)
    made.__dict__["_prefetched_objects_cache"] = {
        **getattr(panel, "_prefetched_objects_cache", {}), "seats": list(seated),
    }  # fmt: skip
    return made


def apart_seats(panel: Panel) -> list[PanelSeat]:
    """The seats of the secretary and of advisers, which a repair never touches."""
    rows = rows_of([panel], "seats", seats(), "panel").get(panel.pk, [])
    return [seat for seat in rows if seat.role in APART]


def _records(
    panel: Panel, on: date, candidates: Sequence[Candidate]
) -> tuple[Record, list[Record], list[Record]]:
    """The record of the panel without rows, one of each candidate, and those that never change."""
    apart = apart_seats(panel)
    asked = [row.seated(row.role or "") for row in candidates]
    record = panel_records([with_seats(panel, [*apart, *asked])], on)[0]
    members = record.pop(ROWS)
    return record, members[len(apart) :], members[: len(apart)]


def _bound(panel: Panel, on: date, packs: Sequence[Pack], reading: Reading) -> list[Bound]:
    found = []
    for pack in packs:
        record = {**reading.record, ROWS: []}
        waivers = covered(pack, "panel", [panel], [record], on)
        found += [
            Bound(pack, rule, 0 in waivers.get(rule.id, {}))
            for rule in pack.rules_of("panel")
            if rule.kind != "inform" and _speaks(rule, reading)
        ]
    return found


def _speaks(rule: Rule, reading: Reading) -> bool:
    """Whether the rule concerns the panel and depends on who sits."""
    trees = [rule.require.tree] + ([rule.when.tree] if rule.when else [])
    if not any(is_moved(tree) for tree in trees) or not reading.in_force(rule)[1]:
        return False
    if rule.when and not is_moved(rule.when.tree) and not reading.truth(rule.when.tree)[1]:
        return False
    return all(reading.record.get(name) is not None for name in columns_in(rule))
