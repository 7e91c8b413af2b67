"""The repair of a panel, by the number of persons who could sit."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from .measure import Row, Timing, timed

#: A repair that a reader waits for.
GOAL = "under 5 s"
SITS_ON = date(2025, 6, 3)
PACKS = ("yunting/clinical-doctorate", "cn/degrees-law")


def _problem(count: int) -> Any:
    """A defence panel of four, and so many persons of all ranks from whom to mend it."""
    from preceptor.people.models import Person
    from preceptor.standing import packs
    from preceptor.standing.repair.candidate import Candidate
    from preceptor.standing.repair.problem import stated_problem
    from preceptor.training.models import Enrolment, Panel, PanelSeat

    random = Random(f"repair {count}")
    panel = Panel(pk=1, number="P-1", enrolment=Enrolment(pk=1), institution_id=1)
    panel.__dict__["_prefetched_objects_cache"] = {"waivers": [], "seats": []}
    stated = []
    for key in range(1, count + 1):
        person = Person(pk=key, name_zh=str(key))
        role = {1: "chair"}.get(key, "member") if key <= 4 else None
        seat = PanelSeat(pk=key, person=person, role=role) if role else None
        row = Candidate(
            person, seat, blocked=random.random() < 0.1, busy=random.random() < 0.2,
            warned=random.randint(0, 2), load=random.randint(0, 12),
        )  # fmt: skip
        stated.append((row, _facts(random)))
    record = {
        "key": "1", "stage": "defence", "cohort_on": date(2021, 9, 1), "planned_on": SITS_ON,
        "event_on": None, "has_sat": False,
    }  # fmt: skip
    return stated_problem(panel, SITS_ON, stated, record, [], [packs.find(one) for one in PACKS])


def _facts(random: Random) -> dict[str, Any]:
    outside = random.random() < 0.2
    return {
        "title_level": random.choice(["full", "full", "associate", None]),
        "title_series": random.choice(["teacher", "physician", "researcher"]),
        "field": random.choice(["same", "related", "unrelated", None]),
        "is_doctoral_supervisor": random.random() < 0.5,
        "in_clinical_work": random.random() < 0.7,
        "is_outside_institution": outside,
        "is_outside_unit": outside or random.random() < 0.6,
        "is_degree_committee": not outside and random.random() < 0.1,
        "is_supervisor": False,
    }


def repaired(count: int, times: int = 3) -> Timing:
    """The time of one repair from a pool of so many. Raises AssertionError when none is found."""
    from preceptor.standing.repair.pruning import pruned
    from preceptor.standing.repair.solver import solve

    problem = _problem(count)

    def once() -> None:
        found, _formulated = solve(pruned(problem).problem, 60)
        assert found.is_optimal and found.composition is not None

    return timed(once, times=times)


def rows(counts: tuple[int, ...] = (300, 1000)) -> list[Row]:
    """One line for each size of the pool."""
    found = []
    for count in counts:
        taken = repaired(count)
        what = f"Repair of a panel from a pool of {count}, optimum proven"
        found.append(Row(what, GOAL, f"{taken.median:.2f} s"))
    return found
