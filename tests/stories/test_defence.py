"""A defence from the composition of its committee through a failed first vote and an academic review
to the second committee, each step in the browser of whoever takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stories.conftest import Arrive
from stories.days import DAY
from stories.defence_people import (
    CHAIR,
    FOURTH,
    INSIDE,
    KIN,
    LAST,
    NEW,
    SECOND,
    THIRD,
    enter,
)
from stories.visitor import Visitor

pytestmark = pytest.mark.browser

TODAY = DAY.isoformat()
PDF = {"name": "学位论文.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
OUTSIDE = (SECOND, THIRD, FOURTH)


@pytest.fixture
def people(town: Path) -> None:
    """The trainee and the experts of the story."""
    enter(town)


@pytest.fixture
def phone(browser: Any, served: str, tmp_path: Path) -> Iterator[Visitor]:
    """A telephone on which nobody has signed in: that of whoever opens an answer link."""
    visitor = Visitor(browser, served, tmp_path, language="zh-CN", phone=True)
    yield visitor
    visitor.leave()
    assert not visitor.faults


def _path(visitor: Visitor) -> str:
    return str(visitor.page.url).removeprefix(visitor.address)


def _asks(trainee: Visitor) -> str:
    """The request with the thesis, handed in; gives its address."""
    trainee.open("/cases/new/")
    trainee.follow("main a[href*='kind=defence']")
    trainee.page.fill("[name=wished_on]", TODAY)
    trainee.follow("main form .button-main")
    trainee.page.wait_for_url(re.compile(r"/cases/\d+/$"))
    case = _path(trainee)
    form = "form:has([name=name][value=thesis])"
    trainee.page.set_input_files(f"{form} [name=file]", PDF)
    trainee.follow(f"{form} button")
    trainee.follow("form[action$='/steps/submit/'] .button-main")
    return case


def _agrees(visitor: Visitor, case: str) -> None:
    visitor.open(case)
    visitor.follow("button[name=outcome][value=agreed]")


def _adds(secretary: Visitor, name: str) -> None:
    secretary.page.fill("#id_q", name)
    secretary.page.press("#id_q", "Enter")
    secretary.page.locator("button[name=add]").first.wait_for()
    secretary.follow("button[name=add]")


def _check_says(secretary: Visitor, text: str) -> None:
    secretary.page.locator(".composition-check").get_by_text(text).first.wait_for()


def _row(name: str) -> str:
    return f"tr:has(th:has-text('{name}'))"


def _composes(secretary: Visitor, case: str) -> str:
    """A composition that fails; the kin of the supervisor shown and taken off; the repair taken over.
    Gives the address of the panel."""
    secretary.open(case)
    secretary.follow("form[action$='/panel/'] button")
    workspace = _path(secretary)
    secretary.page.fill("[name=planned_on]", TODAY)
    for name in (CHAIR, KIN, *INSIDE[:3]):
        _adds(secretary, name)
    _takes_the_chair(secretary, CHAIR)
    secretary.reads(f"{KIN}：存在利益冲突")
    assert "亲属" in secretary.page.locator(_row(KIN)).inner_text()
    secretary.page.screenshot(path=str(secretary.folder / "conflict.png"), full_page=True)
    secretary.follow(f"{_row(KIN)} button[name=remove]")
    _adds(secretary, INSIDE[3])
    _check_says(secretary, "外单位专家 1 人，应不少于 2 人")
    secretary.finds_it_accessible()
    secretary.follow("button[name=do][value=finish]")
    secretary.reads("学位授予单位以外的专家不少于 2 人")
    return workspace.removesuffix("compose/")


def _repairs(secretary: Visitor, panel: str) -> None:
    """The smallest change, worked out by the worker and taken over in one step."""
    secretary.open(f"{panel}compose/")
    secretary.follow(".composition button[value=repair]")
    taken_over = secretary.page.locator("#repair button[value=accept]")
    taken_over.wait_for(timeout=60_000)
    assert secretary.page.locator("#repair li").count() == 1
    secretary.page.screenshot(path=str(secretary.folder / "repair.png"), full_page=True)
    secretary.follow("#repair button[value=accept]")
    assert secretary.page.locator(".composition-check .tone-fail").count() == 0
    secretary.follow("button[name=do][value=finish]")
    assert _path(secretary) == panel


def _calls(secretary: Visitor, panel: str) -> str:
    """The sitting, called; gives its address."""
    secretary.open(panel)
    secretary.follow("a[href$='/call/']")
    _fills_the_time(secretary)
    secretary.follow("main form .button-main")
    secretary.follow("a[href^='/sittings/']:not([href='/sittings/'])")
    return _path(secretary)


def _fills_the_time(visitor: Visitor) -> None:
    for name, value in {"day": TODAY, "start": "09:00", "end": "11:00"}.items():
        visitor.page.fill(f"[name={name}]", value)
    visitor.page.fill("[name=place]", "教学楼 302 室")


def _members(visitor: Visitor, sitting: str) -> dict[str, str]:
    """Who has a seat, with the address of the seat."""
    visitor.open(sitting)
    lines = visitor.page.locator(".seat-line:not(.seat-gone) .seat-who a").all()
    return {line.inner_text().strip(): str(line.get_attribute("href")) for line in lines}


def _link(visitor: Visitor, seat: str, purpose: str) -> str:
    """A new answer link of the seat, as a path."""
    visitor.open(seat)
    visitor.follow(f"button[value=link_{purpose}]")
    address = visitor.page.locator(".code-sheet code").inner_text()
    return "/answer/" + address.split("/answer/")[1]


def _declines(secretary: Visitor, phone: Visitor, sitting: str) -> str:
    """The outsider whom the repair seated declines without an account; gives the name."""
    members = _members(secretary, sitting)
    (newcomer,) = members.keys() - {CHAIR, *INSIDE}
    phone.open(_link(secretary, members[newcomer], "invitation"))
    phone.page.screenshot(path=str(phone.folder / "invitation.png"), full_page=True)
    phone.finds_it_accessible()
    phone.page.check("[name=answer][value=declined]")
    phone.page.fill("[name=reason]", "当天另有会议")
    phone.follow("main form .button-main")
    phone.reads("此链接已使用")
    return newcomer


def _is_replaced(
    secretary: Visitor, phone: Visitor, panel: str, sitting: str, newcomer: str
) -> str:
    """A substitute is seated for who declined, and accepts; gives the substitute's name."""
    substitute = next(name for name in OUTSIDE if name != newcomer)
    secretary.open(panel)
    secretary.reads("谢绝")
    secretary.follow(f"{_row(newcomer)} a[href$='/replace/']")
    secretary.page.fill("#id_q", substitute)
    secretary.follow("main form[method=get] button")
    secretary.page.select_option("[name=person]", label=substitute)
    secretary.page.fill("[name=reason]", "原委员当天另有会议")
    secretary.follow("form[method=post]:has([name=person]) .button-main")
    phone.open(_link(secretary, _members(secretary, sitting)[substitute], "invitation"))
    phone.page.check("[name=answer][value=accepted]")
    phone.follow("main form .button-main")
    return substitute


def _sits(
    runner: Visitor, phone: Visitor, sitting: str, votes: list[str], signed_in: dict[str, Visitor]
) -> None:
    """Everybody comes, and votes in secret: by the account or by a link; then the result stands."""
    runner.open(sitting)
    runner.follow("button[name=do][value=open]")
    members = _members(runner, sitting)
    assert len(members) == len(votes)
    assert runner.page.locator("form[action*='/items/'] button[value=open]").count() == 0
    for seat in members.values():
        runner.follow(f"form[action='{seat}'] button[value=present]")
    runner.page.screenshot(path=str(runner.folder / "sitting.png"), full_page=True)
    runner.follow("form[action*='/items/'] button[value=open]")
    for (name, seat), vote in zip(members.items(), votes, strict=True):
        voter = signed_in.get(name)
        if voter is None:
            phone.open(_link(runner, seat, "ballot"))
            voter = phone
        else:
            voter.open(sitting)
        voter.page.screenshot(path=str(voter.folder / "ballot.png"), full_page=True)
        voter.follow(f"button[name=choice][value={vote}]")
        voter.does_not_read(f'value="{vote}"')
    runner.open(sitting)
    runner.follow("form[action*='/items/'] button[value=close]")


def _closes(runner: Visitor, sitting: str) -> None:
    runner.open(f"{sitting}plan/")
    runner.page.fill("[name=record]", "会议按议程进行。")
    runner.follow("button[name=do][value=close]")


def _appeals(trainee: Visitor, case: str) -> str:
    """The trainee sees the result and asks for the academic review; gives the appeal's address."""
    trainee.open(case)
    trainee.reads("未通过")
    trainee.page.screenshot(path=str(trainee.folder / "refused.png"), full_page=True)
    trainee.follow("#act a[href$='/appeal/']")
    trainee.page.check("[name=ground][value=academic]")
    trainee.page.fill("[name=reason]", "答辩意见认为样本量不足，与论文第三章的估算不符。")
    trainee.follow("main form .button-main")
    trainee.follow("form[action$='/steps/submit/'] .button-main")
    return _path(trainee)


def _is_kept_from(office: Visitor, appeal: str) -> None:
    """Whoever approved the first committee decides nothing of the appeal."""
    office.open(appeal)
    office.reads("应由他人决定")
    assert office.page.locator("button[name=outcome]").count() == 0


def _chooses_new_experts(office: Visitor, appeal: str, former: str) -> str:
    """Nobody of the first committee can be chosen; gives the address of the review's sitting."""
    office.open(appeal)
    office.follow("a[href$='/experts/']")
    office.page.fill("#id_q", former)
    office.page.press("#id_q", "Enter")
    office.reads("曾参与评审")
    assert office.page.locator("button[name=add]").count() == 0
    office.page.screenshot(path=str(office.folder / "experts.png"), full_page=True)
    for name in NEW:
        _adds(office, name)
    office.finds_it_accessible()
    _fills_the_time(office)
    office.follow("button[name=do][value=call]")
    office.follow("#act a[href^='/sittings/']")
    return _path(office)


def _composes_anew(secretary: Visitor, case: str, former: str) -> str:
    """The second committee: nobody of the first is let in, neither its chair nor the substitute
    `former`. Gives the address of the panel."""
    chair, other = [name for name in OUTSIDE if name != former][:2]
    secretary.open(case)
    secretary.follow("form[action$='/panel/'] button")
    panel = _path(secretary).removesuffix("compose/")
    secretary.page.fill("[name=planned_on]", TODAY)
    for name in (chair, CHAIR, *LAST):
        _adds(secretary, name)
    _takes_the_chair(secretary, chair)
    secretary.follow("button[name=do][value=finish]")
    secretary.reads(f"不得再次评审：{CHAIR}")
    secretary.follow(f"{_row(CHAIR)} button[name=remove]")
    _adds(secretary, other)
    secretary.follow("button[name=do][value=finish]")
    assert _path(secretary) == panel
    return panel


def _takes_the_chair(secretary: Visitor, name: str) -> None:
    """The role is chosen, and the composition is judged at once without another click."""
    with secretary.page.expect_response(lambda answer: answer.url.endswith("/compose/")):
        secretary.page.locator(f"{_row(name)} select").select_option("chair")


def test_a_defence_fails_and_is_passed_before_new_experts_after_an_academic_review(
    people: None, arrive: Arrive, phone: Visitor
) -> None:
    trainee, secretary = arrive("wen", phone=True), arrive("secretary")
    supervisor, office, member = arrive("supervisor"), arrive("office"), arrive("ji", phone=True)
    case = _asks(trainee)
    _agrees(supervisor, case)
    panel = _composes(secretary, case)
    _repairs(secretary, panel)
    _agrees(office, case)
    sitting = _calls(secretary, panel)
    newcomer = _declines(secretary, phone, sitting)
    substitute = _is_replaced(secretary, phone, panel, sitting, newcomer)
    accounts = {INSIDE[0]: member}
    _sits(secretary, phone, sitting, ["for", "for", "for", "against", "against"], accounts)
    secretary.reads("未通过")
    phone.page.reload()
    phone.reads("未通过")
    _closes(secretary, sitting)

    appeal = _appeals(trainee, case)
    _is_kept_from(office, appeal)
    other = arrive("shen")
    _agrees(other, appeal)
    review = _chooses_new_experts(other, appeal, substitute)
    _sits(other, phone, review, ["for", "for", "against"], {})
    _closes(other, review)

    second = _composes_anew(secretary, case, substitute)
    _agrees(office, case)
    held = _calls(secretary, second)
    _sits(secretary, phone, held, ["for"] * 5, {})
    trainee.open(case)
    trainee.reads("已同意")
    trainee.page.screenshot(path=str(trainee.folder / "whole.png"), full_page=True)
    trainee.finds_it_accessible()
    trainee.open("/")
    trainee.reads("已通过答辩")
