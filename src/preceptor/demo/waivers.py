"""Waivers of the demo institution, one in each state, for trainees of the General Hospital.

They are asked for and signed by the demo accounts, on days around today, so that no figure of the
censuses before them is touched. The planted faults are left to be found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.models import Account, Role
from preceptor.policy import Verdict
from preceptor.standing.actions import ask_waiver, refuse_waiver, sign_waiver
from preceptor.standing.models import Finding, Waiver, WaiverSignature
from preceptor.training.models import Enrolment

from .queries import finish

RULE = "training.clinical"
#: Trainees of these years train in the clinic and are not near the defence.
COHORTS = (2021, 2022)
LOGINS = ("secretary", "office", "leader")


@dataclass(frozen=True)
class Plan:
    """One waiver: its days counted from today, its paper, why, and who signs or refuses it."""

    first: int
    last: int
    paper: str
    reason: str
    signers: tuple[str, ...] = ()
    refused_by: str = ""


PLANS = (
    Plan(-40, 325, "云汀医大研〔%(year)s〕17 号", "派驻援外医疗队，住院总医师岗位顺延", ("office", "leader")),
    Plan(-320, 45, "云汀医大研〔%(year)s〕8 号", "产假期间轮转中断", ("leader", "office")),
    Plan(-400, -35, "云汀医大研〔%(year)s〕31 号", "轮转科室搬迁，当年少排两个月", ("office", "leader")),
    Plan(-5, 360, "总医院研〔%(year)s〕22 号", "参加国家区域医疗中心建设，外派半年"),
    Plan(-10, 355, "总医院研〔%(year)s〕19 号", "因病停训两个月，已恢复", ("leader",)),
    Plan(-20, 345, "总医院研〔%(year)s〕15 号", "个人申请提前预答辩", (), "office"),
)  # fmt: skip


def plant_waivers(institution: Unit) -> list[Waiver]:
    """Ask for the waivers and have them decided; gives them in the order of the plans.

    None where the accounts are not there, fewer where fewer trainees fail the rule, and never a
    second time.
    """
    accounts = {row.login: row for row in Account.objects.filter(login__in=LOGINS)}
    if len(accounts) < len(LOGINS) or Waiver.objects.filter(enrolment__institution=institution):
        return []
    chosen = _failing(institution, accounts["secretary"])[: len(PLANS)]
    return [_made(plan, row, accounts) for plan, row in zip(PLANS, chosen, strict=False)]


def _failing(institution: Unit, secretary: Account) -> QuerySet[Enrolment]:
    """Trainees of the secretary's hospital who fail the rule today and were not planted, by number."""
    made = finish() or {"planted": {}}
    planted = [number for numbers in made["planted"].values() for number in numbers]
    failing = Finding.objects.filter(rule=RULE, verdict=Verdict.FAIL.value)
    rows = Enrolment.objects.filter(
        institution=institution, cohort__in=COHORTS, pk__in=failing.values("enrolment"),
        unit__in=Role.objects.filter(account=secretary).values("unit"),
    ).exclude(student_number__in=planted)  # fmt: skip
    return rows.select_related("unit", "institution").order_by("-student_number")


def _made(plan: Plan, enrolment: Enrolment, accounts: dict[str, Account]) -> Waiver:
    first, last = (today() + timedelta(days=days) for days in (plan.first, plan.last))
    waiver = ask_waiver(
        enrolment=enrolment, rule=RULE, valid_from=first, valid_to=last,
        paper=plan.paper % {"year": first.year}, reason=plan.reason, by=accounts["secretary"],
    )  # fmt: skip
    for login in plan.signers:
        waiver = sign_waiver(waiver=waiver, by=accounts[login])
    if plan.refused_by:
        waiver = refuse_waiver(
            waiver=waiver, reason="尚未通过中期考核，不宜提前", by=accounts[plan.refused_by]
        )
    _date_back(waiver, plan)
    return waiver


def _date_back(waiver: Waiver, plan: Plan) -> None:
    """A waiver was asked for and decided in the days before it began, not when the demo is made."""
    began = timezone.now() + timedelta(days=plan.first)
    Waiver.objects.filter(pk=waiver.pk).update(asked_at=began - timedelta(days=9))
    signed = WaiverSignature.objects.filter(waiver=waiver).order_by("pk")
    for days, row in enumerate(signed, start=-6):
        row.signed_at = began + timedelta(days=days)
        row.save(update_fields=["signed_at"])
