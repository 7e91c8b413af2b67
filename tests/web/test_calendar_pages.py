"""The official calendar in the browser: who reads it, who edits it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from preceptor.base.actors import OPERATOR
from preceptor.cases.actions import adopt_calendar
from preceptor.cases.models import CalendarDay, CalendarYear
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]

YEAR = {
    "year": "2027",
    "announcement": "国务院办公厅关于2027年部分节假日安排的通知",
    "holidays": "2027-01-01 ~ 2027-01-03 元旦\n2027-04-05 清明节",
    "worked": "2027-01-09 元旦",
}


@pytest.fixture
def years(cast: Cast) -> None:
    adopt_calendar(institution=cast.institution, by=OPERATOR)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_of_the_institution_reads_the_calendar(
    years: None, trainee: Account, signed_in: SignIn, language: str
) -> None:
    answer = signed_in(trainee, language).get(reverse("calendar"), {"year": "2026"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "2026-02-28" in body and "国办发明电〔2025〕7号" in body
    assert ("春节" if language == "zh-hans" else "Spring Festival") in body
    assert reverse("calendar_enter") not in body


def test_who_belongs_to_no_institution_reads_none(
    years: None, stranger: Account, signed_in: SignIn
) -> None:
    answer = signed_in(stranger).get(reverse("calendar"))
    assert answer.status_code == 404
    assert "2026-02-28" not in answer.content.decode()


def test_a_missing_year_is_warned_of_and_gone_once_entered(
    cast: Cast, office: Account, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from preceptor.web.pages import calendar

    adopt_calendar(institution=cast.institution, by=OPERATOR)
    client = signed_in(office)
    for day, warns in ((date(2026, 9, 30), False), (date(2026, 10, 1), True)):
        monkeypatch.setattr(calendar, "today", lambda day=day: day)
        assert ("notice-warning" in _body(client) or "2027" in _body(client)) is warns
    assert client.post(reverse("calendar_enter"), YEAR).status_code == 302
    assert "2027-01-09" in client.get(reverse("calendar"), {"year": "2027"}).content.decode()
    held = CalendarYear.objects.get(year=2027)
    days = [(row.day.isoformat(), row.kind) for row in held.days.all()]
    assert days == [
        ("2027-01-01", "holiday"), ("2027-01-09", "workday"), ("2027-04-05", "holiday"),
    ]  # fmt: skip


def _body(client: Client) -> str:
    return client.get(reverse("calendar"), {"year": "2026"}).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"holidays": "春节从二月开始"},
        {"holidays": "2027-02-30 春节"},
        {"holidays": "2027-01-03 ~ 2027-01-01 元旦"},
        {"holidays": "2026-01-01 元旦"},
        {"worked": "2027-01-11 元旦"},
        {"announcement": " "},
        {"year": "1875"},
    ],
)
def test_a_year_that_cannot_be_read_is_refused_at_the_form(
    years: None, office: Account, signed_in: SignIn, change: dict[str, str]
) -> None:
    answer = signed_in(office).post(reverse("calendar_enter"), YEAR | change)
    assert answer.status_code == 200
    assert 'class="field-error' in answer.content.decode() or "notice" in answer.content.decode()
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_one_day_is_entered_and_taken_out_by_the_office_alone(
    years: None, office: Account, secretary: Account, signed_in: SignIn
) -> None:
    add = reverse("calendar_day_add", args=[2026])
    given = {"day": "2026-12-31", "kind": "holiday", "name_zh": "校庆"}
    assert signed_in(secretary).post(add, given).status_code == 404
    assert signed_in(secretary).post(reverse("calendar_adopt")).status_code == 404
    assert not CalendarDay.objects.filter(name_zh="校庆").exists()
    assert signed_in(office).post(add, given).status_code == 302
    row = CalendarDay.objects.get(name_zh="校庆")
    remove = reverse("calendar_day_remove", args=[2026, row.pk])
    assert signed_in(secretary).post(remove).status_code == 404
    assert signed_in(office).get(remove).status_code == 405
    assert signed_in(office).post(remove).status_code == 302
    assert not CalendarDay.objects.filter(name_zh="校庆").exists()


def test_the_page_costs_the_same_with_few_days_and_with_many(
    years: None,
    office: Account,
    signed_in: SignIn,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    client = signed_in(office)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        client.get(reverse("calendar"), {"year": "2026"})
