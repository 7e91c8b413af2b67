"""One postdoc under every list of grounds for a withdrawal: different answers, each explained."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from new_fellows import Fellows
from preceptor.base.actors import OPERATOR
from preceptor.fellows.models import Ground, Postdoc, PostdocAssessment
from preceptor.policy import Verdict
from preceptor.standing import packs
from preceptor.standing.actions import put_in_force
from preceptor.standing.packs import family, find
from preceptor.standing.population import with_relations
from preceptor.standing.withdrawal_lists import (
    WithdrawalList,
    grounds_named,
    is_answered_alike,
    lists_about,
)

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
NATIONAL, ZHEJIANG, ZHENGZHOU, SOOCHOW = (
    f"{maker}/postdoctoral-withdrawal"
    for maker in ("cn", "zhejiang-university", "zhengzhou-university", "soochow-university")
)
DAY = date(2024, 6, 1)


@pytest.fixture
def troubled(fellows: Fellows) -> Postdoc:
    """许望舒: no doctorate by 2024-06-01, the mid-term failed once, absent for 16 days, warned."""
    for kind, on, days in (
        ("no_doctorate", date(2024, 3, 15), None), ("absence", date(2024, 5, 20), 16),
        ("disciplinary", date(2024, 5, 25), None),
    ):  # fmt: skip
        Ground.objects.create(
            postdoc=fellows.xu, kind=kind, found_on=on, first_on=date(2024, 5, 2), days=days
        )
    PostdocAssessment.objects.create(
        postdoc=fellows.xu, kind="midterm", held_on=date(2024, 4, 10), year=2024,
        grade="unqualified", attempt=1,
    )  # fmt: skip
    return fellows.xu


def compared(postdoc: Postdoc, language: str = "en", on: date = DAY) -> dict[str, WithdrawalList]:
    row = with_relations(Postdoc.objects.filter(pk=postdoc.pk), "postdoc").get()
    return {known.pack.id: known for known in lists_about(row, on, language)}


def in_force(fellows: Fellows, pack: str) -> None:
    put_in_force(
        institution=fellows.institution, pack=pack, valid_from=date(2020, 1, 1), by=OPERATOR
    )


def test_the_same_postdoc_has_the_grounds_of_each_list_and_no_others(troubled: Postdoc) -> None:
    found = {
        pack: {one.rule.removeprefix("withdrawal.") for one in known.there}
        for pack, known in compared(troubled).items()
    }
    assert found == {
        NATIONAL: {"assessment", "absence", "sanction"},
        ZHEJIANG: {"assessment", "degree"},
        ZHENGZHOU: {"degree"},
        SOOCHOW: {"absence", "sanction"},
    }


def test_each_list_explains_its_answer_with_its_own_number_and_clause(troubled: Postdoc) -> None:
    lists = compared(troubled, "zh")
    failed_once = {pack: known.grounds["withdrawal.assessment"] for pack, known in lists.items()}
    assert {pack: one.verdict.value for pack, one in failed_once.items()} == {
        NATIONAL: "fail", ZHEJIANG: "fail", ZHENGZHOU: "pass", SOOCHOW: "pass",
    }  # fmt: skip
    numbers = {
        pack: next(use.value for use in one.parameters if use.name == "fails_running_limit")
        for pack, one in failed_once.items()
    }
    assert {pack: value[0] for pack, value in numbers.items()} == {
        NATIONAL: "1", ZHEJIANG: "1", ZHENGZHOU: "2", SOOCHOW: "1",
    }  # fmt: skip
    assert "郑州大学" in failed_once[ZHENGZHOU].citation
    assert "浙江大学" in failed_once[ZHEJIANG].citation
    assert "16" in lists[SOOCHOW].grounds["withdrawal.absence"].message


def test_a_ground_that_a_list_does_not_name_is_absent_and_not_passed(troubled: Postdoc) -> None:
    lists = compared(troubled)
    assert "withdrawal.absence" not in lists[ZHEJIANG].grounds
    assert "withdrawal.degree" not in lists[NATIONAL].grounds
    assert {"withdrawal.ethics"} == set(lists[SOOCHOW].grounds) - set(
        lists[NATIONAL].grounds
    ) - set(lists[ZHEJIANG].grounds)


def test_the_lists_differ_where_an_answer_does_and_not_where_a_list_is_silent_on_what_holds(
    troubled: Postdoc,
) -> None:
    lists = list(compared(troubled).values())
    differing = {rule for rule in grounds_named(lists) if not is_answered_alike(rule, lists)}
    assert differing == {
        f"withdrawal.{name}" for name in ("assessment", "absence", "sanction", "degree")
    }
    assert "withdrawal.ethics" in grounds_named(lists)


def test_what_is_not_known_is_another_answer_than_what_is_not_named(fellows: Fellows) -> None:
    Ground.objects.create(postdoc=fellows.xu, kind="absence", found_on=DAY, first_on=DAY, days=None)
    lists = list(compared(fellows.xu).values())
    assert lists[0].grounds["withdrawal.absence"].verdict is Verdict.PENDING
    assert not is_answered_alike("withdrawal.absence", lists)


def test_the_list_in_force_stands_first_and_is_the_only_one_marked(
    fellows: Fellows, troubled: Postdoc
) -> None:
    assert not any(known.is_in_force for known in compared(troubled).values())
    in_force(fellows, ZHENGZHOU)
    lists = compared(troubled)
    assert list(lists) == [ZHENGZHOU, NATIONAL, SOOCHOW, ZHEJIANG]
    assert [pack for pack, known in lists.items() if known.is_in_force] == [ZHENGZHOU]


def test_a_list_in_force_for_another_unit_alone_is_not_the_postdoc_s(
    fellows: Fellows, troubled: Postdoc
) -> None:
    for unit, pack in ((fellows.cancer, SOOCHOW), (fellows.general, ZHEJIANG)):
        put_in_force(
            institution=fellows.institution, unit=unit, pack=pack, valid_from=date(2020, 1, 1),
            by=OPERATOR,
        )  # fmt: skip
    found = [pack for pack, known in compared(troubled).items() if known.is_in_force]
    assert found == [ZHEJIANG]


def test_of_who_has_left_no_list_names_a_ground(fellows: Fellows, troubled: Postdoc) -> None:
    Postdoc.objects.filter(pk=troubled.pk).update(left_on=DAY)
    lists = list(compared(troubled).values())
    assert not any(known.there for known in lists)
    assert all(is_answered_alike(rule, lists) for rule in grounds_named(lists))


def test_an_overlay_that_is_added_to_those_shipped_is_compared_too(
    troubled: Postdoc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = Path(copytree(packs.SHIPPED, tmp_path / "packs"))
    text = (shipped / "zhengzhou" / "postdoctoral-withdrawal.toml").read_text("utf-8")
    fifth = text.replace(f'"{ZHENGZHOU}"', '"yunting/postdoctoral-withdrawal"')
    (shipped / "yunting" / "withdrawal.toml").write_text(fifth, "utf-8")
    monkeypatch.setattr(packs, "SHIPPED", shipped)
    lists = compared(troubled)
    assert list(lists) == [
        NATIONAL,
        SOOCHOW,
        "yunting/postdoctoral-withdrawal",
        ZHEJIANG,
        ZHENGZHOU,
    ]


def test_a_plan_in_the_folder_of_the_institution_is_no_list_of_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Path(find(ZHENGZHOU).file).read_text("utf-8")
    plan = tmp_path / "plan.toml"
    plan.write_text(text.replace(f'"{ZHENGZHOU}"', '"yunting/planned"'), "utf-8")
    (tmp_path / "unreadable.toml").write_text('[pack]\nid = "yunting/x"\nextends = 3', "utf-8")
    monkeypatch.setattr(packs, "folders", lambda: [tmp_path, packs.SHIPPED])
    assert find("yunting/planned").id == "yunting/planned"
    assert [pack.id for pack in family(NATIONAL)] == [NATIONAL, SOOCHOW, ZHEJIANG, ZHENGZHOU]
    assert family("nobody/nothing") == []


@pytest.mark.database
def test_all_lists_together_are_read_in_two_queries(fellows: Fellows, troubled: Postdoc) -> None:
    in_force(fellows, NATIONAL)
    row = with_relations(Postdoc.objects.filter(pk=troubled.pk), "postdoc").get()
    lists_about(row, DAY, "zh")
    with CaptureQueriesContext(connection) as queries:
        lists_about(row, DAY, "zh")
    assert len(queries) == 2
