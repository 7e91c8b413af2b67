"""How a verdict came about: what stood before, since when, and what ended it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.people.actions import give_titles
from preceptor.people.models import Account, Title
from preceptor.standing.choices import ChangeCause
from preceptor.standing.history import history_of
from preceptor.standing.models import Finding, FindingChange
from preceptor.training.access import visible_panels
from preceptor.training.actions import change_rotation, record_rotations
from preceptor.training.models import Enrolment, Rotation

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

SignIn = Callable[..., Client]
FIRST = date(2023, 5, 4)


@pytest.fixture
def turned(cast: Cast) -> Enrolment:
    """林知远 met the clinical months, and then not any more; the mid-term panel was settled."""
    Finding.objects.update(since=FIRST)
    row = Rotation(
        enrolment=cast.lin, department="外科", start_month=date(2023, 4, 1),
        end_month=date(2023, 8, 1), kind="specialty",
    )  # fmt: skip
    record_rotations(institution=cast.institution, rotations=[row], by=OPERATOR)
    change_rotation(rotation=row, by=OPERATOR, reason="更正", kind="other")
    title = Title(
        person=cast.persons["T3"], series="teacher", level="full", name="教授",
        valid_from=date(2010, 1, 1),
    )  # fmt: skip
    give_titles(institution=cast.institution, titles=[title], by=OPERATOR)
    return cast.lin


def test_each_verdict_that_stood_names_its_days_its_successor_and_what_ended_it(
    turned: Enrolment,
) -> None:
    panel, last, first = history_of(turned)
    assert (panel.rule, panel.verdict, panel.after) == ("panel.midterm", "pending", "pass")
    assert panel.panel is not None
    assert (last.verdict, last.after, last.since, last.until) == ("pass", "fail", today(), today())
    assert (first.verdict, first.after, first.since) == ("fail", "pass", FIRST)
    assert first.title.zh.startswith("临床能力训练")
    assert first.panel is None
    assert first.cause == str(ChangeCause.RECORD.label)


def test_only_so_many_are_given_and_only_of_the_panels_that_are_seen(
    turned: Enrolment, stranger: Account
) -> None:
    assert [past.rule for past in history_of(turned, limit=1)] == ["panel.midterm"]
    hidden = history_of(turned, panels=visible_panels(stranger))
    assert [past.rule for past in hidden] == ["training.clinical", "training.clinical"]


def test_a_rule_of_a_content_that_is_gone_is_called_by_its_id(turned: Enrolment) -> None:
    FindingChange.objects.update(hash="0" * 64)
    assert history_of(turned)[1].title.zh == "training.clinical"


def test_a_rule_that_no_longer_concerns_a_trainee_has_no_successor(turned: Enrolment) -> None:
    Finding.objects.filter(enrolment=turned, rule="training.clinical").delete()
    assert [past.after for past in history_of(turned)[1:]] == [None, "pass"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", ["变化经过", "记录变更", "达标"]),
        ("en", ["How this came about", "a record changed", "Met"]),
    ],
)
def test_the_page_tells_how_it_came_about_in_both_languages(
    turned: Enrolment, secretary: Account, signed_in: SignIn, language: str, said: list[str]
) -> None:
    page = signed_in(secretary, language).get(f"/trainees/{turned.pk}/?show=history")
    text = page.content.decode()
    assert page.status_code == 200
    assert [words for words in said if words not in text] == []
    assert FIRST.isoformat() in text


def test_who_may_not_see_a_trainee_learns_nothing_of_the_history(
    turned: Enrolment, neighbour: Account, stranger: Account, signed_in: SignIn
) -> None:
    for account in (neighbour, stranger):
        page = signed_in(account).get(f"/trainees/{turned.pk}/?show=history")
        assert page.status_code == 404
        assert "林知远" not in page.content.decode()


def test_an_empty_history_says_so(cast: Cast, secretary: Account, signed_in: SignIn) -> None:
    page = signed_in(secretary, "en").get(f"/trainees/{cast.gu.pk}/?show=history")
    assert "No verdict has changed yet" in page.content.decode()


def test_a_long_history_asks_as_often_as_a_short_one(
    turned: Enrolment, secretary: Account, signed_in: SignIn
) -> None:
    client, address = signed_in(secretary), f"/trainees/{turned.pk}/?show=history"

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    asked()
    before = asked()
    row = FindingChange.objects.filter(rule="training.clinical").first()
    assert row is not None
    for day in range(30):
        row.pk, row.since = None, FIRST + timedelta(days=day)
        row.save(force_insert=True)
    assert asked() == before
