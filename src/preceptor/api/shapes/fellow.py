"""Stations, postdocs and incubations, as they are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ninja import Schema

from .named import NamedDirection, NamedPerson, NamedUnit
from .standing import Requirement


class StationLine(Schema):
    """A station of the list; the national number is empty until it is given."""

    key: int
    code: str
    number: str
    kind: str
    name_zh: str
    name_en: str
    state: str
    unit: NamedUnit
    discipline: NamedDirection | None
    first_office: NamedUnit | None
    second_office: NamedUnit | None
    opened_on: date | None
    closed_on: date | None


class StationSpan(Schema):
    """A state that a station had, both days included; the last null: still."""

    state: str
    valid_from: date
    valid_to: date | None


class Station(StationLine):
    """One station: the company that holds it, the station above, its states in time, its requests,
    and what the rules in force say of it today."""

    partner: int | None
    upper: int | None
    requests: list[int]
    present: int
    spans: list[StationSpan]
    requirements: list[Requirement]


class Covered(Schema):
    """A discipline with a doctoral right and its running mobile stations."""

    discipline: NamedDirection
    stations: list[str]


class Coverage(Schema):
    """How many disciplines with a doctoral right have a mobile station on the day; `besides`: the codes
    of stations in other disciplines."""

    on: date
    covered: int
    disciplines: int
    rows: list[Covered]
    besides: list[str]


class NetworkGuide(Schema):
    """Who supervises in a lane of the network, and how many postdocs."""

    person: NamedPerson
    count: int


class NetworkJoin(Schema):
    """A company or hospital (`partner`) that takes part in a station; both keys."""

    partner: int
    station: int


class NetworkGuidance(Schema):
    """A person who supervises in a station; both keys."""

    station: int
    person: int


class NetworkHouse(Schema):
    """A laboratory (its key) in a lane of the network, and how many postdocs work there."""

    laboratory: int
    count: int


class NetworkHolding(Schema):
    """A unit of the institution that holds a workstation; both keys."""

    unit: int
    station: int


class NetworkHousing(Schema):
    """A laboratory in which postdocs of a station work; both keys."""

    station: int
    laboratory: int


class NetworkLane(Schema):
    """A discipline of the network (code and names empty for what belongs to none): the keys of its
    partners, own hospitals that hold workstations, stations and platforms, who supervises there, which
    laboratories have the postdocs, and how they hang together."""

    code: str
    name_zh: str
    name_en: str
    partners: list[int]
    holders: list[int]
    stations: list[int]
    supervisors: list[NetworkGuide]
    laboratories: list[NetworkHouse]
    platforms: list[int]
    joins: list[NetworkJoin]
    held: list[NetworkHolding]
    guided: list[NetworkGuidance]
    housed: list[NetworkHousing]


class StationAim(Schema):
    """What was aimed at in a year and what was reached, of a station or (null) of the whole
    institution; what is not set, or lies ahead, is null."""

    year: int
    station: str | None
    entries_target: int | None
    entries: int | None
    in_station_target: int | None
    in_station: int | None


class DossierLine(Schema):
    """A line of a dossier: a figure of a census; the value is null where it is not on record."""

    figure: str
    title: str
    value: Decimal | None
    census: int
    day: date
    edition: int
    records: int


class PostdocLine(Schema):
    """A postdoc of the list."""

    key: int
    number: str
    person: NamedPerson
    station: str
    workstation: str | None
    unit: NamedUnit
    track: str
    intake: str
    state: str
    entered_on: date
    term_ends_on: date
    left_on: date | None


class Hosted(Schema):
    """Who supervises, as what, on which days (the last null: still)."""

    key: int
    person: NamedPerson
    role: str
    is_outside: bool
    valid_from: date
    valid_to: date | None


class PlanGoal(Schema):
    """A goal of the development plan; what was not reported is null."""

    key: int
    kind: str
    text: str
    target: Decimal | None
    due_on: date
    reached: Decimal | None
    reached_on: date | None
    evidence: str
    agreed_on: date | None


class Assessed(Schema):
    """An assessment; the grade is null until it is given."""

    kind: str
    year: int
    attempt: int
    held_on: date
    grade: str | None


class Flow(Schema):
    """One group of the flow: start + entries + transfers_in + changes_in - exits - early_exits -
    withdrawals - transfers_out - changes_out = end."""

    key: int | str
    name_zh: str
    name_en: str
    start: int
    entries: int
    transfers_in: int
    changes_in: int
    exits: int
    early_exits: int
    withdrawals: int
    transfers_out: int
    changes_out: int
    end: int


class IncubationStage(Schema):
    """A stage: whose it is, and what proved that it was reached (null: not yet)."""

    key: int
    kind: str
    owner: NamedPerson
    began_on: date
    due_on: date | None
    done_on: date | None
    evidence: str


class IncubationLine(Schema):
    """An incubation of the list; one that was given up says on which day and why."""

    key: int
    number: str
    title_zh: str
    title_en: str
    unit: NamedUnit
    began_on: date
    dropped_on: date | None
    drop_reason: str
    stages: list[IncubationStage]


class Incubation(IncubationLine):
    """One incubation with its need and team, the company or hospital, and the postdoc, where the
    reader may see one."""

    need: str
    partner: int | None
    postdoc: int | None
    team: list[NamedPerson]
