"""Repair: from a panel to the smallest change that satisfies every rule, or to what conflicts.

This module loads the solver: only jobs and commands import it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.choices import SittingState
from preceptor.policy import Pack
from preceptor.training.models import Panel

from ..packs import in_force_in
from ..population import is_judged
from . import exhaustive
from .answer import Repair
from .candidate import Candidate
from .exhaustive import Found
from .free import day_of
from .pool import pool_of
from .problem import Bound, Problem, problem_of
from .pruning import pruned
from .solver import obstacles, solve
from .telling import changes_of, named, obstacles_of, rules_after

#: Seconds that a repair may take before it says how far it came.
SECONDS = 20.0


@dataclass(frozen=True)
class Searched:
    """What a search found, and which rules the solver could not read."""

    found: Found
    untranslated: Sequence[Bound] = ()


def repair(
    panel: Panel,
    on: date | None = None,
    pool: Sequence[Candidate] | None = None,
    *,
    keep: Collection[int] = (),
    without: Collection[int] = (),
    packs: Sequence[Pack] | None = None,
    seconds: float = SECONDS,
) -> Repair:
    """The smallest change of the panel's composition after which every blocking rule is known to
    hold, nobody with a blocking conflict sits, and all are free at the time of the sitting.

    Of equally small changes the one with the fewest notices, then the fewest warned conflicts, then
    the load spread most evenly. Secretary and advisers stay. `keep` must sit and `without` must not
    (keys of persons). `pool` are the candidates, by default `pool_of`; `packs` those in force on the
    day of the sitting, if it is to come, else today. Nothing is written. Raises RuleBroken for a
    panel that has sat, or of a trainee whom no pack judges.
    """
    judged_on = on or today()
    _demand_open(panel, judged_on)
    candidates = pool_of(panel, judged_on) if pool is None else pool
    binding = _packs(panel, judged_on) if packs is None else packs
    problem = problem_of(panel, judged_on, candidates, binding, keep=keep, without=without)
    _demand_known(problem)
    searched = _search(problem, seconds)
    if searched.found.composition is None:
        return _unsolved(problem, searched, seconds)
    return _solved(problem, searched, binding)


def _demand_open(panel: Panel, on: date) -> None:
    sitting = panel.sitting
    has_sat = panel.sits_on is not None and panel.sits_on < on
    if has_sat or (sitting and sitting.state in (SittingState.OPEN, SittingState.CLOSED)):
        raise RuleBroken(
            _("Panel %(number)s has sat: who sat is not changed any more.")
            % {"number": panel.number}
        )
    if not is_judged(panel.enrolment):
        raise RuleBroken(
            _("No rule judges panel %(number)s: its trainee studies for another degree.")
            % {"number": panel.number}
        )


def _demand_known(problem: Problem) -> None:
    known = {row.key for row in problem.candidates}
    if strangers := sorted((problem.keep | problem.without) - known):
        raise RuleBroken(
            _("Person %(key)s is not among those who could sit on panel %(number)s.")
            % {"key": strangers[0], "number": problem.panel.number}
        )


def _packs(panel: Panel, on: date) -> list[Pack]:
    return in_force_in(panel.institution_id, panel.enrolment.unit_id, max(day_of(panel, on), on))


def _search(problem: Problem, seconds: float) -> Searched:
    """By the solver; where it cannot read a rule and the pool is small, by trying all."""
    smaller = pruned(problem)
    found, formulated = solve(smaller.problem, seconds)
    unread = formulated.untranslated
    if unread and exhaustive.is_small(problem):
        return Searched(exhaustive.search(problem), unread)
    used = set(found.composition or ())
    if any(sort <= used for sort in smaller.sorts):
        found, formulated = solve(problem, seconds)
    if any(one.rule.kind == "warn" for one in unread):
        # A notice that the solver cannot read was not in the number that it minimized.
        found = Found(found.composition, found.objective, False, found.gap)
    return Searched(found, unread)


def _answer(problem: Problem, searched: Searched) -> Repair:
    return Repair(
        panel=problem.panel.pk,
        number=problem.panel.number,
        on=problem.on,
        day=day_of(problem.panel, problem.on),
        is_optimal=searched.found.is_optimal,
        gap=searched.found.gap,
        pool=len(problem.candidates),
        untranslated=tuple(one.rule.id for one in searched.untranslated),
    )


def _solved(problem: Problem, searched: Searched, packs: Sequence[Pack]) -> Repair:
    composition = searched.found.composition
    assert composition is not None
    kept = [row for row in problem.candidates if row.seat and row.key in composition]
    return replace(
        _answer(problem, searched),
        changes=changes_of(problem, composition),
        kept=tuple(named(row.person) for row in kept),
        objective=searched.found.objective,
        rules=rules_after(problem, composition, packs, problem.on),
    )


def _unsolved(problem: Problem, searched: Searched, seconds: float) -> Repair:
    answer = _answer(problem, searched)
    if not searched.found.is_optimal:
        return answer
    if searched.untranslated and exhaustive.is_small(problem):
        names, is_proven = exhaustive.obstacles(problem), True
    else:
        names, is_proven = obstacles(problem, seconds)
    return replace(answer, conflicting=obstacles_of(problem, names), is_optimal=is_proven)
