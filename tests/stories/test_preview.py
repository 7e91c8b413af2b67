"""An office looks at whom a change would concern before it asks for it; a trainee asks “what if”."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from stories.visitor import Visitor

pytestmark = pytest.mark.browser
TOPIC = "training.clinical~clinical_months~2015-09-01"


def _begins_a_change(office: Visitor) -> str:
    """The address of the draft's effect."""
    office.open("/rules/training.clinical/")
    office.follow("a[href^='/drafts/open/']")
    office.follow("main form .button-main")
    number = re.search(r"/drafts/(\d+)/", office.page.url)
    assert number
    return f"/drafts/{number[1]}/preview/"


def _works_it_out(office: Visitor, address: str) -> None:
    office.open(address)
    office.follow("#ask button")
    office.page.locator("main .stats").wait_for(timeout=90_000)


def _moves(office: Visitor, value: int, said: str) -> None:
    """As a hand does it: the thumb goes, the answer below follows."""
    office.page.locator("#value").fill(str(value))
    office.page.locator("#slide-answer", has_text=said).wait_for()


def test_the_office_moves_a_value_and_sees_whom_it_would_concern(
    arrive: Callable[..., Visitor],
) -> None:
    office = arrive("office", language="en-GB")
    address = _begins_a_change(office)
    _works_it_out(office, address)
    assert office.page.locator(".changes li").count() == 0
    office.finds_it_accessible()

    office.open(f"{address}values/?topic={TOPIC}")
    assert "as it stands" in office.page.locator("#slide-answer").inner_text()
    _moves(office, 30, "instead of 24")
    office.finds_it_accessible()
    office.follow("#slide-answer button")
    _works_it_out(office, address)
    concerned = office.page.locator("#persons tbody tr")
    assert concerned.count() > 0
    clauses = concerned.locator("td").last.all_inner_texts()
    assert all("at least 30" in clause for clause in clauses)
    office.finds_it_accessible()


def test_a_value_of_a_rule_in_force_is_moved_over_everybody(
    arrive: Callable[..., Visitor],
) -> None:
    leader = arrive("leader", language="en-GB")
    leader.open("/rules/training.chief/values/")
    leader.follow("main form .button-main")
    leader.page.locator("#slide-answer").wait_for(timeout=90_000)
    _moves(leader, 0, "instead of 6")
    assert "Not met" not in leader.page.locator("#slide-answer .share-legend").inner_text()
    leader.finds_it_accessible()


def test_a_trainee_asks_on_the_phone_what_a_rotation_would_change(
    arrive: Callable[..., Visitor],
) -> None:
    trainee = arrive("trainee", language="en-GB", phone=True)
    trainee.page.locator("a[href$='/what-if/'], main a[href^='/trainees/']").first.click()
    if not trainee.page.url.endswith("/what-if/"):
        trainee.follow("a[href$='/what-if/']")
    trainee.finds_it_accessible()
    trainee.page.select_option("[name=rotation]", "specialty")
    trainee.page.fill("[name=first]", "2024-01")
    trainee.page.fill("[name=last]", "2025-12")
    trainee.follow("main form .button-main")
    trainee.page.locator("#answer").wait_for()
    assert "requirement" in trainee.page.locator("#answer h2").inner_text()
    trainee.finds_it_accessible()
