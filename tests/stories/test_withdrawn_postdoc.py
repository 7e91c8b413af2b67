"""A postdoc fails the mid-term assessment and is withdrawn: proposed on its ground, told, heard, decided;
each step in the browser of whoever takes it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from stories.conftest import Years
from stories.days import DAY
from stories.postdoc_people import (
    FAILING,
    FAILING_LOGIN,
    FAILING_NUMBER,
    HOST_LOGIN,
    INSIDE,
    MEMBER,
    address_of,
    enter,
)
from stories.postdoc_steps import (
    PDF,
    WITHDRAWALS,
    Post,
    agrees,
    attaches,
    calls_board,
    chooses_board,
    closes_vote,
    fills,
    flow_of,
    opens_vote,
    path_of,
    records,
    submits,
    votes,
)
from stories.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.release]

TODAY = DAY
#: Thirty days; the thirtieth is a Sunday, so that the Monday after it is the last.
APPEALABLE = TODAY + timedelta(days=31)
ENTRY, END = TODAY - timedelta(days=400), TODAY + timedelta(days=331)
NUMBER, ADDRESS = "TZ-880001", "bx801@example.org"
CLAUSE = "2006 年国家博士后规定（退站情形）"
FACTS = "中期考核不合格，依据国家博士后规定关于退站情形的条款，拟作退站处理。"
VIEW = "实验动物供应中断三个月，请予延期考核。"
HEARD = "当面听取意见：供应中断属实，但研究计划亦未调整。"


def _enters(personnel: Visitor) -> str:
    """A postdoc who came before calls were made here; gives the address."""
    records(
        personnel, "/postdocs/new/", number=FAILING_NUMBER, station="YT-CM", postdoc_number=NUMBER,
        track="clinical", intake="own", entered_on=ENTRY.isoformat(), term_ends_on=END.isoformat(),
        host="BX600", is_full_time="yes", is_own_doctor="no",
    )  # fmt: skip
    personnel.open(f"/postdocs/?q={NUMBER}")
    personnel.follow(f"main a:text-is('{FAILING}')")
    postdoc = path_of(personnel)
    day = ENTRY.isoformat()
    records(personnel, f"{postdoc}change/contract/", number="HT-880001", signed_on=day)
    records(
        personnel, f"{postdoc}change/goal/", kind="paper", text="术后谵妄队列论文", target="1",
        due_on=TODAY.isoformat(), agreed_on=day,
    )  # fmt: skip
    return postdoc


def _fails(years: Years, post: Post, phone: Visitor, secretary: Visitor, postdoc: str) -> None:
    """Asked for by the postdoc, agreed to by the host; the board gives the worst grade and votes so."""
    phone.open(postdoc)
    phone.follow("#acts a[href$='/change/midterm/']")
    fills(phone, "main form", {"reason": "申请中期考核。"})
    case = path_of(phone)
    attaches(phone, "report", PDF)
    submits(phone)
    agrees(years.arrive(HOST_LOGIN), case)
    chooses_board(secretary, case, INSIDE, TODAY)
    sitting = calls_board(secretary)
    opens_vote(secretary, sitting, len(INSIDE))
    member = years.arrive(MEMBER, phone=True)
    member.open(sitting)
    member.follow("button[name=choice][value=against]")
    votes(post, years.comes(phone=True), [address_of(name) for name in INSIDE[1:]], "against")
    secretary.open(postdoc)
    secretary.follow("a[href*='/change/grade/']")
    fills(secretary, "main form", {"grade": "unqualified"})
    closes_vote(secretary, sitting)
    secretary.reads("未通过")


def _is_proposed(secretary: Visitor, postdoc: str) -> str:
    """The ground stands on the page with its clause; the withdrawal is proposed with its evidence.
    Gives the address of the request."""
    secretary.open(postdoc)
    secretary.reads("不合格", "考核合格", CLAUSE)
    secretary.finds_it_accessible()
    secretary.page.screenshot(path=str(secretary.folder / "ground.png"), full_page=True)
    secretary.follow("#acts a[href$='/change/withdrawal/']")
    fills(secretary, "main form", {"reason": "中期考核不合格。"})
    case = path_of(secretary)
    attaches(secretary, "evidence", PDF, "中期考核结果.pdf")
    secretary.reads("退站事由", CLAUSE)
    submits(secretary)
    return case


def _is_heard(phone: Visitor, personnel: Visitor, case: str) -> None:
    """Told the facts, the postdoc answers and asks to be heard; nothing is decided without that."""
    agrees(personnel, case)
    phone.open(case)
    phone.reads("书面告知", CLAUSE)
    personnel.open(case)
    personnel.page.screenshot(path=str(personnel.folder / "to_tell.png"), full_page=True)
    personnel.page.fill("#act [name=facts]", FACTS)
    personnel.follow("form[action$='/steps/facts/'] button")
    phone.open(case)
    phone.reads(FACTS)
    phone.page.fill("[name=statement]", VIEW)
    phone.page.check("[name=wants_hearing]")
    phone.page.screenshot(path=str(phone.folder / "told.png"), full_page=True)
    phone.finds_it_accessible()
    phone.follow("form[action$='/steps/view/'] button")
    personnel.open(case)
    personnel.reads(VIEW)
    personnel.follow("button[name=outcome][value=confirmed]")
    personnel.page.screenshot(path=str(personnel.folder / "unheard.png"), full_page=True)
    personnel.page.fill("[name=heard_on]", TODAY.isoformat())
    personnel.page.fill("[name=record]", HEARD)
    personnel.page.screenshot(path=str(personnel.folder / "heard.png"), full_page=True)
    personnel.follow("button[name=outcome][value=confirmed]")


def _is_hidden(stranger: Visitor, postdoc: str, case: str) -> None:
    """Another supervisor finds neither the postdoc nor the request, in no list and by no search."""
    hidden = (FAILING, NUMBER, FACTS, VIEW, HEARD, CLAUSE)
    for path in (postdoc, f"{postdoc}change/withdrawal/", case, f"{case}rules/"):
        stranger.finds_nothing_at(path, *hidden)
    lists = ("/", "/tasks/", "/cases/", "/postdocs/")
    for path in (*lists, f"/postdocs/?q={FAILING}", f"/search/?q={FAILING}"):
        stranger.open(path)
        stranger.does_not_read(NUMBER, FACTS, VIEW, HEARD, postdoc, case)


def _has_gone(phone: Visitor, personnel: Visitor, postdoc: str, case: str) -> None:
    """The decision and the way to appeal; the page and the flow."""
    phone.open(case)
    phone.reads("复核", APPEALABLE.isoformat(), FACTS, VIEW)
    phone.page.screenshot(path=str(phone.folder / "decided.png"), full_page=True)
    phone.open(postdoc)
    phone.page.emulate_media(color_scheme="dark")
    phone.page.screenshot(path=str(phone.folder / "own.png"), full_page=True)
    personnel.open(postdoc)
    personnel.reads("已退站", "不合格")
    assert personnel.page.locator("#acts").count() == 0
    personnel.page.screenshot(path=str(personnel.folder / "gone.png"), full_page=True)
    assert flow_of(personnel, TODAY, TODAY, "track")["临床型"][WITHDRAWALS] == 1
    personnel.page.screenshot(path=str(personnel.folder / "flow.png"), full_page=True)


def test_a_postdoc_who_failed_the_mid_term_is_heard_and_withdrawn(years: Years) -> None:
    enter(years)
    post = Post(years)
    years.turn_to(TODAY)
    personnel, secretary = years.arrive("personnel"), years.arrive("secretary")
    postdoc = _enters(personnel)
    phone = years.arrive(FAILING_LOGIN, phone=True)
    _fails(years, post, phone, secretary, postdoc)
    case = _is_proposed(secretary, postdoc)
    _is_heard(phone, personnel, case)
    agrees(years.arrive("leader"), case, "同意退站。")
    _is_hidden(years.arrive("supervisor"), postdoc, case)
    _has_gone(phone, personnel, postdoc, case)
    years.close()
    assert json.loads(years.run("verify", "--format", "json"))["journal"]["first_broken"] is None
