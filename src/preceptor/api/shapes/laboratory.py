"""Programmes of principal investigators, laboratories and appointments, as they are told.

Persons and CNY are counted as the kind of a limit says; what is not known is null, never 0.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ninja import Schema
from pydantic import Field

from .named import NamedPerson, NamedUnit
from .standing import Requirement


class NamedBody(Schema):
    """A standing body."""

    key: int = Field(alias="pk")
    code: str
    name_zh: str
    name_en: str


class NamedPaper(Schema):
    """A regulation or another paper of the institution."""

    key: int = Field(alias="pk")
    code: str
    title_zh: str
    title_en: str


class ProgrammeLine(Schema):
    """A programme of independent principal investigators."""

    key: int = Field(alias="pk")
    code: str
    name_zh: str
    name_en: str
    unit: NamedUnit
    director: NamedPerson | None
    opened_on: date
    closed_on: date | None


class QuotaLine(Schema):
    """How many places in a year, the layer that decided, and under which paper."""

    key: int = Field(alias="pk")
    year: int
    degree_level: str
    places: int
    layer: str
    regulation: NamedPaper | None
    note: str


class PiProgramme(ProgrammeLine):
    """A programme with its committees, its delegation and its quota lines, and the keys of the
    laboratories, appointments and calls that the reader may see."""

    academic_committee: NamedBody | None
    training_committee: NamedBody | None
    education_committee: NamedBody | None
    instrument_committee: NamedBody | None
    delegation: NamedPaper | None
    quota_lines: list[QuotaLine]
    laboratories: list[int]
    appointments: list[int]
    calls: list[int]


class LaboratoryLine(Schema):
    """A laboratory, its place, its programme and its head."""

    key: int = Field(alias="pk")
    unit: NamedUnit
    programme: int = Field(alias="programme_id")
    head: NamedPerson
    opened_on: date
    closing_on: date | None
    closed_on: date | None


class LabMember(Schema):
    """Who works in a laboratory, as what, for which days (the last null: no end set)."""

    key: int = Field(alias="pk")
    person: NamedPerson
    role: str
    valid_from: date
    valid_to: date | None


class Asset(Schema):
    """A thing that a laboratory holds or held, and to which unit it went."""

    key: int = Field(alias="pk")
    number: str
    name: str
    value_cny: Decimal | None
    valid_from: date
    valid_to: date | None
    goes_to: NamedUnit | None


class Laboratory(LaboratoryLine):
    """A laboratory with its people and things; `balance_cny` null for who does not read its money."""

    members: list[LabMember]
    assets: list[Asset]
    balance_cny: Decimal | None
    appointments: list[int]
    requests: list[int]


class LabRemains(Schema):
    """What would be left if the laboratory closed on the day: members and postdocs guided by its head
    alone, things, the account, and how many requests under way; `requests` and `postdocs` are the
    keys that the reader may see."""

    on: date
    members: list[NamedPerson]
    assets: list[Asset]
    balance_cny: Decimal
    requests: list[int]
    hidden_requests: int
    postdocs: list[int]
    hidden_postdocs: int


class Authority(Schema):
    """What the head may decide alone today in one kind; without a limit all but the kind is null."""

    kind: str
    most: Decimal | None
    period: str | None
    used: Decimal | None
    left: Decimal | None


class Limit(Schema):
    """A limit of the charter for a time, with the paper that gave the authority."""

    key: int = Field(alias="pk")
    kind: str
    most: Decimal
    period: str
    valid_from: date
    valid_to: date | None
    paper: str


class Use(Schema):
    """A line of the ledger: what was decided, what was used before, and by whom."""

    key: int = Field(alias="pk")
    kind: str
    amount: Decimal
    used_before: Decimal
    most: Decimal | None
    is_within: bool
    decided_on: date
    case: int | None = Field(alias="case_id")
    by_name: str
    note: str
    returns: int | None = Field(alias="returns_id")


class Entry(Schema):
    """A movement of money in CNY: what came in is positive, what went out negative."""

    key: int = Field(alias="pk")
    kind: str
    amount_cny: Decimal
    booked_on: date
    note: str
    counters: int | None = Field(alias="counters_id")


class LabCharter(Schema):
    """What the head may decide alone today, the limits in time, the ledger, and the account.

    While the head's authority rests, `rests` says why (closing, stopped, left, over, before, other) and
    every request goes on to the director; null while it does not rest."""

    rests: str | None
    authorities: list[Authority]
    limits: list[Limit]
    ledger: list[Use]
    balance_cny: Decimal
    entries: list[Entry]


class AppointmentLine(Schema):
    """A term of a person as independent principal investigator."""

    key: int = Field(alias="pk")
    number: str
    person: NamedPerson
    programme: int = Field(alias="programme_id")
    laboratory: int | None = Field(alias="laboratory_id")
    state: str
    starts_on: date
    ends_on: date
    probation_until: date | None
    left_on: date | None


class JudgedAppointment(AppointmentLine):
    """A term in the list: the weightiest verdict of today with the rules that give it; null where it
    is not asked for, or no rule in force speaks of it."""

    verdict: str | None
    rules: list[str]


class ContractGoal(Schema):
    """A target; `reached` is null until it is reported."""

    key: int = Field(alias="pk")
    kind: str
    text: str
    target: Decimal
    due_on: date
    reached: Decimal | None
    evidence: str


class RepresentativeWork(Schema):
    """A representative work, and why it matters."""

    key: int = Field(alias="pk")
    title: str
    year: int
    doi: str
    meaning: str


class Taught(Schema):
    """What was taught in a year, in contact hours."""

    key: int = Field(alias="pk")
    year: int
    course: str
    hours: int
    trainees: int | None


class Tranche(Schema):
    """A part of the rolling investment in CNY."""

    key: int = Field(alias="pk")
    place: int
    amount_cny: Decimal
    planned_on: date
    state: str
    decided_on: date | None
    reason: str


class Assessment(Schema):
    """An assessment that was held; `verdict` is null for an annual check."""

    kind: str
    held_on: date
    grade: str
    verdict: str | None
    comment: str


class AssessmentEvidence(Schema):
    """The evidence of an assessment as it was frozen (null: not taken together yet), and the verdict
    on which is voted (null: none, or not to be told yet)."""

    kind: str
    appointment: int
    scorecard: dict[str, Any] | None
    proposed: str | None
    probation_until: date | None


class TermEnd(Schema):
    """Why a term ended without an assessment; `reason` is null for who is not told it."""

    ground: str
    paper: str
    reason: str | None


class Appointment(AppointmentLine):
    """An appointment with targets, works, teaching, tranches, assessments, its requests, and what the
    rules in force say of it today."""

    contract_number: str
    contracted_on: date | None
    country: str
    follows: int | None = Field(alias="follows_id")
    goals: list[ContractGoal]
    works: list[RepresentativeWork]
    teaching: list[Taught]
    tranches: list[Tranche]
    assessments: list[Assessment]
    ended: TermEnd | None
    requests: list[int]
    requirements: list[Requirement]
