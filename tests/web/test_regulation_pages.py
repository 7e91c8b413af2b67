"""The pages of regulations: the register by layer, and one with the rules that cite it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.institutions.actions import (
    open_unit,
    register_regulation,
)
from preceptor.institutions.models import Regulation
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]
LIST = "/regulations/"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def register(code: str, title: str, **columns: Any) -> Regulation:
    given = {"layer": "university", "title_zh": title, "title_en": f"{title} (en)"} | columns
    return register_regulation(by=OPERATOR, code=code, **given)


def lines(client: Client) -> dict[str, dict[str, Any]]:
    layers = client.get(LIST).context["layers"]
    return {line["code"]: line for _title, found in layers for line in found}


@pytest.fixture
def rules(cast: Cast) -> Regulation:
    """The regulation that the pack in force writes as rules, after one on trial."""
    trial = register(
        "YT-1", "培养实施细则（试行）", institution=cast.institution, on_trial=True,
        effective_from=date(2015, 9, 1), effective_to=date(2021, 8, 31),
    )  # fmt: skip
    return register(
        "YT-2", "培养实施细则", institution=cast.institution, replaces=trial, number="云医研〔2021〕12号",
        issuer_zh="云汀医科大学", effective_from=date(2021, 9, 1), pack="yunting/clinical-doctorate",
        source_in_pack="report2023",
    )  # fmt: skip


def test_the_register_runs_from_statutes_down_to_the_university(
    signed_in: SignIn, office: Account, rules: Regulation
) -> None:
    register("CN-1", "学位法", layer="statute", effective_from=date(2025, 1, 1))
    layers = signed_in(office, "en").get(LIST).context["layers"]
    assert [title for title, _lines in layers] == ["statute", "university"]


def test_each_regulation_says_whether_it_holds_today(
    signed_in: SignIn, office: Account, rules: Regulation
) -> None:
    register("YT-3", "将行办法", effective_from=today() + timedelta(days=30))
    register("YT-4", "无日期办法")
    states = {code: line["state"] for code, line in lines(signed_in(office)).items()}
    states = {code: state for code, state in states.items() if code.startswith("YT-")}
    assert states == {"YT-1": "past", "YT-2": "force", "YT-3": "ahead", "YT-4": "unknown"}


def test_a_regulation_leads_to_what_it_replaces_and_to_what_replaced_it(
    signed_in: SignIn, office: Account, rules: Regulation
) -> None:
    client = signed_in(office)
    assert rules.replaces is not None
    assert f'href="/regulations/{rules.replaces.pk}/"' in text_of(client.get(f"{LIST}{rules.pk}/"))
    earlier = text_of(client.get(f"{LIST}{rules.replaces.pk}/"))
    assert f'href="/regulations/{rules.pk}/"' in earlier
    assert "试行" in earlier


def test_a_regulation_lists_the_rules_of_the_pack_that_cite_it(
    signed_in: SignIn, office: Account, rules: Regulation
) -> None:
    clauses = signed_in(office).get(f"{LIST}{rules.pk}/").context["clauses"]
    named = {rule["id"] for clause in clauses for rule in clause["rules"]}
    assert {"training.clinical", "panel.defence.size", "thesis.similarity"} <= named
    assert "milestones.order" not in named


def test_a_clause_says_its_gist_the_rules_and_the_values_that_stand_on_it(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    row = Regulation.objects.get(institution=cast.institution, source_in_pack="report2023")
    page = signed_in(office).get(f"{LIST}{row.pk}/")
    shown = next(clause for clause in page.context["clauses"] if clause["title"] == "四（五）")
    assert "24 个月" in shown["gist"]
    assert [rule["id"] for rule in shown["rules"]] == ["training.clinical", "training.chief"]
    assert [(value["since"], value["value"]) for value in shown["values"]] == [
        (date(2015, 9, 1), "24 个月"), (date(2015, 9, 1), "6 个月"),
    ]  # fmt: skip
    assert shown["gist"] in text_of(page).replace("<br>", "\n")


def test_a_regulation_without_rules_says_so(signed_in: SignIn, office: Account, cast: Cast) -> None:
    row = register("YT-5", "学术活动办法")
    assert "没有已启用的规则引用本规章" in text_of(signed_in(office).get(f"{LIST}{row.pk}/"))


def test_regulations_of_another_institution_are_not_shown(
    signed_in: SignIn, office: Account, stranger: Account, rules: Regulation
) -> None:
    other = open_unit(
        upper=None, code="LH", kind="university", name_zh="临海医科大学",
        name_en="Linhai Medical University", valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip
    foreign = register("LH-1", "临海内部办法", institution=other)
    client = signed_in(office)
    assert "LH-1" not in lines(client)
    response = client.get(f"{LIST}{foreign.pk}/")
    assert response.status_code == 404
    assert "临海内部办法" not in text_of(response)
    assert lines(signed_in(stranger)) == {}


def test_nobody_reads_regulations_without_signing_in(client: Client, rules: Regulation) -> None:
    assert client.get(LIST).status_code == 302
    assert client.get(f"{LIST}{rules.pk}/").status_code == 302


def test_the_register_asks_the_database_as_often_for_many_as_for_few(
    signed_in: SignIn, secretary: Account, rules: Regulation
) -> None:
    client = signed_in(secretary)

    def queries() -> int:
        client.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    few = queries()
    for number in range(10, 40):
        register(f"YT-{number}", f"办法{number}", replaces=rules)
    assert queries() == few <= 12
