"""The demo institution has a waiver in each state, and none touches a figure of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction

from preceptor.base.today import today
from preceptor.demo.actions import INSTITUTION, Built
from preceptor.demo.preparation import rules_in_force
from preceptor.demo.queries import finish
from preceptor.demo.waivers import PLANS, plant_waivers
from preceptor.institutions.queries import institution
from preceptor.standing.models import Finding, Waiver
from preceptor.standing.queries import counts

CENSUS = date(2023, 12, 31)


@pytest.fixture(scope="module")
def judged(demo: Built) -> Iterator[None]:
    """Everybody judged today, with the waivers."""
    with transaction.atomic():
        rules_in_force()
        yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("judged")


def test_there_is_a_waiver_in_each_state_and_one_has_expired() -> None:
    states = Counter(Waiver.objects.values_list("state", flat=True))
    assert states == {"granted": 3, "asked": 1, "signed_once": 1, "refused": 1}
    granted = Waiver.objects.filter(state="granted")
    assert granted.filter(valid_to__lt=today()).count() == 1
    assert len(PLANS) == Waiver.objects.count()


def test_two_fails_stand_today_and_none_on_the_day_of_the_census() -> None:
    assert Finding.objects.filter(verdict="waived").count() == 2
    place = institution(INSTITUTION)
    assert {count.counts["waived"] for count in counts(place, CENSUS)} == {0}


def test_the_planted_faults_are_left_to_be_found() -> None:
    made = finish()
    assert made is not None
    planted = {number for numbers in made["planted"].values() for number in numbers}
    waived = set(Waiver.objects.values_list("enrolment__student_number", flat=True))
    assert len(waived) == len(PLANS)
    assert not waived & planted


def test_each_was_asked_for_before_it_began_and_decided_by_two_others() -> None:
    for waiver in Waiver.objects.prefetch_related("signatures"):
        keys = [one.signer_key for one in waiver.signatures.all()]
        assert waiver.asked_by_key not in keys
        assert len(keys) == len(set(keys))
        assert waiver.asked_at.date() <= waiver.valid_from


def test_they_are_not_planted_a_second_time() -> None:
    assert plant_waivers(institution(INSTITUTION)) == []
    assert Waiver.objects.count() == len(PLANS)
