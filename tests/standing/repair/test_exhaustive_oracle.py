"""The solver finds the very optimum that trying every composition finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from preceptor.people.models import Person
from preceptor.policy import Pack
from preceptor.standing import packs as known_packs
from preceptor.standing.repair import exhaustive
from preceptor.standing.repair.candidate import Candidate
from preceptor.standing.repair.problem import Problem, stated_problem
from preceptor.standing.repair.pruning import pruned
from preceptor.standing.repair.solver import obstacles, solve
from preceptor.training.models import Enrolment, Panel, PanelSeat

PACKS = ("yunting/clinical-doctorate", "cn/degrees-law", "dk/doctoral-panels")
SITS_ON = date(2025, 6, 3)
BOOLEAN = st.sampled_from([True] * 6 + [False, None])
PERSON = st.fixed_dictionaries(
    {
        "title_level": st.sampled_from(["full"] * 6 + ["associate", None]),
        "title_series": st.sampled_from(["teacher", "physician", "researcher"]),
        "field": st.sampled_from(["same", "related", "unrelated", None]),
        "joint_paper_years": st.sampled_from([None, 1, 5, 9]),
        **dict.fromkeys(("is_doctoral_supervisor", "in_clinical_work", "is_outside_unit", "is_outside_institution", "is_degree_committee", "is_from_abroad"), BOOLEAN),
        **{
            name: st.sampled_from([False, False, False, True, None])
            for name in ("is_supervisor", "is_coauthor", "has_joint_paper")
        },
    }
)  # fmt: skip
FACTS = st.fixed_dictionaries(
    {
        "blocked": st.sampled_from([False] * 5 + [True]),
        "busy": st.sampled_from([False] * 5 + [True]),
        "warned": st.integers(0, 2),
        "load": st.integers(0, 3),
    }
)
WAIVED = st.sampled_from([False] * 9 + [True])
ROLE = st.sampled_from([None, None, "member", "member", ""])


def shipped(pack: str) -> Pack:
    found = next(one for one in known_packs.shipped() if one.startswith(pack))
    return known_packs.find(found)


class Given:
    """A problem that prints itself in a line."""

    def __init__(self, problem: Problem, stage: str) -> None:
        self.problem, self.stage = problem, stage

    def __repr__(self) -> str:
        rows = [(row.key, row.role, row.blocked, row.busy) for row in self.problem.candidates]
        rules = [one.name for one in self.problem.hard]
        return f"{self.stage}: {rows} keep {self.problem.keep} not {self.problem.without}; {rules}"


@st.composite
def problems(draw: st.DrawFn, most: int = 8) -> Given:
    """A panel of some of a small pool, under one or more of the shipped regulations."""
    panel = Panel(pk=1, number="P-1", enrolment=Enrolment(pk=1), institution_id=1)
    panel.__dict__["_prefetched_objects_cache"] = {"waivers": [], "seats": []}
    stated: list[tuple[Candidate, dict[str, Any]]] = []
    chair = draw(st.integers(-1, 4))
    for key in range(1, draw(st.integers(2, most)) + 1):
        role = "chair" if key == chair else draw(ROLE)
        person = Person(pk=key, name_zh=f"甲{key}")
        seat = None if role is None else PanelSeat(pk=key, person=person, role=role or None)
        stated.append((Candidate(person, seat, **draw(FACTS)), draw(PERSON)))
    chosen = draw(st.sets(st.sampled_from(PACKS), min_size=1, max_size=2))
    record = {
        "key": "1", "stage": draw(st.sampled_from(["defence", "proposal", "midterm", "clinical_exam", "predefence"])),
        "cohort_on": date(2021, 9, 1), "event_on": None, "planned_on": SITS_ON, "has_sat": False,
    }  # fmt: skip
    apart = [{"role": "secretary", "title_level": "junior"}] if draw(st.booleans()) else []
    packs = [shipped(name) for name in sorted(chosen)]
    problem = stated_problem(panel, SITS_ON, stated, record, apart, packs)
    keys = sorted(row.key for row in problem.candidates)
    keep = draw(st.sets(st.sampled_from(keys), max_size=1))
    without = draw(st.sets(st.sampled_from(keys), max_size=1)) - keep
    hard = tuple(replace(one, is_waived=draw(WAIVED)) for one in problem.hard)
    made = replace(problem, hard=hard, keep=frozenset(keep), without=frozenset(without))
    return Given(made, str(record["stage"]))


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_solver_and_trying_all_find_the_same_optimum_or_both_find_none(
    given: Given,
) -> None:
    problem = given.problem
    tried = exhaustive.search(problem)
    solved, formulated = solve(pruned(problem).problem, 20)
    assert formulated.untranslated == []
    assert solved.is_optimal
    assert solved.objective == tried.objective
    if solved.composition is not None:
        assert not problem.judged([solved.composition], problem.hard).any()


@settings(max_examples=30, deadline=None)
@given(problems(most=5))
def test_what_conflicts_cannot_hold_together_and_taking_any_of_it_away_helps(
    given: Given,
) -> None:
    problem = given.problem
    if exhaustive.search(problem).composition is not None:
        return
    names, is_proven = obstacles(problem, 20)
    assert is_proven
    every = {"kept", "availability", "conflicts", *(one.name for one in problem.hard)}

    def held(obstacle: set[str]) -> Problem:
        hard = tuple(one for one in problem.hard if one.name in obstacle)
        return replace(problem, hard=hard, relaxed=frozenset(every - obstacle))

    assert exhaustive.search(held(set(names))).composition is None
    if "pool" in names:
        for name in set(names) - {"pool"}:
            assert exhaustive.search(held(set(names) - {name})).composition is not None
