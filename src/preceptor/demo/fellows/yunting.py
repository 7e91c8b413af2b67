"""Postdocs of the institution itself: one workstation of a hospital and three mobile stations.

Source of the numbers: domain specification 8.6 (180 in station on the census day, tracks 40, 35 and
25 per cent, 30 joint ones with 12 companies); all else is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from django.utils.translation import gettext_lazy as _

from preceptor.fellows.choices import HostRole, IntakeSource, StationKind, StayEnd, Track
from preceptor.fellows.models import StationTarget
from preceptor.institutions.choices import DegreeLevel, RelationKind, UnitKind
from preceptor.people.choices import CapacityKind, RoleKind, TitleLevel
from preceptor.people.models import Account, Capacity, Title

from ..accounts import DemoAccount
from ..apportionment import apportion, scaled
from ..joint.partners import Partners, write_tripartite
from ..months import add_months
from ..persons import write_capacity, write_person
from ..stage import CENSUS, Stage
from ..units import FOUNDED
from .catalogue import Academic, write_right
from .departures import left_after_census, some_day
from .postdocs import Guide, Term, Written, write_postdoc
from .professors import write_professors
from .stations import NewStation, Place, open_station

#: Code: discipline, unit, names, day of opening.
STATIONS = {
    "CM": ("1002", "GH", "临床医学", "Clinical Medicine", date(2003, 9, 1)),
    "EY": (
        "1002",
        "EH",
        "临床医学（眼科学）",
        "Clinical Medicine (Ophthalmology)",
        date(2014, 9, 1),
    ),
    "BM": ("1001", "BM", "基础医学", "Basic Medicine", date(2009, 9, 1)),
}
#: Track and station of the 180: clinical 72, basic 63, dual 45.
TRACKS = (
    (Track.CLINICAL, "CM", 60), (Track.CLINICAL, "EY", 12), (Track.BASIC, "BM", 63),
    (Track.DUAL, "CM", 27), (Track.DUAL, "EY", 8), (Track.DUAL, "BM", 10),
)  # fmt: skip
IN_STATION, JOINT = 180, 30
#: Those who had left before the census day, and how.
LEFT = ((StayEnd.EXIT, 7), (StayEnd.EARLY_EXIT, 2), (StayEnd.WITHDRAWAL, 3))
LATER_A_YEAR = 70
#: Of those who came after the census day every third clinical one is joint.
LATER_JOINT = 3
CHUNK = 400
_A_DAY = timedelta(days=1)
ACCOUNT = DemoAccount("postdoc", RoleKind.TRAINEE, _("Postdoc on the dual track"))
PERSONNEL = DemoAccount("personnel", RoleKind.PERSONNEL, _("Personnel office"))


@dataclass
class House:
    """What the postdocs refer to: stations, the workstation, and professors by unit; and who of those
    that came after the census day is in station today."""

    root: int
    places: dict[str, Place]
    workstation: int
    hospital: int
    professors: dict[int, list[int]]
    partners: Partners
    joint: int = 0
    later: list[Written] = field(default_factory=list)


def open_stations(stage: Stage, academic: Academic, partners: Partners) -> House:
    """The three mobile stations and the workstation of the General Hospital."""
    places, professors = {}, {}
    write_right(stage, academic, stage.root, "YUNTING-DP", "1001", DegreeLevel.DOCTOR, 2006)
    school = stage.unit("YUNTING-GS")
    personnel = stage.open_unit(
        stage.root, stage.root, "YUNTING-HR", UnitKind.COLLEGE, ("人事处", "Personnel Office"),
        RelationKind.PART_OF, FOUNDED,
    )  # fmt: skip
    _open_personnel(stage, personnel)
    for number, (code, row) in enumerate(STATIONS.items(), start=1):
        discipline, unit_code, zh, en, opened = row
        unit = stage.unit(f"YUNTING-{unit_code}")
        new = NewStation(
            f"YT-{code}", f"DEMO-1{number:04}", StationKind.MOBILE,
            (f"{zh}博士后科研流动站", f"Postdoctoral mobile station in {en}"), academic[discipline],
            opened,
        )  # fmt: skip
        places[code] = open_station(stage, stage.root, unit, new, (personnel, school))
        professors[unit] = _professors(stage, unit, f"PF{number}")
    hospital = stage.unit("YUNTING-GH")
    new = NewStation(
        "YT-W1", "DEMO-18001", StationKind.WORKSTATION,
        ("总医院博士后科研工作站", "Postdoctoral workstation of the General Hospital"), None,
        date(2012, 9, 1),
    )  # fmt: skip
    station = open_station(stage, stage.root, hospital, new)
    return House(stage.root, places, station.key, hospital, professors, partners)


def _professors(stage: Stage, unit: int, numbers: str) -> list[int]:
    """Full professors on the unit's staff, and some more where there are too few."""
    staff = Capacity.objects.on(CENSUS).filter(unit=unit, kind=CapacityKind.STAFF)
    full = Title.objects.on(CENSUS).filter(
        level=TitleLevel.FULL, person__in=staff.values("person"), person__account=None
    )
    found = list(full.order_by("person").values_list("person", flat=True).distinct()[:60])
    missing = max(0, 4 - len(found))
    random = stage.stream(f"professors {numbers}")
    return [*found, *write_professors(stage, random, stage.root, unit, missing, numbers)]


def write_postdocs(stage: Stage, house: House) -> list[Written]:
    """All postdocs of the institution; gives those in station on the census day."""
    random = stage.stream("yunting postdocs")
    found = []
    for number, term in enumerate(_on_census(stage, random, house), start=1):
        found.append(write_postdoc(stage, random, term))
        if number % CHUNK == 0:
            stage.batch.write("postdocs")
    found += _plant_past_six_years(stage, random, house) if found else []
    stage.batch.write("postdocs in station on the census day")
    for number, term in enumerate(_others(stage, random, house), start=1):
        written = write_postdoc(stage, random, term)
        if term.left_on is None:
            house.later.append(written)
        if number % CHUNK == 0:
            stage.batch.write("postdocs")
    _write_targets(stage)
    if found:
        _plant_short_of_clinical_months(stage, random, house)
        _open_account(stage, random, house)
    stage.batch.write("postdocs of the institution")
    return found


def _on_census(stage: Stage, random: Random, house: House) -> Iterator[Term]:
    """Those in station on the census day, without the one who is past six years."""
    weights = [number for *_track, number in TRACKS]
    shares = stage.shares(IN_STATION, weights)
    joint = scaled(JOINT, stage.scale)
    serial = 0
    for (track, code, _number), share in zip(TRACKS, shares, strict=True):
        is_planted = track is Track.BASIC
        for _place in range(share - 1 if is_planted and share else share):
            serial += 1
            entered = some_day(random, date(2021, 7, 1), date(2023, 12, 20))
            left, goes = left_after_census(stage, random, entered, (24, 36))
            term = _term(random, house, track, code, serial, entered, left, goes)
            is_joint = track is not Track.DUAL and house.joint < joint
            yield _joint(stage, house, term) if is_joint else term


def _term(
    random: Random, house: House, track: Track, code: str, serial: int, entered: date,
    left: date | None, goes: StayEnd | None,
) -> Term:  # fmt: skip
    place = house.places[code]
    return Term(
        institution=house.root, place=place, serial=serial, track=track, entered_on=entered,
        guides=_guides(random, house, place, track), left_on=left, goes_by=goes,
        intake=IntakeSource.FOREIGN if random.random() < 0.06 else IntakeSource.OWN,
    )  # fmt: skip


def _guides(random: Random, house: House, place: Place, track: Track) -> tuple[Guide, ...]:
    """The host; of a dual one also who guides the clinical and the laboratory work."""
    professors = house.professors[place.unit]
    host, other = random.sample(professors, 2)
    if track is not Track.DUAL:
        return (Guide(host, HostRole.HOST),)
    basic = random.choice(house.professors[house.places["BM"].unit])
    third = other if basic in (host, other) else basic
    clinical = other if third != other else host
    return (
        Guide(host, HostRole.HOST), Guide(clinical, HostRole.CLINICAL), Guide(third, HostRole.BASIC)
    )  # fmt: skip


def _joint(stage: Stage, house: House, term: Term) -> Term:
    """The term as a joint intake: a company pays a part, by an agreement of three sides."""
    companies = house.partners.companies
    company = house.joint % len(companies)
    house.joint += 1
    last = term.left_on or add_months(term.entered_on, 36)
    agreement = write_tripartite(
        stage, house.joint, companies[company], house.hospital, term.entered_on,
        max(last, CENSUS + timedelta(days=30)),
    )  # fmt: skip
    clinicians = house.professors[house.hospital]
    supervisor = clinicians[company % len(clinicians)]
    guides = [guide for guide in term.guides if guide.person != supervisor]
    return replace(
        term, intake=IntakeSource.JOINT, workstation=house.workstation, agreement=agreement,
        partner_name=f"示例企业-{company + 1:02}",
        guides=(*(guides or term.guides), Guide(supervisor, HostRole.WORKSTATION)),
    )  # fmt: skip


def _plant_past_six_years(stage: Stage, random: Random, house: House) -> list[Written]:
    """One who moved from one station to another and is past six years in both together today."""
    # Before the census day, on which both years and tracks of all in station are those of the source.
    began = min(add_months(stage.day, -75), date(2020, 8, 1))
    moved = add_months(stage.day, -30)
    first = _term(random, house, Track.BASIC, "CM", 99_901, began, moved, StayEnd.TRANSFER)
    earlier = write_postdoc(stage, random, first)
    second = _term(random, house, Track.BASIC, "BM", 99_902, moved, None, None)
    written = write_postdoc(stage, random, replace(second, follows=earlier))
    stage.plant("past_six_years", written.number)
    return [earlier]


def _others(stage: Stage, random: Random, house: House) -> Iterator[Term]:
    """Those who had left before the census day, and those who came after it."""
    counts = [number for _goes, number in LEFT]
    serial = 0
    for (goes, _number), share in zip(LEFT, stage.shares(sum(counts), counts), strict=True):
        for _place in range(share):
            serial += 1
            entered = some_day(random, date(2020, 9, 1), date(2021, 6, 20))
            months = {StayEnd.EXIT: (24, 29), StayEnd.EARLY_EXIT: (21, 23)}.get(goes, (8, 16))
            left = add_months(entered, random.randint(*months))
            track, code, _number = TRACKS[serial % len(TRACKS)]
            yield _term(random, house, track, code, 90_000 + serial, entered, left, goes)
    for year in range(CENSUS.year + 1, stage.day.year + 1):
        yield from _year(stage, random, house, year)


def _year(stage: Stage, random: Random, house: House, year: int) -> Iterator[Term]:
    first, last = date(year, 1, 8), min(date(year, 12, 28), stage.day - timedelta(days=3))
    days = max(0, (last - first).days)
    total = scaled(LATER_A_YEAR * days // 354, stage.scale)
    serial = 0
    weights = [number for *_track, number in TRACKS]
    for (track, code, _number), share in zip(TRACKS, apportion(total, weights), strict=True):
        for _place in range(share):
            serial += 1
            entered = some_day(random, first, last)
            left, goes = left_after_census(stage, random, entered, (24, 28))
            term = _term(random, house, track, code, serial, entered, left, goes)
            is_joint = track is Track.CLINICAL and serial % LATER_JOINT == 0
            yield _joint(stage, house, term) if is_joint else term


def _plant_short_of_clinical_months(stage: Stage, random: Random, house: House) -> None:
    """One of the dual track in whose plan there are five clinical months, one less than the rule asks."""
    term = _term(random, house, Track.DUAL, "CM", 99_903, add_months(stage.day, -22), None, None)
    written = write_postdoc(stage, random, replace(term, clinical_months=5))
    stage.plant("dual_postdoc_short_of_clinical_months", written.number)


def _open_account(stage: Stage, random: Random, house: House) -> None:
    """The account of a postdoc in the second year, on the dual track, hosted by the supervisor who has
    an account."""
    term = _term(random, house, Track.DUAL, "CM", 99_904, add_months(stage.day, -14), None, None)
    supervisors = Account.objects.filter(login="supervisor", person__isnull=False)
    host = supervisors.values_list("person", flat=True).first()
    others = [guide for guide in term.guides if guide.role is not HostRole.HOST]
    guides = (Guide(host, HostRole.HOST), *others) if host is not None else term.guides
    written = write_postdoc(stage, random, replace(term, guides=guides))
    stage.plant("postdoc_account", written.number)
    stage.open_account(ACCOUNT, written.person, written.name.zh, house.hospital)


def _open_personnel(stage: Stage, unit: int) -> None:
    """Whose desk postdocs and principal investigators are, for the whole institution."""
    random = stage.stream(f"account {PERSONNEL.login}")
    person, name = write_person(stage.batch, stage.root, random, (1972, 1986))
    write_capacity(stage.batch, person, unit, CapacityKind.STAFF, date(2012, 9, 1))
    stage.open_account(PERSONNEL, person, name.zh, stage.root)


def _write_targets(stage: Stage) -> None:
    """What the institution was to reach in each year since 2022."""
    for year in range(2022, stage.day.year + 1):
        stage.batch.add(
            StationTarget, institution_id=stage.root, year=year,
            entries=scaled(75, stage.scale), in_station=scaled(180, stage.scale),
        )  # fmt: skip
