"""Named reads of stations: which disciplines have one, who is in them, what was aimed at and reached."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import override

from preceptor.base.today import today
from preceptor.institutions.choices import DegreeLevel, DegreeType, DisciplineLevel
from preceptor.institutions.models import DegreePoint, Discipline, Unit

from ..choices import IntakeSource, StationKind, StayEnd, StayStart, Track
from ..models import Station, StationSpan, StationTarget, Stay
from ..states import RUNNING


def running_on(on: date) -> QuerySet[Station]:
    """Stations at which postdocs could be on the day: open, or to be rectified."""
    spans = StationSpan.objects.on(on).filter(state__in=RUNNING)
    return Station.objects.filter(pk__in=spans.order_by().values("station"))


@dataclass(frozen=True)
class Covered:
    """A first-level discipline in which the institution grants doctorates, with the mobile stations
    in it that run on the day; empty where there is none."""

    discipline: Discipline
    stations: tuple[Station, ...]


@dataclass(frozen=True)
class Coverage:
    """Disciplines with a doctoral right beside mobile stations, on a day; and mobile stations that
    run in a discipline without such a right."""

    on: date
    rows: tuple[Covered, ...]
    besides: tuple[Station, ...]

    @property
    def covered(self) -> int:
        """How many of the disciplines have a station."""
        return sum(bool(row.stations) for row in self.rows)

    @property
    def disciplines(self) -> int:
        """How many disciplines have a doctoral right."""
        return len(self.rows)


def coverage(institution: Unit, on: date) -> Coverage:
    """The first-level disciplines in which the institution may grant doctorates on the day, each with
    its mobile stations that run then. A right in a direction counts for the discipline above it, one
    to a professional degree does not, because a mobile station lies in an academic discipline; a
    right of unknown day is taken to hold. Three queries."""
    wanted = _doctoral(institution, on)
    stations: dict[int, list[Station]] = defaultdict(list)
    rows = running_on(on).filter(institution=institution, kind=StationKind.MOBILE)
    for station in rows.select_related("discipline").order_by("code"):
        stations[station.discipline_id or 0].append(station)
    covered = tuple(
        Covered(one, tuple(stations.pop(one.pk, ())))
        for one in sorted(wanted.values(), key=lambda one: (one.code, one.pk))
    )
    besides = [station for found in stations.values() for station in found]
    return Coverage(on, covered, tuple(sorted(besides, key=lambda one: one.code)))


def _doctoral(institution: Unit, on: date) -> dict[int, Discipline]:
    """The first-level disciplines of the doctoral rights, by key; one query."""
    rows = DegreePoint.objects.filter(
        Q(authorised_on=None) | Q(authorised_on__lte=on),
        institution=institution, degree_level=DegreeLevel.DOCTOR,
    ).exclude(degree_type=DegreeType.PROFESSIONAL)  # fmt: skip
    found = {}
    for point in rows.select_related("discipline__parent__parent"):
        one: Discipline | None = point.discipline
        while one is not None and one.level != DisciplineLevel.FIRST:
            one = one.parent
        if one is not None:
            found[one.pk] = one
    return found


@dataclass(frozen=True)
class Headcount:
    """How many postdocs a group had on a day; `key` as in `flow.FlowRow`."""

    key: int | str
    name_zh: str
    name_en: str
    count: int


def stays_on(institution: Unit, on: date) -> QuerySet[Stay]:
    """The stays of the postdocs who were in station at the end of the day."""
    return Stay.objects.filter(_there_on(on), institution=institution)


def _there_on(on: date) -> Q:
    """In station at the end of the day."""
    return Q(begins_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gt=on))


def headcount(institution: Unit, on: date, by: str = "") -> list[Headcount]:
    """How many postdocs were in station at the end of the day; by "station", "track" or "intake" the
    groups that have any, largest first, else one row. One query."""
    rows = stays_on(institution, on)
    if not by:
        return [Headcount("", "", "", rows.count())]
    columns = [by, "station__name_zh", "station__name_en"] if by == "station" else [by]
    counted = rows.order_by().values(*columns).annotate(count=Count("pk"))
    found = [_headcount(by, row) for row in counted]
    return sorted(found, key=lambda row: (-row.count, str(row.key)))


def _headcount(by: str, row: dict[str, object]) -> Headcount:
    key, count = row[by], row["count"]
    if by == "station":
        zh, en = str(row["station__name_zh"]), str(row["station__name_en"])
    else:
        zh, en = _label(by, str(key), "zh-hans"), _label(by, str(key), "en")
    return Headcount(key, zh, en, count)  # type: ignore[arg-type]


def _label(by: str, value: str, language: str) -> str:
    with override(language):
        return str(Track(value).label if by == "track" else IntakeSource(value).label)


@dataclass(frozen=True)
class Retention:
    """What became of those who entered in a year, as it is known on a day: how many entered, and of
    them how many were still in station, and how many had left in which way."""

    year: int
    on: date
    entered: int
    in_station: int
    exited: int
    left_early: int
    withdrawn: int
    transferred: int


def retention(institution: Unit, year: int, on: date | None = None) -> Retention:
    """The postdocs who entered the institution in the year, by what became of them up to the end of
    the day (today). Who only moved between stations of the institution is still in station. One
    query."""
    day = on or today()
    rows = Stay.objects.filter(
        institution=institution, begins_on__gte=date(year, 1, 1), begins_on__lte=day
    )
    ways: dict[int, str] = {}
    columns = rows.order_by("begins_on", "pk").values_list(
        "postdoc", "postdoc__follows", "begins_on", "ends_on", "comes_by", "goes_by"
    )
    entry: dict[int, int] = {}
    for postdoc, follows, begins_on, ends_on, comes_by, goes_by in columns:
        entry.setdefault(postdoc, entry.get(follows or 0, postdoc))
        is_first = comes_by == StayStart.ENTRY and begins_on.year == year
        if is_first or entry[postdoc] in ways:
            ways[entry[postdoc]] = goes_by if ends_on is not None and ends_on <= day else ""
    counted = Counter(ways.values())
    return Retention(
        year=year, on=day, entered=len(ways), in_station=counted[""],
        exited=counted[StayEnd.EXIT.value], left_early=counted[StayEnd.EARLY_EXIT.value],
        withdrawn=counted[StayEnd.WITHDRAWAL.value], transferred=counted[StayEnd.TRANSFER.value],
    )  # fmt: skip


@dataclass(frozen=True)
class Aim:
    """What was aimed at in a year and what was reached; of the whole institution without a station.
    A target that was not set is None; so is what is not known yet of a year that lies ahead."""

    year: int
    station: Station | None
    entries_target: int | None
    entries: int | None
    in_station_target: int | None
    in_station: int | None


def aims(institution: Unit, years: Sequence[int]) -> list[Aim]:
    """The targets of the years beside what was reached by the end of each, or up to today in the
    present one; the whole institution first, then the stations by code. Two queries."""
    rows = StationTarget.objects.filter(institution=institution, year__in=list(years))
    targets = sorted(
        rows.select_related("station"),
        key=lambda row: (row.year, row.station.code if row.station else ""),
    )
    reached = _reached(institution, {row.year for row in targets if row.year <= today().year})
    return [
        Aim(
            row.year, row.station, row.entries, _found(reached, "entries", row),
            row.in_station, _found(reached, "there", row),
        )
        for row in targets
    ]  # fmt: skip


#: Counts by name and year, and by station; under None those of all stations together.
_Counted = dict[str, dict[int | None, int]]


def _found(counted: _Counted, name: str, row: StationTarget) -> int | None:
    """What was counted, a station without any 0; None of a year that lies ahead."""
    found = counted.get(f"{name}_{row.year}")
    return None if found is None else found.get(row.station_id, 0)


def _reached(institution: Unit, years: Collection[int]) -> _Counted:
    """Entries of each year and headcounts at its end, or today in the present one; one query."""
    counts = {}
    for year in years:
        last = min(date(year, 12, 31), today())
        entered = Q(comes_by=StayStart.ENTRY, begins_on__gte=date(year, 1, 1), begins_on__lte=last)
        counts[f"entries_{year}"] = Count("pk", filter=entered)
        counts[f"there_{year}"] = Count("pk", filter=_there_on(last))
    rows = (
        Stay.objects.filter(institution=institution).order_by() if counts else Stay.objects.none()
    )
    found: _Counted = {name: {None: 0} for name in counts}
    for station, *values in rows.values_list("station").annotate(**counts):
        for counted, value in zip(found.values(), values, strict=True):
            counted[station] = value
            counted[None] += value
    return found
