"""One postdoc under every list of grounds for a withdrawal, on the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from new_fellows import Fellows
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.fellows.models import Ground, Postdoc, PostdocAssessment
from preceptor.standing.actions import put_in_force
from preceptor.web.templatetags.interface import verdict_word

pytest_plugins = ["cast", "fellow_cast"]
pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
PAPER = "人事处〔2024〕17号"


@pytest.fixture
def page(fellows: Fellows) -> str:
    """The address for 许望舒, who failed the mid-term once and was absent for 20 days; in force is the
    national list."""
    put_in_force(
        institution=fellows.institution, pack="cn/postdoctoral-withdrawal",
        valid_from=date(2020, 1, 1), by=OPERATOR,
    )  # fmt: skip
    absent(fellows.xu)
    PostdocAssessment.objects.create(
        postdoc=fellows.xu, kind="midterm", held_on=date(2024, 4, 10), year=2024,
        grade="unqualified", attempt=1,
    )  # fmt: skip
    return f"/postdocs/{fellows.xu.pk}/lists/"


def absent(postdoc: Postdoc) -> None:
    Ground.objects.create(
        postdoc=postdoc, kind="absence", found_on=date(2024, 5, 6), first_on=date(2024, 4, 1),
        days=20, paper=PAPER,
    )  # fmt: skip


def text_of(response: Any) -> str:
    return str(response.content.decode())


def cells(line: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["label"]: one for one in line["cells"]}


def test_the_same_postdoc_is_answered_by_each_list_with_its_number_and_its_clause(
    fellows: Fellows, page: str, signed_in: SignIn
) -> None:
    answer = signed_in(fellows.personnel).get(page)
    lines = {line["title"]: cells(line) for line in answer.context["different"]}
    assert {"考核合格", "旷工未达退站天数"} <= set(lines)
    assert "没有学术不端" in {line["title"] for line in answer.context["alike"]}
    failed_once = lines["考核合格"]
    verdicts = {label[:4]: one["verdict"] for label, one in failed_once.items()}
    assert verdicts == {
        "博士后退": "fail",
        "苏州大学": "pass",
        "浙江大学": "fail",
        "郑州大学": "pass",
    }
    for label, one in failed_once.items():
        source = "国家博士后规定" if label.startswith("博士后") else label[:4]
        assert source in one["citation"]
    numbers = {
        label[:2]: used["value"]
        for label, one in failed_once.items()
        for used in one["parameters"]
        if used["title"].startswith("连续考核不合格次数")
    }
    assert (numbers["浙江"], numbers["郑州"]) == ("1", "2")
    assert "不成立，构成退站事由" in text_of(answer)
    assert PAPER not in text_of(answer)


@pytest.mark.parametrize(
    ("language", "silent", "decides"),
    [
        ("zh-hans", "该规定未列此情形。", "只以现行规定为准：博士后退站情形（国家规定，2006 年）"),
        (
            "en",
            "This list does not name this ground.",
            "Only the list in force decides: Grounds for",
        ),
    ],
)
def test_the_page_says_which_list_decides_and_what_a_list_is_silent_on(
    fellows: Fellows, page: str, signed_in: SignIn, language: str, silent: str, decides: str
) -> None:
    answer = signed_in(fellows.postdoc, language).get(page)
    assert decides in answer.context["decides"]
    assert silent in text_of(answer)
    marked = [one["is_in_force"] for one in answer.context["lists"]]
    assert marked == [True, False, False, False]
    absence = answer.context["different"][1]
    assert [one.get("verdict") for one in absence["cells"]] == ["fail", "fail", None, None]


def test_a_ground_leads_to_its_rule_only_where_the_list_in_force_names_it(
    fellows: Fellows, page: str, signed_in: SignIn
) -> None:
    client = signed_in(fellows.personnel)
    context = client.get(page).context
    urls = {line["title"]: line["url"] for line in (*context["different"], *context["alike"])}
    assert client.get(urls["考核合格"]).status_code == 200
    assert urls["没有违反师德师风"] == ""


def test_where_no_list_is_in_force_the_page_says_that_nothing_here_decides(
    fellows: Fellows, signed_in: SignIn
) -> None:
    answer = signed_in(fellows.personnel, "en").get(f"/postdocs/{fellows.xu.pk}/lists/")
    assert answer.context["decides"].startswith("No list is in force for this unit")
    assert not any(one["is_in_force"] for one in answer.context["lists"])


def test_of_who_has_left_no_list_says_anything_more(
    fellows: Fellows, page: str, signed_in: SignIn
) -> None:
    Postdoc.objects.filter(pk=fellows.xu.pk).update(
        state="exited", left_on=today() - timedelta(days=1)
    )
    answer = signed_in(fellows.personnel, "en").get(page)
    assert answer.context["lead"].startswith("The term is over")
    assert (answer.context["different"], [one["there"] for one in answer.context["lists"]]) == (
        [], ["", "", "", ""],
    )  # fmt: skip
    assert verdict_word("fail") not in text_of(answer)


def test_who_may_not_read_the_grounds_finds_no_page_and_no_word_of_them(
    fellows: Fellows, page: str, signed_in: SignIn
) -> None:
    titles = ("旷工未达退站天数", "考核合格", "苏州大学", "构成退站事由")
    for account in (fellows.host, fellows.stranger, fellows.neighbour):
        client = signed_in(account)
        answer = client.get(page)
        assert answer.status_code == 404
        for secret in (*titles, "许望舒", PAPER):
            assert secret not in text_of(answer)
    own = signed_in(fellows.host).get(f"/postdocs/{fellows.xu.pk}/")
    assert own.status_code == 200
    assert page not in text_of(own)
    assert Client().get(page).status_code == 302


def test_who_may_read_the_grounds_comes_from_them_to_the_page(
    fellows: Fellows, page: str, signed_in: SignIn
) -> None:
    for account in (fellows.postdoc, fellows.personnel, fellows.secretary, fellows.leader):
        client = signed_in(account)
        shown = text_of(client.get(f"/postdocs/{fellows.xu.pk}/"))
        assert f'<a href="{page}">与其他单位的退站规定对照</a>' in shown
        assert client.get(page).status_code == 200


def test_the_page_changes_nothing_and_takes_nothing(
    fellows: Fellows, page: str, signed_in: SignIn
) -> None:
    assert signed_in(fellows.personnel).post(page).status_code == 405


@pytest.mark.database
def test_the_page_makes_as_many_queries_for_many_findings_as_for_one(
    fellows: Fellows, page: str, signed_in: SignIn
) -> None:
    client = signed_in(fellows.personnel)
    made = []
    for more in (0, 20):
        for _place in range(more):
            absent(fellows.xu)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        made.append(len(queries))
    assert made[0] == made[1] <= 12
