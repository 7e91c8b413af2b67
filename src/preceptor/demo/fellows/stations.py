"""Postdoctoral stations with the states they went through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from preceptor.fellows.choices import StationKind, StationState
from preceptor.fellows.models import Station, StationSpan

from ..stage import Stage

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """A station while its postdocs are written: its key, the unit whose persons host them, and its
    national number."""

    key: int
    unit: int
    number: str
    opened_on: date
    discipline: int | None
    name: str


@dataclass(frozen=True)
class NewStation:
    """A station that was approved and opened on a day."""

    code: str
    number: str
    kind: StationKind
    names: tuple[str, str]
    discipline: int | None
    opened_on: date


def open_station(
    stage: Stage, root: int, unit: int, new: NewStation, offices: tuple[int, int] | None = None
) -> Place:
    """A station that is open since its day; two offices own it together, where given."""
    key = stage.batch.add(
        Station, institution_id=root, unit_id=unit, code=new.code, number=new.number, kind=new.kind,
        name_zh=new.names[0], name_en=new.names[1], discipline_id=new.discipline,
        first_office_id=offices and offices[0], second_office_id=offices and offices[1],
        state=StationState.OPEN, opened_on=new.opened_on,
    )  # fmt: skip
    write_spans(stage, key, [(StationState.OPEN, new.opened_on)])
    return Place(key, unit, new.number, new.opened_on, new.discipline, new.names[0])


def write_spans(stage: Stage, station: int, steps: Sequence[tuple[StationState, date]]) -> None:
    """The states one after another without a gap; the last is open."""
    ends = [since - _A_DAY for _, since in steps[1:]]
    for (state, since), until in zip(steps, [*ends, None], strict=True):
        stage.batch.add(
            StationSpan, station_id=station, state=state, valid_from=since, valid_to=until
        )
