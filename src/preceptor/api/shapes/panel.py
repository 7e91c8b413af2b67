"""A panel and its seats, as they are told."""

from __future__ import annotations

from datetime import date

from ninja import Schema

from .named import NamedTrainee, NamedUnit
from .standing import Requirement


class PanelLine(Schema):
    """A panel of the list."""

    key: int
    number: str
    stage: str
    planned_on: date | None
    sits_on: date | None
    sits_precision: str
    trainee: NamedTrainee
    unit: NamedUnit
    members: int


class Seat(Schema):
    """A member by what was known on the day of the sitting; unknown is null. `is_stated`: the title
    is the one that the panel's paper states."""

    person_zh: str
    person_en: str
    role: str | None
    title: str | None
    is_stated: bool
    title_series: str | None
    title_level: str | None
    units: list[NamedUnit]
    is_outside_unit: bool | None
    is_outside_institution: bool | None
    is_doctoral_supervisor: bool | None
    is_degree_committee: bool | None
    in_clinical_work: bool | None
    field: str | None


class Panel(Schema):
    """A panel, judged by the titles valid on the day of its sitting (`judged_on`)."""

    key: int
    number: str
    stage: str
    planned_on: date | None
    sits_on: date | None
    sits_precision: str
    trainee: NamedTrainee
    unit: NamedUnit
    verdict: str
    judged_on: date
    requirements: list[Requirement]
    seats: list[Seat]
