"""Any list can be counted by what stands in its columns, and nobody counts more than he or she sees."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from answers import page_of
from preceptor.base.errors import RuleBroken
from preceptor.people.models import Account
from preceptor.web.listings.listing import Sheet
from preceptor.web.listings.registry import LISTINGS
from preceptor.web.tables import crosstab
from preceptor.web.tables.crosstab import counted, heads_of, lines_of

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
HEADS = ("单位", "入学", "学分")
LINES = [
    ("总医院", date(2021, 9, 1), 12),
    ("总医院", date(2022, 9, 1), Decimal("2.5")),
    ("肿瘤医院", date(2021, 8, 31), None),
    ("", date(2021, 9, 2), 2),
]


def sheet(lines: list[Any] = LINES) -> Sheet:
    return Sheet(HEADS, iter(lines))


def test_the_lines_are_counted_by_a_column_with_the_unknown_last() -> None:
    table = counted(sheet(), 0)
    assert heads_of(table, HEADS[0])[0] == "单位"
    assert [line[0] for line in lines_of(table)][:2] == ["总医院", "肿瘤医院"]
    assert [line[1] for line in lines_of(table)] == [2, 1, 1, 4]


def test_two_columns_give_a_table_with_sums_on_both_sides_and_days_count_as_years() -> None:
    table = counted(sheet(), 0, 1)
    assert heads_of(table, HEADS[0])[1:3] == ["2021", "2022"]
    assert [line[1:] for line in lines_of(table)] == [[1, 1, 2], [1, 0, 1], [1, 0, 1], [3, 1, 4]]


def test_numbers_stand_in_their_order_and_not_in_that_of_their_digits() -> None:
    assert [line[0] for line in lines_of(counted(sheet(), 2))][:3] == ["2", "2.5", "12"]


def test_a_text_that_reads_like_what_is_not_known_is_counted_for_itself() -> None:
    unknown = lines_of(counted(sheet([(None, None, None)]), 0))[0][0]
    table = counted(sheet([(None, None, None), (unknown, None, None)]), 0)
    assert [line[1] for line in lines_of(table)] == [1, 1, 2]


def test_a_list_without_lines_counts_nothing() -> None:
    assert [line[1:] for line in lines_of(counted(sheet([]), 0))] == [[0]]
    assert lines_of(counted(sheet([]), 0, 1))[-1][1:] in ([0], [0, 0])


def test_a_list_that_is_too_long_and_a_column_of_too_many_things_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crosstab, "MOST_LINES", 3)
    with pytest.raises(RuleBroken, match="3"):
        counted(sheet(), 0)
    monkeypatch.setattr(crosstab, "MOST_LINES", 4)
    monkeypatch.setattr(crosstab, "MOST_ROWS", 2)
    with pytest.raises(RuleBroken, match="单位"):
        counted(sheet(), 0)
    monkeypatch.setattr(crosstab, "MOST_COLUMNS", 1)
    with pytest.raises(RuleBroken, match="入学"):
        counted(sheet(LINES[:2]), 0, 1)


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_every_list_can_be_counted_in_both_languages(
    name: str, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    address = reverse("list_table", args=[name])
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        assert client.get(address).status_code == 200
        assert client.get(f"{address}?by=1&across=2").status_code == 200
    assert address in page_of(client.get(reverse(name)))


def test_the_counts_are_those_of_the_filtered_list(
    cast: Cast, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    address = reverse("list_table_export", args=["enrolments"])
    answer = client.get(f"{address}?unit={cast.general.pk}&state=any&by=1")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    lines = list(book.active.iter_rows(values_only=True))
    listed = client.get(f"{reverse('enrolments')}?unit={cast.general.pk}&state=any")
    assert lines[-1][1] == page_of(listed).count('<th scope="row">') > 0


def test_a_neighbour_s_table_counts_nobody_of_another_hospital(
    cast: Cast, neighbour: Account, signed_in: SignIn
) -> None:
    client = signed_in(neighbour)
    shown = page_of(client.get(f"{reverse('list_table', args=['enrolments'])}?by=1&state=any"))
    assert cast.lin.person.name_zh not in shown and cast.lin.student_number not in shown


def test_an_unknown_column_or_list_gives_no_table(office: Account, signed_in: SignIn) -> None:
    client = signed_in(office)
    address = reverse("list_table", args=["enrolments"])
    for query in ("", "?by=0", "?by=99", "?by=x", "?across=1"):
        answer = client.get(address + query)
        assert answer.status_code == 200 and '<th scope="row">' not in page_of(answer)
    assert client.get(reverse("list_table", args=["club"])).status_code == 404
    export = client.get(reverse("list_table_export", args=["enrolments"]))
    assert export["Content-Type"].startswith("text/html")
