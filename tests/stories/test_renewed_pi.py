"""An investigator on extended probation is assessed, renewed and gets the tranche that was held back."""

from __future__ import annotations

from datetime import date

import pytest

from stories.conftest import Years
from stories.pi_steps import (
    PDF,
    agrees,
    fills,
    holds,
    letters_come,
    meets,
    path_of,
    proposes,
)
from stories.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.release]

#: Shortly before the extended probation of the demo's investigators is over.
DAY = date(2027, 3, 15)


def _finds_the_appointment(director: Visitor) -> str:
    """An appointment of the programme that is on extended probation; gives its address."""
    director.open("/laboratories/")
    director.follow("main a[href^='/programmes/']:not([href$='/new/'])")
    director.follow("#investigators tr:has-text('延长考察') a")
    assert director.page.locator("#tranches a[href*='/release/']").count() == 1
    return path_of(director)


def _asks(director: Visitor, appointment: str) -> str:
    """The assessment, asked for by the director; the check passes over what the rules warn of."""
    case = fills(director, f"{appointment}assess/", kind="appointment", reason="考察期将满")
    form = "form:has([name=name][value=report])"
    file = {"name": "履职总结.pdf", "mimeType": "application/pdf", "buffer": PDF}
    director.page.set_input_files(f"{form} [name=file]", file)
    director.follow(f"{form} button")
    director.page.locator("#act form > details > summary").first.click()
    director.page.fill("[name=passing_over]", "由学术委员会评议")
    director.follow("form[action$='/steps/submit/'] .button-main")
    return case


def _is_judged(years: Years, case: str, day: date) -> None:
    """Checked, judged by letters, renewal proposed, and voted on by the committee."""
    personnel = years.arrive("personnel")
    agrees(personnel, case, passing_over="由学术委员会评议")
    letters_come(years.home, day, case)
    proposes(personnel, case, "renew")
    office = years.arrive("office")
    office.open(case)
    office.follow("#act a[href^='/bodies/']")
    sitting = meets(office, path_of(office), day)
    holds(office, years.comes(phone=True), sitting, ["for"] * 4 + ["abstain"], {})
    office.reads("通过")


def _has_a_further_term(director: Visitor, appointment: str) -> str:
    """The tranche that was held back is released, booked and stays so; gives the further term."""
    director.open(appointment)
    director.reads("聘期考核：续聘")
    assert director.page.locator("#tranches a").count() == 0
    director.page.screenshot(path=str(director.folder / "renewed.png"), full_page=True)
    director.follow("main a[href^='/laboratories/']:not([href='/laboratories/'])")
    assert "第 3 期投入" in director.page.locator("#money tbody tr").first.inner_text()
    director.open(appointment)
    director.follow("dt:has-text('后续聘期') + dd a")
    director.reads("合同")
    return path_of(director)


def test_an_investigator_on_probation_is_renewed_and_the_held_tranche_is_released(
    years: Years,
) -> None:
    years.turn_to(DAY)
    director = years.arrive("director")
    appointment = _finds_the_appointment(director)
    case = _asks(director, appointment)
    _is_judged(years, case, DAY)
    further = _has_a_further_term(director, appointment)
    personnel = years.arrive("personnel")
    fills(personnel, f"{further}sign/", contract_number="YT-PI-78", ends_on="2032-06-30")
    personnel.reads("YT-PI-78", "2027-07-01 – 2032-06-30")
