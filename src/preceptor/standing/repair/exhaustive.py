"""The same optimum by trying every composition: exact for a dozen persons, the oracle of the tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused

from .answer import Objective
from .candidate import CHAIR, Candidate
from .problem import Composition, Problem

#: Above so many persons who could sit there are too many compositions to try.
MOST = 12
#: So many compositions are judged at a time.
CHUNK = 20_000


@dataclass(frozen=True)
class Found:
    """The best composition and how good it is; both None when no composition will do. `gap` is how
    many changes fewer are not ruled out; None where the search ended without knowing."""

    composition: Composition | None
    objective: Objective | None
    is_optimal: bool = True
    gap: int | None = 0


def is_small(problem: Problem) -> bool:
    """Whether every composition can be tried."""
    return sum(problem.may_sit(row) for row in problem.candidates) <= MOST


def compositions(problem: Problem) -> Iterator[Composition]:
    """Every composition that nothing but the rules forbids: nobody twice, exactly one chair where
    the panel has one, at most one elsewhere."""
    seatable = [row for row in problem.candidates if problem.may_sit(row)]
    if any(problem.must_sit(row) for row in problem.candidates if row not in seatable):
        return
    chairs: list[Candidate | None] = [*seatable]
    if not problem.has_chair:
        chairs.append(None)
    for chair in chairs:
        rest = [row for row in seatable if row is not chair]
        choices = [_choices(problem, row) for row in rest]
        for roles in product(*choices):
            made = {
                row.key: role for row, role in zip(rest, roles, strict=True) if role is not None
            }
            yield made if chair is None else made | {chair.key: CHAIR}


def _choices(problem: Problem, row: Candidate) -> list[str | None]:
    roles: list[str | None] = [role for role in row.roles if role != CHAIR]
    return roles if problem.must_sit(row) else [None, *roles]


def search(problem: Problem) -> Found:
    """The best composition of all, judged by the evaluator of the rules. Raises InputRefused when
    there are more persons than can be tried."""
    if not is_small(problem):
        raise InputRefused(
            _(
                "More than %(most)s persons could sit: there are too many compositions to try them all."
            )
            % {"most": MOST}
        )
    hard = [one for one in problem.hard if one.name not in problem.relaxed]
    best: tuple[Objective, Composition] | None = None
    for some in _chunks(problem):
        bad = problem.judged(some, hard).any(axis=1)
        good = [one for one, is_bad in zip(some, bad, strict=True) if not is_bad]
        if not good:
            continue
        warned = problem.judged(good, problem.soft).sum(axis=1)
        for one, number in zip(good, warned, strict=True):
            objective = problem.objective(one, int(number))
            if best is None or objective < best[0]:
                best = objective, one
    return Found(best[1], best[0]) if best else Found(None, None)


def _chunks(problem: Problem) -> Iterator[Sequence[Composition]]:
    waiting: list[Composition] = []
    for one in compositions(problem):
        waiting.append(one)
        if len(waiting) == CHUNK:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def obstacles(problem: Problem) -> list[str]:
    """A smallest set of what cannot hold together, shrunk until taking away any one helps; `pool`
    is always among it, since without the rules somebody can be seated."""
    held = ["kept", "availability", "conflicts", *(one.name for one in problem.hard)]
    relaxed: set[str] = set()
    for name in held:
        trial = replace(problem, relaxed=frozenset(relaxed | {name}))
        if search(trial).composition is None:
            relaxed.add(name)
    return [*(name for name in held if name not in relaxed), "pool"]
