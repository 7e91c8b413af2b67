"""A waiver is asked for by the secretary, signed by two, printed on the record, and withdrawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stories.visitor import Visitor

pytestmark = pytest.mark.browser

RULE = "training.clinical"
PAPER = "总医院研〔2026〕88 号"
REASON = "赴国家紧急医学救援队执行任务"


def _asks(secretary: Visitor) -> str:
    """The last trainee on the list of those who do not meet the rule; gives the waiver's path."""
    secretary.open(f"/trainees/?rule={RULE}&verdict=fail&cohort=2021")
    secretary.page.locator("main table tbody th a").last.click()
    secretary.page.locator(f"a[href*='/waiver/?rule={RULE}']").wait_for()
    secretary.finds_it_accessible()
    secretary.follow(f"a[href*='/waiver/?rule={RULE}']")
    secretary.page.fill("[name=paper]", PAPER)
    secretary.page.fill("[name=reason]", REASON)
    secretary.follow("button[name=preview]")
    secretary.reads("由“未达到”变为“豁免”")
    assert secretary.page.input_value("[name=paper]") == PAPER
    secretary.finds_it_accessible()
    secretary.follow("main form .button-main")
    secretary.reads("申请已提交", "等待两人签署", PAPER)
    secretary.finds_it_accessible()
    return str(secretary.page.url).removeprefix(secretary.address)


def test_a_waiver_runs_from_the_request_to_the_record_and_back(
    arrive: Callable[..., Visitor],
) -> None:
    secretary = arrive("secretary")
    path = _asks(secretary)

    for login, said in (("office", "等待第二人签署"), ("leader", "豁免已准予")):
        signer = arrive(login)
        signer.reads("待您签署的豁免")
        signer.open("/waivers/?waits=me")
        signer.finds_it_accessible()
        signer.follow(f"main table a[href='{path}']")
        signer.reads(REASON)
        signer.follow("#decide .button-main")
        signer.reads(said)
        signer.finds_it_accessible()

    secretary.open(path)
    secretary.follow("main dl a[href^='/trainees/']")
    secretary.reads(PAPER, "如无豁免，该要求未达到")
    secretary.finds_it_accessible()
    secretary.open("/waivers/rules/")
    secretary.finds_it_accessible()
    _withdraws(arrive("leader", phone=True), path)
    secretary.open(path)
    secretary.reads("撤回")


def _withdraws(leader: Visitor, path: str) -> None:
    """So that the record is for the next story as it was."""
    leader.open(path)
    leader.follow("#decide a.button-grave")
    leader.finds_it_accessible()
    leader.page.fill("[name=reason]", "任务取消")
    leader.follow("main form .button-grave")
    leader.reads("豁免已撤回", "任务取消")
    leader.finds_it_accessible()
