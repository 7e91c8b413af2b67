"""The second institution: its units, rights, stations, and the desks of its office and personnel.

Source of the numbers: domain specification 8.6. Names are invented and name no place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from preceptor.fellows.choices import StationKind
from preceptor.institutions.choices import DegreeLevel, RelationKind, UnitKind
from preceptor.institutions.models import Unit
from preceptor.people.choices import CapacityKind, RoleKind

from ..accounts import DemoAccount
from ..persons import write_capacity, write_person
from ..stage import Stage
from .catalogue import DISCIPLINES, Academic, write_right
from .professors import write_professors
from .stations import NewStation, Place, open_station

CHENGLING = "CHENGLING"
NAMES = ("澄岭医科大学", "Chengling Medical University")
FOUNDED = date(1958, 9, 1)
_UNITS = {
    "HR": ("人事处", "Personnel Office", UnitKind.COLLEGE, RelationKind.PART_OF),
    "GS": ("研究生院", "Graduate School", UnitKind.COLLEGE, RelationKind.PART_OF),
    "BM": ("基础医学院", "College of Basic Medicine", UnitKind.COLLEGE, RelationKind.PART_OF),
    "PH": ("公共卫生学院", "College of Public Health", UnitKind.COLLEGE, RelationKind.PART_OF),
    "PC": ("药学院", "College of Pharmacy", UnitKind.COLLEGE, RelationKind.PART_OF),
    "H1": ("附属第一医院", "First Hospital", UnitKind.HOSPITAL, RelationKind.AFFILIATED),
    "H2": ("附属第二医院", "Second Hospital", UnitKind.HOSPITAL, RelationKind.AFFILIATED),
}
#: Discipline, its unit, the year of the doctoral right and the day on which the station opened; the
#: eighth station was opened by the request of 2023.
STATIONS = (
    ("1001", "BM", 1993, date(1999, 3, 1)),
    ("1002", "H1", 1996, date(1999, 3, 1)),
    ("1003", "H2", 2006, date(2012, 9, 1)),
    ("1004", "PH", 2003, date(2007, 9, 1)),
    ("1007", "PC", 2003, date(2009, 9, 1)),
    ("1010", "H2", 2011, date(2014, 10, 1)),
    ("1011", "H1", 2011, date(2014, 10, 1)),
    ("0710", "BM", 2018, date(2023, 11, 1)),
)
BIOLOGY = "0710"
#: Professors who supervise, by station (invented).
PROFESSORS = (40, 70, 18, 22, 34, 18, 16, 14)
DESKS = (
    DemoAccount("office-b", RoleKind.OFFICE, _("Graduate school office, second university")),
    DemoAccount("personnel-b", RoleKind.PERSONNEL, _("Personnel office, second university")),
)


@dataclass(frozen=True)
class Chengling:
    """The keys of the second institution; places and professors by discipline."""

    root: int
    units: dict[str, int]
    places: dict[str, Place]
    professors: dict[str, list[int]]


def write_chengling(stage: Stage, academic: Academic) -> Chengling:
    """The institution without its postdocs. The eighth station's states are written elsewhere."""
    root = stage.batch.add(
        Unit, code=CHENGLING, kind=UnitKind.UNIVERSITY, name_zh=NAMES[0], name_en=NAMES[1]
    )
    units = {
        code: stage.open_unit(root, root, f"{CHENGLING}-{code}", kind, (zh, en), relation, FOUNDED)
        for code, (zh, en, kind, relation) in _UNITS.items()
    }
    made = Chengling(root, units, {}, {})
    random = stage.stream("chengling professors")
    counts = stage.shares(sum(PROFESSORS), PROFESSORS)
    for number, (code, unit, year, opened) in enumerate(STATIONS, start=1):
        write_right(stage, academic, root, f"{CHENGLING}-DP", code, DegreeLevel.DOCTOR, year)
        if code != BIOLOGY:
            made.places[code] = open_station(
                stage, root, units[unit], _new(academic, code, number, opened),
                (units["HR"], units["GS"]),
            )  # fmt: skip
        made.professors[code] = write_professors(
            stage, random, root, units[unit], max(3, counts[number - 1]), f"B{number}"
        )
    _write_desks(stage, made)
    return made


def _new(academic: Academic, code: str, number: int, opened: date) -> NewStation:
    zh, en = DISCIPLINES[code]
    return NewStation(
        code=f"CL-{code}", number=f"DEMO-2{number:04}", kind=StationKind.MOBILE,
        names=(f"{zh}博士后科研流动站", f"Postdoctoral mobile station in {en.lower()}"),
        discipline=academic[code], opened_on=opened,
    )  # fmt: skip


def _write_desks(stage: Stage, made: Chengling) -> None:
    """The graduate school's office and the personnel office, both of the whole institution."""
    for account, unit in zip(DESKS, ("GS", "HR"), strict=True):
        random = stage.stream(f"account {account.login}")
        person, name = write_person(stage.batch, made.root, random, (1972, 1986))
        write_capacity(stage.batch, person, made.units[unit], CapacityKind.STAFF, date(2012, 9, 1))
        stage.open_account(account, person, name.zh, made.root)
