"""The secretary of the General Hospital keeps its trainees' records."""

from __future__ import annotations

import re
from collections.abc import Callable

import openpyxl
import pytest

from stories.visitor import Visitor

pytestmark = pytest.mark.browser

REASON = "因病住院治疗，附诊断证明"


def _numbers(visitor: Visitor) -> list[str]:
    """The student numbers of a list, over all its pages."""
    found: list[str] = []
    while True:
        for row in visitor.page.locator("main table tbody tr").all_inner_texts():
            found += re.findall(r"\b20\d{8,9}\b", row)
        if not visitor.page.locator("a[rel=next]").count():
            return found
        visitor.follow("a[rel=next]")


def test_a_secretary_filters_the_list_and_takes_it_along_as_a_workbook(
    arrive: Callable[..., Visitor],
) -> None:
    secretary = arrive("secretary")
    secretary.finds_it_accessible()
    secretary.open("/trainees/")
    secretary.page.select_option("[name=rule]", "training.clinical")
    secretary.page.select_option("[name=verdict]", "fail")
    secretary.follow("form.filters .button-main")
    secretary.finds_it_accessible()

    path = secretary.downloads("a[href*='export.xlsx']")
    shown = _numbers(secretary)
    assert len(shown) > 100
    book = openpyxl.load_workbook(path)
    rows = list(book.active.iter_rows(values_only=True))
    exported = [str(value) for row in rows[1:] for value in row if str(value) in set(shown)]
    assert exported == shown
    assert len(rows) == len(shown) + 1


def test_a_secretary_suspends_a_trainee_with_a_reason_and_lets_them_return(
    arrive: Callable[..., Visitor],
) -> None:
    secretary = arrive("secretary")
    secretary.open("/trainees/?q=20211051006")
    secretary.follow("main table tbody a")
    trainee = secretary.page.url
    before = secretary.words(".page-meta .verdict")

    _asks_for(secretary, "suspended", reason="")
    assert secretary.page.locator("[name=reason]:invalid").count() == 1
    secretary.page.fill("[name=reason]", "   ")
    secretary.follow("main form .button-main")
    assert secretary.page.locator("main .field-error").count() >= 1
    secretary.finds_it_accessible()
    secretary.page.goto(trainee)
    assert secretary.words(".page-meta .verdict") == before

    _asks_for(secretary, "suspended", reason=REASON)
    secretary.page.wait_for_url(trainee)
    assert secretary.words(".page-meta .verdict") == "休学"
    secretary.finds_it_accessible()
    secretary.open("/trainees/?state=suspended")
    secretary.reads("20211051006")

    secretary.page.goto(trainee)
    secretary.follow("a[href$='/journal/']")
    secretary.reads(REASON)
    secretary.finds_it_accessible()

    secretary.page.goto(trainee)
    secretary.page.locator("details.menu-actions > summary").click()
    secretary.follow("a[href$='/state/']")
    back = secretary.page.locator("[name=to] option", has_text=before).get_attribute("value")
    secretary.page.select_option("[name=to]", back)
    secretary.page.fill("[name=reason]", "病愈复学")
    secretary.follow("main form .button-main")
    assert secretary.words(".page-meta .verdict") == before


def _asks_for(secretary: Visitor, state: str, *, reason: str) -> None:
    secretary.page.locator("details.menu-actions > summary").click()
    secretary.follow("a[href$='/state/']")
    secretary.page.select_option("[name=to]", state)
    secretary.page.fill("[name=reason]", reason)
    secretary.page.locator("main form .button-main").click()


def test_a_secretary_does_not_see_the_cancer_hospital(arrive: Callable[..., Visitor]) -> None:
    leader, secretary = arrive("leader"), arrive("secretary")
    leader.open("/units/")
    unit = leader.page.get_by_role("link", name="肿瘤医院", exact=True).first.get_attribute("href")
    leader.open(f"/trainees/?unit={str(unit).strip('/').rpartition('/')[2]}")
    other = leader.page.locator("main table tbody tr a").first
    name, path = other.inner_text(), str(other.get_attribute("href"))

    secretary.finds_nothing_at(path, name)
    secretary.finds_nothing_at(f"{path}state/", name)
    secretary.open(f"/trainees/?unit={str(unit).strip('/').rpartition('/')[2]}")
    secretary.does_not_read(path)
    secretary.open(f"/search/?q={name}")
    secretary.does_not_read(path)
