"""The radar itself: every tie of many persons to one person concerned, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import chain

from preceptor.base.together import Question, answer, together
from preceptor.cases.kinds.kind import Conflicts
from preceptor.people.models import Person
from preceptor.training.models import Enrolment, Panel

from .circle import Circle, circle_asked
from .conflict import Conflict, gathered
from .panels import panel_signs
from .ties import own_signs, tie_signs, unit_signs
from .works import paper_signs, project_signs

#: Of more persons each set is read by itself: unpacking so many rows costs more than queries do.
MANY = 1000


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
    composed, whose own seats are no earlier panel. Two queries, at most ten for more than
    `MANY` persons.
    """
    asked = conflicts_asked(persons, enrolment, on, rule, panel)
    return answer(asked, is_long=len(persons) > MANY)


def conflicts_asked(
    persons: Collection[Person],
    enrolment: Enrolment,
    on: date,
    rule: Conflicts,
    panel: Panel | None = None,
) -> Question[dict[int, list[Conflict]]]:
    """What `conflicts` tells; one round where `guidance` was kept at the enrolment, else two."""
    circle = yield from circle_asked(enrolment)
    return (yield from _ties_asked({person.pk for person in persons}, circle, on, rule, panel))


def conflicts_with(
    circle: Circle,
    persons: Collection[Person],
    on: date,
    rule: Conflicts,
    panel: Panel | None = None,
) -> dict[int, list[Conflict]]:
    """What ties each person to anybody of the circle, as `conflicts` tells it of a trainee's."""
    keys = {person.pk for person in persons}
    return answer(_ties_asked(keys, circle, on, rule, panel), is_long=len(keys) > MANY)


def _ties_asked(
    keys: set[int], circle: Circle, on: date, rule: Conflicts, panel: Panel | None
) -> Question[dict[int, list[Conflict]]]:
    signs = yield from together(
        tie_signs(circle, on),
        unit_signs(circle, keys, on),
        panel_signs(circle, on, rule, panel),
        paper_signs(circle, keys, on, rule.coauthor_years),
        project_signs(circle, keys, on, rule.project_years),
    )
    every = chain(own_signs(circle), *signs)
    found = gathered((sign for sign in every if sign.person in keys), rule)
    return {key: found.get(key, []) for key in sorted(keys)}
