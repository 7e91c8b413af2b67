"""The dossier of a station: every line a figure of a census, and none typed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from preceptor.fellows.models import Station
from preceptor.reports.dossier import as_kept, departures, dossier_of, from_kept, wanted
from preceptor.reports.models import Census


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
