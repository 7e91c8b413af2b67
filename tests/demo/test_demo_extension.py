"""Fellows and neighbours are put in beside the institution at every scale, the same each time."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction

from preceptor.base import journal
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.demo.actions import build
from preceptor.demo.extension import extend
from preceptor.demo.neighbours import has_neighbours, is_planted
from preceptor.demo.queries import extended
from preceptor.fellows.models import Laboratory, Postdoc, Stay
from preceptor.joint.models import Partner
from preceptor.people.models import Account, Person

pytestmark = [pytest.mark.django_db]


def said_of(seed: int) -> tuple[object, ...]:
    with transaction.atomic():
        build(scale=Decimal("0.05"), seed=seed, by=OPERATOR)
        extend(by=OPERATOR)
        found = (
            list(Postdoc.objects.order_by("pk").values_list("number", "person__name_zh")),
            list(Stay.objects.order_by("pk").values_list("station", "begins_on", "ends_on")),
        )
        transaction.set_rollback(True)
    return found


def test_one_seed_gives_the_same_fellows_and_another_seed_others() -> None:
    first = said_of(7)
    assert said_of(7) == first
    assert said_of(8) != first


@pytest.mark.parametrize("scale", ["0.001", "0.01", "0.3"])
def test_registers_stay_and_people_follow_the_scale(scale: str) -> None:
    build(scale=Decimal(scale), by=OPERATOR)
    built = extend(by=OPERATOR)
    assert Laboratory.objects.count() == 12
    assert Partner.objects.filter(institution__code="YUNTING").exclude(country="CN").count() == 98
    entered = Stay.objects.filter(institution__code="CHENGLING", begins_on__year__lte=2023)
    assert entered.count() == int(Decimal("642") * Decimal(scale) + Decimal("0.5"))
    assert extended() is not None
    assert built.rows["stay"] == Stay.objects.count()
    assert journal.first_broken() is None


def test_an_empty_institution_gets_no_fellows_and_is_done() -> None:
    build(empty=True, by=OPERATOR)
    extend(by=OPERATOR)
    assert not has_neighbours()
    assert is_planted()
    assert Person.objects.count() == Account.objects.count() == 3


def test_without_the_institution_nothing_is_put_in() -> None:
    with pytest.raises(RuleBroken):
        extend(by=OPERATOR)
    assert not Person.objects.exists()


def test_a_record_made_afterwards_gets_a_key_of_its_own() -> None:
    build(scale=Decimal("0.01"), by=OPERATOR)
    extend(by=OPERATOR)
    last = Partner.objects.order_by("pk").last()
    assert last is not None
    made = Partner.objects.create(
        institution=last.institution, code="X", kind="company", name_zh="示例"
    )
    assert made.pk > last.pk
