"""Of persons whom no rule can tell apart, only those who could be in the best composition."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from .problem import Bound, Problem
from .weights import NotTranslated

#: So many of each sort stay: more newcomers of one sort than a panel has members.
MOST = 24


@dataclass(frozen=True)
class Pruned:
    """The smaller problem; `sorts` are the persons of each sort that lost somebody."""

    problem: Problem
    sorts: tuple[frozenset[int], ...]


def pruned(problem: Problem) -> Pruned:
    """The problem with fewer candidates and the same optimum: of newcomers who add the same to every
    fact, those with the fewest warned conflicts, the least load and the first keys suffice.

    The optimum is the same as long as it does not seat all that are left of a sort. A problem with a
    rule whose facts are no sums is left whole.
    """
    try:
        signatures = _signatures(problem)
    except NotTranslated:
        return Pruned(problem, ())
    sorts: dict[Any, list[int]] = defaultdict(list)
    kept = {row.key for row in problem.candidates if row.seat or row.key in problem.keep}
    able = [row for row in problem.candidates if row.key not in kept and problem.may_sit(row)]
    for row in sorted(able, key=lambda row: (row.warned, row.load, row.key)):
        sorts[signatures[row.key]].append(row.key)
    for held in sorts.values():
        kept.update(held[:MOST])
    cut = tuple(frozenset(held[:MOST]) for held in sorts.values() if len(held) > MOST)
    smaller = tuple(row for row in problem.candidates if row.key in kept)
    rows = {key: row for key, row in problem.rows.items() if key[0] in kept}
    return Pruned(replace(problem, candidates=smaller, rows=rows), cut)


def _signatures(problem: Problem) -> dict[int, tuple[int, ...]]:
    """What each person adds to every fact of every rule, in every role."""
    weights = [
        problem.reading.weights(one.pack.hash, fact)
        for one in _each((*problem.hard, *problem.soft))
        for fact in one.rule.facts
    ]
    return {
        row.key: tuple(
            int(end[problem.rows[row.key, role]])
            for role in row.roles
            for known in weights
            for end in (known.low, known.high)
        )
        for row in problem.candidates
    }


def _each(bound: tuple[Bound, ...]) -> list[Bound]:
    return list({one.name: one for one in bound}.values())
