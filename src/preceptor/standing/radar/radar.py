"""The radar itself: every tie of many persons to one person concerned, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from preceptor.cases.kinds.kind import Conflicts
from preceptor.people.models import Person
from preceptor.training.models import Enrolment, Panel

from .circle import Circle, circle_of
from .conflict import Conflict, Sign, gathered
from .panels import panel_signs
from .ties import own_signs, tie_signs, unit_signs
from .works import paper_signs, project_signs


def conflicts(
    persons: Collection[Person],
    enrolment: Enrolment,
    on: date,
    rule: Conflicts,
    panel: Panel | None = None,
) -> dict[int, list[Conflict]]:
    """For each person what ties the person to the trainee on the day, the gravest first; an empty
    list where nothing is known.

    `rule` says which kinds keep somebody off and which are shown only, and how many years back
    papers, projects and panels count: on the day that completes the years they still do. A record
    whose deciding day is unknown is shown as a warning, never dropped. `panel` is the one being
    composed, whose own seats are no earlier panel. At most ten queries for any number of persons.
    """
    return conflicts_with(circle_of(enrolment), persons, on, rule, panel)


def conflicts_with(
    circle: Circle,
    persons: Collection[Person],
    on: date,
    rule: Conflicts,
    panel: Panel | None = None,
) -> dict[int, list[Conflict]]:
    """What ties each person to anybody of the circle, as `conflicts` tells it of a trainee's."""
    keys = {person.pk for person in persons}
    signs = (sign for sign in _signs(keys, circle, on, rule, panel) if sign.person in keys)
    found = gathered(signs, rule)
    return {key: found.get(key, []) for key in sorted(keys)}


def _signs(
    keys: set[int], circle: Circle, on: date, rule: Conflicts, panel: Panel | None
) -> Iterator[Sign]:
    yield from own_signs(circle)
    yield from tie_signs(circle, on)
    yield from unit_signs(circle, keys, on)
    yield from panel_signs(circle, on, rule.panel_years, panel)
    yield from paper_signs(circle, keys, on, rule.coauthor_years)
    yield from project_signs(circle, keys, on, rule.project_years)
