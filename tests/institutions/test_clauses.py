"""What packs cite stands in the register: regulations with their clauses."""

from __future__ import annotations

from datetime import date

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.models import JournalEntry
from preceptor.institutions.actions import (
    CitedClause,
    CitedSource,
    keep_cited,
    open_unit,
    register_regulation,
)
from preceptor.institutions.models import Clause, Regulation, Unit

pytestmark = pytest.mark.django_db

SIZE = CitedClause("8", "第八条", "article 8", "委员会 5 人或 7 人。")
TERM = CitedClause("9", "第九条", "article 9")
RULES = CitedSource("rules", "答辩细则", "Rules on the defence", date(2021, 9, 1), (SIZE, TERM))


@pytest.fixture
def university() -> Unit:
    return open_unit(
        upper=None, code="YT", kind="university", name_zh="云汀医科大学",
        name_en="Yunting Medical University", valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip


def keep(university: Unit, *sources: CitedSource, layer: str = "university") -> list[Regulation]:
    return keep_cited(
        institution=university, pack="yunting/defence", layer=layer, sources=sources, by=OPERATOR
    )


def clauses() -> list[tuple[str, str, str]]:
    return [(row.key, row.title_zh, row.gist) for row in Clause.objects.all()]


def test_a_source_becomes_a_regulation_with_its_clauses_in_order(university: Unit) -> None:
    (row,) = keep(university, RULES)
    assert (row.title_zh, row.issued_on, row.institution) == (
        "答辩细则", date(2021, 9, 1), university,
    )  # fmt: skip
    assert clauses() == [("8", "第八条", "委员会 5 人或 7 人。"), ("9", "第九条", "")]


def test_a_statute_belongs_to_no_institution(university: Unit) -> None:
    (row,) = keep(university, RULES, layer="statute")
    assert row.institution is None


def test_the_same_again_writes_nothing(university: Unit) -> None:
    keep(university, RULES)
    before = JournalEntry.objects.count()
    keep(university, RULES)
    assert (JournalEntry.objects.count(), len(clauses())) == (before, 2)


def test_a_clause_takes_the_new_gist_and_one_no_longer_cited_stays(university: Unit) -> None:
    keep(university, RULES)
    changed = CitedClause("8", "第八条", "article 8", "委员会 7 人。")
    keep(university, CitedSource("rules", "别的名称", "Other", None, (changed,)))
    assert clauses() == [("8", "第八条", "委员会 7 人。"), ("9", "第九条", "")]
    assert Regulation.objects.get().title_zh == "答辩细则"


def test_a_regulation_that_the_register_knows_is_not_entered_twice(university: Unit) -> None:
    known = register_regulation(
        by=OPERATOR, code="YT-9", layer="university", title_zh="答辩细则（2021）", title_en="Rules",
        institution=university, pack="yunting/defence", source_in_pack="rules",
    )  # fmt: skip
    assert keep(university, RULES) == [known]
    assert [row.regulation for row in Clause.objects.all()] == [known, known]


def test_the_same_pack_at_another_institution_has_a_register_entry_of_its_own(
    university: Unit,
) -> None:
    other = open_unit(
        upper=None, code="LH", kind="university", name_zh="临海医科大学",
        name_en="Linhai Medical University", valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip
    keep(university, RULES)
    keep(other, RULES)
    owners = {row.institution for row in Regulation.objects.all()}
    assert owners == {university, other}
    assert len(clauses()) == 4
