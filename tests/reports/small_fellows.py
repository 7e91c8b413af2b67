"""Stations, postdocs, agreements and a laboratory of the small university, few enough to count by
hand; beside what counts, what must not: other years, other institutions, what came after the day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from preceptor.fellows.models import (
    Appointment,
    Host,
    Laboratory,
    PiAssessment,
    PiProgramme,
    Postdoc,
    Station,
    StationSpan,
    Stay,
    Support,
    Tranche,
)
from preceptor.institutions.models import (
    DegreePoint,
    Discipline,
    Platform,
    PlatformSpan,
    Unit,
)
from preceptor.joint.models import Abroad, Agreement, AgreementParty, JointEvent, Partner
from preceptor.people.models import Person
from preceptor.research.models import (
    Authorship,
    Contributor,
    Inventor,
    Paper,
    Patent,
    Project,
    ProjectMember,
    Translation,
)

LONG_AGO = date(2000, 1, 1)


class Fellows:
    """The rows that tests name; `root` is the small university."""

    def __init__(self, root: Unit) -> None:
        self.root = root
        self.stations: dict[str, Station] = {}
        self.postdocs: dict[str, Postdoc] = {}
        self.disciplines: dict[str, Discipline] = {}

    def person(self, name: str) -> Person:
        return Person.objects.create(institution=self.root, name_zh=name)

    def station(self, code: str, kind: str = "mobile", opened: date | None = LONG_AGO) -> Station:
        """A station in a first-level discipline of its own, open from the day."""
        discipline = Discipline.objects.create(
            catalogue="SMALL-STATIONS", code=code, level="first", degree_type="academic",
            name_zh=code, name_en=code, valid_from=LONG_AGO,
        )  # fmt: skip
        DegreePoint.objects.create(
            code=f"SMALL-{code}", institution=self.root, discipline=discipline,
            degree_level="doctor", degree_type="academic",
            name_zh=code, name_en=code,
        )  # fmt: skip
        row = Station.objects.create(
            institution=self.root, unit=self.root, code=code, kind=kind, name_zh=code, name_en=code,
            discipline=discipline, state="open", opened_on=opened,
        )  # fmt: skip
        StationSpan.objects.create(station=row, state="open", valid_from=opened)
        self.stations[code], self.disciplines[code] = row, discipline
        return row

    def postdoc(
        self, name: str, station: str, entered: date, left: date | None = None, by: str = "",
        track: str = "basic", comes_by: str = "entry", person: Person | None = None,
    ) -> Postdoc:  # fmt: skip
        """A term with its one stay."""
        row = Postdoc.objects.create(
            number=name, person=person or self.person(name), institution=self.root, unit=self.root,
            station=self.stations[station], track=track, intake="own", state="in_station",
            entered_on=entered, term_ends_on=date(entered.year + 2, entered.month, 1),
            left_on=left,
        )  # fmt: skip
        self.stay(row, station, entered, left, by, track, comes_by)
        self.postdocs[name] = row
        return row

    def stay(
        self, row: Postdoc, station: str, begins: date, ends: date | None, by: str,
        track: str = "basic", comes_by: str = "entry",
    ) -> None:  # fmt: skip
        Stay.objects.create(
            postdoc=row, institution=self.root, station=self.stations[station], track=track,
            intake="own", begins_on=begins, ends_on=ends, comes_by=comes_by, goes_by=by,
        )  # fmt: skip


def add(root: Unit) -> Fellows:
    """Everything, on 31 December 2023."""
    made = Fellows(root)
    for code in ("MED", "BIO"):
        made.station(code)
    made.station("LATE", opened=date(2024, 2, 1))
    made.station("WORK", kind="workstation")
    _postdocs(made)
    _works(made)
    _laboratory(made)
    _partners(made)
    return made


def _postdocs(made: Fellows) -> None:
    """Start 3, in 3 (one of them from another station), out 3, end 4 beside a change of track."""
    made.postdoc("P1", "MED", date(2022, 3, 1))
    made.postdoc("P2", "MED", date(2021, 3, 1), date(2023, 3, 1), "exit")
    made.postdoc("P3", "BIO", date(2022, 5, 1), date(2023, 6, 1), "withdrawal")
    made.postdoc("P4", "BIO", date(2023, 2, 1))
    made.postdoc("P5", "BIO", date(2023, 2, 1), date(2024, 2, 1), "early_exit")
    made.postdoc("P6", "MED", date(2024, 1, 1))
    changing = made.postdoc("P7", "MED", date(2023, 4, 1), date(2023, 9, 1), "change")
    made.stay(changing, "MED", date(2023, 9, 1), None, "", "dual", "change")
    made.postdoc("P8", "BIO", date(2019, 1, 1), date(2023, 12, 31), "exit")
    host = made.person("H1")
    for name in ("P1", "P4"):
        Host.objects.create(
            postdoc=made.postdocs[name], person=host, role="host", valid_from=date(2022, 1, 1)
        )
    for day, amount in ((date(2023, 5, 1), 600), (date(2022, 5, 1), 999), (date(2024, 1, 5), 999)):
        Support.objects.create(
            postdoc=made.postdocs["P1"], kind="salary", payer="host", amount_cny=Decimal(amount),
            paid_on=day,
        )  # fmt: skip


def _project(made: Fellows, number: str, person: Any, begins: date, level: str) -> None:
    row = Project.objects.create(
        institution=made.root, number=number, title=number, starts_on=begins, level=level,
        field="NSFC",
    )  # fmt: skip
    ProjectMember.objects.create(project=row, person=person, is_head=True)


def _works(made: Fellows) -> None:
    first = made.postdocs["P1"].person
    _project(made, "J1", first, date(2022, 3, 11), "national")
    _project(made, "J2", made.postdocs["P4"].person, date(2023, 2, 21), "provincial")
    _project(made, "BEFORE", first, date(2021, 1, 1), "national")
    _project(made, "AFTER-LEAVING", made.postdocs["P3"].person, date(2023, 9, 1), "national")
    _project(made, "LATER", first, date(2024, 1, 1), "national")
    for number, day in (("W1", date(2023, 7, 1)), ("W0", date(2022, 7, 1))):
        paper = Paper.objects.create(
            institution=made.root, number=number, title=number, published_on=day
        )
        Authorship.objects.create(paper=paper, person=first, place=1)
        Authorship.objects.create(paper=paper, person=made.postdocs["P4"].person, place=2)
    patent = Patent.objects.create(
        institution=made.root, number="N1", title="N1", applied_on=date(2023, 8, 1)
    )
    Inventor.objects.create(patent=patent, person=first, place=1)
    contract = Translation.objects.create(
        institution=made.root, number="T1", title="T1", signed_on=date(2023, 9, 1), amount_cny=400
    )
    for name in ("P1", "P4"):
        Contributor.objects.create(translation=contract, person=made.postdocs[name].person)


def _laboratory(made: Fellows) -> None:
    programme_unit = Unit.objects.create(
        institution=made.root, code="SMALL-PI", kind="programme", name_zh="计划", name_en="PI"
    )
    programme = PiProgramme.objects.create(
        institution=made.root, unit=programme_unit, code="PI", name_zh="计划", name_en="PI",
        opened_on=LONG_AGO,
    )  # fmt: skip
    for place, (starts, country) in enumerate(
        ((date(2020, 1, 1), "CN"), (date(2021, 1, 1), "FR"), (date(2024, 1, 1), "US"))
    ):
        unit = Unit.objects.create(
            institution=made.root, code=f"SMALL-LAB{place}", kind="laboratory", name_zh="实验室",
            name_en="Lab",
        )  # fmt: skip
        person = made.person(f"PI{place}")
        lab = Laboratory.objects.create(
            unit=unit, institution=made.root, programme=programme, head=person, opened_on=starts
        )
        term = Appointment.objects.create(
            number=f"A{place}", person=person, institution=made.root, programme=programme,
            laboratory=lab, state="started", starts_on=starts, ends_on=date(2030, 1, 1),
            country=country,
        )  # fmt: skip
        PiAssessment.objects.create(
            appointment=term, kind="appointment", held_on=date(2023 + place, 6, 1), verdict="renew"
        )
        Tranche.objects.create(
            appointment=term, place=1, amount_cny=100, planned_on=starts, state="released",
            decided_on=date(2023 + place, 1, 5),
        )  # fmt: skip


def _partners(made: Fellows) -> None:
    for number, (country, starts, ends, ended) in enumerate((
        ("DE", date(2020, 1, 1), date(2025, 1, 1), None),
        ("DE", date(2010, 1, 1), date(2015, 1, 1), None),
        ("JP", date(2020, 1, 1), date(2025, 1, 1), date(2022, 1, 1)),
        ("CN", date(2020, 1, 1), None, None),
        ("FR", date(2024, 2, 1), date(2026, 1, 1), None),
    )):  # fmt: skip
        partner = Partner.objects.create(
            institution=made.root, code=f"W{number}", kind="university", name_zh=f"W{number}",
            country=country,
        )  # fmt: skip
        row = Agreement.objects.create(
            institution=made.root, unit=made.root, number=f"G{number}", kind="exchange",
            title_zh="协议", state="terminated" if ended else "signed", signed_on=starts,
            starts_on=starts, ends_on=ends, open_reason="" if ends else "长期", terminated_on=ended,
        )  # fmt: skip
        AgreementParty.objects.create(agreement=row, partner=partner)
        for day in (date(2023, 3, 1), date(2022, 3, 1)):
            JointEvent.objects.create(
                institution=made.root, partner=partner, kind="visit_in", title_zh="访", first_on=day,
                last_on=day,
            )  # fmt: skip
    for name, first, last in (
        ("B1", date(2023, 6, 1), date(2024, 6, 1)), ("B2", date(2022, 1, 1), date(2022, 6, 1)),
    ):  # fmt: skip
        Abroad.objects.create(
            institution=made.root, person=made.person(name), kind="staff", country="DE",
            first_on=first, last_on=last,
        )  # fmt: skip
    for code, state in (("L1", "operating"), ("L2", "construction"), ("L3", "closed")):
        platform = Platform.objects.create(
            institution=made.root, unit=made.root, code=code, kind="key_laboratory",
            level="national", name_zh=code,
        )  # fmt: skip
        PlatformSpan.objects.create(platform=platform, state=state, valid_from=LONG_AGO)
