"""Who could be seated on a panel."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q

from preceptor.cases.kinds.kind import Conflicts
from preceptor.people.models import Capacity, Contact, Person, Title
from preceptor.supervisors.models import SupervisorQualification
from preceptor.supervisors.queries import HELD
from preceptor.training.choices import FieldRelation
from preceptor.training.models import ConflictOverride, Panel, PanelSeat

from ..radar import Conflict, conflicts, rule_of
from ..records import seats
from .candidate import APART, STATED, Candidate
from .free import busy_on, day_of, sittings_in


def pool_of(
    panel: Panel, on: date, persons: Collection[Person] | None = None, rule: Conflicts | None = None
) -> list[Candidate]:
    """The members of the panel and whoever could take a seat, by key: persons of the institution
    with a title on the day, doctoral supervisors, and experts known from contacts or earlier
    panels; or the persons given. A fixed number of queries.

    What is stated of a newcomer comes from the last panel that stated anything and from the
    contact; what nobody stated stays unknown.
    """
    day = day_of(panel, on)
    held = [seat for seat in seats().filter(panel=panel) if seat.role not in APART]
    apart = PanelSeat.objects.filter(panel=panel, role__in=APART).values_list("person", flat=True)
    others = _others(panel, day) if persons is None else persons
    known = {person.pk: person for person in others if person.pk not in set(apart)}
    found = {seat.person_id: Candidate(seat.person, seat) for seat in held}
    newcomers = {key: person for key, person in known.items() if key not in found}
    stated = _stated(panel, newcomers, day)
    found |= {key: Candidate(person, stated=stated[key]) for key, person in newcomers.items()}
    return _judged(panel, found, day, rule or rule_of(panel))


def stated_of(panel: Panel, on: date, persons: Collection[Person]) -> dict[int, dict[str, Any]]:
    """What is to be stated of those of the persons who are new on the panel, by key: the same that a
    proposed repair reckons with, so that what is known of an outsider is not lost when the seat is
    written. Empty for who sits already and where nothing is known."""
    return {row.key: dict(row.stated) for row in pool_of(panel, on, persons)}


def _others(panel: Panel, day: date) -> list[Person]:
    titled = Title.objects.on(day).order_by().values("person")
    guiding = SupervisorQualification.objects.on(day).filter(degree_level="doctor", state__in=HELD)
    known = Contact.objects.exclude(employer_zh="", employer_en="").values("person")
    seated = PanelSeat.objects.filter(panel__institution=panel.institution_id).order_by()
    rows = Person.objects.filter(institution=panel.institution_id).filter(
        Q(pk__in=titled)
        | Q(pk__in=guiding.order_by().values("person"))
        | Q(pk__in=known)
        | Q(pk__in=seated.values("person"))
    )
    return list(rows.defer("birth_on").order_by("pk"))


def _judged(
    panel: Panel, found: dict[int, Candidate], day: date, rule: Conflicts
) -> list[Candidate]:
    people = [row.person for row in found.values()]
    ties = conflicts(people, panel.enrolment, day, rule, panel)
    overridden = _overridden(panel)
    busy, loads = busy_on(panel, day), sittings_in(panel, day)
    return [
        replace(
            row,
            blocked=any(_blocks(tie, key, overridden) for tie in ties[key]),
            warned=sum(tie.level == "warn" for tie in ties[key]),
            busy=key in busy,
            load=loads.get(key, 0),
        )
        for key, row in sorted(found.items())
    ]


def _blocks(tie: Conflict, person: int, overridden: set[tuple[int, str]]) -> bool:
    """Whether the conflict keeps the person off; nobody overrides that one judges oneself."""
    if tie.level != "block":
        return False
    return tie.kind == "self" or (person, tie.kind) not in overridden


def _overridden(panel: Panel) -> set[tuple[int, str]]:
    """Persons and the kinds of conflict in spite of which they sit, each with a recorded reason."""
    rows = ConflictOverride.objects.filter(panel=panel).defer("reason")
    return {(row.person_id, kind) for row in rows for kind in _kinds(row.conflict)}


def _kinds(text: str | None) -> list[str]:
    return [kind.strip() for kind in (text or "").split(",")]


def _stated(panel: Panel, persons: dict[int, Person], day: date) -> dict[int, dict[str, Any]]:
    """What would be stated of each newcomer; three queries."""
    found: dict[int, dict[str, Any]] = {key: {} for key in persons}
    direction = panel.enrolment.direction_id
    for row in _earlier(panel):
        if row.person_id in found:
            found[row.person_id] |= _known(row, same_direction=row.panel.enrolment.direction_id == direction)  # fmt: skip
    for key in _of_direction(direction, day):
        if key in found:
            found[key]["field"] = FieldRelation.SAME
    at_home = _posted(panel, day)
    for key in Contact.objects.exclude(employer_zh="", employer_en="").values_list(
        "person", flat=True
    ):
        if key in found and key not in at_home:
            found[key].setdefault("stated_outside_unit", True)
            found[key].setdefault("stated_outside_institution", True)
    return found


def _earlier(panel: Panel) -> list[PanelSeat]:
    """Seats on the institution's other panels, the earliest first: the last statement counts."""
    rows = PanelSeat.objects.filter(panel__institution=panel.institution_id).exclude(panel=panel)
    rows = rows.select_related("panel__enrolment").order_by("panel__sits_on", "pk")
    return list(rows)


def _known(seat: PanelSeat, *, same_direction: bool) -> dict[str, Any]:
    """What a seat states; how near the field is only says something for the same direction, and
    whether somebody is of the unit only for the same hospital, so that it is left out."""
    skipped = {"stated_outside_unit"} | (set() if same_direction else {"field"})
    values = {name: getattr(seat, name) for name in STATED if name not in skipped}
    return {name: value for name, value in values.items() if value not in (None, "")}


def _of_direction(direction: int, day: date) -> list[int]:
    rows = SupervisorQualification.objects.on(day).filter(direction=direction, state__in=HELD)
    return list(rows.values_list("person", flat=True))


def _posted(panel: Panel, day: date) -> set[int]:
    """Persons with a post at the institution on the day."""
    inside = Q(unit=panel.institution_id) | Q(unit__institution=panel.institution_id)
    rows = Capacity.objects.on(day).filter(inside, kind__in=("staff", "physician"))
    return set(rows.values_list("person", flat=True))
