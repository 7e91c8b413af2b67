"""Figures against an independent reader, on universities drawn at random and on the demo one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.records import retract, supersede
from preceptor.reports.actions import freeze
from preceptor.reports.figures.keys import record_keys
from preceptor.reports.models import Census
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Enrolment, Milestone, Placement, StateSpan
from reports.recount import Recount
from reports.small_university import DAY, SmallUniversity, build, person, qualify


def differences(census: Census) -> list[str]:
    """Where value or keys differ from the recount, and what the recount has and the census not."""
    expected = Recount(census.institution, census.day).all()
    stored = {(row.key, row.scope): row for row in census.figures.select_related("census")}
    wrong = [f"{key} is missing" for key in expected.keys() - stored.keys()]
    for key in expected.keys() & stored.keys():
        value, keys = expected[key]
        row = stored[key]
        if row.value != value:
            wrong.append(f"{key}: {row.value}, recounted {value}")
        if keys and sorted(record_keys(row)) != keys:
            wrong.append(f"{key}: other records")
    counted = {key for key in expected if expected[key][0]}
    wrong += [
        f"{key}: {row.value}, recounted none"
        for key, row in stored.items()
        if row.value and key not in counted and key[0].startswith(("enrolled.by", "intake.by"))
    ]
    return sorted(wrong)


def test_the_small_university_recounted(census: Census) -> None:
    assert differences(census) == []


def drawn_day(random: Random) -> date:
    return date(2019, 1, 1) + timedelta(days=random.randrange(2200))


def draw_trainee(random: Random, place: SmallUniversity, number: int) -> None:
    """A trainee with a random course of states and places, some of them corrected."""
    start = drawn_day(random)
    row = Enrolment.objects.create(
        student_number=f"R{number}", person=person(place, f"r{number}"), institution=place.root,
        unit=place.units["H1"], direction=place.directions["A"], cohort=start.year,
        cohort_on=start, degree_level="doctor", mode=random.choice(["full_time", "in_service"]),
        degree_type=random.choice(["professional"] * 4 + ["academic"]), state="training",
        awarded_on=random.choice([None, None, drawn_day(random)]),
    )  # fmt: skip
    for left in reversed(range(random.randrange(4))):
        since = start + timedelta(days=random.randrange(900))
        # Only the last row may stay open; the others may overlap all the same.
        ends = [since + timedelta(days=random.randrange(600)), *([] if left else [None])]
        span = StateSpan.objects.create(
            enrolment=row, state=random.choice(EnrolmentState.values), valid_from=since,
            valid_to=random.choice(ends),
        )  # fmt: skip
        if random.random() < 0.2:
            retract(span)
        elif random.random() < 0.2:
            supersede(span, state=random.choice(EnrolmentState.values))
        placed = Placement.objects.create(
            enrolment=row, unit=place.units[random.choice(["H1", "H2", "D", "C1", "C3"])],
            direction=place.directions[random.choice("ABCE")], valid_from=since,
            valid_to=random.choice(ends),
        )  # fmt: skip
        if random.random() < 0.2:
            supersede(placed, unit=place.units["H2"])
    for attempt in range(random.randrange(3)):
        Milestone.objects.create(
            enrolment=row, kind="midterm", attempt=attempt + 1, held_on=drawn_day(random),
            outcome=random.choice(["pass", "fail", None]),
        )  # fmt: skip


def draw_supervisor(random: Random, place: SmallUniversity, number: int) -> None:
    who = person(place, f"s{number}")
    for again in range(random.randrange(1, 3)):
        since = drawn_day(random)
        qualify(
            place, f"s{number}.{again}", who, direction=place.directions[random.choice("ABC")],
            state=random.choice(["nominated", "qualified", "engaged", "suspended", "ended"]),
            is_external=random.choice([True, False, None]), valid_from=since,
            valid_to=random.choice([None, since + timedelta(days=random.randrange(900))]),
            degree_level=random.choice(["doctor", "doctor", "master"]),
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_a_university_drawn_at_random_recounted(db: None, home: Any, seed: int) -> None:
    random = Random(seed)
    place = build()
    for number in range(80):
        draw_trainee(random, place, number)
    for number in range(20):
        draw_supervisor(random, place, number)
    for day in (DAY, date(2022, 6, 30)):
        census = freeze(place.root, day, by=OPERATOR)
        assert census.figures.get(key="enrolled.fulltime_prof_doctoral", scope="SMALL-DP").value
        found = differences(census)
        assert found == [], "\n".join(map(str, [day, *found]))


PUBLISHED = {
    "intake.fulltime_prof_doctoral": 230,
    "degree.prof_doctor_awarded_incl_inservice": 375,
    "enrolled.fulltime_prof_doctoral": 613,
    "ratio.student_supervisor": Decimal("2.2"),
    "direction.count.ch1": 23,
    "direction.count.ch3": 24,
    "org.university_hospitals": 7,
    "org.nonaffiliated_clinical_colleges.ch1": 17,
    "org.nonaffiliated_clinical_colleges.ch3_2": 19,
    "org.nonaffiliated_training_bases.ch3_3": 19,
    "supervisor.prof_doctoral_total": 283,
    "supervisor.prof_doctoral_external": 98,
    "supervisor.parttime_from_bases": 107,
    "supervisor.by_direction.oncology": 30,
    "supervisor.by_direction.ophthalmology": 10,
    "supervisor.by_direction.geriatrics": 2,
    "supervisor.by_direction.internal_medicine": 44,
    "supervisor.by_direction.surgery": 43,
    "supervisor.by_direction.neurology": 9,
    "supervisor.by_direction.obgyn": 5,
    "supervisor.by_direction.paediatrics": 2,
    "supervisor.by_direction.anaesthesiology": 3,
    "supervisor.by_direction.radiology": 9,
    "admission.applicants": 491,
    "admission.admitted": 230,
    "admission.rate_pct": Decimal("46.84"),
    "admission.source_own": 147,
    "admission.source_other": 83,
    "course.required_count": 7,
    "course.elective_count": 2,
}


#: Postdocs, partners and platforms (domain specification 8.2 and 8.6), by institution.
FELLOWS = {
    "YUNTING": {
        "postdoc.in_station": 180,
        "postdoc.in_station_by_track.clinical": 72,
        "postdoc.in_station_by_track.basic": 63,
        "postdoc.in_station_by_track.dual": 45,
        "joint.partners_ever": 98,
        "joint.countries_ever": 26,
        "joint.partners_active": 63,
        "joint.countries_active": 20,
        "joint.dual": 60,
        "platform.operating.national": 8,
        "platform.operating.provincial": 35,
        "platform.construction.provincial": 1,
    },
    "CHENGLING": {
        "postdoc.entered": 253,
        "postdoc.entered_three_years": 642,
        "postdoc.in_station": 632,
        "postdoc.projects": 1263,
        "postdoc.projects_by_level.national": 269,
        "postdoc.projects_by_level.provincial": 402,
        "postdoc.projects_by_level.bureau": 331,
        "postdoc.projects_by_level.university": 261,
        "station.disciplines": 8,
        "station.covered": 8,
    },
}


@pytest.mark.demo
def test_the_demo_institution_gives_the_published_numbers_and_stands_a_recount(
    db: None, home: Any
) -> None:
    from preceptor.demo.actions import build as build_demo
    from preceptor.demo.extension import extend
    from preceptor.institutions.queries import institution

    build_demo(by=OPERATOR)
    extend(by=OPERATOR)
    census = freeze(institution(), DAY, by=OPERATOR)
    rows = census.figures.filter(key__in=PUBLISHED, scope="YUNTING-DP")
    assert {row.key: row.value for row in rows} == PUBLISHED
    assert differences(census) == []
    for code, published in FELLOWS.items():
        census = freeze(institution(code), DAY, by=OPERATOR)
        rows = census.figures.filter(key__in=published, scope=code)
        assert {row.key: row.value for row in rows} == published
