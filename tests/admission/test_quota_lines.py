"""Quota lines: how many places, and which layer decided; a programme only where it was left to it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from preceptor.admission.access import may_set_quota_line, visible_quota_lines
from preceptor.admission.actions import set_quota_line
from preceptor.admission.models import QuotaLine
from preceptor.admission.queries import quota_of
from preceptor.base.errors import InputRefused, NotPermitted
from preceptor.base.models import JournalEntry
from preceptor.fellows.actions import change_programme
from preceptor.institutions.actions import register_regulation
from preceptor.institutions.choices import DegreeLevel, RegulationLayer
from preceptor.institutions.models import Regulation

if TYPE_CHECKING:
    from pi_rows import Programme
from preceptor.base.actors import OPERATOR

pytest_plugins = ["pi_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

UNIVERSITY, PROGRAMME = RegulationLayer.UNIVERSITY, RegulationLayer.PROGRAMME


def line(pis: Programme, layer: RegulationLayer, who: str, **changed: Any) -> QuotaLine:
    given: dict[str, Any] = {
        "institution": pis.institution, "unit": pis.units["YT-P"], "year": 2024,
        "degree_level": DegreeLevel.DOCTOR, "places": 24, "layer": layer, "by": pis[who],
    }  # fmt: skip
    return set_quota_line(**(given | changed))


def delegated(pis: Programme, first: date | None, last: date | None = None) -> Regulation:
    """The paper by which the university leaves the line to the programme."""
    paper = register_regulation(
        code="YT:delegation", institution=pis.institution, layer=UNIVERSITY,
        title_zh="关于授权卓越人才计划单列招生指标的通知", title_en="Delegation of a quota line",
        effective_from=first, effective_to=last, by=OPERATOR,
    )  # fmt: skip
    change_programme(programme=pis.programme, delegation=paper, by=pis["leader"])
    return paper


def test_the_answer_names_the_layer_that_decided_and_its_regulation(pis: Programme) -> None:
    assert quota_of(pis.institution, pis.units["YT-P"], 2024) is None
    line(pis, UNIVERSITY, "office", places=10)
    found = quota_of(pis.institution, pis.units["YT-P"], 2024)
    assert found is not None
    assert (found.places, found.layer, found.regulation) == (10, UNIVERSITY, None)
    paper = delegated(pis, date(2024, 9, 1))
    line(pis, PROGRAMME, "director")
    found = quota_of(pis.institution, pis.units["YT-P"], 2024)
    assert found is not None
    assert (found.places, found.layer, found.regulation) == (24, PROGRAMME, paper)
    assert quota_of(pis.institution, pis.units["YT-P"], 2024, DegreeLevel.MASTER) is None
    assert quota_of(pis.institution, pis.units["YT-P"], 2025) is None


def test_a_programme_without_a_delegation_sets_no_line_and_is_told_why(pis: Programme) -> None:
    for who in ("director", "office"):
        with pytest.raises(NotPermitted) as refusal:
            line(pis, PROGRAMME, who)
        assert "2024" in str(refusal.value)
    assert not QuotaLine.objects.exists()


@pytest.mark.parametrize(
    "first, last, holds",
    [
        (date(2024, 12, 31), None, True),
        (date(2025, 1, 1), None, False),
        (date(2020, 1, 1), date(2024, 1, 1), True),
        (date(2020, 1, 1), date(2023, 12, 31), False),
        (None, None, False),
    ],
)
def test_a_delegation_counts_only_in_the_years_in_which_it_holds(
    pis: Programme, first: date | None, last: date | None, holds: bool
) -> None:
    delegated(pis, first, last)
    unit = pis.units["YT-P"]
    assert bool(may_set_quota_line(pis["director"], unit, 2024, PROGRAMME)) == holds
    assert bool(may_set_quota_line(pis["office"], unit, 2024, UNIVERSITY)) == (not holds)


def test_a_line_that_was_left_to_the_programme_is_not_set_by_the_university(
    pis: Programme,
) -> None:
    paper = delegated(pis, date(2023, 1, 1))
    with pytest.raises(NotPermitted) as refusal:
        line(pis, UNIVERSITY, "office")
    assert paper.title_zh in str(refusal.value)
    line(pis, PROGRAMME, "office")


def test_neither_a_head_a_leader_nor_the_personnel_office_sets_a_line(pis: Programme) -> None:
    delegated(pis, date(2023, 1, 1))
    for who in ("head", "member", "leader", "personnel", "neighbour", "stranger"):
        with pytest.raises(NotPermitted):
            line(pis, PROGRAMME, who)
        with pytest.raises(NotPermitted):
            line(pis, UNIVERSITY, who, unit=pis.units["YT-01"])
    for layer in (RegulationLayer.UNIT, RegulationLayer.STATUTE):
        with pytest.raises(NotPermitted):
            line(pis, layer, "office")


def test_a_line_set_twice_is_one_and_written_into_the_journal_once(pis: Programme) -> None:
    first, second = (line(pis, UNIVERSITY, "office") for _time in range(2))
    assert first == second
    assert JournalEntry.objects.filter(verb="quota.set").count() == 1
    line(pis, UNIVERSITY, "office", places=30)
    [entry] = JournalEntry.objects.filter(verb="quota.set").order_by("-pk")[:1]
    assert entry.before == {"places": 24, "layer": "university"}
    with pytest.raises(InputRefused):
        line(pis, UNIVERSITY, "office", places=-1)
    assert QuotaLine.objects.get().places == 30


def test_each_sees_the_lines_of_the_own_units(pis: Programme) -> None:
    line(pis, UNIVERSITY, "office")
    seen = {who: visible_quota_lines(pis[who]).count() for who in pis.accounts}
    assert {who for who, count in seen.items() if count} == {"office", "leader", "secretary"}
