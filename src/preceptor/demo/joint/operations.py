"""What the partners owe and give one another: obligations in every state, hours, events, visits.

Invented; the 15,000 instrument hours a year are those of domain specification 8.6.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from preceptor.joint.choices import AgreementKind, ContributionKind, EventKind, EvidenceKind
from preceptor.joint.models import AgreementTrainee, Contribution, Evidence, JointEvent, Obligation
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Enrolment

from ..apportionment import scaled
from ..months import add_months
from ..stage import Stage
from .partners import Deal, Partners, write_agreement
from .school import OPENED, School, ends_on

HOURS_A_YEAR = 15_000
VISITS = 40
UNDER_ENDED = 4
_SOON = timedelta(days=45)


class Duty(NamedTuple):
    """A clause: names, evidence, target, from and until when, and by when it was proved by hand."""

    clause: str
    zh: str
    en: str
    evidence: EvidenceKind
    target: int
    counts_from: date
    due_on: date
    proved_on: date | None = None


def write_operations(stage: Stage, partners: Partners, school: School) -> None:
    """Obligations of the joint school with what was done for them, and the doings with the others."""
    for duty in _duties(stage):
        _write_duty(stage, school, duty)
    _write_hours(stage, school)
    _write_events(stage, partners, school)
    _write_gifts(stage, partners)
    _plant_ended(stage, partners)
    stage.batch.write("obligations, contributions and events of partners")


def _duties(stage: Stage) -> list[Duty]:
    """Fulfilled in time and late, overdue, due within weeks, and open for long."""
    year, day, ends = stage.day.year, stage.day, ends_on(stage.day)
    degrees = max(1, scaled(30, stage.scale))
    return [
        Duty("3.1", "共同开设研究生课程", "Courses taught together", EvidenceKind.JOINT_COURSE, 4,
             OPENED, date(2020, 8, 31), date(2019, 9, 16)),
        Duty("3.2", "联合培养双学位硕士", "Dual degrees awarded", EvidenceKind.DUAL_DEGREE, degrees,
             OPENED, date(year, 12, 31)),
        Duty("3.3", "派出工程导师名册", "List of supervisors in engineering",
             EvidenceKind.DOCUMENT, 1, OPENED, date(2019, 3, 31), date(2019, 5, 20)),
        Duty("4.1", f"{year - 1}年度开放大型仪器机时", f"Instrument hours of {year - 1}",
             EvidenceKind.INSTRUMENT_HOURS, HOURS_A_YEAR, date(year - 1, 1, 1),
             date(year - 1, 12, 31)),
        Duty("4.2", "三年追加开放机时", "Additional instrument hours of three years",
             EvidenceKind.INSTRUMENT_HOURS, 3 * HOURS_A_YEAR, day - timedelta(days=300),
             day + _SOON),
        Duty("5.1", f"{year - 1}年度联合学术会议", f"Joint conferences of {year - 1}",
             EvidenceKind.EVENT, 3, date(year - 1, 1, 1), date(year - 1, 12, 31)),
        Duty("6.1", "协议期满评估报告", "Report at the end of the agreement",
             EvidenceKind.DOCUMENT, 1, date(ends.year - 1, 1, 1), date(ends.year, 6, 30)),
    ]  # fmt: skip


def _write_duty(stage: Stage, school: School, duty: Duty) -> None:
    key = stage.batch.add(
        Obligation, agreement_id=school.agreement, clause=duty.clause, title_zh=duty.zh,
        title_en=duty.en, owner_unit_id=school.unit, evidence=duty.evidence,
        target=Decimal(duty.target), counts_from=duty.counts_from, due_on=duty.due_on,
    )  # fmt: skip
    if duty.proved_on is not None:
        stage.batch.add(
            Evidence, obligation_id=key, amount=Decimal(duty.target), done_on=duty.proved_on,
            note="学院办公室提供的证明材料", added_by="医学科学与工程学院办公室",
        )  # fmt: skip
    stage.plant("obligation", f"{duty.clause} {key}")


def _write_hours(stage: Stage, school: School) -> None:
    """The instrument hours of each quarter since 2021, a little over what was promised."""
    for year in range(2021, stage.day.year + 1):
        for month in (3, 6, 9, 12):
            day = date(year, month, 28)
            if day <= stage.day:
                stage.batch.add(
                    Contribution, partner_id=school.partner, agreement_id=school.agreement,
                    kind=ContributionKind.INSTRUMENT_HOURS,
                    amount=Decimal(HOURS_A_YEAR // 4 + 10 * month), given_on=day,
                    note=f"{year}年第{month // 3}季度共享机时",
                )  # fmt: skip


def _write_events(stage: Stage, partners: Partners, school: School) -> None:
    """One conference a year with the engineering university, and visits to and from abroad."""

    def write(
        partner: int, agreement: int, kind: EventKind, names: tuple[str, str], first: date,
        persons: int,
    ) -> None:  # fmt: skip
        if first + timedelta(days=2) <= stage.day:
            stage.batch.add(
                JointEvent, institution_id=stage.root, partner_id=partner, agreement_id=agreement,
                kind=kind, title_zh=names[0], title_en=names[1], first_on=first,
                last_on=first + timedelta(days=2), persons=persons,
            )  # fmt: skip

    for year in range(OPENED.year, stage.day.year + 1):
        names = (f"{year}年医工交叉学术会议", f"Conference on medicine and engineering {year}")
        write(school.partner, school.agreement, EventKind.CONFERENCE, names, date(year, 10, 14),
              90 + 5 * (year - OPENED.year))  # fmt: skip
    for number, (partner, country, agreement) in enumerate(partners.abroad[:VISITS]):
        kind = (EventKind.VISIT_IN, EventKind.VISIT_OUT, EventKind.WORKSHOP)[number % 3]
        first = date(2022 + number % 4, 1 + number % 12, 8)
        write(partner, agreement, kind, (f"{country}合作交流", f"Exchange with {country}"), first,
              2 + number % 9)  # fmt: skip


def _write_gifts(stage: Stage, partners: Partners) -> None:
    """What companies gave, in CNY."""
    for number, company in enumerate(partners.companies):
        kind = ContributionKind.EQUIPMENT if number % 3 == 0 else ContributionKind.MONEY
        stage.batch.add(
            Contribution, partner_id=company, kind=kind, amount=Decimal(200_000 + 50_000 * number),
            given_on=date(2022 + number % 3, 5, 18), note="支持临床与转化研究",
        )  # fmt: skip


def _plant_ended(stage: Stage, partners: Partners) -> None:
    """An agreement that ended in 2023 with trainees who are still trained under it."""
    partner, country, _ = partners.ended[0]
    first, last = date(2018, 7, 1), date(2023, 6, 30)
    number = "YT-EXP-2018"
    deal = Deal(
        number, AgreementKind.TRAINING_BASE, f"与{country}合作单位的联合培养协议",
        f"Agreement on training with a partner in {country}", first, last,
    )  # fmt: skip
    agreement, _, _ = write_agreement(stage, deal, partner)
    under = Enrolment.objects.filter(
        institution=stage.root, cohort=2022, degree_type="professional",
        state=EnrolmentState.CANDIDATE,
    ).order_by("pk")  # fmt: skip
    for row in under[:UNDER_ENDED]:
        stage.batch.add(
            AgreementTrainee, agreement_id=agreement, enrolment_id=row.pk,
            first_on=add_months(row.cohort_on, 6),
        )  # fmt: skip
        stage.plant("trainee_under_ended_agreement", row.student_number)
    stage.plant("agreement_ended_with_trainees", number)
