"""A trainee of the joint school who meets the rules of one side and not yet those of the other, from the
agreement to the recognised course that turns it; and an agreement that ends over somebody's head."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from stories.conftest import Arrive
from stories.days import DAY
from stories.dual_people import ALONE, HOME, NAME, OFFICE, PARTNER, enter
from stories.filling import path_of, send, stays
from stories.visitor import Visitor

pytestmark = pytest.mark.browser

PROGRAMME = "转化医学与医疗器械双学位项目"
TODAY, YESTERDAY = DAY.isoformat(), (DAY - timedelta(days=1)).isoformat()
PDF = {"name": "导师名册.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}


@pytest.fixture(scope="module")
def places(town: Path) -> tuple[str, str]:
    """The addresses of the joint school and of its agreement, once the people are there."""
    return enter(town)


@pytest.fixture
def phone(browser: Any, served: str, tmp_path: Path) -> Iterator[Visitor]:
    """The trainee's telephone, in English and in the dark; nobody has signed in on it."""
    visitor = Visitor(browser, served, tmp_path, language="en", phone=True)
    visitor.page.emulate_media(color_scheme="dark")
    yield visitor
    visitor.leave()
    assert not visitor.faults


def _adds_obligations(office: Visitor, agreement: str) -> None:
    """Two clauses: who is taken in is read from operations, a list of supervisors is handed in."""
    for clause, title, evidence in (
        ("9.1", "新设项目招收双学位研究生", "招收人数"),
        ("9.2", "交换导师名册", "已提交文件"),
    ):
        office.open(agreement)
        office.follow("#obligations a[href$='/change/obligation/']")
        send(
            office, clause=clause, title_zh=title, evidence=evidence, target="1",
            counts_from=TODAY, due_on="2027-06-30",
        )  # fmt: skip
    for title in ("新设项目招收双学位研究生", "交换导师名册"):
        assert "履行中" in _line(office, "#obligations", title)


def _line(visitor: Visitor, section: str, title: str) -> str:
    return str(visitor.page.locator(f"{section} tr:has(th:has-text('{title}'))").inner_text())


def _gives_the_list(office: Visitor, agreement: str) -> None:
    """Where a document is owed, a word is no evidence."""
    office.open(agreement)
    office.follow("#obligations tr:has(th:has-text('交换导师名册')) a[href$='/evidence/']")
    send(office, done_on=TODAY, amount="1", note="双方交换名册")
    stays(office, "此项义务须提交文件，请上传")
    send(office, file=PDF)
    assert "已履行" in _line(office, "#obligations", "交换导师名册")


def _adds_the_programme(office: Visitor, school: str) -> None:
    office.open(school)
    office.follow("#programmes a[href$='/change/programme/']")
    send(
        office, code="J9", name_zh=PROGRAMME, name_en="Dual degree in translation and devices",
        home_programme="基础医学", partner_programme="生物医学工程", award_kind="两张证书", valid_from=TODAY,
    )  # fmt: skip
    assert "两张证书" in _line(office, "#programmes", PROGRAMME)


def _recognises(office: Visitor, school: str, taken: str, counts_as: str, credits: str) -> None:
    office.open(school)
    office.follow("#recognitions a[href$='/change/recognise/']")
    send(
        office, programme=PROGRAMME, taken=taken, counts_as=counts_as, credits=credits,
        valid_from=TODAY,
    )  # fmt: skip
    assert path_of(office) == school


def _enters_the_trainee(office: Visitor, school: str) -> str:
    """On our side alone; gives the address of the audit."""
    office.open(school)
    office.follow("#duals a[href$='/change/enrol/']")
    send(office, programme=PROGRAMME, number="20239999999", starts_on=TODAY)
    stays(office, "20239999999")
    send(office, number=HOME)
    office.follow(f"#duals a:has-text('{NAME}')")
    office.reads("该侧尚未注册")
    return path_of(office)


def _adds_its_side(partner: Visitor, school: str) -> None:
    """The partner's office finds the trainee on the page of the school, and enters its enrolment."""
    partner.open("/schools/")
    partner.follow(f"main a[href='{school}']")
    partner.follow(f"#duals a:has-text('{NAME}')")
    partner.follow("a[href$='/change/partner/']")
    send(partner, partner_number=HOME)
    stays(partner, HOME)
    send(partner, partner_number=PARTNER)
    partner.reads(PARTNER)


def _shows_it(partner: Visitor) -> None:
    """Under its own agreement the partner shows its side of the trainee."""
    partner.open("/agreements/")
    partner.follow("main a:has-text('与云汀医科大学共建')")
    partner.follow("a[href$='/change/trainee/']")
    send(partner, number=PARTNER, first_on=TODAY)
    partner.reads(NAME)


def _opens_an_account(office: Visitor) -> str:
    """The trainee's account; gives the password that is shown once."""
    office.open("/accounts/open/")
    fields = {"login": "wen.ruojin", "number": HOME, "kind": "研究生", "unit": "医学科学与工程学院"}
    send(office, valid_from=TODAY, **fields)
    return str(office.page.locator("main code").last.inner_text())


def _meets_one_side(office: Visitor, dual: str) -> None:
    """Each side with its rules, each rule with its clause, and what is missing in words."""
    office.open(dual)
    home, partner = office.words("#home"), office.words("#partner")
    office.reads("至少一方的规定尚未满足")
    assert "云汀医科大学" in home
    assert "已修 17 学分" in home
    assert "医学信号与图像处理" in home
    assert "医学影像基础" in home
    assert "未达到" not in home
    assert "汀南理工大学" in partner
    assert "未达到" in partner
    assert "已修 11 学分，须不少于 12 学分" in partner
    assert "还差 1 学分" in partner
    assert "未通过的必修课：工程伦理" in partner
    assert "由本单位确定" in partner


def _meets_both(office: Visitor, dual: str) -> None:
    office.open(dual)
    office.reads("双方规定均已满足")
    partner = office.words("#partner")
    assert "未达到" not in partner
    assert "已修 13 学分" in partner
    assert "工程伦理" in partner


def _sees_what_is_shown(partner: Visitor, school: str, agreement: str, dual: str) -> None:
    """Standing and courses of the trainee under the agreement; neither the record, nor the agreement
    as the other side keeps it, nor anybody else."""
    partner.open(dual)
    assert "已修 17 学分" in partner.words("#home")
    assert partner.page.locator("#home a[href^='/trainees/']").count() == 0
    partner.open(school)
    partner.does_not_read(ALONE)
    partner.reads("课程教学")
    partner.finds_nothing_at(agreement, "新设项目招收双学位研究生", "YT-TIN-2017")
    partner.open("/agreements/")
    partner.does_not_read("YT-TIN-2017")
    partner.open(f"/trainees/?q={HOME}")
    partner.does_not_read(NAME)


def _hides_the_standing(office: Visitor, partner: Visitor, agreement: str, dual: str) -> None:
    """What the agreement shows no more is gone at once; what it still shows stays."""
    office.open(agreement)
    office.follow(
        "#sights tr:has(th:has-text('达标情况'), td:has-text('达标情况')) a[href$='/hide/']"
    )
    send(office)
    partner.open(dual)
    home = partner.words("#home")
    assert "没有生效协议允许您查看该侧的达标情况" in home
    assert "已修" not in home
    assert HOME in home
    assert "医学影像基础" in home
    office.open(agreement)
    office.follow("a[href$='/change/see/']")
    send(office, partner="汀南理工大学", noun="达标情况")


def _trainee_reads_both(phone: Visitor, password: str, dual: str) -> None:
    """From the first page to the own record, to both sides and back, in English and in the dark."""
    phone.sign_in("wen.ruojin", password)
    phone.follow("a[href^='/trainees/']")
    own = path_of(phone)
    phone.follow(f"main a[href='{dual}'], header a[href='{dual}'], a[href='{dual}']")
    phone.reads("Yunting Medical University", "Tingnan University of Technology")
    phone.reads("The rules of both sides are met.")
    phone.finds_it_accessible()
    phone.page.emulate_media(color_scheme="dark")
    phone.page.screenshot(path=str(phone.folder / "phone.png"), full_page=True)
    phone.follow(f"a[href='{own}']")


def test_a_dual_degree_meets_one_side_and_then_the_other_by_a_recognised_course(
    places: tuple[str, str], arrive: Arrive, phone: Visitor
) -> None:
    school, agreement = places
    office, partner = arrive("office"), arrive(OFFICE)
    _adds_obligations(office, agreement)
    _gives_the_list(office, agreement)
    _adds_the_programme(office, school)
    dual = _enters_the_trainee(office, school)
    office.open(agreement)
    assert "已履行" in _line(office, "#obligations", "新设项目招收双学位研究生")
    office.page.screenshot(path=str(office.folder / "agreement.png"), full_page=True)
    _adds_its_side(partner, school)
    office.open(dual)
    office.reads("没有生效协议允许您查看该侧的达标情况")
    office.does_not_read("还差 1 学分")
    _shows_it(partner)
    _recognises(office, school, "BME502", "MD505", "4")
    _meets_one_side(office, dual)
    office.finds_it_accessible()
    office.page.screenshot(path=str(office.folder / "one_side.png"), full_page=True)
    _sees_what_is_shown(partner, school, agreement, dual)
    partner.open(dual)
    partner.page.screenshot(path=str(office.folder / "partner.png"), full_page=True)
    _hides_the_standing(office, partner, agreement, dual)
    _recognises(office, school, "MD504", "EN501", "2")
    _meets_both(office, dual)
    office.open(school)
    office.page.screenshot(path=str(office.folder / "school.png"), full_page=True)
    _trainee_reads_both(phone, _opens_an_account(office), dual)


def test_another_university_finds_nothing_of_the_joint_school(
    places: tuple[str, str], arrive: Arrive
) -> None:
    school, agreement = places
    stranger = arrive("office-b")
    for path in (school, agreement):
        stranger.finds_nothing_at(path, "医学科学与工程学院", "汀南理工大学")
    for path in ("/schools/", "/agreements/"):
        stranger.open(path)
        stranger.does_not_read("医学科学与工程学院", "汀南理工大学")


def _drafts(office: Visitor) -> str:
    """An agreement with two sides that says nothing of its end; gives its address."""
    office.open("/agreements/new/")
    agreement = send(
        office, unit="医学科学与工程学院", number="YT-SHORT", kind="人员交流", title_zh="短期联合培养协议",
        starts_on="2024-09-01",
    )  # fmt: skip
    for side in ({"partner": "汀南理工大学"}, {"unit": "云汀医科大学"}):
        office.open(agreement)
        office.follow("#sides a[href$='/change/party/']")
        send(office, **side)
    return agreement


def _is_refused_without_an_end(office: Visitor, agreement: str) -> None:
    """Nothing is written: the agreement is still being drafted; then it says when it ends."""
    office.open(agreement)
    office.follow("a[href$='/change/review/']")
    send(office)
    stays(office, "未填写终止日期", "《民法典》第五百六十三条第二款")
    office.finds_it_accessible()
    office.open(agreement)
    office.reads("起草中")
    office.follow("a[href$='/change/change/']")
    send(office, ends_on="2027-08-31")
    office.follow("a[href$='/change/review/']")
    send(office)


def _is_signed(office: Visitor, agreement: str) -> None:
    for number in (0, 1):
        office.open(agreement)
        row = office.page.locator("#sides a[href$='/signature/']").nth(number)
        with office.turns_the_page():
            row.click()
        send(office, signatory="代表", signed_on="2024-08-20")
    office.follow("a[href$='/change/sign/']")
    send(office)
    office.reads("生效中")


def test_an_agreement_without_an_end_is_refused_and_an_ended_one_is_found_by_who_is_under_it(
    places: tuple[str, str], arrive: Arrive
) -> None:
    office = arrive("office")
    agreement = _drafts(office)
    _is_refused_without_an_end(office, agreement)
    _is_signed(office, agreement)
    office.follow("a[href$='/change/trainee/']")
    send(office, number="20231009902", first_on="2024-09-01")
    listed = "/agreements/?standing=people"
    office.open(listed)
    assert office.page.locator(f"main a[href='{agreement}']").count() == 0

    office.open(agreement)
    office.follow("a[href$='/change/terminate/']")
    send(office, terminated_on=TODAY, reason="合作单位调整培养安排")
    office.open("/agreements/")
    office.page.select_option("[name=standing]", label="已失效但仍有人员在协议项下")
    office.follow("form.filters .button-main")
    office.follow(f"main a[href='{agreement}']")
    office.reads("协议已失效，仍有人员在协议项下", "仍有 1 人在协议项下", ALONE)
    office.page.screenshot(path=str(office.folder / "ended.png"), full_page=True)
    office.follow("a[href$='/leave/']")
    send(office, last_on=YESTERDAY)
    office.does_not_read("协议已失效，仍有人员在协议项下")
    office.open(listed)
    assert office.page.locator(f"main a[href='{agreement}']").count() == 0
