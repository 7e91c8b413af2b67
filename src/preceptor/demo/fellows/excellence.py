"""The excellence programme in basic medicine: director, committees, twelve investigators, quota line.

Source of the numbers: domain specification 8.6; names, days and sums are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from preceptor.admission.models import QuotaLine
from preceptor.cases.bodies import BY_LAW, kept_voting
from preceptor.cases.choices import BodyKind, BodyRole
from preceptor.cases.models import Body, BodySeat, Charter
from preceptor.fellows.models import PiProgramme
from preceptor.institutions.choices import (
    DegreeLevel,
    RegulationLayer,
    RelationKind,
    UnitKind,
)
from preceptor.institutions.models import Regulation
from preceptor.people.choices import CapacityKind, RoleKind, TitleLevel, TitleSeries

from ..accounts import DemoAccount
from ..apportionment import scaled
from ..persons import write_capacity, write_person, write_title
from ..stage import Stage
from ..units import HOSPITAL_NAMES
from .professors import write_professors

CODE = "YT-EXC"
NAMES = ("云汀基础医学卓越计划", "Yunting Excellence Programme in Basic Medicine")
OPENED = date(2018, 12, 1)
QUOTA, UNIVERSITY_QUOTA = 24, 206
_QUOTA_WEIGHTS = (96, 41, 27, 8, 7, 2, 4)
SEATS = 7
DIRECTOR = DemoAccount("director", RoleKind.LEADER, _("Director of the excellence programme"))
_ROLES = (BodyRole.CHAIR, BodyRole.DEPUTY_CHAIR)


class Committee(NamedTuple):
    """A committee of the programme: its code, kind, names and what its charter says."""

    code: str
    kind: BodyKind
    zh: str
    en: str
    task: str


COMMITTEES = (
    Committee("EXC-AC", BodyKind.ACADEMIC, "学术委员会", "Academic Committee",
              "遴选独立PI，评审聘期考核"),
    Committee("EXC-TT", BodyKind.TALENT_TRAINING, "人才培养委员会", "Talent-Training Committee",
              "审定招生计划与培养方案"),
    Committee("EXC-ED", BodyKind.EDUCATION, "教育教学委员会", "Education Committee",
              "审定课程与教学考核"),
    Committee("EXC-IN", BodyKind.INSTRUMENT, "仪器设备委员会", "Instrument Committee",
              "管理共享平台与大型仪器"),
)  # fmt: skip


@dataclass
class Excellence:
    """The keys of the programme."""

    programme: int
    unit: int
    director: int
    members: list[int]


def write_programme(stage: Stage) -> Excellence:
    """The programme with its director and committees, and the quota lines beside it."""
    unit = stage.open_unit(
        stage.root, stage.root, "YUNTING-EXC", UnitKind.PROGRAMME, NAMES, RelationKind.PART_OF,
        OPENED,
    )  # fmt: skip
    paper = stage.batch.add(
        Regulation, code="YT-EXC-2018", institution_id=stage.root,
        layer=RegulationLayer.UNIVERSITY, title_zh="关于设立云汀基础医学卓越计划并授予自主权的决定",
        title_en="Decision to set up the excellence programme and to delegate authority to it",
        issuer_zh="云汀医科大学", issuer_en="Yunting Medical University",
        issued_on=date(2018, 11, 20), effective_from=OPENED,
    )  # fmt: skip
    random = stage.stream("excellence members")
    members = write_professors(stage, random, stage.root, unit, 2 * SEATS, "XM")
    bodies = [_write_committee(stage, unit, members, row) for row in COMMITTEES]
    director = _write_director(stage, unit)
    key = stage.batch.add(
        PiProgramme, institution_id=stage.root, unit_id=unit, code=CODE, name_zh=NAMES[0],
        name_en=NAMES[1], director_id=director, academic_committee_id=bodies[0],
        training_committee_id=bodies[1], education_committee_id=bodies[2],
        instrument_committee_id=bodies[3], delegation_id=paper, opened_on=OPENED,
    )  # fmt: skip
    _write_quota(stage, unit, paper)
    return Excellence(key, unit, director, members)


def _write_director(stage: Stage, unit: int) -> int:
    """One director, by whose account the programme is led."""
    random = stage.stream(f"account {DIRECTOR.login}")
    person, name = write_person(stage.batch, stage.root, random, (1962, 1968))
    write_title(stage.batch, person, TitleSeries.RESEARCHER, TitleLevel.FULL, date(2004, 12, 1))
    write_capacity(stage.batch, person, unit, CapacityKind.STAFF, OPENED)
    stage.open_account(DIRECTOR, person, name.zh, unit)
    return person


def _write_committee(stage: Stage, unit: int, members: list[int], row: Committee) -> int:
    """A committee with its charter, the seats of a first term that is over and of the present one."""
    key = stage.batch.add(
        Body, institution_id=stage.root, unit_id=unit, code=row.code, kind=row.kind,
        name_zh=f"{NAMES[0]}{row.zh}", name_en=f"{row.en} of the Excellence Programme",
        term_years=4, meetings_a_year=2, voting=kept_voting(BY_LAW), opened_on=OPENED,
    )  # fmt: skip
    stage.batch.add(
        Charter, body_id=key, title_zh=f"{row.zh}章程", title_en=f"Charter of the {row.en}",
        text_zh=f"委员会负责{row.task}，每届任期四年，三分之二以上委员到会方可表决。",
        text_en="A term is four years; two thirds of the members make a quorum.",
        valid_from=OPENED,
    )  # fmt: skip
    start = COMMITTEES.index(row) * 3
    terms = ((1, OPENED, date(2022, 11, 30)), (2, date(2022, 12, 1), None))
    for term, since, until in terms:
        for place in range(SEATS):
            stage.batch.add(
                BodySeat, body_id=key, person_id=members[(start + place + term) % len(members)],
                role=_ROLES[place] if place < len(_ROLES) else BodyRole.MEMBER, term=term,
                valid_from=since, valid_to=until,
            )  # fmt: skip
    return key


def _write_quota(stage: Stage, unit: int, paper: int) -> None:
    """The lines of the hospitals, decided by the university, and the programme's own."""
    hospitals = [stage.unit(f"YUNTING-{code}") for code in HOSPITAL_NAMES]
    for year in (2023, 2024):
        places = stage.shares(UNIVERSITY_QUOTA, _QUOTA_WEIGHTS)
        for hospital, share in zip(hospitals, places, strict=True):
            _write_line(stage, hospital, year, share, RegulationLayer.UNIVERSITY, None)
        own = scaled(QUOTA, stage.scale)
        _write_line(stage, unit, year, own, RegulationLayer.PROGRAMME, paper)


def _write_line(
    stage: Stage, unit: int, year: int, places: int, layer: RegulationLayer, paper: int | None
) -> None:
    stage.batch.add(
        QuotaLine, institution_id=stage.root, unit_id=unit, year=year,
        degree_level=DegreeLevel.DOCTOR, places=places, layer=layer, regulation_id=paper,
    )  # fmt: skip
