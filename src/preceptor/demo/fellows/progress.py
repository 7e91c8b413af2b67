"""What a postdoc has signed, is paid for, aims at, has spent months on and was assessed in."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from preceptor.fellows.choices import (
    AssessmentKind,
    GoalKind,
    Grade,
    IntakeSource,
    MonthKind,
    Payer,
    StayEnd,
    SupportKind,
    Track,
)
from preceptor.fellows.models import (
    Contract,
    FundingShare,
    PlanGoal,
    PostdocAssessment,
    Support,
    TrackMonths,
)

from ..months import add_months, first_of_month
from ..stage import Stage

if TYPE_CHECKING:
    from .postdocs import Written

_A_DAY = timedelta(days=1)
_HOST_YEAR, _COMPANY_YEAR, _FOUNDATION_YEAR = Decimal(160_000), Decimal(120_000), Decimal(80_000)
_GOALS = (
    (GoalKind.PAPER, "以第一作者发表论文", 2),
    (GoalKind.PROJECT, "主持项目", 1),
    (GoalKind.SKILL, "掌握关键实验或临床技能", 2),
)
_GRADES = (Grade.EXCELLENT, Grade.GOOD, Grade.QUALIFIED)
#: Half of the term of a dual one is clinical; it counts whole months.
_DUAL_CLINICAL = 12


def write_progress(stage: Stage, random: Random, written: Written) -> None:
    """Contract, money, goals, months and assessments as far as they go today."""
    _write_contracts(stage, written)
    _write_money(stage, random, written)
    _write_goals(stage, random, written)
    _write_months(stage, written)
    _write_assessments(stage, random, written)


def _until(stage: Stage, written: Written) -> date:
    """The last day that is past: of leaving, or today."""
    return min(written.term.left_on or stage.day, stage.day)


def _write_contracts(stage: Stage, written: Written) -> None:
    """The contract of two years, and the further one of an extension."""
    term = written.term
    normal = add_months(term.entered_on, written.months) - _A_DAY

    def write(suffix: str, first: date, last: date) -> None:
        stage.batch.add(
            Contract, postdoc_id=written.key, number=f"BH-{written.number}{suffix}",
            signed_on=first - timedelta(days=6), first_on=first, last_on=last,
            ownership="在站期间的职务成果归设站单位所有，署名按贡献排序",
            breach="一方违约的，按工作协议第八条承担责任",
        )  # fmt: skip

    write("", term.entered_on, normal)
    if written.ends_on > normal:
        write("-2", normal + _A_DAY, written.ends_on)


def _write_money(stage: Stage, random: Random, written: Written) -> None:
    """Who pays by the year, and what was paid once."""
    term, until = written.term, _until(stage, written)
    is_joint = term.intake in (IntakeSource.JOINT, IntakeSource.ENTERPRISE)
    shares = [(Payer.HOST, _HOST_YEAR, ""), (Payer.FOUNDATION, _FOUNDATION_YEAR, "")]
    if is_joint:
        shares[1] = (Payer.STATION, _COMPANY_YEAR, term.partner_name)
    for payer, amount, name in shares:
        stage.batch.add(
            FundingShare, postdoc_id=written.key, payer=payer, purpose=SupportKind.SALARY,
            payer_unit_id=term.place.unit if payer is Payer.HOST else None, payer_name=name,
            amount_cny=amount, valid_from=term.entered_on, valid_to=term.left_on,
        )  # fmt: skip
    start = random.choice((50_000, 80_000, 100_000))
    for given, months, sum_cny in (
        (SupportKind.STARTUP, 1, start), (SupportKind.HOUSING, 2, 36_000),
        (SupportKind.HOUSING, 14, 36_000), (SupportKind.TRAVEL, 10, 12_000),
    ):  # fmt: skip
        day = add_months(term.entered_on, months)
        if day <= until:
            stage.batch.add(
                Support, postdoc_id=written.key, kind=given, payer=Payer.HOST,
                amount_cny=Decimal(sum_cny), paid_on=day,
            )  # fmt: skip


def _write_goals(stage: Stage, random: Random, written: Written) -> None:
    """The goals of the plan; what was reached is unknown until it is reported at the mid-term."""
    term, until = written.term, _until(stage, written)
    agreed = term.entered_on + timedelta(days=60)
    reported = add_months(term.entered_on, 13)
    for kind, text, target in _GOALS:
        is_reported = reported <= until and random.random() < 0.85
        reached = random.randint(0, target + 1) if is_reported else None
        stage.batch.add(
            PlanGoal, postdoc_id=written.key, kind=kind, text=text, target=Decimal(target),
            due_on=written.ends_on, reached=None if reached is None else Decimal(reached),
            reached_on=reported if reached else None,
            evidence="中期考核报告" if reached else "",
            agreed_on=agreed if agreed <= until else None,
        )  # fmt: skip


def _write_months(stage: Stage, written: Written) -> None:
    """Months as planned for the term, and as spent until the last whole month."""
    entered = written.term.entered_on
    first = first_of_month(entered)
    if entered.day > 1:
        first = add_months(first, 1)
    last = first_of_month(written.ends_on)
    spent = add_months(first_of_month(_until(stage, written) + _A_DAY), -1)
    for kind, since, until in _phases(written, first, last):
        _write_phase(stage, written, kind, since, until, is_planned=True)
        done = min(until, spent)
        if done >= since:
            _write_phase(stage, written, kind, since, done, is_planned=False)


def _phases(written: Written, first: date, last: date) -> list[tuple[MonthKind, date, date]]:
    track = written.term.track
    if track is Track.DUAL:
        turn = add_months(first, written.term.clinical_months or _DUAL_CLINICAL)
        return [
            (MonthKind.CLINICAL, first, add_months(turn, -1)),
            (MonthKind.LABORATORY, turn, last),
        ]
    kind = MonthKind.CLINICAL if track is Track.CLINICAL else MonthKind.LABORATORY
    return [(kind, first, last)]


def _write_phase(
    stage: Stage, written: Written, kind: MonthKind, first: date, last: date, *, is_planned: bool
) -> None:
    place = "临床科室" if kind is MonthKind.CLINICAL else "实验室"
    stage.batch.add(
        TrackMonths, postdoc_id=written.key, kind=kind, is_planned=is_planned, place=place,
        unit_id=written.term.place.unit, first_month=first, last_month=last,
    )  # fmt: skip


def _write_assessments(stage: Stage, random: Random, written: Written) -> None:
    """One each December, one at the middle of the term, and one at the exit."""
    term, until = written.term, _until(stage, written)

    def write(kind: AssessmentKind, day: date) -> None:
        if term.entered_on + timedelta(days=90) <= day <= until:
            stage.batch.add(
                PostdocAssessment, postdoc_id=written.key, kind=kind, year=day.year, held_on=day,
                grade=random.choices(_GRADES, (2, 5, 3))[0],
            )  # fmt: skip

    for year in range(term.entered_on.year, until.year + 1):
        write(AssessmentKind.ANNUAL, date(year, 12, 15))
    write(AssessmentKind.MIDTERM, add_months(term.entered_on, 12))
    if term.goes_by in (StayEnd.EXIT, StayEnd.EARLY_EXIT) and term.left_on:
        write(AssessmentKind.EXIT, term.left_on - timedelta(days=12))
