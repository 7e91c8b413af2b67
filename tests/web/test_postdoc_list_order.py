"""The list of postdocs begins with those whose term ends first; those gone follow, the latest first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.base.keyset import keys_of_legs
from preceptor.fellows.models import Postdoc
from preceptor.web.filters.postdoc import legs_of

if TYPE_CHECKING:
    from new_fellows import Fellows

pytest_plugins = ["cast", "fellow_cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
DAY = date(2026, 6, 30)


def written(fellows: Fellows, present: int, gone: int) -> list[str]:
    """So many postdocs in the order in which they stand in the list; two of each share a day."""
    Postdoc.objects.exclude(pk=fellows.xu.pk).delete()
    row = Postdoc.objects.get(pk=fellows.xu.pk)
    Postdoc.objects.filter(pk=row.pk).update(term_ends_on=DAY - timedelta(days=1))
    rows = []
    for number in reversed(range(present + gone)):
        row.pk, row.application, row.follows = None, None, None
        is_gone = number >= present
        row.number = f"{'G' if is_gone else 'P'}{number:03}"
        row.state = "exited" if is_gone else "in_station"
        row.term_ends_on = DAY + timedelta(days=number // 2)
        row.left_on = DAY - timedelta(days=number // 2) if is_gone else None
        row.save(force_insert=True)
        rows.append((is_gone, number // 2, -row.pk if is_gone else row.pk, row.number))
    return [fellows.xu.number, *(number for *_place, number in sorted(rows))]


def numbers(client: Client, path: str) -> list[str]:
    return [row[0]["note"] for row in client.get(path).context["rows"]]


def test_what_needs_attention_first_stands_first_and_the_export_has_the_same_order(
    fellows: Fellows, signed_in: SignIn
) -> None:
    expected = written(fellows, 3, 4)
    client = signed_in(fellows.personnel)
    assert numbers(client, "/postdocs/") == expected
    answer: Any = client.get("/lists/postdocs/export.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    assert [row[0] for row in list(sheet.values)[1:]] == expected


@pytest.mark.parametrize(("present", "gone"), [(0, 7), (7, 0), (4, 3), (6, 9), (2, 2)])
def test_page_by_page_on_and_back_nobody_is_left_out_or_told_twice(
    fellows: Fellows, present: int, gone: int
) -> None:
    expected = written(fellows, present, gone)
    names = dict(Postdoc.objects.values_list("pk", "number"))
    legs, pages, query = legs_of(Postdoc.objects.all()), [], {}
    while True:
        page = keys_of_legs(legs, query, size=3)
        pages.append([names[key] for key in page.rows])
        assert bool(page.before) == (len(pages) > 1)
        if not page.after:
            break
        query = {"after": page.after}
    assert [number for rows in pages for number in rows] == expected
    for rows in reversed(pages[:-1]):
        page = keys_of_legs(legs, {"before": page.before}, size=3)
        assert [names[key] for key in page.rows] == rows
    assert page.before == ""


@pytest.mark.parametrize(
    "place", ["x", "1.~", "9.2026-01-01~1", "0.2026-13-01~1", "B2023001~1", "0."]
)
def test_a_place_that_is_none_is_the_first_page(
    fellows: Fellows, signed_in: SignIn, place: str
) -> None:
    expected = written(fellows, 2, 2)
    client = signed_in(fellows.personnel)
    for way in ("after", "before"):
        assert numbers(client, f"/postdocs/?{way}={place}") == expected


def test_each_part_of_the_list_is_read_from_its_own_index(fellows: Fellows) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the plan is read as SQLite tells it")
    for leg, index in zip(
        legs_of(Postdoc.objects.all()), ("postdoc_term_ends", "postdoc_left"), strict=True
    ):
        for place in ("", "2026-01-01~5"):
            plan = leg.keys(place, False)[:51].explain()
            assert index in plan
            assert "TEMP B-TREE" not in plan


def test_the_list_asks_as_many_questions_for_few_as_for_many(
    fellows: Fellows, signed_in: SignIn
) -> None:
    client = signed_in(fellows.personnel)
    asked = []
    for present, gone in ((1, 1), (20, 40)):
        written(fellows, present, gone)
        client.get("/postdocs/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/postdocs/")
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12
