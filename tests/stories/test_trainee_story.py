"""A trainee on a phone sees where they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stories.visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_trainee_sees_what_is_missing_and_who_acts_next(arrive: Callable[..., Visitor]) -> None:
    trainee = arrive("trainee", phone=True)
    trainee.reads("已完成 19 个月，要求不少于 24 个月", "已完成 3 个月，要求不少于 6 个月")
    trainee.reads("下一步", "临床能力考核", "由所在医院的研究生秘书组织评审小组")
    trainee.finds_it_accessible()

    trainee.follow(".lead .button-main")
    own = trainee.page.url
    shown = trainee.words(".requirements")
    assert "还差 5 个月" in shown
    assert "还差 3 个月" in shown
    assert "《2023 年度报告》四（五）" in shown
    assert "预答辩通过日期（尚无记录）" in shown
    trainee.finds_it_accessible()

    trainee.follow("a[href*='show=timeline']")
    trainee.reads("20211051001")
    timeline = trainee.words()
    assert "2022-06-02" in timeline
    assert "2022-08-03" in timeline
    trainee.finds_it_accessible()
    assert trainee.page.url.startswith(own)


def test_a_trainee_reads_english_in_the_dark_and_signs_out(arrive: Callable[..., Visitor]) -> None:
    trainee = arrive("trainee", phone=True)
    trainee.follow("button[name=language][value=en]")
    assert trainee.page.locator("html").get_attribute("lang") == "en"
    trainee.reads("19 months; at least 24 required", "Next step")

    trainee.page.locator("details.menu:has(button[name=theme]) > summary").first.click()
    trainee.follow("button[name=theme][value=dark]")
    assert trainee.page.locator("html").get_attribute("data-theme") == "dark"
    assert trainee.brightness_of_the_paper() < 80
    trainee.finds_it_accessible()

    own = trainee.page.url
    trainee.page.locator("details.menu:has(form[action='/sign-out/']) > summary").first.click()
    trainee.follow("form[action='/sign-out/'] button")
    assert "/sign-in/" in trainee.page.url
    trainee.page.goto(own)
    assert "/sign-in/" in trainee.page.url
    trainee.finds_it_accessible()


def test_a_trainee_cannot_open_the_page_of_another(arrive: Callable[..., Visitor]) -> None:
    trainee = arrive("trainee", phone=True)
    trainee.follow(".lead .button-main")
    own = int(trainee.page.url.rstrip("/").rpartition("/")[2])
    trainee.finds_nothing_at(f"/trainees/{own + 1}/", "2021105100")
    trainee.finds_it_accessible()
    trainee.finds_nothing_at(f"/trainees/{own}/journal/")
    trainee.open("/trainees/")
    trainee.reads("20211051001")
    trainee.does_not_read("20211051002", "20211051006")
    trainee.open("/search/?q=20211051")
    trainee.does_not_read("20211051002", "20211051006")
