"""Every conflict of interest planted in the demo is found, and nothing that is none."""

from __future__ import annotations

from datetime import date

import pytest

from preceptor.cases.kinds.kind import Conflicts
from preceptor.demo import planted
from preceptor.demo.ties import CONFLICTS
from preceptor.people.models import Capacity, Person, Tie
from preceptor.research.models import Paper, Project
from preceptor.standing.radar import conflicts
from preceptor.standing.repair.pool import pool_of
from preceptor.training.models import Panel, PanelSeat, Supervision

pytestmark = pytest.mark.usefixtures("demo")

RULE = Conflicts()
#: Alarms of the radar on the planned panels that a recount by hand does not confirm.
FALSE_ALARMS = 0


def test_every_planted_conflict_is_found() -> None:
    known = planted.conflicts_of_interest()
    assert sorted(kind for _panel, _person, kind in known) == sorted(kind for kind, _ in CONFLICTS)
    panel = Panel.objects.select_related("enrolment__person").get(number=known[0][0])
    assert panel.planned_on is not None
    people = [seat.person for seat in panel.seats.select_related("person")]
    found = conflicts(people, panel.enrolment, panel.planned_on, RULE, panel)
    missed = [
        (person, kind)
        for _number, person, kind in known
        if kind not in {one.kind for one in found[person]}
    ]
    assert missed == []


def recounted(panel: Panel, on: date) -> set[tuple[int, str]]:
    """The same by hand: every record read, one after the other, and no query narrowed down."""
    trainee = panel.enrolment.person_id
    guides = {
        row.person_id
        for row in Supervision.objects.known()
        if row.enrolment_id == panel.enrolment_id
    }
    circle = {trainee, *guides}
    found = {(trainee, "self"), *((person, "supervisor") for person in guides)}
    three_years_ago = on.replace(year=on.year - 3)
    for paper in Paper.objects.prefetch_related("authorships"):
        authors = {row.person_id for row in paper.authorships.all()}
        if paper.published_on is None or paper.published_on >= three_years_ago:
            found |= {(one, "coauthor") for one in authors if circle & (authors - {one})}
    for project in Project.objects.prefetch_related("members"):
        people = {row.person_id for row in project.members.all()}
        if project.ends_on is None or project.ends_on >= three_years_ago:
            found |= {(one, "project") for one in people if circle & (people - {one})}
    for tie in Tie.objects.known():
        pair = (tie.person_id, tie.other_id)
        for one, other in (pair, pair[::-1]):
            if other in circle:
                found.add((one, str(tie.kind)))
    for seat in PanelSeat.objects.filter(panel__enrolment=panel.enrolment).select_related("panel"):
        day = seat.panel.sits_on or seat.panel.planned_on
        is_earlier = day is not None and on.replace(year=on.year - 1) <= day < on
        if is_earlier and seat.panel_id != panel.pk:
            found.add((seat.person_id, "panel"))
    for post in Capacity.objects.on(on).filter(kind__in=("staff", "physician")):
        if post.unit_id == panel.enrolment.unit_id:
            found.add((post.person_id, "same_unit"))
    return found


def test_on_the_planned_panels_the_radar_and_a_recount_by_hand_agree() -> None:
    numbers = [
        planted.panel_of_four(), planted.panel_with_unknown_title(),
        planted.panel_without_outside_chair(),
    ]  # fmt: skip
    people = list(Person.objects.filter(qualifications__isnull=False).distinct())
    alarms = seen = 0
    for panel in Panel.objects.filter(number__in=numbers).select_related("enrolment__person"):
        assert panel.planned_on is not None
        members = Person.objects.filter(panel_seats__panel=panel)
        asked = {person.pk: person for person in [*people, *members, panel.enrolment.person]}
        found = conflicts(list(asked.values()), panel.enrolment, panel.planned_on, RULE, panel)
        shown = {(person, one.kind) for person, listed in found.items() for one in listed}
        real = {pair for pair in recounted(panel, panel.planned_on) if pair[0] in asked}
        assert real - shown == set()
        alarms += len(shown - real)
        seen += len(shown)
    assert seen > 100
    assert alarms == FALSE_ALARMS


def test_a_pool_of_the_whole_institution_is_gathered_in_a_fixed_number_of_queries(
    django_assert_max_num_queries: object,
) -> None:
    panel = Panel.objects.select_related("enrolment__person", "sitting").get(
        number=planted.panel_of_four()
    )
    assert panel.planned_on is not None
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        pool = pool_of(panel, panel.planned_on)
    assert len(pool) > 300
    blocked = {row.key for row in pool if row.blocked}
    kin = [person for _n, person, kind in planted.conflicts_of_interest() if kind == "kinship"]
    assert blocked >= set(kin)
