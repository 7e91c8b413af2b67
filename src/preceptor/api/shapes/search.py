"""What a text finds, and the overview, as they are told."""

from __future__ import annotations

from datetime import date

from ninja import Schema

from .named import NamedTrainee, NamedUnit, Words


class FoundPanel(Schema):
    """A panel that was found."""

    key: int
    number: str
    stage: str
    trainee: NamedTrainee


class FoundRule(Schema):
    """A rule that was found."""

    rule: str
    title: Words


class FoundRegulation(Schema):
    """A regulation that was found."""

    key: int
    title_zh: str
    title_en: str
    number: str


class Finds(Schema):
    """What a text finds of each kind, at most 12."""

    enrolments: list[NamedTrainee]
    panels: list[FoundPanel]
    rules: list[FoundRule]
    regulations: list[FoundRegulation]
    units: list[NamedUnit]


class Overview(Schema):
    """How many trainees of the reader's scope are in which state, how many stand how as a whole,
    and by rule; as of the last evaluation."""

    states: dict[str, int]
    wholes: dict[str, int]
    rules: dict[str, dict[str, int]]
    as_of: date | None
