"""The joint school of medicine and engineering: agreement, programmes, recognised courses, money.

Source of the day and the numbers: domain specification 8.6; the rest is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from preceptor.institutions.choices import DegreeLevel, RelationKind, UnitKind
from preceptor.institutions.models import DegreePoint
from preceptor.joint.choices import AgreementKind, AwardKind, Noun, PartnerKind
from preceptor.joint.models import (
    Cost,
    CostShare,
    JointProgramme,
    JointSchool,
    Partner,
    Recognition,
    Sight,
)

from ..fellows.catalogue import DISCIPLINES, Academic, write_right
from ..stage import Stage
from .partners import Deal, write_agreement
from .tingnan import NAMES, NewCourse, Tingnan, write_courses, write_programme

SIGNED, YEARS = date(2017, 8, 23), 10
#: So long before its end the agreement of the demo has been prolonged by as many years.
PROLONGED = timedelta(days=180)
OPENED = date(2018, 9, 1)
NUMBER = "YT-TIN-2017"
SCHOOL_NAMES = ("医学科学与工程学院", "School of Medical Science and Engineering")
COURSES = (
    NewCourse("MD501", "分子医学基础", "Foundations of Molecular Medicine", 72, 4),
    NewCourse("MD502", "医学统计与研究设计", "Statistics and Study Design", 72, 4),
    NewCourse("MD503", "临床研究方法", "Methods of Clinical Research", 72, 4),
    NewCourse("MD504", "科研诚信与医学伦理", "Research Integrity and Medical Ethics", 36, 2),
    NewCourse("MD505", "医学影像基础", "Foundations of Medical Imaging", 72, 4),
    NewCourse("MD506", "医学英语写作", "Medical Writing in English", 54, 3),
)


@dataclass(frozen=True)
class Plan:
    """A joint programme: names, discipline of each side, the courses that the own side demands, and
    which course counts as which."""

    code: str
    names: tuple[str, str]
    home: str
    partner: str
    courses: tuple[str, ...]
    recognised: tuple[tuple[str, str, int], ...]


PLANS = (
    Plan("J1", ("基础医学与生物医学工程双学位项目", "Dual degree in basic medicine and biomedical engineering"),
         "1001", "0831", ("MD501", "MD502", "MD504", "MD505", "MD506"),
         (("MD504", "EN501", 2), ("BME502", "MD505", 4))),
    Plan("J2", ("临床医学与计算机双学位项目", "Dual degree in clinical medicine and computer science"),
         "1002", "0812", ("MD501", "MD502", "MD503", "MD504", "MD506"),
         (("MD504", "EN501", 2), ("CS502", "MD502", 4))),
)  # fmt: skip
#: Hundredths of a per cent that the own side bears, by purpose.
SHARES = {"课程教学": 6000, "学生资助": 5000, "实验平台": 3000}
#: Paid this year for a purpose on whose shares the sides have still to agree.
OPEN_PURPOSE, OPEN_AMOUNT = "国际暑期学校", Decimal(86_400)


@dataclass
class School:
    """The keys of the joint school."""

    unit: int
    partner: int
    agreement: int
    mirror: int
    courses: dict[str, int]
    programmes: dict[str, tuple[int, int, int]]


def ends_on(day: date) -> date:
    """The last day of the agreement as it stands on the day: ten years, and ten more each time that less
    than half a year was left; so that whoever lays the demo finds it in force."""
    year = SIGNED.year + YEARS
    while date(year, 8, 22) < day + PROLONGED:
        year += YEARS
    return date(year, 8, 22)


def write_school(stage: Stage, academic: Academic, tingnan: Tingnan) -> School:
    """Agreement of both sides, the school, its programmes, recognitions, shares and costs."""
    partner, agreement, sides = _agreement(stage, tingnan)
    unit = stage.open_unit(
        stage.root, stage.root, "YUNTING-JS", UnitKind.JOINT_SCHOOL, SCHOOL_NAMES,
        RelationKind.JOINT_SCHOOL_OF, OPENED,
    )  # fmt: skip
    key = stage.batch.add(
        JointSchool, unit_id=unit, partner_id=partner, agreement_id=agreement, opened_on=OPENED
    )
    courses = write_courses(stage, stage.root, COURSES)
    made = School(unit, partner, agreement, _mirror(stage, tingnan), courses, {})
    for plan in PLANS:
        _write_programme(stage, academic, tingnan, made, key, plan)
    _write_money(stage, key, sides)
    return made


def _agreement(stage: Stage, tingnan: Tingnan) -> tuple[int, int, tuple[int, int]]:
    partner = stage.batch.add(
        Partner, institution_id=stage.root, code="P-TIN", kind=PartnerKind.UNIVERSITY,
        name_zh=NAMES[0], name_en=NAMES[1], country="CN", peer_id=tingnan.root,
    )  # fmt: skip
    deal = Deal(
        NUMBER, AgreementKind.DUAL_DEGREE, f"与{NAMES[0]}共建医学科学与工程学院协议",
        f"Agreement with {NAMES[1]} on a joint school", SIGNED, ends_on(stage.day), warns_days=365,
    )  # fmt: skip
    agreement, own, other = write_agreement(stage, deal, partner)
    for noun in (Noun.TRAINEES, Noun.COURSES, Noun.STANDING, Noun.COSTS):
        stage.batch.add(Sight, agreement_id=agreement, partner_id=partner, noun=noun)
    return partner, agreement, (own, other)


def _mirror(stage: Stage, tingnan: Tingnan) -> int:
    """The same agreement as the engineering university keeps it, and what it shows."""
    partner = stage.batch.add(
        Partner, institution_id=tingnan.root, code="P-YT", kind=PartnerKind.UNIVERSITY,
        name_zh="云汀医科大学", name_en="Yunting Medical University", country="CN",
        peer_id=stage.root,
    )  # fmt: skip
    deal = Deal(
        "TN-YUN-2017", AgreementKind.DUAL_DEGREE, "与云汀医科大学共建医学科学与工程学院协议",
        "Agreement with Yunting Medical University on a joint school", SIGNED, ends_on(stage.day),
        institution=tingnan.root, warns_days=365,
    )  # fmt: skip
    agreement, _, _ = write_agreement(stage, deal, partner)
    for noun in (Noun.TRAINEES, Noun.COURSES, Noun.STANDING):
        stage.batch.add(Sight, agreement_id=agreement, partner_id=partner, noun=noun)
    return agreement


def _write_programme(
    stage: Stage, academic: Academic, tingnan: Tingnan, made: School, school: int, plan: Plan
) -> None:
    home = write_programme(
        stage, _point(stage, academic, plan.home), academic[plan.home], DISCIPLINES[plan.home],
        [made.courses[code] for code in plan.courses],
    )  # fmt: skip
    partner = tingnan.programmes[plan.partner]
    key = stage.batch.add(
        JointProgramme, school_id=school, code=plan.code, name_zh=plan.names[0],
        name_en=plan.names[1], home_programme_id=home, partner_programme_id=partner,
        award_kind=AwardKind.TWO_CERTIFICATES, valid_from=OPENED,
    )  # fmt: skip
    known = made.courses | tingnan.courses
    for taken, counts_as, credits in plan.recognised:
        stage.batch.add(
            Recognition, programme_id=key, taken_id=known[taken], counts_as_id=known[counts_as],
            credits=Decimal(credits), valid_from=OPENED,
        )  # fmt: skip
    made.programmes[plan.code] = (key, home, partner)


def _point(stage: Stage, academic: Academic, code: str) -> int:
    """The own right to award the master's degree, old or written here."""
    known = DegreePoint.objects.filter(code=f"YUNTING-DP-{code}-M").values_list("pk", flat=True)
    prefix = "YUNTING-DP"
    return known.first() or write_right(
        stage, academic, stage.root, prefix, code, DegreeLevel.MASTER, 1996
    )


def _write_money(stage: Stage, school: int, sides: tuple[int, int]) -> None:
    """Shares since the opening, and what each side paid year by year."""
    own, other = sides
    for purpose, share in SHARES.items():
        for party, part in ((own, share), (other, 10_000 - share)):
            stage.batch.add(
                CostShare, school_id=school, party_id=party, purpose=purpose, share_e4=part,
                valid_from=OPENED,
            )  # fmt: skip
    for year in range(OPENED.year, stage.day.year + 1):
        for number, purpose in enumerate(SHARES):
            for party, base in ((own, 180_000), (other, 150_000)):
                spent = date(year, 10 + number % 2, 20)
                if spent > stage.day:
                    continue
                amount = Decimal(base + 10_000 * (year - OPENED.year) + 7_500 * number)
                stage.batch.add(
                    Cost, school_id=school, party_id=party, purpose=purpose, amount_cny=amount,
                    spent_on=spent, note=f"{year}年度",
                )  # fmt: skip
    stage.batch.add(
        Cost, school_id=school, party_id=own, purpose=OPEN_PURPOSE, amount_cny=OPEN_AMOUNT,
        spent_on=max(stage.day - timedelta(days=40), date(stage.day.year, 1, 1)),
        note="分担比例待双方商定",
    )  # fmt: skip
