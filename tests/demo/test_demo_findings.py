"""What was planted in the demo is what the rules of the 2023 report find, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.demo import planted
from preceptor.demo.actions import INSTITUTION, Built
from preceptor.demo.preparation import rules_in_force
from preceptor.institutions.queries import institution
from preceptor.standing.actions import evaluate_all, put_in_force
from preceptor.standing.models import Finding, PackInForce, Standing
from preceptor.standing.population import enrolled_on
from preceptor.training.models import Enrolment

CENSUS = date(2023, 12, 31)


@pytest.fixture(scope="module")
def judged(demo: Built) -> Iterator[None]:
    """Everybody judged on the census day by the pack that ships."""
    place = institution(INSTITUTION)
    with transaction.atomic():
        put_in_force(
            institution=place,
            pack="yunting/clinical-doctorate",
            valid_from=date(2023, 1, 1),
            by=OPERATOR,
        )
        evaluate_all(institution=place, on=CENSUS, by=OPERATOR)
        yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("judged")


def panels(rule: str, verdict: str) -> list[str]:
    rows = Finding.objects.filter(rule=rule, verdict=verdict).exclude(panel=None)
    return list(rows.values_list("panel__number", flat=True))


def test_only_the_panel_of_four_is_of_a_wrong_size() -> None:
    assert panels("panel.defence.size", "fail") == [planted.panel_of_four()]


def test_only_the_panel_with_a_member_of_unknown_title_waits_for_a_title() -> None:
    assert panels("panel.defence.rank", "pending") == [planted.panel_with_unknown_title()]
    assert panels("panel.defence.rank", "fail") == []


def test_only_the_panel_chaired_from_within_lacks_an_outside_chair() -> None:
    assert panels("panel.defence.chair", "fail") == [planted.panel_without_outside_chair()]


@pytest.mark.parametrize(
    "rule",
    [
        "panel.defence.committee",
        "panel.clinical.rank",
        "panel.proposal",
        "panel.midterm",
        "panel.predefence",
        "panel.field",
    ],
)
def test_no_other_panel_breaks_a_rule_that_blocks(rule: str) -> None:
    assert panels(rule, "fail") == []
    assert panels(rule, "pass") != []


def test_some_defence_panels_pass_with_a_warning() -> None:
    assert len(panels("panel.defence.supervisors", "fail")) > 10


def test_only_the_thesis_at_30_01_per_cent_is_too_similar() -> None:
    found = Finding.objects.filter(rule="thesis.similarity", verdict="fail")
    numbers = list(found.values_list("enrolment__student_number", flat=True))
    assert numbers == [planted.similarity_over_limit()]


def test_the_three_who_apply_too_early_have_not_met_the_clinical_months() -> None:
    met = dict(
        Finding.objects.filter(
            rule="training.clinical",
            enrolment__student_number__in=planted.short_of_clinical_months(),
        ).values_list("enrolment__student_number", "verdict")
    )
    assert len(met) == 3
    assert "pass" not in met.values()


def test_every_enrolled_trainee_is_judged_on_the_clinical_months() -> None:
    judged = Finding.objects.filter(rule="training.clinical")
    assert judged.count() == Enrolment.objects.filter(pk__in=judged.values("enrolment")).count()
    assert judged.count() == 613
    assert 90 <= judged.filter(verdict="pass").count() <= 160


def test_the_demo_judges_by_its_own_rules_and_by_the_law_from_2025_on() -> None:
    with transaction.atomic():
        rules_in_force()
        held = PackInForce.objects.filter(institution__code=INSTITUTION)
        begun = held.values_list("pack", "layer", "in_force_from")
        assert ("yunting/clinical-doctorate", "university", date(2021, 9, 1)) in begun
        assert ("cn/degrees-law", "statute", date(2025, 1, 1)) in begun
        by_law = Finding.objects.filter(pack="cn/degrees-law")
        assert not by_law.filter(panel__sits_on__lt=date(2025, 1, 1)).exists()
        # The requests of today have moved a few on since the census of 2023.
        studying = enrolled_on(institution(INSTITUTION), today()).count()
        assert Standing.objects.count() == studying
        assert 600 < studying <= 613
        transaction.set_rollback(True)
