"""An independent principal investigator from an international call to a stopped investment, each step in
the browser of whoever takes it; the years between them pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from stories.conftest import Years
from stories.pi_people import BOARD, KIN, KIN_NUMBER, enter
from stories.pi_steps import (
    PDF,
    agrees,
    fills,
    gets_a_letter,
    holds,
    journal_of,
    letters_come,
    links_to,
    meets,
    new_link,
    night,
    path_of,
    proposes,
    puts,
    workday,
)
from stories.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.release]

BEGINS = date(2027, 3, 1)
NUMBER = "PI-STORY"
TITLE_ZH, TITLE_EN = "云汀独立PI全球招聘", "Independent investigators wanted from everywhere"
FIRST, SECOND = "lea.ferrand@example.org", "huan.zhi@example.org"
#: What the contract asks for, and how much of it.
GOALS = (("代表性论文", "5"), ("国家级项目", "2"))
NAME, OTHER = "雷亚·费兰", "郇知野"


@dataclass
class Way:
    """The days of the story and the addresses on its way."""

    begins: date
    call: str = ""
    first: str = ""
    second: str = ""
    case: str = ""
    programme: str = ""
    body: str = ""

    appointment: str = ""
    laboratory: str = ""

    @property
    def assessed(self) -> date:
        """Shortly before the five years of the term are over."""
        return workday(self.starts.replace(year=self.starts.year + 5) - timedelta(days=40))

    @property
    def offered(self) -> date:
        """The day on which the public notice is over."""
        return workday(self.interviews + timedelta(days=21))

    @property
    def starts(self) -> date:
        """The first day in office: that of the month after the offer."""
        return (self.offered.replace(day=1) + timedelta(days=32)).replace(day=1)

    @property
    def interviews(self) -> date:
        """The day on which the call has closed and everybody meets."""
        return workday(self.begins + timedelta(days=31))


def _publishes(years: Years, way: Way) -> None:
    """The personnel office prepares the call, its criteria, and publishes it in both languages."""
    personnel = years.arrive("personnel")
    personnel.open("/calls/new/")
    aim = personnel.page.locator("[name=aim] option[value^='programme:']").first
    way.call = fills(
        personnel, "/calls/new/", number=NUMBER, aim=str(aim.get_attribute("value")), months="60",
        kind="pi_selection", title_zh=TITLE_ZH, title_en=TITLE_EN,
        text_zh="面向全球招聘独立PI，提供启动经费和独立实验室。", text_en="A laboratory of one's own.",
        places="1", reserves="1", letters="1", offer_days="14",
        opens_at=f"{way.begins}T00:00", closes_at=f"{way.begins + timedelta(days=30)}T17:00",
    )  # fmt: skip
    personnel.follow("a[href$='/criteria/']")
    puts(personnel, "main", **{"c0-name_zh": "研究计划", "c0-name_en": "Research plan"})
    personnel.follow("main form .button-main")
    personnel.follow("form[action$='/steps/publish/'] button")


def _reads_the_call(years: Years, way: Way) -> None:
    """Anybody reads it, in the own language, without an account."""
    for language, title in (("zh-CN", TITLE_ZH), ("en-GB", TITLE_EN)):
        reader = years.comes(language=language, phone=language != "zh-CN")
        reader.open(way.call)
        assert reader.page.locator("h1").inner_text() == title
        reader.reads(TITLE_ZH, TITLE_EN)
    reader.finds_it_accessible()


def _comes_by_mail(years: Years, address: str, path: str, **how: Any) -> Visitor:
    """Somebody without a password, signed in by the link that came by mail, at the page asked for."""
    visitor, before = years.comes(**how), links_to(years.home, address, "enter")
    visitor.open(path)
    visitor.follow("a[href^='/enter/']")
    visitor.page.fill("[name=email]", address)
    visitor.follow("main form .button-main")
    visitor.open(new_link(years.home, address, "enter", before))
    visitor.follow("main form .button-main")
    return visitor


def _saves(visitor: Visitor, section: str, **fields: str) -> None:
    puts(visitor, f"#{section}", **fields)
    visitor.follow(f"#{section} .form-foot button")


def _hands_over(visitor: Visitor, name: str, content: bytes = PDF) -> None:
    form = f"form:has([name=name][value={name}])"
    file = {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": content}
    visitor.page.set_input_files(f"{form} [name=file]", file)
    visitor.follow(f"{form} button")


def _tells(visitor: Visitor, name_zh: str, name_en: str, works: int) -> str:
    """The application with all its sections and so many works, not handed in; gives its address."""
    puts(visitor, "main", name_zh=name_zh, name_en=name_en)
    visitor.follow("main form .button-main")
    _saves(visitor, "person", born_on="1988-03-15", country="FR")
    _saves(
        visitor, "doctorate", doctorate_on="2015-06-30", doctorate_from="Université d'Exemple",
        is_own_doctor="no",
    )  # fmt: skip
    _saves(visitor, "employment", is_full_time="yes", earlier_months="0")
    _names_works(visitor, range(works))
    return path_of(visitor)


def _names_works(visitor: Visitor, numbers: range) -> None:
    for number in numbers:
        visitor.page.locator("#works summary").click()
        puts(
            visitor, "#works", title=f"Barriers of the gut, part {number + 1}", year="2024",
            is_representative="on",
        )  # fmt: skip
        visitor.follow("#works details .form-foot button")


def _hands_in(visitor: Visitor) -> None:
    for name in ("cv", "plan", "doctorate"):
        _hands_over(visitor, name)
    visitor.follow("#submit .button-main")


def _applies_on_two_days(years: Years, way: Way) -> None:
    """A draft is left and found again; a file that is no PDF is refused, and so is an application with
    four works, under the clause; then it is handed in."""
    phone = _comes_by_mail(years, FIRST, way.call, language="en-GB", phone=True)
    phone.page.emulate_media(color_scheme="dark")
    way.first = _tells(phone, NAME, "Lea Ferrand", 4)
    phone.leave()
    visitor = _comes_by_mail(years, FIRST, way.call, language="en-GB")
    assert path_of(visitor) == way.first
    assert visitor.page.input_value("#doctorate [name=doctorate_from]") == "Université d'Exemple"
    _hands_over(visitor, "cv", b"MZ\x90\x00 not a document")
    visitor.reads("“cv.pdf” is not a pdf file: its content is another.")
    visitor.page.screenshot(path=str(visitor.folder / "file.png"), full_page=True)
    _hands_in(visitor)
    visitor.reads("4 representative works; 5 at least required", "assessment of quality")
    _names_works(visitor, range(4, 5))
    visitor.finds_it_accessible()
    visitor.follow("#submit .button-main")
    visitor.reads("Your application is handed in.")


def _applies_too(years: Years, way: Way) -> None:
    """The second applicant, in one go and in Chinese."""
    visitor = _comes_by_mail(years, SECOND, way.call)
    way.second = _tells(visitor, OTHER, "Huan Zhiye", 5)
    _hands_in(visitor)
    visitor.reads("申请已提交")
    visitor.finds_nothing_at(way.first, NAME, "Ferrand")


def _draws_up_the_long_list(years: Years, way: Way) -> None:
    """Both are screened; one is long-listed and judged by a letter from outside, one is not."""
    personnel, expert = years.arrive("personnel"), years.comes(language="en-GB", phone=True)
    way.case, other = (_case_of(personnel, one) for one in (way.first, way.second))
    for case in (way.case, other):
        agrees(personnel, case)
    personnel.page.fill("#act [name=reason]", "研究方向与本次招聘不符")
    personnel.follow("#act button[name=outcome][value=refused]")
    personnel.open(way.case)
    due = way.interviews + timedelta(days=14)
    gets_a_letter(personnel, expert, years.home, way.case, "Prof. Ostrova", due)
    expert.reads("Thank you")
    agrees(personnel, way.case)
    personnel.page.screenshot(path=str(personnel.folder / "long_list.png"), full_page=True)


def _case_of(keeper: Visitor, application: str) -> str:
    keeper.open(application)
    return str(keeper.page.locator("main a[href^='/cases/']").first.get_attribute("href"))


def _is_interviewed(years: Years, way: Way) -> None:
    """The kin of the applicant is kept off the board; the members give points and vote."""
    fills(years.arrive("office"), "/ties/new/", person=KIN_NUMBER, other=NAME, kind="kinship")
    personnel = years.arrive("personnel")
    personnel.open(way.case)
    personnel.follow("#act a[href$='/board/']")
    for name in BOARD:
        _adds(personnel, name)
    _searches(personnel, KIN)
    personnel.reads("与当事人有已申报的利害关系")
    assert personnel.page.locator("button[name=add]").count() == 0
    personnel.page.screenshot(path=str(personnel.folder / "board.png"), full_page=True)
    puts(
        personnel, "main", day=str(way.interviews), start="09:00", end="11:00", place="行政楼 201"
    )  # fmt: skip
    personnel.follow("button[name=do][value=call]")
    personnel.follow("#act a[href^='/sittings/']")
    sitting, interviewer = path_of(personnel), years.arrive("interviewer", phone=True)
    interviewer.open(f"{way.first}points/")
    interviewer.page.locator("main input[type=number]").first.fill("88")
    interviewer.follow("main form .button-main")
    holds(
        personnel, years.comes(phone=True), sitting, ["for", "for", "for", "against"],
        {BOARD[0]: interviewer},
    )  # fmt: skip
    personnel.reads("通过")


def _searches(personnel: Visitor, name: str) -> None:
    personnel.page.fill("#id_q", name)
    personnel.follow("button[name=do][value=search].button")


def _adds(personnel: Visitor, name: str) -> None:
    _searches(personnel, name)
    personnel.follow("button[name=add]")


def _is_voted_on(years: Years, way: Way) -> None:
    """The academic committee of the programme votes; the name is displayed."""
    office = years.arrive("office")
    office.open("/laboratories/")
    office.follow("main a[href^='/programmes/']:not([href$='/new/'])")
    way.programme = path_of(office)
    way.body = str(office.page.locator("#committees a").first.get_attribute("href"))
    sitting = meets(office, way.body, way.interviews)
    holds(office, years.comes(phone=True), sitting, ["for"] * 5, {})
    office.reads("通过")
    office.open(way.case)
    office.reads("公示")


def _is_offered_the_place(years: Years, way: Way) -> None:
    """Nobody objected: the applications are compared, the place is offered with a last day, and taken
    by whoever it was offered to."""
    personnel = years.arrive("personnel")
    personnel.open(f"{way.call}ranking/")
    personnel.reads(NAME, OTHER, "88")
    personnel.follow("main form .button-main")
    personnel.follow(f"tr:has-text('{NAME}') a[href$='/offer/']")
    personnel.page.fill("[name=terms]", "聘期五年，启动经费一百万元。")
    personnel.follow("main form .button-main")
    personnel.reads("雷亚·费兰", str(way.offered + timedelta(days=14)))
    personnel.finds_it_accessible()
    applicant = _comes_by_mail(years, FIRST, way.first, language="en-GB", phone=True)
    applicant.reads(f"To be answered by {way.offered + timedelta(days=14)}")
    applicant.page.emulate_media(color_scheme="dark")
    applicant.page.screenshot(path=str(applicant.folder / "offer.png"), full_page=True)
    applicant.follow("button[name=answer][value=accept]")
    applicant.reads("You accepted the offer.")


def _begins(years: Years, way: Way) -> None:
    """Contract, targets and the start with its package: the laboratory is open; tranches are planned
    and limits set by the director."""
    personnel = years.arrive("personnel")
    personnel.open(way.programme)
    personnel.follow(f"#investigators tr:has-text('{NAME}') a")
    way.appointment = path_of(personnel)
    fills(personnel, f"{way.appointment}sign/", contract_number="YT-PI-77")
    for text, target in GOALS:
        fills(personnel, f"{way.appointment}goal/", kind="paper", text=text, target=target)
    office = years.arrive("office")
    fills(
        office, f"{way.appointment}start/", code="YUNTING-L99", name_zh="肠道屏障实验室",
        name_en="Laboratory of Gut Barriers", money_cny="1000000",
    )  # fmt: skip
    office.reads("聘期已开始，实验室已设立")
    way.laboratory = str(
        office.page.locator("main a[href^='/laboratories/']:not([href='/laboratories/'])")
        .first.get_attribute("href")
    )  # fmt: skip
    director = years.arrive("director")
    for day in (way.starts, way.starts.replace(year=way.starts.year + 5) - timedelta(days=1)):
        fills(director, f"{way.appointment}tranche/", amount_cny="2000000", planned_on=str(day))
    fills(
        director, f"{way.laboratory}limit-set/", kind="spend", most="100000", period="year",
        paper="卓越计划授权书第三条",
    )  # fmt: skip
    director.open(way.appointment)
    director.follow("#tranches a[href*='/release/']")
    director.page.fill("[name=reason]", "合同已签订，按计划拨付")
    director.follow("main form .button-main")
    director.reads("已拨付")


def _decides_alone_and_not(years: Years, way: Way) -> None:
    """The head cannot raise the own limit; a request within it is the head's, one beyond climbs."""
    head = _comes_by_mail(years, FIRST, way.appointment, language="en-GB", phone=True)
    head.open("/")
    head.reads("My laboratory", "spend money (CNY)")
    head.page.screenshot(path=str(head.folder / "head_home.png"), full_page=True)
    head.open(f"{way.laboratory}limit-set/")
    head.reads("nobody for the own laboratory", "a request to change the charter")
    assert head.page.locator("main form").count() == 0
    head.page.screenshot(path=str(head.folder / "own_limit.png"), full_page=True)
    within, beyond = (_asks_to_spend(head, way, amount) for amount in ("60000", "60001"))
    agrees(head, within)
    head.reads("granted")
    agrees(head, beyond)
    head.reads("Decision of the director")
    head.page.screenshot(path=str(head.folder / "beyond.png"), full_page=True)
    director = years.arrive("director")
    agrees(director, beyond)
    director.open(f"{way.laboratory}charter/")
    director.reads("60,001", "60,000")
    director.finds_it_accessible()
    director.page.screenshot(path=str(director.folder / "charter.png"), full_page=True)
    head.open(way.laboratory)
    head.finds_it_accessible()


def _asks_to_spend(head: Visitor, way: Way, amount: str) -> str:
    """A request under the charter, handed in; gives its address."""
    case = fills(
        head, f"{way.laboratory}ask/", kind="spend", amount=amount, title_zh=f"试剂采购 {amount}"
    )  # fmt: skip
    head.follow("form[action$='/steps/submit/'] .button-main")
    return case


def _is_assessed(years: Years, way: Way) -> None:
    """Five years later: works and targets reported, the evidence handed in, five letters from outside,
    a verdict proposed, and the vote of the committee."""
    head = _comes_by_mail(years, FIRST, way.appointment, language="en-GB", phone=True)
    _reports(head, way)
    case = fills(head, f"{way.appointment}assess/", kind="appointment")
    _hands_over(head, "report")
    head.page.locator("#act form > details > summary").first.click()
    head.page.fill("[name=passing_over]", "One target was missed when the grant was cut.")
    head.follow("form[action$='/steps/submit/'] .button-main")
    personnel = years.arrive("personnel")
    agrees(personnel, case, passing_over="由委员会评议")
    letters_come(years.home, way.assessed, case)
    proposes(personnel, case, "stop")
    head.open(case)
    assert head.page.locator("#assessment strong").count() == 0
    office = years.arrive("office")
    office.open(case)
    office.follow("#act a[href^='/bodies/']")
    sitting = meets(office, path_of(office), way.assessed)
    holds(office, years.comes(phone=True), sitting, ["for"] * 5, {})
    office.reads("通过")


def _reports(head: Visitor, way: Way) -> None:
    """Three works, and a target of the contract that was missed."""
    for number in range(3):
        fills(
            head, f"{way.appointment}work/", title=f"Barriers of the gut, part {number + 6}",
            meaning="It names the switch.",
        )  # fmt: skip
    head.open(way.appointment)
    for place, reached in enumerate(("5", "0")):
        head.page.locator("#goals a[href*='/report/']").nth(place).click()
        puts(head, "main", reached=reached, evidence="Report on the term")
        head.follow("main form .button-main")


def _is_stopped(years: Years, way: Way) -> None:
    """The vote stopped the next tranche in the same step: the page, the account and the journal say
    so, and nobody releases it any more."""
    director = years.arrive("director")
    director.open(way.appointment)
    director.reads("停止投入", "聘期考核：停止投入")
    director.page.screenshot(path=str(director.folder / "stopped.png"), full_page=True)
    assert director.page.locator("#tranches .verdict").nth(1).get_attribute("class") == (
        "verdict tone-fail"
    )
    assert director.page.locator("#tranches a").count() == 0
    director.finds_it_accessible()
    director.open(way.laboratory)
    director.reads("¥3,000,000")
    assert director.page.locator("#money tbody tr").count() == 2
    assert journal_of(years.home, way.appointment)[-3:] == [
        "appointment.assess", "tranche.stopped", "appointment.verdict",
    ]  # fmt: skip
    head = _comes_by_mail(years, FIRST, way.appointment, language="en-GB", phone=True)
    head.reads("investment stopped")
    head.page.emulate_media(color_scheme="dark")
    head.page.screenshot(path=str(head.folder / "stopped_head.png"), full_page=True)


def test_an_investigator_is_called_appointed_and_stopped_after_the_assessment(years: Years) -> None:
    way = Way(BEGINS)
    enter(years.home)
    years.turn_to(way.begins)
    _publishes(years, way)
    _reads_the_call(years, way)
    _applies_on_two_days(years, way)
    _applies_too(years, way)

    years.turn_to(way.interviews)
    _draws_up_the_long_list(years, way)
    _is_interviewed(years, way)
    _is_voted_on(years, way)

    night(years.home, way.offered)
    years.turn_to(way.offered)
    _is_offered_the_place(years, way)

    years.turn_to(way.starts)
    _begins(years, way)
    _decides_alone_and_not(years, way)

    years.turn_to(way.assessed)
    _is_assessed(years, way)
    _is_stopped(years, way)
