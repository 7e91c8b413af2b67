"""A tripartite postdoc from the call to the exit certificate, each step in the browser of whoever
takes it: personnel office, applicant with a link by mail, secretary, boards, postdoc on the phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from stories.conftest import Years
from stories.days import DAY
from stories.postdoc_people import (
    ENGINEER,
    ENGINEER_NUMBER,
    HOST,
    HOST_LOGIN,
    INSIDE,
    MEMBER,
    OUTSIDE,
    address_of,
    enter,
)
from stories.postdoc_steps import (
    ENTRIES,
    EXITS,
    PDF,
    Post,
    adds,
    agrees,
    attaches,
    calls_board,
    chooses_board,
    closes_vote,
    fills,
    flow_of,
    night,
    opens_vote,
    path_of,
    records,
    searches,
    submits,
    votes,
)
from stories.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.release]

FIRST = DAY
ENTRY = FIRST + timedelta(days=20)
NAME, LATIN, ADDRESS = "阮星遥", "Ruan Xingyao", "ruan.xingyao@example.org"
STATION, WORKSTATION, COMPANY = (
    "临床医学博士后科研流动站",
    "示例企业博士后科研工作站",
    "示例企业-01",
)
AGREEMENT, CALL, NUMBER, CERTIFICATE = "SF-BSH-01", "BSH-LH-01", "318801", "CZ-318801"


def later(years: int, months: int = 0) -> date:
    """The first of a month, so long after the entry."""
    month = ENTRY.month - 1 + months
    return date(ENTRY.year + years + month // 12, month % 12 + 1, 1)


#: The last day of two years; a year on from the last of a February is its 28th.
END = date(
    ENTRY.year + 2, ENTRY.month, min(ENTRY.day, 28 if ENTRY.month == 2 else 31)
) - timedelta(days=1)  # fmt: skip
ASKED = END - timedelta(days=45)


def _opens_workstation(personnel: Visitor) -> None:
    """The workstation of the company that is to pay, which is open already."""
    records(
        personnel, "/stations/new/", now="open", kind="workstation", unit="总医院", code="GZZ-01",
        name_zh=WORKSTATION, name_en="Workstation of Example Company", since="2020-01-06",
        number="WS-2020-01", partner=COMPANY, paper="设站批文", reason="系统启用前已设站",
    )  # fmt: skip


def _signs_agreement(personnel: Visitor) -> str:
    """The tripartite agreement from the draft to the last signature; gives its address."""
    agreement = records(
        personnel, "/agreements/new/", unit="总医院", number=AGREEMENT, kind="tripartite",
        title_zh="联合招收博士后三方协议", title_en="Tripartite agreement on a postdoc",
        starts_on=FIRST.isoformat(), ends_on=later(4).isoformat(),
    )  # fmt: skip
    records(personnel, f"{agreement}change/party/", partner=COMPANY, part="工作站")
    records(personnel, f"{agreement}change/party/", unit="总医院", part="流动站")
    records(personnel, f"{agreement}change/review/")
    for place in range(2):
        link = personnel.page.locator("a[href$='/signature/']").nth(place).get_attribute("href")
        records(personnel, str(link), signatory="示例签字人", signed_on=FIRST.isoformat())
    records(personnel, f"{agreement}change/sign/")
    return agreement


def _publishes(personnel: Visitor) -> str:
    """The call, its criteria, and published; gives its address."""
    call = records(
        personnel, "/calls/new/", number=CALL, aim=STATION, workstation=WORKSTATION,
        track="clinical", intake="joint", months="24", kind="postdoc_entry",
        title_zh="联合招收临床医学博士后", title_en="Joint postdoc in clinical medicine",
        text_zh="与示例企业联合招收博士后一名，从事术中监测研究。", places="1", reserves="0",
        text_en="One postdoc together with a company, on monitoring during operations.",
        opens_at=f"{FIRST}T08:00", closes_at=f"{FIRST + timedelta(days=15)}T17:00",
    )  # fmt: skip
    personnel.open(f"{call}criteria/")
    rows = {"c0-name_zh": "学术水平", "c0-name_en": "Academic standing", "c0-most": "60",
            "c1-name_zh": "研究计划", "c1-name_en": "Research plan", "c1-most": "40"}  # fmt: skip
    fills(personnel, "main form", rows)
    personnel.follow("form[action$='/steps/publish/'] button")
    return call


def _signs_in_by_mail(visitor: Visitor, post: Post) -> None:
    """The link in the letter, and the button behind it."""
    visitor.page.fill("[name=email]", ADDRESS)
    visitor.follow("main form button")
    visitor.reads(ADDRESS)
    visitor.open(post.link(ADDRESS, "enter"))
    visitor.follow("main form button")


def _begins(outsider: Visitor, post: Post, call: str) -> str:
    """Finds the call without signing in, asks for a link, and begins; gives the application."""
    outsider.open("/calls/")
    outsider.follow(f"main a[href='{call}']")
    outsider.reads("未满 36 周岁", "国办发〔2015〕87号", "Joint postdoc in clinical medicine")
    outsider.finds_it_accessible()
    outsider.page.screenshot(path=str(outsider.folder / "call.png"), full_page=True)
    outsider.follow("a[href^='/enter/']")
    _signs_in_by_mail(outsider, post)
    fills(outsider, "main form", {"name_zh": NAME, "name_en": LATIN})
    return path_of(outsider)


def _fills_in(outsider: Visitor, section: str, **fields: str) -> None:
    fills(outsider, f"#{section} form", fields)


def _applies(outsider: Visitor, application: str) -> None:
    """The rest of the draft; a file that is not what it says; what the rules say; handed in."""
    outsider.open(application)
    assert outsider.page.input_value("[name=born_on]") == "1996-05-04"
    outsider.reads("待定", "大连化物所进站指南")
    _fills_in(
        outsider, "doctorate", doctorate_on=(FIRST - timedelta(days=200)).isoformat(),
        doctorate_from="海州医科大学", doctorate_discipline="临床医学", is_own_doctor="no",
    )  # fmt: skip
    _fills_in(outsider, "employment", is_full_time="yes", earlier_months="0")
    _fills_in(outsider, "statement", statement="希望在贵校开展术中神经监测研究。")
    attaches(outsider, "doctorate", b"MZ this is a program", "学位证书.pdf")
    outsider.reads("内容")
    outsider.page.screenshot(path=str(outsider.folder / "refused_file.png"), full_page=True)
    outsider.reads("缺少")
    attaches(outsider, "doctorate", PDF, "学位证书.pdf")
    attaches(outsider, "plan", PDF, "研究计划.pdf")
    with outsider.refused(403):
        submits(outsider)
    outsider.reads("请选择拟合作的导师")
    _fills_in(outsider, "host", host=HOST)
    outsider.page.screenshot(path=str(outsider.folder / "application.png"), full_page=True)
    submits(outsider)


def _prepares(years: Years) -> tuple[str, str]:
    """The personnel office prepares everything; gives the agreement and the call."""
    personnel = years.arrive("personnel")
    _opens_workstation(personnel)
    return _signs_agreement(personnel), _publishes(personnel)


def _is_applied_for(years: Years, post: Post, call: str) -> str:
    """Begun at a desk, which is left; gone on with on a phone by another link. Gives the application."""
    outsider = years.comes()
    application = _begins(outsider, post, call)
    _fills_in(outsider, "person", born_on="1996-05-04", country="CN")
    outsider.leave()
    phone = years.comes(phone=True)
    phone.open("/enter/")
    _signs_in_by_mail(phone, post)
    phone.follow(f"main a[href='{application}']")
    _applies(phone, application)
    phone.page.screenshot(path=str(phone.folder / "handed_in.png"), full_page=True)
    return application


def _is_judged(years: Years, post: Post, application: str) -> None:
    """The supervisor agrees, the secretary checks, a board of five without the supervisor votes and
    gives points, and the personnel office agrees."""
    host, secretary = years.arrive(HOST_LOGIN), years.arrive("secretary")
    host.open(application)
    host.follow("main a[href^='/cases/']")
    case = path_of(host)
    agrees(host, case)
    agrees(secretary, case)
    chooses_board(secretary, case, INSIDE[:4], FIRST)
    _is_kept_off(secretary, HOST)
    secretary.follow("button[name=do][value=call]")
    secretary.reads("进站考核高级职称专家不少于 5 人", "还差 1 人")
    secretary.page.screenshot(path=str(secretary.folder / "board.png"), full_page=True)
    adds(secretary, INSIDE[4])
    secretary.finds_it_accessible()
    sitting = calls_board(secretary)
    member = years.arrive(MEMBER, phone=True)
    _gives_points(member, application)
    _is_carried(years, post, secretary, sitting, INSIDE)
    secretary.page.screenshot(path=str(secretary.folder / "sitting.png"), full_page=True)
    agrees(years.arrive("personnel"), case)


def _is_carried(
    years: Years,
    post: Post,
    secretary: Visitor,
    sitting: str,
    members: Sequence[str],
    grade: str = "",
) -> None:
    """All come and vote for it: the chair by the account, the others by the links in their letters;
    before the vote is closed the secretary says the grade, where there is one."""
    opens_vote(secretary, sitting, len(members))
    member = years.arrive(MEMBER, phone=True)
    member.open(sitting)
    member.follow("button[name=choice][value=for]")
    votes(post, years.comes(phone=True), [address_of(name) for name in members[1:]], "for")
    if grade:
        _says(secretary, grade)
    closes_vote(secretary, sitting)


def _says(secretary: Visitor, grade: str) -> None:
    """The grade, on the page of the postdoc."""
    secretary.open("/postdocs/?q=" + NAME)
    secretary.follow("main td a[href^='/postdocs/'], main th a[href^='/postdocs/']")
    secretary.follow("a[href*='/change/grade/']")
    fills(secretary, "main form", {"grade": grade})


def _is_kept_off(secretary: Visitor, name: str) -> None:
    """The supervisor is found and cannot be added; the rule and its clause say why."""
    searches(secretary, name)
    found = secretary.page.locator(f"li:has(strong:text-is('{name}'))")
    text = found.inner_text()
    assert "合作导师不参加进站考核" in text
    assert "大连化物所进站指南（进站考核）" in text
    assert found.locator("button").count() == 0


def _gives_points(member: Visitor, application: str) -> None:
    member.open(application)
    member.follow("a[href$='/points/']")
    for box, points in zip(
        member.page.locator("main form input[type=number]").all(), ("52", "36"), strict=True
    ):
        box.fill(points)
    member.page.screenshot(path=str(member.folder / "points.png"), full_page=True)
    member.follow("main form .button-main")
    member.reads("评分已保存")


def _enters(years: Years, post: Post, call: str, application: str) -> str:
    """Compared, offered and accepted; gives the address of the postdoc."""
    personnel = years.arrive("personnel")
    personnel.open(call)
    personnel.follow("a[href$='/ranking/']")
    personnel.follow("main form .button-main")
    personnel.reads("88.33", NAME)
    personnel.page.screenshot(path=str(personnel.folder / "ranking.png"), full_page=True)
    personnel.follow("a[href$='/offer/']")
    fills(personnel, "main form", {"terms": "年薪 30 万元，提供公寓。"})
    personnel.finds_it_accessible()
    phone = _comes_back(years, post, "zh-CN")
    phone.follow(f"main a[href='{application}']")
    phone.reads("年薪 30 万元")
    phone.page.screenshot(path=str(phone.folder / "offer.png"), full_page=True)
    phone.follow("button[name=answer][value=accept]")
    phone.reads("您已接受录用", "查看我的在站情况")
    phone.page.screenshot(path=str(phone.folder / "accepted.png"), full_page=True)
    phone.open("/")
    phone.reads("我的在站情况")
    phone.page.screenshot(path=str(phone.folder / "home.png"), full_page=True)
    phone.follow("main a[href^='/postdocs/']:not([href='/postdocs/'])")
    phone.reads("累计在站 0 天", AGREEMENT, WORKSTATION, HOST)
    return path_of(phone)


def _comes_back(years: Years, post: Post, language: str) -> Visitor:
    """The postdoc on the phone, signed in by another link."""
    phone = years.comes(phone=True, language=language)
    phone.open("/enter/")
    _signs_in_by_mail(phone, post)
    return phone


def _is_settled(years: Years, post: Post, agreement: str, postdoc: str) -> None:
    """Supervisors of both sides, who pays what, contract, national number, plan and months."""
    personnel = years.arrive("personnel")
    day = ENTRY.isoformat()
    records(
        personnel,
        f"{postdoc}change/host/",
        number=ENGINEER_NUMBER,
        role="workstation",
        on=day,
        is_outside="yes",
    )
    records(
        personnel,
        f"{postdoc}change/funding/",
        payer="host",
        purpose="salary",
        amount_cny="200000",
        since=day,
    )
    records(
        personnel, f"{postdoc}change/funding/", payer="station", payer_name=COMPANY, purpose="salary",
        amount_cny="100000", since=day,
    )  # fmt: skip
    records(
        personnel, f"{postdoc}change/contract/", number="HT-01", signed_on=day, ownership="三方共有"
    )
    records(personnel, f"{postdoc}change/number/", number=NUMBER)
    personnel.reads(HOST, ENGINEER, COMPANY, "100,000", AGREEMENT, WORKSTATION)
    personnel.page.screenshot(path=str(personnel.folder / "postdoc.png"), full_page=True)
    personnel.finds_it_accessible()
    personnel.open(agreement)
    personnel.reads(NAME)
    phone = _comes_back(years, post, "en-US")
    records(
        phone, f"{postdoc}change/goal/", kind="paper", text="术中监测论文", target="2",
        due_on=later(1, 6).isoformat(), agreed_on=day,
    )  # fmt: skip
    phone.page.emulate_media(color_scheme="dark")
    phone.page.screenshot(path=str(phone.folder / "own.png"), full_page=True)
    phone.finds_it_accessible()


def _asks(phone: Visitor, postdoc: str, step: str, documents: Sequence[str], **fields: str) -> str:
    """A request of the postdoc's own, with its documents, handed in; gives its address."""
    phone.open(postdoc)
    phone.follow(f"#acts a[href$='/change/{step}/']")
    fills(phone, "main form", {"reason": "按期申请。", **fields})
    case = path_of(phone)
    for name in documents:
        attaches(phone, name, PDF)
    submits(phone)
    return case


def _is_assessed(years: Years, post: Post, postdoc: str) -> None:
    """The year: graded by the station and confirmed. The middle of the term: a board votes."""
    phone = _comes_back(years, post, "zh-CN")
    host, secretary, personnel = (
        years.arrive(HOST_LOGIN),
        years.arrive("secretary"),
        years.arrive("personnel"),
    )
    annual = _asks(phone, postdoc, "annual", ["report"])
    agrees(host, annual)
    secretary.open(postdoc)
    secretary.follow("a[href*='/change/grade/']")
    fills(secretary, "main form", {"grade": "good"})
    agrees(secretary, annual)
    agrees(personnel, annual)
    midterm = _asks(phone, postdoc, "midterm", ["report"])
    agrees(host, midterm)
    chooses_board(secretary, midterm, INSIDE, later(1))
    secretary.page.screenshot(path=str(secretary.folder / "midterm_board.png"), full_page=True)
    _is_carried(years, post, secretary, calls_board(secretary), INSIDE, "excellent")
    records(phone, _report_of(phone, postdoc), reached="2", evidence="已发表 2 篇")
    phone.reads("优秀", "良好", "已达成", "出站申请最迟于")
    phone.page.screenshot(path=str(phone.folder / "after_midterm.png"), full_page=True)


def _report_of(phone: Visitor, postdoc: str) -> str:
    phone.open(postdoc)
    return str(phone.page.locator("a[href*='/change/goal_report/']").first.get_attribute("href"))


def _asks_for_exit(years: Years, post: Post, postdoc: str) -> None:
    """More than a month before the end; a board of six of which two come from outside."""
    phone, secretary = _comes_back(years, post, "zh-CN"), years.arrive("secretary")
    case = _asks(phone, postdoc, "exit", ["report", "outputs"], wished_on=END.isoformat())
    agrees(years.arrive(HOST_LOGIN), case)
    chooses_board(secretary, case, [*INSIDE, OUTSIDE[0]], ASKED)
    secretary.reads("出站考核外单位专家不少于 2 人", "还差 1 人")
    secretary.follow("button[name=do][value=call]")
    secretary.page.screenshot(path=str(secretary.folder / "exit_board.png"), full_page=True)
    secretary.follow(f"li:has(strong:text-is('{INSIDE[4]}')) button[name=remove]")
    adds(secretary, OUTSIDE[1])
    members = [*INSIDE[:4], *OUTSIDE]
    _is_carried(years, post, secretary, calls_board(secretary), members, "excellent")
    agrees(years.arrive("personnel"), case)
    phone.open(postdoc)
    phone.reads(f"已决定于 {END} 出站或离站", "出站考核")
    phone.page.screenshot(path=str(phone.folder / "exit_decided.png"), full_page=True)


def _has_left(years: Years, post: Post, postdoc: str) -> None:
    """The certificate and the flow with this person in it."""
    personnel = years.arrive("personnel")
    records(personnel, f"{postdoc}change/certificate/", number=CERTIFICATE)
    personnel.page.screenshot(path=str(personnel.folder / "left.png"), full_page=True)
    around = timedelta(days=2)
    assert flow_of(personnel, ENTRY, ENTRY, "intake")["联合招收"][ENTRIES] == 1
    assert flow_of(personnel, END - around, END + around, "intake")["联合招收"][EXITS] == 1
    personnel.page.screenshot(path=str(personnel.folder / "flow.png"), full_page=True)
    personnel.finds_it_accessible()
    phone = _comes_back(years, post, "en-US")
    phone.open(postdoc)
    phone.reads(CERTIFICATE)
    phone.page.emulate_media(color_scheme="dark")
    phone.page.screenshot(path=str(phone.folder / "own_left.png"), full_page=True)


def test_a_tripartite_postdoc_from_the_call_to_the_exit_certificate(years: Years) -> None:
    enter(years)
    post = Post(years)
    years.turn_to(FIRST)
    agreement, call = _prepares(years)
    application = _is_applied_for(years, post, call)
    _is_judged(years, post, application)
    years.turn_to(ENTRY)
    postdoc = _enters(years, post, call, application)
    _is_settled(years, post, agreement, postdoc)
    years.turn_to(later(1))
    _is_assessed(years, post, postdoc)
    years.turn_to(ASKED)
    _asks_for_exit(years, post, postdoc)
    night(years, END + timedelta(days=1))
    years.turn_to(END + timedelta(days=1))
    _has_left(years, post, postdoc)
