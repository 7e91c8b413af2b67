"""Censuses, figures and reports, as they are told."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from ninja import Schema
from pydantic import Field

from .named import NamedUnit


class CensusLine(Schema):
    """A frozen state of a day."""

    key: int = Field(alias="pk")
    institution: NamedUnit
    day: date
    edition: int
    known_at: datetime
    manifest_hash: str
    frozen_by: str


class Census(Schema):
    """One census; `problems` are where the files no longer agree with the manifest."""

    key: int
    institution: NamedUnit
    day: date
    edition: int
    known_at: datetime
    manifest_hash: str
    frozen_by: str
    rows: dict[str, int]
    figures: int
    problems: list[str]
    files: list[str]


class FigureLine(Schema):
    """A figure of a census; the value is the same for every reader, null where it is unknown."""

    key: int = Field(alias="pk")
    name: str = Field(alias="key")
    scope: str
    period: str
    nature: str
    value: Decimal | None
    unit: str
    records: int


class Figure(Schema):
    """One figure with its definition: what it counts, over which time, how it is computed, and of
    which kinds its records are."""

    key: int
    name: str
    title: str
    scope: str
    period: str
    nature: str
    value: Decimal | None
    unit: str
    records: int
    note: str
    population: str | None
    window: str | None
    computed_by: str
    record_kinds: list[str]
    census: int
    day: date
    manifest_hash: str


class Records(Schema):
    """The keys of the records behind a figure that the reader may see, ascending, and how many of
    all are hidden from the reader."""

    kind: str | None
    keys: list[int]
    hidden: int
    after: str | None
