"""A leader of the university reads everything and writes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stories.visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_leader_compares_two_days_and_reads_the_report(arrive: Callable[..., Visitor]) -> None:
    leader = arrive("leader")
    leader.reads("在读", "需要处理")
    leader.finds_it_accessible()

    for day, colleges in (("2022-12-31", "17"), ("2023-12-31", "19")):
        leader.open("/units/")
        leader.page.fill("[name=on]", day)
        leader.follow("form.filters .button-main")
        stat = leader.page.locator(".stats > *", has_text="非直属临床学院")
        assert stat.inner_text().split()[-1] == colleges
    leader.finds_it_accessible()

    leader.open("/censuses/")
    leader.follow("a[href^='/reports/']")
    leader.reads("云汀医科大学学位授权点建设年度报告")
    button = leader.page.locator("form.actions button")
    assert button.count() == 1
    assert button.first.get_attribute("aria-disabled") == "true"


def test_a_leader_may_not_upload_or_change(arrive: Callable[..., Visitor]) -> None:
    leader = arrive("leader")
    assert leader.page.locator("a[href='/roster/']").count() == 0
    leader.finds_nothing_at("/roster/")
    leader.open("/trainees/")
    leader.finds_it_accessible()
    leader.follow("main table tbody a")
    assert leader.page.locator("a[href$='/state/']").count() == 0
    leader.finds_it_accessible()


def test_a_failing_panel_names_its_rule_and_its_members(arrive: Callable[..., Visitor]) -> None:
    leader = arrive("leader")
    leader.open("/panels/?q=P-2024")
    leader.finds_it_accessible()
    leader.page.get_by_role("link", name="P-2024-0004").first.click()
    leader.reads("现有 4 人，应为 5 或 7 人", "还差 1 人", "未达到")
    assert leader.page.locator("main table tbody tr").count() == 4
    assert leader.page.locator(".requirements > *").count() >= 5
    leader.finds_it_accessible()

    leader.open("/panels/?q=P-2024-0005")
    leader.follow("main table tbody a")
    unknown = leader.page.locator("main table tbody tr", has_text="未登记").first
    name = unknown.locator("th, td").first.inner_text().split()[-1]
    assert name in leader.words(".requirements")
    leader.finds_it_accessible()
