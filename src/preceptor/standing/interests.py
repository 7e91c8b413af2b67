"""Whom a conflict of interest keeps off a panel, in spite of which nobody was seated with a reason."""

from __future__ import annotations

from collections.abc import Collection

from preceptor.base.today import today
from preceptor.people.models import Person
from preceptor.training.models import ConflictOverride, Panel

from .radar import conflicts, rule_of


def blocked(panel: Panel, persons: Collection[Person]) -> dict[int, set[str]]:
    """The kinds of conflict that block each person on the day of the sitting, without those that
    were overridden; that one would judge oneself is never overridden. `panel` comes with its
    enrolment; a fixed number of queries."""
    day = panel.sits_on or panel.planned_on or today()
    overridden = {
        (row.person_id, row.conflict) for row in ConflictOverride.objects.filter(panel=panel)
    }
    found = conflicts(persons, panel.enrolment, day, rule_of(panel), panel)
    return {
        key: {
            tie.kind
            for tie in ties
            if tie.level == "block" and (tie.kind == "self" or (key, tie.kind) not in overridden)
        }
        for key, ties in found.items()
    }
