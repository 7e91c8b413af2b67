"""The dossier of a station: every line a figure of a census, and none typed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from preceptor.base.errors import RuleBroken
from preceptor.fellows.models import Station
from preceptor.institutions.models import Discipline
from preceptor.reports.dossier import as_kept, compiled, departures, dossier_of, from_kept, wanted
from preceptor.reports.models import Census
from preceptor.standing.stations import station_records


@pytest.fixture
def station(census: Census) -> Station:
    return Station.objects.get(code="BIO")


def test_every_line_is_the_value_that_the_census_holds(census: Census, station: Station) -> None:
    lines = {line.figure: line for line in dossier_of(station, census)}
    assert list(lines) == wanted(station)
    for key, line in lines.items():
        held = census.figures.filter(key=key, scope="SMALL").first()
        assert line.value == (str(held.value) if held else None)
    assert lines["station.covered"].words("zh") == "2"
    assert lines["postdoc.in_station"].records == 4


def test_what_the_census_does_not_hold_is_a_line_without_a_value(
    census: Census, station: Station
) -> None:
    lines = {line.figure: line for line in dossier_of(station, census)}
    assert lines["discipline.graduates.BIO"].value is None
    assert lines["discipline.graduates.BIO"].words("zh") == "未登记"


def test_a_line_changed_by_hand_is_found(census: Census, station: Station) -> None:
    lines = dossier_of(station, census)
    assert departures(lines) == []
    kept = from_kept(as_kept(lines))
    assert kept == lines
    place = next(n for n, line in enumerate(kept) if line.figure == "station.covered")
    kept[place] = replace(kept[place], value="8")
    assert [line.figure for line in departures(kept)] == ["station.covered"]


def test_a_dossier_is_compiled_out_of_a_census_of_the_own_institution_and_no_other(
    census: Census, station: Station
) -> None:
    assert compiled(station, census.pk) == as_kept(dossier_of(station, census))
    with pytest.raises(RuleBroken):
        compiled(station, census.pk + 1000)
    foreign = Station(pk=station.pk, institution_id=station.institution_id + 10**6)
    with pytest.raises(RuleBroken):
        compiled(foreign, census.pk)


def test_the_rules_and_the_dossier_count_the_same_supervisors_of_a_discipline(
    census: Census,
) -> None:
    prefix = "discipline.supervisors."
    held = {
        row.key.removeprefix(prefix): row.value
        for row in census.figures.filter(key__startswith=prefix, scope="SMALL")
    }
    firsts = Discipline.objects.filter(code__in=held, level="first")
    stations = [
        Station.objects.create(
            institution=census.institution, unit=census.institution, code=f"C-{one.code}",
            kind="mobile", name_zh=one.name_zh, name_en=one.name_en, discipline=one, state="need",
        )
        for one in firsts
    ]  # fmt: skip
    assert any(value for value in held.values())
    assert len(stations) == len(held)
    rows = Station.objects.filter(pk__in=[one.pk for one in stations]).select_related("upper")
    listed = list(rows.order_by("pk"))
    for row, record in zip(listed, station_records(listed, census.day), strict=True):
        [line] = [one for one in dossier_of(row, census) if one.figure.startswith(prefix)]
        told = None if line.value is None else int(Decimal(line.value))
        assert told == record["doctoral_supervisors"], row.code
