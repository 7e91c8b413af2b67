"""Headcount and flow: start + in - out = end for any two days, any grouping and any history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from new_fellows import ENTRY, Fellows, entering, first_level, mobile
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.fellows.actions import change_stay, enter_postdoc, leave_station
from preceptor.fellows.choices import IntakeSource, StayEnd, Track
from preceptor.fellows.flow import GROUPS, FlowRow, flow
from preceptor.fellows.models import Postdoc, Station, Stay
from preceptor.institutions.actions import open_unit

pytest_plugins = ["fellow_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

BASE = date(2024, 2, 1)
SPAN = 40
INS = ("entries", "transfers_in", "changes_in")
OUTS = ("exits", "early_exits", "withdrawals", "transfers_out", "changes_out")
NAMES = {
    "entry": "entries", "transfer": "transfers_in", "change": "changes_in", "exit": "exits",
    "early_exit": "early_exits", "withdrawal": "withdrawals",
}  # fmt: skip


def day(offset: int) -> date:
    return BASE + timedelta(days=offset)


@dataclass(frozen=True)
class Leg:
    """One stay of an invented history: so many days after the one before, so long, and how it ends;
    `length` None for one that is open."""

    gap: int
    length: int | None
    ends: str
    station: int
    track: str
    intake: str


@dataclass
class Past:
    """A stay as the recount knows it: offsets of days, and the groups it is in."""

    begins: int
    ends: int | None
    comes_by: str
    goes_by: str
    groups: dict[str, Any] = field(default_factory=dict)

    def covers(self, offset: int) -> bool:
        return self.begins <= offset and (self.ends is None or offset < self.ends)


LEGS = st.builds(
    Leg, gap=st.sampled_from([0, 0, 1, 5]), length=st.one_of(st.none(), st.integers(1, 15)),
    ends=st.sampled_from([*StayEnd.values, "change", "change", "transfer"]),
    station=st.integers(0, 2), track=st.sampled_from(["clinical", "basic"]),
    intake=st.sampled_from(["own", "foreign"]),
)  # fmt: skip
HISTORIES = st.lists(st.lists(LEGS, min_size=1, max_size=6), min_size=1, max_size=5)


def past_of(legs: list[Leg], stations: list[Station]) -> list[Past]:
    """The stays of one person: a change or a move without a gap leads on, all else is an entry."""
    found: list[Past] = []
    at = 0
    for leg in legs:
        before = found[-1].goes_by if found else ""
        gap = 0 if before == "change" else leg.gap
        comes_by = before if before in ("change", "transfer") and not gap else "entry"
        begins = at + gap
        ends = None if leg.length is None else begins + leg.length
        station = stations[leg.station]
        if comes_by == "change":
            # Another track or source in the same station.
            station = next(one for one in stations if one.pk == found[-1].groups["station"])
        groups = {
            "": "", "station": station.pk, "track": leg.track, "intake": leg.intake,
            "institution": station.institution_id,
        }  # fmt: skip
        found.append(Past(begins, ends, comes_by, "" if ends is None else leg.ends, groups))
        if ends is None:
            break
        at = ends
    return found


def written(past: list[Past], person: Any, stations: dict[int, Station], number: str) -> None:
    """The same stays in the database; every entry or move begins a term."""
    term: Postdoc | None = None
    for place, one in enumerate(past):
        station = stations[one.groups["station"]]
        shared = {
            "institution": station.institution, "station": station,
            "track": one.groups["track"], "intake": one.groups["intake"],
        }  # fmt: skip
        if one.comes_by != "change":
            term = Postdoc.objects.create(
                **shared, person=person, unit=station.unit, number=f"{number}-{place}",
                entered_on=day(one.begins), term_ends_on=day(one.begins) + timedelta(days=730),
                follows=term if one.comes_by == "transfer" else None,
            )  # fmt: skip
        assert term is not None
        Stay.objects.create(
            **shared, postdoc=term, begins_on=day(one.begins), comes_by=one.comes_by,
            ends_on=None if one.ends is None else day(one.ends), goes_by=one.goes_by,
        )  # fmt: skip


def recount(persons: list[list[Past]], first: int, last: int, by: str) -> dict[Any, Counter[str]]:
    """What a clerk finds who walks through the days with every person's file."""
    found: dict[Any, Counter[str]] = {}

    def tally(group: Any) -> Counter[str]:
        return found.setdefault(group, Counter())

    for past in persons:
        for one in past:
            group = one.groups[by]
            tally(group)["start"] += one.covers(first - 1)
            tally(group)["end"] += one.covers(last)
        for offset in range(first, last + 1):
            left = [one for one in past if one.ends == offset]
            came = [one for one in past if one.begins == offset]
            for one in came:
                stayed = one.comes_by in ("change", "transfer") and any(
                    other.groups[by] == one.groups[by] for other in left
                )
                if not stayed:
                    tally(one.groups[by])[NAMES[one.comes_by]] += 1
            for one in left:
                stays = any(
                    other.comes_by == one.goes_by and other.groups[by] == one.groups[by]
                    for other in came
                )
                if not (one.goes_by in ("change", "transfer") and stays):
                    out = {"change": "changes_out", "transfer": "transfers_out"}
                    tally(one.groups[by])[out.get(one.goes_by) or NAMES[one.goes_by]] += 1
    return {group: counts for group, counts in found.items() if sum(counts.values())}


def counts(row: FlowRow) -> dict[str, int]:
    return {name: getattr(row, name) for name in ("start", *INS, *OUTS, "end")}


def holds(row: FlowRow) -> bool:
    said = counts(row)
    whole = said["start"] + sum(said[name] for name in INS) - sum(said[name] for name in OUTS)
    return whole == row.end == row.start + row.came - row.went


@pytest.fixture
def stations(fellows: Fellows) -> list[Station]:
    """Two stations of the university and one of another."""
    Postdoc.objects.all().delete()
    other = open_unit(
        upper=None, code="TN", kind="university", name_zh="汀南医科大学",
        name_en="Tingnan Medical University", valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip
    there = mobile(other, "LD-0710", first_level("0710", "生物学", "Biology"))
    return [fellows.station, fellows.other_station, there]


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(histories=HISTORIES, first=st.integers(-2, SPAN), length=st.integers(0, SPAN))
@example(
    histories=[
        [
            Leg(0, 5, "change", 0, "clinical", "own"), Leg(0, 5, "transfer", 0, "basic", "own"),
            Leg(0, 5, "transfer", 1, "basic", "own"), Leg(0, None, "exit", 2, "basic", "own"),
        ]
    ],
    first=5, length=10,
)  # fmt: skip
@example(histories=[[Leg(0, 1, "exit", 0, "basic", "own")] * 3], first=1, length=0)
def test_any_history_counted_day_by_day_gives_the_same_flow(
    stations: list[Station], fellows: Fellows, histories: list[list[Leg]], first: int, length: int
) -> None:
    by_key = {one.pk: one for one in stations}
    persons = [past_of(legs, stations) for legs in histories]
    last = first + length
    with transaction.atomic():
        for place, past in enumerate(persons):
            written(past, fellows.persons["P2"], by_key, f"N{place}")
        for by in GROUPS:
            rows = flow(first=day(first), last=day(last), by=by)
            assert all(holds(row) for row in rows)
            expected = recount(persons, first, last, by)
            found = {row.key: {k: v for k, v in counts(row).items() if v} for row in rows}
            if not by:
                assert len(rows) == 1
                expected = expected or {"": Counter()}
            assert found == {group: +counted for group, counted in expected.items()}, by
        transaction.set_rollback(True)


@settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(histories=HISTORIES, cut=st.integers(0, SPAN), by=st.sampled_from(GROUPS))
def test_where_one_period_ends_the_next_begins(
    stations: list[Station], fellows: Fellows, histories: list[list[Leg]], cut: int, by: Any
) -> None:
    with transaction.atomic():
        for place, legs in enumerate(histories):
            past = past_of(legs, stations)
            written(past, fellows.persons["P2"], {one.pk: one for one in stations}, f"N{place}")
        before = {row.key: row.end for row in flow(first=day(-1), last=day(cut), by=by)}
        after = {row.key: row.start for row in flow(first=day(cut + 1), last=day(99), by=by)}
        assert {k: v for k, v in before.items() if v} == {k: v for k, v in after.items() if v}
        transaction.set_rollback(True)


def test_a_year_counts_who_entered_on_its_first_day_and_who_left_on_its_last(
    fellows: Fellows,
) -> None:
    leave_station(postdoc=fellows.xu, goes_by=StayEnd.EXIT, on=date(2025, 8, 31), by=OPERATOR)
    [year] = flow(first=ENTRY, last=date(2025, 8, 31), institution=fellows.institution)
    assert (year.start, year.entries, year.exits, year.end) == (0, 1, 1, 0)
    [before] = flow(first=ENTRY, last=date(2025, 8, 30), institution=fellows.institution)
    assert (before.entries, before.exits, before.end) == (1, 0, 1)


def test_a_change_of_track_is_a_movement_between_tracks_and_none_of_the_station(
    fellows: Fellows,
) -> None:
    on = date(2024, 3, 1)
    change_stay(postdoc=fellows.xu, on=on, track=Track.DUAL, by=fellows.personnel)
    [station] = flow(first=on, last=on, by="station")
    assert (station.start, station.changes_in, station.changes_out, station.end) == (1, 0, 0, 1)
    clinical, dual = flow(first=on, last=on, by="track")
    assert (clinical.key, clinical.start, clinical.changes_out, clinical.end) == (
        "clinical",
        1,
        1,
        0,
    )
    assert (dual.key, dual.start, dual.changes_in, dual.end) == ("dual", 0, 1, 1)
    assert (clinical.name_zh, clinical.name_en) == ("临床型", "clinical")


def test_one_station_shows_its_own_people_and_not_those_of_another(fellows: Fellows) -> None:
    enter_postdoc(**entering(fellows, station=fellows.other_station))
    [row] = flow(first=today(), last=today(), station=fellows.other_station, by="station")
    assert (row.key, row.name_en, row.end) == (
        fellows.other_station.pk, fellows.other_station.name_en, 1,
    )  # fmt: skip
    elsewhere = open_unit(
        upper=None, code="TN", kind="university", name_zh="汀南医科大学", name_en="Tingnan",
        valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip
    [nobody] = flow(first=today(), last=today(), institution=elsewhere)
    assert (nobody.start, nobody.end) == (0, 0)
    assert flow(first=today(), last=today(), institution=elsewhere, by="station") == []


def test_the_flow_is_one_question_to_the_database(fellows: Fellows) -> None:
    for by in GROUPS:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            flow(first=ENTRY, last=today(), institution=fellows.institution, by=by)
        assert len(asked) == 1


def test_days_the_wrong_way_round_and_an_unknown_grouping_are_refused(fellows: Fellows) -> None:
    with pytest.raises(InputRefused):
        flow(first=date(2024, 2, 2), last=date(2024, 2, 1))
    with pytest.raises(InputRefused):
        flow(first=ENTRY, last=ENTRY, by="unit")  # type: ignore[arg-type]


def test_the_source_of_an_intake_is_named_in_both_languages(fellows: Fellows) -> None:
    [row] = flow(first=ENTRY, last=ENTRY, by="intake")
    assert row.key == IntakeSource.OWN and row.name_en == "own recruitment"
    assert row.name_zh == "自主招收"
