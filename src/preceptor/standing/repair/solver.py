"""The best composition by OR-Tools' CP-SAT: proven, or said how far it may be from the best."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from .answer import Objective
from .candidate import CHAIR
from .exhaustive import Found
from .problem import Bound, Composition, Problem
from .translating import Literal, Model, Translation
from .weights import NotTranslated

SEED = 20250101
#: Compositions that a rule which the solver cannot read is asked about, before it is given up.
TRIES = 60
FEASIBLE = (cp_model.OPTIMAL, cp_model.FEASIBLE)
GROUPS = ("kept", "availability", "conflicts", "pool")


@dataclass
class Formulated:
    """A problem as a model: `holders` switch a group of conditions on, `terms` are what is
    minimized, in order; `untranslated` are the rules that could not be put into it."""

    problem: Problem
    made: Model
    holders: dict[str, Any] = field(default_factory=dict)
    terms: dict[str, Any] = field(default_factory=dict)
    untranslated: list[Bound] = field(default_factory=list)

    def seated(self, key: int) -> Any:
        """Whether the person sits, in any role: 0 or 1."""
        return sum(variable for (person, _), variable in self.made.sits.items() if person == key)


def formulated(problem: Problem) -> Formulated:
    """The model of a problem. Rules with a construct that is no linear condition are left out and
    named."""
    found = Formulated(problem, Model(problem))
    found.holders["pool"] = found.made.is_pool_held
    for name in GROUPS[:-1]:
        found.holders[name] = found.made.model.new_bool_var(name)
    _hold_persons(found)
    translations: dict[str, Translation] = {}
    for one in problem.hard:
        literal = _translated(found, translations, one)
        if literal is not None:
            holder = found.holders[one.name] = found.made.model.new_bool_var(one.name)
            found.made.model.add_bool_or([literal, holder.negated()])
    broken = [_translated(found, translations, one) for one in problem.soft]
    found.terms = _terms(found, [one for one in broken if one is not None])
    return found


def _translated(
    found: Formulated, translations: dict[str, Translation], bound: Bound
) -> Literal | None:
    """Whether the rule holds; None where the solver cannot read it."""
    pack = bound.pack.hash
    translation = translations.setdefault(pack, Translation(found.made, pack))
    try:
        return translation.holds(bound)
    except NotTranslated:
        found.untranslated.append(bound)
        return None


def _hold_persons(found: Formulated) -> None:
    """Nobody twice; nobody in conflict or away; who must stay; one chair."""
    problem, model, holders = found.problem, found.made.model, found.holders
    for row in problem.candidates:
        roles = [found.made.sits[row.key, role] for role in row.roles]
        model.add_at_most_one(roles)
        for name, is_off in (("conflicts", row.blocked), ("availability", row.busy)):
            if is_off:
                model.add(sum(roles) == 0).only_enforce_if(holders[name])
        if row.key in problem.keep:
            model.add(sum(roles) == 1).only_enforce_if(holders["kept"])
        if row.key in problem.without:
            model.add(sum(roles) == 0).only_enforce_if(holders["kept"])
    chairs = sum(found.made.sits[row.key, CHAIR] for row in problem.candidates)
    if problem.has_chair:
        model.add(chairs == 1).only_enforce_if(holders["pool"])
    else:
        model.add(chairs <= 1).only_enforce_if(holders["pool"])


def _terms(found: Formulated, broken: Sequence[Literal]) -> dict[str, Any]:
    problem, model, sits = found.problem, found.made.model, found.made.sits
    current = problem.current
    count = len(problem.candidates)
    added = sum(found.seated(row.key) for row in problem.candidates if row.key not in current)
    removed = len(current) - sum(found.seated(key) for key in current)
    moved = sum(sits[key] for key in sits if key[0] in current and current[key[0]] != key[1])
    replaced = model.new_int_var(0, count, "replaced")
    model.add(replaced >= added)
    model.add(replaced >= removed)
    return {
        "changes": replaced + moved,
        "warned": sum(found.made.is_not(one) for one in broken),
        "conflicts": _weighed(found, {row.key: row.warned for row in problem.candidates}),
        "load": _weighed(found, {row.key: 2 * row.load + 1 for row in problem.candidates}),
        "rank": sum(
            problem.place[key[0]] * (2 if key[1] == CHAIR else 1) * variable
            for key, variable in sits.items()
        ),
    }


def _weighed(found: Formulated, weights: Mapping[int, int]) -> Any:
    return sum(
        weights[key[0]] * variable for key, variable in found.made.sits.items() if weights[key[0]]
    )


@dataclass
class Clock:
    """What is left of the time that a repair may take, in seconds."""

    ends: float

    @property
    def left(self) -> float:
        """Seconds left; never none at all, so that the solver can at least look once."""
        return max(0.05, self.ends - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self.ends


def _solver(clock: Clock) -> Any:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_time_in_seconds = clock.left
    return solver


def solve(problem: Problem, seconds: float) -> tuple[Found, Formulated]:
    """The best composition within the time, each number of the objective in turn.

    Compositions that break a rule which the solver cannot read are put aside, one by one.
    """
    clock = Clock(time.monotonic() + seconds)
    found = formulated(problem)
    model = found.made.model
    for holder in found.holders.values():
        model.add(holder == 1)
    unread = [one for one in found.untranslated if one.rule.kind == "block"]
    for _try in range(TRIES):
        # The numbers found are fixed in a copy: the next try begins without them.
        answer = _best(found, model.clone(), clock)
        if answer.composition is None:
            return answer, found
        if not problem.judged([answer.composition], unread).any():
            return answer, found
        _put_aside(found, answer.composition)
        if clock.is_over:
            break
    return Found(None, None, is_optimal=False, gap=None), found


def _put_aside(found: Formulated, composition: Composition) -> None:
    sits = found.made.sits
    found.made.model.add_bool_or(
        [
            variable.negated() if composition.get(key) == role else variable
            for (key, role), variable in sits.items()
        ]
    )


def _best(found: Formulated, model: Any, clock: Clock) -> Found:
    """Minimize one number after the other, each fixed before the next."""
    held: Composition | None = None
    is_optimal, gap = True, 0
    for name, term in found.terms.items():
        if isinstance(term, int):
            continue
        solver = _solver(clock)
        model.minimize(term)
        status = solver.solve(model)
        if status not in FEASIBLE:
            if held is None:
                is_proven = status == cp_model.INFEASIBLE
                return Found(None, None, is_proven, 0 if is_proven else None)
            is_optimal = False
            break
        held = _read(found, solver)
        if status != cp_model.OPTIMAL:
            is_optimal = False
            bound = int(solver.best_objective_bound)
            gap = int(solver.objective_value) - bound if name == "changes" else 0
            break
        model.add(term == round(solver.objective_value))
        _hint(found, model, held)
    if held is None:
        return Found(None, None)
    return Found(held, _objective(found.problem, held), is_optimal, gap)


def _hint(found: Formulated, model: Any, held: Composition) -> None:
    model.clear_hints()
    for (key, role), variable in found.made.sits.items():
        model.add_hint(variable, held.get(key) == role)


def _read(found: Formulated, solver: Any) -> Composition:
    return {
        key: role
        for (key, role), variable in found.made.sits.items()
        if solver.boolean_value(variable)
    }


def _objective(problem: Problem, composition: Composition) -> Objective:
    warned = problem.judged([composition], problem.soft).sum()
    return problem.objective(composition, int(warned))


def obstacles(problem: Problem, seconds: float) -> tuple[list[str], bool]:
    """A smallest set of what cannot hold together, shrunk until taking away any one helps; and
    whether that is proven. `pool` is among it where other persons would help."""
    clock = Clock(time.monotonic() + seconds)
    found = formulated(problem)
    model = found.made.model
    names = [name for name in GROUPS if name in found.holders]
    names += [name for name in found.holders if name not in names]
    held, is_proven = list(names), True
    for name in names:
        trial = [one for one in held if one != name]
        model.clear_assumptions()
        model.add_assumptions([found.holders[one] for one in trial])
        status = _solver(clock).solve(model)
        if status == cp_model.INFEASIBLE:
            held = trial
        elif status not in FEASIBLE:
            is_proven = False
    return [
        *(one for one in held if one not in GROUPS),
        *(g for g in GROUPS if g in held),
    ], is_proven
