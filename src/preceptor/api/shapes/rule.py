"""Rules, packs and regulations, as they are told."""

from __future__ import annotations

from datetime import date

from ninja import Schema
from pydantic import Field

from .named import NamedPerson, NamedUnit, Words


class RuleLine(Schema):
    """A rule in force, and how many records of the reader's scope have which verdict."""

    rule: str
    pack: str
    subject: str
    title: Words
    kind: str
    gate: str | None
    layer: str
    citation: str
    evidence: str
    counts: dict[str, int]


class Value(Schema):
    """A value of a parameter from a day on, where it and its day stand, and who set it."""

    since: date
    value: Words
    citation: str
    evidence: str
    from_evidence: str
    layer: str
    pack: str


class Parameter(Schema):
    """A number, day or list of a regulation; `bind`: by the trainee's cohort or by the event."""

    name: str
    title: Words
    unit: str
    bind: str
    values: list[Value]


class Example(Schema):
    """A made-up record's verdict."""

    verdict: str
    on: date
    note: Words


class Source(Schema):
    """Where a rule stands."""

    key: str
    title: Words
    clause: Words | None
    wording: str | None
    issued_on: date | None


class Rule(RuleLine):
    """One rule: its expressions as written, its message, values by date, source, examples."""

    version: str
    when: str | None
    require: str
    message: Words
    since: date | None
    until: date | None
    parameters: list[Parameter]
    facts: dict[str, Words]
    source: Source
    examples: list[Example]
    as_of: date | None


class Finding(Schema):
    """A stored verdict of the rule on a trainee, or on a panel of the trainee."""

    key: int = Field(alias="pk")
    enrolment: int = Field(alias="enrolment_id")
    student_number: str
    person: NamedPerson = Field(alias="enrolment.person")
    unit: NamedUnit = Field(alias="enrolment.unit")
    panel: str | None = Field(None, alias="panel.number")
    verdict: str
    missing: str
    since: date
    as_of: date


class PackLine(Schema):
    """A content of a pack that binds an institution, or one unit of it, from a day on."""

    key: int = Field(alias="pk")
    pack: str
    layer: str
    version: str
    hash: str
    institution: NamedUnit
    unit: NamedUnit | None
    in_force_from: date
    in_force_to: date | None


class Pack(PackLine):
    """A content with its text."""

    text: str


class RegulationLine(Schema):
    """A regulation of the register."""

    key: int = Field(alias="pk")
    code: str
    layer: str
    title_zh: str
    title_en: str
    issuer_zh: str
    issuer_en: str
    number: str
    on_trial: bool
    issued_on: date | None
    effective_from: date | None
    effective_to: date | None
    replaces: int | None = Field(alias="replaces_id")
    pack: str


class Clause(Schema):
    """A clause, its gist, and the rules and values that stand on it."""

    clause: str
    title_zh: str
    title_en: str
    gist: str
    rules: list[str]
    parameters: list[str]


class Regulation(RegulationLine):
    """A regulation with its clauses; under an empty clause what cites it as a whole."""

    clauses: list[Clause]
