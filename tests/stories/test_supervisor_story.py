"""A supervisor looks after the trainees they guide, and after no others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stories.visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_supervisor_opens_one_of_their_trainees_and_a_panel(
    arrive: Callable[..., Visitor],
) -> None:
    supervisor = arrive("supervisor")
    supervisor.reads("我的研究生")
    rows = supervisor.page.locator("main table tbody tr")
    assert rows.count() >= 4
    supervisor.finds_it_accessible()

    name = supervisor.page.locator("main table tbody a").first.inner_text()
    supervisor.follow("main table tbody a")
    assert name in supervisor.words("h1")
    supervisor.reads("各项要求")
    assert supervisor.page.locator("a[href$='/state/']").count() == 0
    supervisor.finds_it_accessible()

    supervisor.open("/panels/")
    supervisor.finds_it_accessible()
    supervisor.follow("main table tbody a[href^='/panels/']")
    supervisor.reads("组成人员")
    assert supervisor.page.locator(".requirements > *").count() >= 1
    assert supervisor.page.locator("main table tbody tr").count() >= 3
    supervisor.finds_it_accessible()


def test_a_supervisor_sees_no_trainee_of_others(arrive: Callable[..., Visitor]) -> None:
    supervisor = arrive("supervisor")
    supervisor.open("/trainees/")
    guided = supervisor.page.locator("main table tbody tr").count()
    supervisor.open("/trainees/?q=20211051001")
    supervisor.does_not_read("/trainees/435/")
    assert supervisor.page.locator("main table tbody tr").count() == 0
    assert guided < 20
    supervisor.open("/search/?q=P-2024-0004")
    assert supervisor.page.locator("main a[href^='/panels/']").count() == 0
    supervisor.finds_nothing_at("/censuses/")
    supervisor.finds_nothing_at("/roster/")
