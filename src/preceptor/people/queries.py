"""Named reads of persons: their titles and capacities on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from .choices import IdentifierScheme, TitleLevel
from .models import Capacity, Identifier, Person, Title

#: From best to least; used only to choose the best of several titles, never in a rule.
RANK = (TitleLevel.FULL, TitleLevel.ASSOCIATE, TitleLevel.INTERMEDIATE, TitleLevel.JUNIOR)


def best_first(titles: Collection[Title]) -> list[Title]:
    """The titles from the highest level down; of one level the one held longest first."""
    return sorted(titles, key=lambda title: (RANK.index(TitleLevel(title.level)), title.valid_from))


def titles_on(persons: Collection[int], day: date) -> dict[int, list[Title]]:
    """For each person the titles valid on the day, best first; no entry where none is known."""
    found: dict[int, list[Title]] = defaultdict(list)
    for title in Title.objects.on(day).filter(person__in=persons):
        found[title.person_id].append(title)
    return {person: best_first(titles) for person, titles in found.items()}


def capacities_on(persons: Collection[int], day: date) -> dict[int, list[Capacity]]:
    """For each person the capacities held on the day; no entry where none is known."""
    found: dict[int, list[Capacity]] = defaultdict(list)
    rows = Capacity.objects.on(day).filter(person__in=persons).select_related("unit")
    for capacity in rows:
        found[capacity.person_id].append(capacity)
    return dict(found)


def person_by(institution: int, scheme: str, value: str) -> Person | None:
    """The person whom the number names in the institution; None when it names nobody."""
    identifier = (
        Identifier.objects.filter(institution=institution, scheme=scheme, value=value)
        .select_related("person")
        .first()
    )
    return identifier.person if identifier else None


def numbered(institution: int, value: str) -> Person | None:
    """The person with this staff number, else with this student number; None when nobody has it."""
    for scheme in (IdentifierScheme.STAFF_NUMBER, IdentifierScheme.STUDENT_NUMBER):
        found = person_by(institution, scheme, value.strip())
        if found is not None:
            return found
    return None
