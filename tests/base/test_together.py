"""Several sets of rows in one query: what each would have given alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db.models import F

from new_fellows import Fellows, entering
from preceptor.base.today import today
from preceptor.base.together import (
    Prepared,
    Question,
    Set,
    answer,
    asked,
    kept_at,
    read_together,
    together,
)
from preceptor.fellows.actions import enter_postdoc
from preceptor.fellows.models import Contract, Ground, Host, Leave, Postdoc, Stay, Support
from preceptor.people.models import Person

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
Bound = Callable[[int], Any]


@pytest.fixture
def rows(fellows: Fellows) -> Postdoc:
    """A postdoc with records whose columns are days, moments, amounts, secrets and nothing."""
    xu: Postdoc = fellows.xu
    Support.objects.create(
        postdoc=xu, kind="salary", payer="unit", amount_cny=Decimal("12500.10"),
        paid_on=date(2025, 3, 1),
    )  # fmt: skip
    Leave.objects.create(
        postdoc=xu, kind="sick", first_on=date(2025, 2, 1), last_on=date(2025, 2, 28), note="住院"
    )
    Ground.objects.create(
        postdoc=xu, kind="absence", found_on=date(2025, 5, 1), note="两周未到岗",
        taken_back_at=datetime(2025, 6, 1, 8, 30, tzinfo=UTC),
    )  # fmt: skip
    return xu


def columns_of(found: list[Any]) -> list[Any]:
    """What the records hold, with what was read beside them, for comparing."""
    return [
        {
            **{name: value for name, value in row.__dict__.items() if name != "_state"},
            "beside": {key: str(one) for key, one in row._state.fields_cache.items()},
        }
        for row in found
    ]


def test_sets_read_together_are_what_each_is_alone(
    rows: Postdoc, django_assert_num_queries: Bound
) -> None:
    sets = [
        Support.objects.all(),
        Leave.objects.order_by("-first_on", "pk"),
        Ground.objects.all(),
        Ground.objects.defer("note"),
        Stay.objects.select_related("station__upper").annotate(day=F("postdoc__entered_on")),
        Host.objects.known().select_related("person"),
        Contract.objects.none(),
        Person.objects.only("name_zh").order_by("-pk"),
    ]
    alone = [columns_of(list(one)) for one in sets]
    # The first time in a process, Django asks besides whether the database knows JSON.
    found = [columns_of(one) for one in read_together([Set(one) for one in sets])]
    assert found == alone
    with django_assert_num_queries(1):
        read_together([Set(one) for one in sets])
    assert all(alone[place] for place in (0, 1, 2, 4, 5, 7))


def test_amounts_days_and_moments_keep_their_kind_as_tuples(rows: Postdoc) -> None:
    supports, grounds, nobody = read_together(
        [
            Set(Support.objects.all(), ("postdoc__number", "amount_cny", "paid_on")),
            Set(Ground.objects.all(), ("taken_back_at", "note", "first_on")),
            Set(Leave.objects.filter(pk__in=[]), ("pk",)),
        ]
    )
    assert supports == [(rows.number, Decimal("12500.10"), date(2025, 3, 1))]
    assert str(supports[0][1]) == "12500.10"
    assert grounds == [(datetime(2025, 6, 1, 8, 30, tzinfo=UTC), "两周未到岗", None)]
    assert nobody == []


def test_an_order_that_is_no_column_is_refused(rows: Postdoc) -> None:
    stays = Set(Stay.objects.order_by("station", "postdoc"))
    with pytest.raises(TypeError, match="Stay: an order by postdoc"):
        read_together([stays, Set(Leave.objects.all())])


def test_what_is_kept_at_its_owner_is_not_asked_again(
    rows: Postdoc, django_assert_num_queries: Bound
) -> None:
    with django_assert_num_queries(1):
        answer(
            together(
                kept_at([rows], "leaves", Leave.objects.all()),
                kept_at([rows], "supports", Support.objects.all()),
            )
        )
    with django_assert_num_queries(0):
        assert [one.postdoc for one in rows.leaves.all()] == [rows]
        assert len(rows.supports.all()) == 1
        answer(kept_at([rows], "leaves", Leave.objects.all()))


def test_questions_share_their_rounds(rows: Postdoc, django_assert_num_queries: Bound) -> None:
    def stations() -> Question[list[Any]]:
        [[(station,)]] = yield [Set(Postdoc.objects.filter(pk=rows.pk), ("station",))]
        [found] = yield [Set(Stay.objects.filter(station=station, postdoc=rows), ("pk",))]
        return found

    def nothing() -> Question[str]:
        return "nothing is asked"
        yield

    with django_assert_num_queries(2):
        found, [leaves], said = answer(
            together(stations(), asked(Set(Leave.objects.all(), ("pk",))), nothing())
        )
    assert (len(found), len(leaves), said) == (1, 1, "nothing is asked")


def of_a_postdoc(postdoc: Postdoc) -> list[Set]:
    return [
        Set(Support.objects.filter(postdoc=postdoc)),
        Set(Leave.objects.filter(postdoc=postdoc, first_on__lte=today()).order_by("first_on")),
        Set(Stay.objects.filter(postdoc=postdoc), ("begins_on", "station__code")),
    ]


@pytest.mark.both
def test_a_prepared_statement_gives_each_record_what_is_its_own(
    rows: Postdoc, fellows: Fellows, django_assert_num_queries: Any
) -> None:
    other = enter_postdoc(**entering(fellows))
    Leave.objects.create(
        postdoc=other,
        kind="other",
        first_on=date(2025, 4, 1),
        last_on=date(2025, 4, 9),
        note="探亲",
    )
    prepared = Prepared(of_a_postdoc)
    prepared.read(rows)
    for postdoc in (rows, other, rows):
        with django_assert_num_queries(1):
            found = prepared.read(postdoc)
        alone = read_together(of_a_postdoc(postdoc))
        assert [columns_of(found[place]) for place in (0, 1)] == [
            columns_of(alone[place]) for place in (0, 1)
        ]
        assert found[2] == alone[2]
    assert [row.note for row in prepared.read(other)[1]] == ["探亲"]


def test_a_prepared_statement_asks_for_the_day_on_which_it_is_read(rows: Postdoc) -> None:
    ahead = today() + timedelta(days=1)
    Leave.objects.create(postdoc=rows, kind="other", first_on=ahead, last_on=ahead, note="探亲")
    prepared = Prepared(of_a_postdoc)
    assert [row.note for row in prepared.read(rows)[1]] == ["住院"]
    with time_machine.travel(datetime.combine(ahead, time(12), UTC)):
        assert [row.note for row in prepared.read(rows)[1]] == ["住院", "探亲"]
    assert [row.note for row in prepared.read(rows)[1]] == ["住院"]
