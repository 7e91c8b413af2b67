"""Every list can be exported and found again, and nobody sees more in it than on the page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from django.http import Http404, QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.people.actions import (
    MOST_SEARCHES,
    change_person,
    remove_search,
    rename_search,
    save_search,
)
from preceptor.people.models import Account, SavedSearch
from preceptor.web.listings.registry import LISTINGS
from preceptor.web.tables import workbook
from preceptor.web.tables.workbook import write_workbook

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
SignIn = Callable[..., Client]
every_listing = pytest.mark.parametrize("name", sorted(LISTINGS))

#: Addresses of one word that are no lists of records.
NO_LISTS = {
    "sign_in", "sign_out", "account", "set_theme", "set_language", "search", "health", "searches",
    "roster", "sign_in_link",
}  # fmt: skip


def exported(client: Client, name: str, query: str = "") -> list[tuple[Any, ...]]:
    """The lines of the export below its heads."""
    response = client.get(reverse("list_export", args=[name]) + query)
    assert response.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    heads, *lines = sheet.iter_rows(values_only=True)
    assert all(heads)
    return lines


def rows_of(page: str) -> int:
    return page.count('<th scope="row">')


def saved(client: Client, listing: str, name: str, query: str) -> Any:
    address = reverse("search_save", args=[listing])
    return client.post(address, {"name": name, "query": query}, follow=True)


def test_every_address_without_a_key_is_a_list_or_is_named_as_none() -> None:
    patterns = [one for one in get_resolver().url_patterns if isinstance(one, URLPattern)]
    names = {one.name for one in patterns if re.fullmatch(r"[a-z-]+/", str(one.pattern))}
    assert names - set(LISTINGS) - NO_LISTS == set()


@every_listing
def test_the_export_of_a_list_has_the_rows_of_its_page(
    name: str, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    page = client.get(reverse(name)).content.decode()
    lines = exported(client, name)
    if name not in ("units", "drafts"):  # a tree; a page with the packs below
        assert len(lines) == rows_of(page)
    assert reverse("list_export", args=[name]) in page


def test_lists_with_rows_were_among_those_compared(office: Account, signed_in: SignIn) -> None:
    client = signed_in(office)
    counts = {name: len(exported(client, name)) for name in LISTINGS}
    filled = {"enrolments", "panels", "units", "directions", "rules", "regulations", "accounts"}
    assert {name for name in filled if not counts[name]} == set()


@every_listing
def test_an_outsider_finds_nothing_of_the_trainees_in_any_export(
    name: str, cast: Cast, stranger: Account, signed_in: SignIn
) -> None:
    response = signed_in(stranger).get(reverse("list_export", args=[name]))
    if response.status_code == 404:
        return
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    said = repr(list(book.active.iter_rows(values_only=True)))
    for row in (cast.lin, cast.gu, cast.shen):
        assert row.student_number not in said
        assert row.person.name_zh not in said


def test_the_neighbour_exports_only_the_trainees_of_her_own_hospital(
    cast: Cast, neighbour: Account, signed_in: SignIn
) -> None:
    lines = exported(signed_in(neighbour), "enrolments")
    assert [line[0] for line in lines] == [cast.shen.student_number]


def test_filters_of_the_page_narrow_the_export(
    cast: Cast, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    query = f"?q={cast.gu.student_number}"
    assert [line[0] for line in exported(client, "enrolments", query)] == [cast.gu.student_number]
    assert exported(client, "panels", "?q=P-1999") == []
    assert len(exported(client, "panels", "?q=P-2022")) == 1


def test_a_list_that_does_not_exist_has_neither_export_nor_searches(
    office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    assert client.get(reverse("list_export", args=["home"])).status_code == 404
    assert saved(client, "home", "x", "").status_code == 404


def test_a_saved_search_brings_its_filters_back(
    cast: Cast, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    response = saved(
        client, "enrolments", "2021 内科", "cohort=2021&after=7~7&x=1&direction=105101"
    )
    kept = SavedSearch.objects.get(account=office)
    assert kept.query == "direction=105101&cohort=2021"
    assert response.redirect_chain[-1][0] == f"{reverse('enrolments')}?{kept.query}"
    page = response.content.decode()
    assert re.search(r'aria-current="true"[^>]*>.*2021 内科', page)
    assert cast.lin.student_number in page
    assert cast.gu.student_number not in page


def test_nobody_sees_the_saved_searches_of_another(
    office: Account, secretary: Account, signed_in: SignIn
) -> None:
    mine = save_search(account=office, listing="panels", name="我的秘密", query="q=P", by=office)
    client = signed_in(secretary)
    pages = [reverse("panels"), reverse("searches")]
    assert not any("我的秘密" in client.get(page).content.decode() for page in pages)
    assert client.get(reverse("saved_search", args=[mine.pk])).status_code == 404
    assert client.post(reverse("saved_search", args=[mine.pk]), {"name": "x"}).status_code == 404
    assert client.post(reverse("search_remove", args=[mine.pk])).status_code == 404
    assert SavedSearch.objects.get(pk=mine.pk).name == "我的秘密"


def test_only_the_account_itself_saves_renames_and_removes(
    office: Account, secretary: Account
) -> None:
    with pytest.raises(NotPermitted):
        save_search(account=office, listing="panels", name="x", query="", by=secretary)
    mine = save_search(account=office, listing="panels", name="x", query="", by=office)
    for by in (secretary, OPERATOR):
        with pytest.raises(NotPermitted):
            rename_search(search=mine, name="y", by=by)
        with pytest.raises(NotPermitted):
            remove_search(search=mine, by=by)


def test_a_name_stands_once_on_a_list_and_saving_twice_saves_once(office: Account) -> None:
    first = save_search(account=office, listing="panels", name="x", query="q=1", by=office)
    again = save_search(account=office, listing="panels", name=" x ", query="q=1", by=office)
    assert again == first
    with pytest.raises(RuleBroken):
        save_search(account=office, listing="panels", name="x", query="q=2", by=office)
    other = save_search(account=office, listing="panels", name="y", query="q=2", by=office)
    with pytest.raises(RuleBroken):
        rename_search(search=other, name="x", by=office)
    assert save_search(account=office, listing="waivers", name="x", query="", by=office)
    assert JournalEntry.objects.filter(verb="search.save").count() == 3


def test_a_name_that_is_empty_or_too_long_is_refused(office: Account) -> None:
    for name in ("", "  ", "长" * 81):
        with pytest.raises(InputRefused):
            save_search(account=office, listing="panels", name=name, query="", by=office)
    with pytest.raises(InputRefused):
        save_search(account=office, listing="panels", name="x", query="q" * 1001, by=office)


def test_a_list_keeps_no_more_searches_than_can_be_overlooked(
    office: Account, signed_in: SignIn
) -> None:
    SavedSearch.objects.bulk_create(
        SavedSearch(account=office, listing="panels", name=f"s{place}")
        for place in range(MOST_SEARCHES)
    )
    response = saved(signed_in(office), "panels", "one more", "q=1")
    assert str(MOST_SEARCHES) in str(next(iter(response.context["messages"])))
    assert SavedSearch.objects.filter(account=office).count() == MOST_SEARCHES


def test_a_search_is_renamed_and_removed_on_its_page(office: Account, signed_in: SignIn) -> None:
    client = signed_in(office)
    kept = save_search(account=office, listing="panels", name="旧名", query="q=P", by=office)
    client.post(reverse("saved_search", args=[kept.pk]), {"name": "新名"})
    page = client.get(reverse("searches")).content.decode()
    assert "新名" in page
    assert "旧名" not in page
    assert f"{reverse('panels')}?q=P" in page
    client.post(reverse("search_remove", args=[kept.pk]))
    assert not SavedSearch.objects.exists()
    assert client.post(reverse("search_remove", args=[kept.pk])).status_code == 404


def test_many_saved_searches_cost_one_query(office: Account, signed_in: SignIn) -> None:
    client = signed_in(office)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(reverse("panels")).status_code == 200
        return len(captured)

    queries()
    none = queries()
    for place in range(10):
        save_search(account=office, listing="panels", name=f"s{place}", query="", by=office)
    assert queries() == none <= 12


def test_a_name_that_looks_like_a_formula_stays_a_name(
    cast: Cast, office: Account, signed_in: SignIn
) -> None:
    formula = "=HYPERLINK(1)"
    change_person(person=cast.persons["S1"], by=OPERATOR, reason="test", name_zh=formula)
    response = signed_in(office).get(reverse("list_export", args=["panels"]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cell = next(
        cell for row in book.active.iter_rows(min_row=2) for cell in row if cell.value == formula
    )
    assert cell.data_type == "s"


def test_a_list_longer_than_a_sheet_goes_on_on_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    target = io.BytesIO()
    write_workbook(target, "很长的名单", ["n"], ([number] for number in range(8)))
    book = openpyxl.load_workbook(io.BytesIO(target.getvalue()))
    rows = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book]
    assert rows == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6, 7]]


def test_the_rows_of_an_export_are_read_as_they_are_written(office: Account) -> None:
    """Nothing is read before the first line is asked for: a long list is never whole in memory."""
    sheet = LISTINGS["panels"].sheet(office, QueryDict())
    with CaptureQueriesContext(connection) as before:
        lines = iter(sheet.lines)
    with CaptureQueriesContext(connection) as after:
        next(lines)
    assert len(before) == 0
    assert len(after) > 0


def test_those_without_the_office_do_not_export_accounts(
    secretary: Account, trainee: Account
) -> None:
    for account in (secretary, trainee):
        with pytest.raises(Http404):
            LISTINGS["accounts"].sheet(account, QueryDict())
