"""The twelve independent principal investigators: terms, goals, assessments and tranches.

Source of the numbers: domain specification 8.6 (two foreign ones; the first appointment assessment of
2024: eight renewed, two on probation, one stopped, one left); all else is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.utils.translation import gettext_lazy as _

from preceptor.fellows.choices import (
    AppointmentState,
    GoalKind,
    Grade,
    ReviewKind,
    TrancheState,
    Verdict,
)
from preceptor.fellows.models import (
    Appointment,
    PiAssessment,
    PiGoal,
    RepresentativeWork,
    Teaching,
    Tranche,
)
from preceptor.institutions.choices import RelationKind, UnitKind
from preceptor.people.choices import (
    CapacityKind,
    IdentifierScheme,
    RoleKind,
    TitleLevel,
    TitleSeries,
)
from preceptor.people.models import Identifier, Person

from ..accounts import DemoAccount
from ..persons import write_capacity, write_person, write_title
from ..stage import Stage
from .excellence import Excellence

STARTS, ENDS = date(2019, 7, 1), date(2024, 6, 30)
MIDTERM, ASSESSED = date(2021, 12, 8), date(2024, 6, 12)
PROBATION_UNTIL = date(2027, 6, 30)
VERDICTS = (*[Verdict.RENEW] * 8, Verdict.PROBATION, Verdict.PROBATION, Verdict.STOP, Verdict.EXIT)
#: Invented persons; the places of two of the twelve.
FOREIGN = {3: ("阿尔德·雷恩", "Alder Wren", "DE"), 7: ("米拉·索恩", "Mira Thorne", "CA")}
TOPICS = (
    ("免疫代谢", "Immunometabolism"), ("神经环路", "Neural Circuits"),
    ("干细胞与再生", "Stem Cells and Regeneration"), ("结构生物学", "Structural Biology"),
    ("病原与宿主互作", "Pathogens and Hosts"), ("肿瘤表观遗传", "Cancer Epigenetics"),
    ("血管生物学", "Vascular Biology"), ("计算医学", "Computational Medicine"),
    ("感觉器官发育", "Development of Sense Organs"), ("微生物组", "Microbiome"),
    ("骨与衰老", "Bone and Ageing"), ("药理与靶点", "Pharmacology and Targets"),
)  # fmt: skip
_GOALS = (
    (GoalKind.PAPER, "代表性论文", 6), (GoalKind.PROJECT, "国家级项目", 2),
    (GoalKind.TRAINEE, "培养研究生", 4), (GoalKind.TEACHING, "授课学时", 120),
)  # fmt: skip
_TRANCHES = (
    (date(2019, 7, 10), Decimal(3_000_000)), (date(2022, 1, 10), Decimal(2_000_000)),
    (date(2024, 6, 20), Decimal(2_000_000)),
)  # fmt: skip
_AFTER = {
    Verdict.RENEW: (AppointmentState.ENDED, TrancheState.RELEASED),
    Verdict.PROBATION: (AppointmentState.PROBATION, TrancheState.HELD),
    Verdict.STOP: (AppointmentState.STOPPED, TrancheState.STOPPED),
    Verdict.EXIT: (AppointmentState.ENDED, TrancheState.STOPPED),
}
ACCOUNT = DemoAccount("pi", RoleKind.SUPERVISOR, _("Independent principal investigator"))
#: How much of a goal was reached, in tenths, by what the assessment led to.
_REACHED = {Verdict.RENEW: 11, Verdict.PROBATION: 7, Verdict.STOP: 4, Verdict.EXIT: 2}

_HOURS = {Verdict.RENEW: 66, Verdict.PROBATION: 64, Verdict.STOP: 48, Verdict.EXIT: 36}


@dataclass(frozen=True)
class Head:
    """An investigator while the laboratory is written."""

    place: int
    person: int
    unit: int
    verdict: Verdict
    is_gone: bool


def write_heads(stage: Stage, excellence: Excellence) -> list[Head]:
    """The twelve with the units of their laboratories."""
    random = stage.stream("investigators")
    return [
        _write_head(stage, random, excellence, place, verdict)
        for place, verdict in enumerate(VERDICTS)
    ]


def _write_head(
    stage: Stage, random: Random, excellence: Excellence, place: int, verdict: Verdict
) -> Head:
    zh, en = TOPICS[place]
    unit = stage.open_unit(
        stage.root, excellence.unit, f"YUNTING-L{place + 1:02}", UnitKind.LABORATORY,
        (f"{zh}实验室", f"Laboratory of {en}"), RelationKind.LABORATORY_OF, STARTS,
    )  # fmt: skip
    number = [(IdentifierScheme.STAFF_NUMBER, f"PI{place + 1:03}")]
    if place in FOREIGN:
        person, name = _foreign(stage, place), FOREIGN[place][0]
    else:
        person, made = write_person(stage.batch, stage.root, random, (1976, 1984), number)
        name = made.zh
    write_title(stage.batch, person, TitleSeries.RESEARCHER, TitleLevel.FULL, date(2019, 7, 1))
    write_capacity(stage.batch, person, unit, CapacityKind.STAFF, STARTS)
    if place == 0:
        stage.open_account(ACCOUNT, person, name, unit)
    return Head(place, person, unit, verdict, verdict is Verdict.EXIT)


def _foreign(stage: Stage, place: int) -> int:
    zh, en, _country = FOREIGN[place]
    person = stage.batch.add(
        Person, institution_id=stage.root, name_zh=zh, name_en=en, name_pinyin=en.lower(),
        birth_on=date(1979, 4, 2 + place),
    )  # fmt: skip
    for scheme, value in (
        (IdentifierScheme.DEMO, f"DEMO-{person:07}"),
        (IdentifierScheme.STAFF_NUMBER, f"PI{place + 1:03}"),
    ):
        stage.batch.add(
            Identifier, person_id=person, institution_id=stage.root, scheme=scheme, value=value
        )
    return person


def write_appointment(
    stage: Stage, excellence: Excellence, head: Head, laboratory: int
) -> list[tuple[date, Decimal]]:
    """The first term with all that hangs on it, and the further one of those renewed; gives the
    days and sums of the tranches released."""
    state, last = _AFTER[head.verdict]
    ends = PROBATION_UNTIL if head.verdict is Verdict.PROBATION else ENDS
    number = f"EXC-2019-{head.place + 1:02}"
    key = stage.batch.add(
        Appointment, number=number, person_id=head.person, institution_id=stage.root,
        programme_id=excellence.programme, laboratory_id=laboratory, state=state,
        contract_number=f"{number}-C", contracted_on=date(2019, 5, 20), starts_on=STARTS,
        ends_on=ends, left_on=ASSESSED if head.is_gone else None,
        probation_until=PROBATION_UNTIL if head.verdict is Verdict.PROBATION else None,
        country=FOREIGN[head.place][2] if head.place in FOREIGN else "CN",
    )  # fmt: skip
    _write_goals(stage, key, head, ENDS, _REACHED[head.verdict])
    _write_works(stage, key, head)
    _write_teaching(stage, key, head, STARTS.year, ENDS.year)
    final = _write_assessments(stage, key, head)
    released = _write_tranches(stage, key, last, final)
    if head.verdict is Verdict.RENEW:
        released += _write_further(stage, excellence, head, laboratory, key, number)
    return released


def _write_further(
    stage: Stage, excellence: Excellence, head: Head, laboratory: int, first: int, number: str
) -> list[tuple[date, Decimal]]:
    """The renewed term, with goals whose results are not all reported yet."""
    starts, ends = ENDS + timedelta(days=1), date(ENDS.year + 5, 6, 30)
    key = stage.batch.add(
        Appointment, number=f"{number}-2", person_id=head.person, institution_id=stage.root,
        programme_id=excellence.programme, laboratory_id=laboratory, follows_id=first,
        state=AppointmentState.STARTED, contract_number=f"{number}-2C",
        contracted_on=date(2024, 6, 25), starts_on=starts, ends_on=ends,
        country=FOREIGN[head.place][2] if head.place in FOREIGN else "CN",
    )  # fmt: skip
    _write_goals(stage, key, head, ends, None)
    _write_works(stage, key, head)
    _write_teaching(stage, key, head, starts.year, stage.day.year - 1)
    for year in range(starts.year, stage.day.year):
        _write_assessment(stage, key, ReviewKind.ANNUAL, date(year, 12, 10), None)
    planned = ((date(2025, 1, 15), Decimal(1_500_000)), (date(2027, 1, 15), Decimal(1_500_000)))
    for place, (day, amount) in enumerate(planned, start=1):
        is_released = day <= stage.day
        _write_tranche(
            stage, key, place, day, amount,
            TrancheState.RELEASED if is_released else TrancheState.PLANNED, None,
        )  # fmt: skip
    return [row for row in planned if row[0] <= stage.day]


def _write_goals(
    stage: Stage, appointment: int, head: Head, due_on: date, tenths: int | None
) -> None:
    for place, (kind, text, target) in enumerate(_GOALS):
        # The first goal of a running term is reported already, the others are not known yet.
        reached = target * tenths // 10 if tenths is not None else (2 if place == 0 else None)
        stage.batch.add(
            PiGoal, appointment_id=appointment, kind=kind, text=text, target=Decimal(target),
            due_on=due_on, reached=None if reached is None else Decimal(reached),
            evidence="" if reached is None else "年度考核材料",
        )  # fmt: skip


def _write_works(stage: Stage, appointment: int, head: Head) -> None:
    zh, _en = TOPICS[head.place]
    for number in (1, 2, 3):
        stage.batch.add(
            RepresentativeWork, appointment_id=appointment, title=f"{zh}的机制研究（{number}）",
            year=2020 + number, doi=f"10.5555/exc.{head.place + 1:02}.{number}",
            meaning="首次阐明该过程的关键调控环节",
        )  # fmt: skip


def _write_teaching(stage: Stage, appointment: int, head: Head, first: int, last: int) -> None:
    zh, _en = TOPICS[head.place]
    for year in range(first, last + 1):
        stage.batch.add(
            Teaching, appointment_id=appointment, year=year, course=f"{zh}前沿",
            hours=_HOURS[head.verdict] + 2 * (head.place % 4), trainees=12 + head.place,
        )  # fmt: skip


def _write_assessments(stage: Stage, appointment: int, head: Head) -> tuple[int, int]:
    """Annual checks, the mid-term assessment and the first appointment assessment; gives the keys of
    the last two."""
    for year in range(STARTS.year, ENDS.year):
        _write_assessment(stage, appointment, ReviewKind.ANNUAL, date(year, 12, 10), None)
    return (
        _write_assessment(stage, appointment, ReviewKind.MIDTERM, MIDTERM, Verdict.RENEW),
        _write_assessment(stage, appointment, ReviewKind.APPOINTMENT, ASSESSED, head.verdict),
    )


def _write_assessment(
    stage: Stage, appointment: int, kind: ReviewKind, day: date, verdict: Verdict | None
) -> int:
    return stage.batch.add(
        PiAssessment, appointment_id=appointment, kind=kind, held_on=day, verdict=verdict,
        grade=Grade.GOOD if verdict is None else "",
    )  # fmt: skip


def _write_tranches(
    stage: Stage, appointment: int, last: TrancheState, assessments: tuple[int, int]
) -> list[tuple[date, Decimal]]:
    """Three parts: with the contract, after the mid-term, and after the appointment assessment."""
    released = []
    decided = (None, *assessments)
    for place, (day, amount) in enumerate(_TRANCHES, start=1):
        state = last if place == len(_TRANCHES) else TrancheState.RELEASED
        _write_tranche(stage, appointment, place, day, amount, state, decided[place - 1])
        if state is TrancheState.RELEASED:
            released.append((day, amount))
    return released


def _write_tranche(
    stage: Stage, appointment: int, place: int, day: date, amount: Decimal, state: TrancheState,
    assessment: int | None,
) -> None:  # fmt: skip
    is_decided = state is not TrancheState.PLANNED
    stage.batch.add(
        Tranche, appointment_id=appointment, place=place, amount_cny=amount, planned_on=day,
        state=state, decided_on=day if is_decided else None, assessment_id=assessment,
        reason="按考核结论执行" if assessment else "",
    )  # fmt: skip
