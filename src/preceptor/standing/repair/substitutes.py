"""Who could take a seat that somebody gives up: everybody with whom every blocking rule still holds."""

from __future__ import annotations

from datetime import date

from preceptor.cases.kinds.kind import Conflicts
from preceptor.training.models import Panel, PanelSeat

from ..packs import in_force_in
from .candidate import APART, MEMBER, Candidate
from .free import day_of
from .pool import pool_of
from .problem import problem_of

#: So many are proposed.
MOST = 5


def substitutes_for(
    panel: Panel, seat: PanelSeat, rule: Conflicts, on: date, most: int = MOST
) -> list[Candidate]:
    """Those who could take the seat in its role, the best first: nobody whom a conflict keeps off or who
    is not free at that time, and none with whom a blocking rule would not hold; those with the fewest
    notices come first, then with the fewest conflicts that warn, then who sits least this year.

    Nobody for the seats of the secretary and of advisers, of which no rule speaks. Every candidate is
    tried, by the evaluator that judges the panel; the packs are those in force on the day of the sitting.
    A fixed number of queries.
    """
    if seat.role in APART:
        return []
    day = max(day_of(panel, on), on)
    packs = in_force_in(panel.institution_id, panel.enrolment.unit_id, day)
    problem = problem_of(panel, on, pool_of(panel, on, rule=rule), packs)
    others = {key: role for key, role in problem.current.items() if key != seat.person_id}
    able = [row for row in problem.candidates if row.seat is None and problem.may_sit(row)]
    if not able:
        return []
    tried = [{**others, row.key: seat.role or MEMBER} for row in able]
    holds = ~problem.judged(tried, problem.hard).any(axis=1)
    notices = problem.judged(tried, problem.soft).sum(axis=1)
    found = [
        ((int(count), row.warned, row.load, row.key), row)
        for row, is_good, count in zip(able, holds, notices, strict=True)
        if is_good
    ]
    return [row for _order, row in sorted(found, key=lambda one: one[0])[:most]]
