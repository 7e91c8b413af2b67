"""Requests of fellows on their way: an assessment that waits on the supervisor, and what a laboratory
asks for within its limit, waiting on its head, and beyond it, waiting on the director.

Everything goes through the actions of the rooms, as if people had done it.
"""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

from preceptor.cases.actions import attach_document, decide_stage, submit_case
from preceptor.cases.models import Case
from preceptor.fellows.actions import ask_lab, ask_step
from preceptor.fellows.choices import LimitKind, PostdocStep
from preceptor.fellows.models import LabCase, Laboratory, Postdoc
from preceptor.people.models import Account

from .cases import PDF
from .fellows.laboratories import LIMITS

_DESKS = ("postdoc", "pi", "personnel")


def plant_requests() -> list[Case]:
    """Make the requests; gives them. Nothing where the accounts are not there, and never a second
    time."""
    accounts = {row.login: row for row in Account.objects.filter(login__in=_DESKS)}
    if len(accounts) < len(_DESKS) or LabCase.objects.exists():
        return []
    return [
        _assessment(accounts["postdoc"]),
        _within(accounts),
        _beyond(accounts),
    ]


def _assessment(account: Account) -> Case:
    """The annual assessment that the postdoc of the account asked for."""
    postdoc = Postdoc.objects.get(person=account.person)
    case = ask_step(postdoc=postdoc, step=PostdocStep.ANNUAL, by=account)
    attach_document(
        case=case, name="report", content=BytesIO(PDF), file_name="年度工作报告.pdf", by=account
    )
    return submit_case(case=case, by=account)


def _within(accounts: dict[str, Account]) -> Case:
    """A technician to be hired: the head decides alone."""
    case = ask_lab(
        laboratory=_laboratory(accounts), kind=LimitKind.HIRE, amount=Decimal(1),
        title_zh="聘用实验技术人员一名", title_en="A technician to be hired",
        by=accounts["personnel"], reason="共聚焦平台需专人值守",
    )  # fmt: skip
    return submit_case(case=case, by=accounts["personnel"])


def _beyond(accounts: dict[str, Account]) -> Case:
    """A thing above the limit of a single purchase: the head agreed, and it climbed."""
    most = LIMITS[LimitKind.BUY][1]
    case = ask_lab(
        laboratory=_laboratory(accounts), kind=LimitKind.BUY, amount=Decimal(3 * most),
        title_zh="购置高内涵成像系统", title_en="A high-content imaging system",
        by=accounts["personnel"], reason="现有设备无法满足筛选通量",
    )  # fmt: skip
    case = submit_case(case=case, by=accounts["personnel"])
    return decide_stage(
        case=case, outcome="agreed", by=accounts["pi"], revision=case.revision, reason="同意申报"
    )


def _laboratory(accounts: dict[str, Account]) -> Laboratory:
    return Laboratory.objects.select_related("unit").get(head=accounts["pi"].person)
