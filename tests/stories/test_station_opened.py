"""A station from the need to the national number: criteria with their clauses, a dossier that nobody can
type, two offices, experts who vote in secret, submission and approval."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stories.conftest import Arrive
from stories.days import DAY
from stories.filling import path_of, send
from stories.station_people import EXPERTS, enter
from stories.visitor import Visitor

pytestmark = pytest.mark.browser

NAME, NUMBER = "生物医学工程博士后科研流动站", "DEMO-20831"
FROZEN = "2025-12-31"
TODAY = DAY.isoformat()
PDF = {"name": "设站需求.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}


@pytest.fixture(scope="module")
def registers(town: Path) -> None:
    """The right in the discipline, its supervisors, and the experts."""
    enter(town)


@pytest.fixture
def phone(browser: Any, served: str, tmp_path: Path) -> Iterator[Visitor]:
    """The telephone of whoever opens a ballot link; nobody has signed in on it."""
    visitor = Visitor(browser, served, tmp_path, language="zh-CN", phone=True)
    yield visitor
    visitor.leave()
    assert not visitor.faults


def _covered(visitor: Visitor, day: str = "") -> str:
    visitor.open(f"/stations/coverage/?on={day}")
    return " ".join(visitor.words("main .stats").split())


def _needs(personnel: Visitor, code: str, name: str, discipline: str) -> str:
    """A station is needed; gives its address."""
    personnel.open("/stations/")
    personnel.follow("main a[href='/stations/new/']")
    return send(
        personnel, now="提出设站需求", kind="流动站", discipline=discipline, unit="基础医学院", code=code,
        name_zh=name, name_en=f"Postdoctoral mobile station {code}", since=TODAY,
        first_office="人事处", second_office="研究生院",
    )  # fmt: skip


def _asks(personnel: Visitor, station: str) -> str:
    """The request with its report, not handed in yet; gives its address."""
    personnel.open(station)
    personnel.follow("#acts a[href$='/change/opening/']")
    case = send(personnel, reason="学科已有毕业博士和国家级项目")
    form = "form:has([name=name][value=need])"
    personnel.page.set_input_files(f"{form} [name=file]", PDF)
    personnel.follow(f"{form} button")
    return case


def _hands_in(visitor: Visitor, case: str) -> None:
    visitor.open(case)
    visitor.follow("form[action$='/steps/submit/'] .button-main")


def _agrees(visitor: Visitor, case: str) -> None:
    visitor.open(case)
    visitor.follow("button[name=outcome][value=agreed]")


def _state(visitor: Visitor, station: str) -> str:
    visitor.open(station)
    return str(visitor.page.locator("h1 ~ * .verdict, .page-meta .verdict").first.inner_text())


def _criteria_stop_a_station_without_a_right(personnel: Visitor) -> None:
    """What is missing stands there with its clause, and the request is not taken."""
    station = _needs(personnel, "CL-0812", "计算机科学与技术博士后科研流动站", "0812")
    said = personnel.words("#standing")
    assert "具有相应学科的博士学位授予权" in said
    assert "两站一基地汇编" in said
    assert "博士生导师 0 人，须不少于 3 人" in said
    case = _asks(personnel, station)
    _hands_in(personnel, case)
    personnel.reads("具有相应学科的博士学位授予权")
    assert personnel.page.locator("form[action$='/steps/submit/']").count() == 1


def _freezes(office: Visitor) -> None:
    """The graduate school freezes a day; the census is there when the worker has made it."""
    office.open("/censuses/")
    office.page.fill("[name=day]", FROZEN)
    office.follow("main form .button-main")
    office.page.locator("main table").get_by_text(FROZEN).first.wait_for(timeout=90_000)


def _keeps_the_dossier(personnel: Visitor, station: str) -> None:
    """Nothing can be typed, and a number that is smuggled in is not kept."""
    personnel.open(f"{station}dossier/")
    form = personnel.page.locator("main form[method=post]")
    assert form.locator("input:not([type=hidden]), textarea, select").count() == 0
    true = personnel.words("main table")
    assert FROZEN in true
    form.evaluate(
        """(one) => ['discipline.supervisors.0831', 'value', 'dossier'].forEach((name) => {
          const field = document.createElement('input');
          [field.name, field.value, field.type] = [name, '9999', 'hidden'];
          one.append(field);
        })"""
    )
    personnel.follow("main form .button-main")
    assert personnel.words("main table") == true
    assert "9999" not in personnel.words("main")
    personnel.follow("main table a.figure")
    assert "/figures/" in personnel.page.url


def _calls_the_board(personnel: Visitor, case: str) -> str:
    """Five experts from outside, with the rule beside them; gives the address of the sitting."""
    personnel.open(case)
    personnel.follow("#act a[href$='/board/']")
    for name in EXPERTS:
        personnel.page.fill("#id_q", name)
        with personnel.turns_the_page():
            personnel.page.press("#id_q", "Enter")
        personnel.follow(f"li:has(strong:text-is('{name}')) button[name=add]")
    personnel.reads("专家 5 人")
    for name, value in {
        "day": TODAY,
        "start": "09:00",
        "end": "11:00",
        "place": "行政楼 201",
    }.items():
        personnel.page.fill(f"[name={name}]", value)
    personnel.page.screenshot(path=str(personnel.folder / "board.png"), full_page=True)
    personnel.follow("button[name=do][value=call]")
    personnel.follow("#act a[href^='/sittings/']")
    return path_of(personnel)


def _votes(personnel: Visitor, phone: Visitor, sitting: str) -> None:
    """All come and vote in secret by a link; four of five are for it."""
    personnel.open(sitting)
    personnel.follow("button[name=do][value=open]")
    for _one in EXPERTS:
        personnel.follow(".seat-deeds button[value=present]")
    lines = personnel.page.locator(".seat-line .seat-who a").all()
    seats = [str(line.get_attribute("href")) for line in lines]
    personnel.follow("form[action*='/items/'] button[value=open]")
    for seat, vote in zip(seats, ["for"] * 4 + ["against"], strict=True):
        personnel.open(seat)
        personnel.follow("button[value=link_ballot]")
        address = personnel.page.locator(".code-sheet code").inner_text()
        phone.open("/answer/" + address.split("/answer/")[1])
        phone.follow(f"button[name=choice][value={vote}]")
    personnel.open(sitting)
    personnel.follow("form[action*='/items/'] button[value=close]")
    personnel.reads("通过")


def _is_approved(personnel: Visitor, case: str, station: str) -> None:
    """Without the national number nothing is opened; with it the station opens."""
    _agrees(personnel, case)
    personnel.reads("设站须登记国家批准编号")
    personnel.open(station)
    personnel.follow("#acts a[href$='/change/approval/']")
    send(personnel, number=NUMBER)
    assert _state(personnel, station) == "已批准"
    _agrees(personnel, case)
    personnel.reads("已同意")


def test_a_station_is_opened_and_its_discipline_is_covered(
    registers: None, arrive: Arrive, phone: Visitor
) -> None:
    personnel, office = arrive("personnel-b"), arrive("office-b")
    assert "7／8" in _covered(office, "2023-10-31")
    assert "8／9" in _covered(office)
    _criteria_stop_a_station_without_a_right(personnel)
    station = _needs(personnel, "CL-0831", NAME, "0831")
    said = personnel.words("#standing")
    assert "两站一基地汇编" in said
    assert "未达到" not in said
    case = _asks(personnel, station)
    assert _state(personnel, station) == "筹备中"
    personnel.page.screenshot(path=str(personnel.folder / "station.png"), full_page=True)
    _freezes(office)
    _keeps_the_dossier(personnel, station)
    personnel.open(f"{station}dossier/")
    personnel.page.screenshot(path=str(personnel.folder / "dossier.png"), full_page=True)
    _hands_in(personnel, case)
    _agrees(office, case)
    _agrees(personnel, case)
    _agrees(personnel, case)
    sitting = _calls_the_board(personnel, case)
    _votes(personnel, phone, sitting)
    assert _state(personnel, station) == "已通过专家论证"
    _agrees(personnel, case)
    assert _state(personnel, station) == "已上报"
    personnel.open(f"{station}dossier/")
    _is_approved(personnel, case, station)
    assert _state(personnel, station) == "已设站"
    personnel.finds_it_accessible()
    personnel.page.screenshot(path=str(personnel.folder / "opened.png"), full_page=True)
    assert "9／9" in _covered(office)
    office.reads(NAME, NUMBER)


def test_the_station_of_another_university_is_not_there_for_who_may_not_see_it(
    registers: None, arrive: Arrive
) -> None:
    personnel = arrive("personnel-b")
    personnel.open("/stations/?q=CL-0831")
    links = personnel.page.locator("main table tbody a[href^='/stations/']")
    station = str(links.first.get_attribute("href"))
    for login in ("personnel", "office"):
        other = arrive(login)
        for path in (station, f"{station}dossier/", f"{station}change/opening/"):
            other.finds_nothing_at(path, NAME, NUMBER)
        other.open("/stations/?q=CL-0831")
        other.does_not_read(NAME, NUMBER)
