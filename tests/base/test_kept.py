"""Statements that are made once for all who ask for the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date

import pytest
from django.db.models import F, QuerySet, Value

import kept_statements
from preceptor.base.kept import Kept, Statement
from preceptor.institutions.models import Unit
from preceptor.people.models import Account, Person
from preceptor.training.models import Supervision

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """Statements as the product keeps them, without the check of all tests."""
    monkeypatch.setattr(Kept, "statement", kept_statements._statement)
    yield Kept(most=2)


def persons(*columns: str) -> QuerySet[Person]:
    return Person.objects.order_by("pk").values_list(*columns)


def test_a_kept_statement_gives_what_the_queryset_gives_each_value_of_its_kind(
    supervisor: Account,
) -> None:
    Person.objects.update(birth_on=date(1996, 2, 29))
    rows = Supervision.objects.values_list(
        "enrolment__person__birth_on", "recorded_at", "valid_from"
    )
    found = Statement.of(rows).rows()
    assert found == list(rows)
    assert found[0][0] == date(1996, 2, 29)
    assert found[0][1].tzinfo == UTC


def test_a_statement_of_several_parts_in_order_gives_only_what_was_asked_for(
    institution: Unit,
) -> None:
    rows = (
        persons("pk")
        .order_by()
        .union(Unit.objects.order_by().values_list("pk"), all=True)
        .order_by("pk")
    )
    assert Statement.of(rows).rows() == list(rows)
    hidden = Person.objects.annotate(x=Value(1)).order_by(F("name_zh")).values_list("pk")
    assert Statement.of(hidden).rows() == list(hidden)


def test_a_statement_asks_again_each_time(institution: Unit, kept: Kept) -> None:
    statement = kept.statement("persons", lambda: persons("pk"))
    before = statement.rows()
    Person.objects.create(name_zh="闻人雪", institution=institution)
    assert len(kept.statement("persons", lambda: persons("pk")).rows()) == len(before) + 1
    assert statement.count() == len(before) + 1


def test_where_nothing_can_be_found_nothing_is_asked(
    django_assert_num_queries: object, kept: Kept
) -> None:
    none = Person.objects.filter(pk__in=()).values_list("pk")
    with django_assert_num_queries(0):  # type: ignore[operator]
        for rows in (none, None):
            statement = Statement.of(rows)
            assert (statement.rows(), statement.count()) == ([], 0)


def test_records_are_not_asked_for_so() -> None:
    with pytest.raises(TypeError, match="Person"):
        Statement.of(Person.objects.all())
    with pytest.raises(TypeError, match="Person"):
        Statement.of(Person.objects.values("pk"))


def test_the_statement_not_asked_for_longest_is_made_again(kept: Kept) -> None:
    made: list[str] = []

    def asked(name: str) -> None:
        def rows() -> QuerySet[Person]:
            made.append(name)
            return persons("pk")

        kept.statement(name, rows)

    for name in ("a", "b", "a", "c", "a", "b"):
        asked(name)
    assert made == ["a", "b", "c", "b"]


def test_the_check_of_all_tests_sees_a_key_that_does_not_tell_enough() -> None:
    statements = Kept(most=2)
    day = [date(2026, 1, 1)]

    def rows() -> QuerySet[Person]:
        return Person.objects.filter(pk=day[0].year).values_list("pk")

    statements.statement("of a year", rows)
    day[0] = date(2027, 1, 1)
    with pytest.raises(AssertionError, match="other values"):
        statements.statement("of a year", rows)


def test_the_check_of_all_tests_sees_a_question_asked_while_a_statement_is_made() -> None:
    def rows() -> QuerySet[Person]:
        return Person.objects.filter(pk=Person.objects.count()).values_list("pk")

    with pytest.raises(AssertionError, match="asked nothing"):
        Kept(most=2).statement("counted", rows)
