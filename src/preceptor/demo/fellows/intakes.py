"""Who entered the second institution's stations year by year, and who left.

Source of the published numbers: domain specification 8.6 (642 entries in three years, 10 left, 632 in
station). The split by station and way of leaving, and all after the census day, is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from preceptor.fellows.choices import HostRole, IntakeSource, StayEnd, Track
from preceptor.fellows.models import StationTarget

from ..apportionment import apportion, scaled
from ..months import add_months, last_of_month
from ..stage import CENSUS, Stage
from .chengling import STATIONS, Chengling
from .departures import left_after_census, some_day
from .postdocs import Guide, Term, Written, write_postdoc

#: Entries by year, in the order of the stations; the eighth opened in November 2023.
ENTRIES = {
    2021: (30, 62, 10, 14, 26, 14, 12, 0),
    2022: (40, 80, 14, 19, 34, 18, 16, 0),
    2023: (44, 86, 16, 22, 37, 20, 18, 10),
}
#: How those left who left before the census day; all of them entered in 2021.
LEAVERS = (StayEnd.EXIT, StayEnd.EARLY_EXIT, StayEnd.WITHDRAWAL)
LEFT = (3, 4, 3)
LATER_A_YEAR = 220
LATER = (38, 72, 14, 19, 31, 17, 15, 14)
#: What each year was to bring: entries and persons in station at its end.
TARGETS = {2021: (160, 330), 2022: (210, 480), 2023: (250, 620), 2024: (240, 640)}
CHUNK = 400
_TRACKS = {
    "1002": (Track.CLINICAL, Track.DUAL, Track.BASIC),
    "1003": (Track.CLINICAL, Track.DUAL),
    "1010": (Track.CLINICAL, Track.BASIC),
    "1011": (Track.CLINICAL, Track.BASIC),
}
_SOURCES = (IntakeSource.OWN,) * 16 + (IntakeSource.ENTERPRISE, IntakeSource.FOREIGN)


class Lot(NamedTuple):
    """The entry of one postdoc before anything else is known."""

    code: str
    serial: int
    entered_on: date
    left_on: date | None
    goes_by: StayEnd | None


def write_intakes(stage: Stage, place: Chengling) -> list[Written]:
    """All postdocs; gives those of the three published years."""
    random = stage.stream("chengling intakes")
    found = []
    for number, lot in enumerate(_published(stage, random), start=1):
        found.append(_write(stage, random, place, lot))
        if number % CHUNK == 0:
            stage.batch.write("postdocs of the second institution")
    for number, lot in enumerate(_later(stage, random), start=1):
        _write(stage, random, place, lot)
        if number % CHUNK == 0:
            stage.batch.write("later postdocs of the second institution")
    _write_targets(stage, place)
    stage.batch.write("postdocs and targets of the second institution")
    return found


def _published(stage: Stage, random: Random) -> Iterator[Lot]:
    """The three years, at the scale, station by station."""
    weights = [number for row in ENTRIES.values() for number in row]
    shares = iter(stage.shares(sum(weights), weights))
    ends = _ends(stage)
    for year in ENTRIES:
        first = date(year, 1, 4)
        for code, _, _, opened in STATIONS:
            since = max(first, opened)
            for serial in range(1, next(shares) + 1):
                entered = some_day(random, since, date(year, 12, 28))
                goes = next(ends, None) if year == 2021 and serial % 4 == 1 else None
                yield _lot(stage, random, code, serial, entered, goes)


def _ends(stage: Stage) -> Iterator[StayEnd]:
    """How those leave who leave before the census day, one after the other."""
    for goes, number in zip(LEAVERS, stage.shares(sum(LEFT), LEFT), strict=True):
        yield from (goes for _ in range(number))


def _lot(
    stage: Stage, random: Random, code: str, serial: int, entered: date, goes: StayEnd | None
) -> Lot:
    """Who leaves before the census day entered early in the first year; the others stay long."""
    if goes is None:
        return Lot(code, serial, entered, *left_after_census(stage, random, entered, (30, 41)))
    entered = some_day(random, date(2021, 1, 4), date(2021, 3, 26))
    months = {StayEnd.EXIT: (24, 32), StayEnd.EARLY_EXIT: (21, 23), StayEnd.WITHDRAWAL: (7, 16)}
    left = add_months(entered, random.randint(*months[goes]))
    return Lot(code, serial, entered, left, goes)


def _later(stage: Stage, random: Random) -> Iterator[Lot]:
    """Those who entered after the census day and until today."""
    for year in range(CENSUS.year + 1, stage.day.year + 1):
        last = min(date(year, 12, 28), stage.day - timedelta(days=3))
        first = date(year, 1, 6)
        days = max(0, (last - first).days)
        total = scaled(LATER_A_YEAR * days // 356, stage.scale)
        for (code, *_), share in zip(STATIONS, apportion(total, LATER), strict=True):
            for serial in range(1, share + 1):
                entered = some_day(random, first, last)
                yield Lot(
                    code, serial, entered, *left_after_census(stage, random, entered, (24, 30))
                )


def _write(stage: Stage, random: Random, place: Chengling, lot: Lot) -> Written:
    tracks = _TRACKS.get(lot.code, (Track.BASIC,))
    track = tracks[lot.serial % len(tracks)]
    professors = place.professors[lot.code]
    host = random.randrange(len(professors))
    guides = [Guide(professors[host], HostRole.HOST)]
    if track is Track.DUAL:
        other = professors[(host + 1) % len(professors)]
        guides.append(Guide(other, HostRole.CLINICAL))
    return write_postdoc(
        stage, random,
        Term(
            institution=place.root, place=place.places[lot.code], serial=lot.serial, track=track,
            entered_on=lot.entered_on, guides=tuple(guides), intake=random.choice(_SOURCES),
            left_on=lot.left_on, goes_by=lot.goes_by,
        ),
    )  # fmt: skip


def _write_targets(stage: Stage, place: Chengling) -> None:
    """What the institution and each station were to reach in a year; unknown for the eighth before
    it opened."""
    for year, (entries, in_station) in TARGETS.items():
        weights = ENTRIES.get(year, LATER)
        by_entries = stage.shares(entries, weights)
        by_station = stage.shares(in_station, weights)
        rows = zip(STATIONS, by_entries, by_station, strict=True)
        _write_target(stage, place, None, year, (sum(by_entries), sum(by_station)))
        for (code, _, _, opened), some, all_of in rows:
            if opened <= last_of_month(date(year, 12, 1)):
                _write_target(stage, place, place.places[code].key, year, (some, all_of))


def _write_target(
    stage: Stage, place: Chengling, station: int | None, year: int, aims: tuple[int, int]
) -> None:
    stage.batch.add(
        StationTarget, institution_id=place.root, station_id=station, year=year, entries=aims[0],
        in_station=aims[1],
    )  # fmt: skip
