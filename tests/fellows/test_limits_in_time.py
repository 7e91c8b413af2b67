"""Limits of a charter that meet, and requests that a granted appeal gives back to the head."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from pi_rows import asked, decided, limited
from preceptor.base.actors import Mandate
from preceptor.base.today import today
from preceptor.cases.models import CaseKind
from preceptor.fellows.actions.charter import end_lab_request
from preceptor.fellows.charter import authority_in, limits_on
from preceptor.fellows.choices import LimitKind, LimitPeriod
from preceptor.fellows.models import LabCase, Limit, LimitUse

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = pytest.mark.django_db
NEW_YEAR = date(2024, 1, 1)


def known(pis: Programme) -> list[tuple[Decimal, date, date | None]]:
    rows = Limit.objects.known().filter(laboratory=pis.laboratory).order_by("valid_from")
    return list(rows.values_list("most", "valid_from", "valid_to"))


def test_a_limit_that_begins_on_the_same_day_is_replaced(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 100, valid_from=NEW_YEAR)
    limited(pis.laboratory, LimitKind.SPEND, 200, valid_from=NEW_YEAR)
    assert known(pis) == [(Decimal(200), NEW_YEAR, None)]
    assert limits_on(pis.laboratory, NEW_YEAR)[LimitKind.SPEND].most == 200


def test_a_limit_with_an_end_leaves_what_begins_after_it(pis: Programme) -> None:
    later = date(2025, 1, 1)
    limited(pis.laboratory, LimitKind.SPEND, 100, valid_from=later)
    last = later - timedelta(days=1)
    limited(pis.laboratory, LimitKind.SPEND, 50, valid_from=NEW_YEAR, valid_to=last)
    assert known(pis) == [(Decimal(50), NEW_YEAR, last), (Decimal(100), later, None)]
    limited(pis.laboratory, LimitKind.SPEND, 70, valid_from=NEW_YEAR, valid_to=later)
    assert known(pis) == [(Decimal(70), NEW_YEAR, later)]


def test_a_request_that_climbed_is_the_heads_again_once_it_is_set_aside(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 100, LimitPeriod.YEAR)
    case = decided(asked(pis.laboratory, LimitKind.SPEND, 150, pis["head"]), pis["head"])
    assert LabCase.objects.get(case=case).has_climbed
    assert decided(case, pis["director"]).state == "granted"
    assert not LimitUse.objects.get().is_within
    mandate = Mandate("account:1", "leader", "appeal")
    for _time in range(2):
        row = LabCase.objects.get(case=case)
        end_lab_request(row=row, outcome="set_aside", by=mandate, is_heads=False)
    assert not LabCase.objects.get(case=case).has_climbed
    assert sorted(LimitUse.objects.values_list("amount", flat=True)) == [-150, 150]
    assert authority_in(pis.laboratory, LimitKind.SPEND, today()).left == 100


def test_who_stands_above_decides_without_the_limit_at_a_stage_that_waits_on_both(
    pis: Programme,
) -> None:
    kind = CaseKind.objects.get(institution=pis.institution, name="lab_request")
    kind.content = kind.content.replace('by = ["head"]', 'by = ["head", "director"]')
    kind.hash = "1" * 64
    kind.save()
    limited(pis.laboratory, LimitKind.SPEND, 10)
    case = asked(pis.laboratory, LimitKind.SPEND, 11, pis["member"])
    assert decided(case, pis["director"]).state == "granted"
    assert not LimitUse.objects.get().is_within
    assert authority_in(pis.laboratory, LimitKind.SPEND, today()).left == 10
