"""What is named by other records: its key and its name in both languages."""

from __future__ import annotations

from ninja import Schema
from pydantic import Field


class Words(Schema):
    """One text in both languages."""

    zh: str
    en: str


class NamedUnit(Schema):
    """A unit."""

    key: int = Field(alias="pk")
    code: str
    name_zh: str
    name_en: str


class NamedPlatform(Schema):
    """A platform."""

    key: int = Field(alias="pk")
    code: str
    name_zh: str
    name_en: str


class NamedDirection(Schema):
    """An entry of the discipline catalogue."""

    key: int = Field(alias="pk")
    code: str
    name_zh: str
    name_en: str


class NamedPerson(Schema):
    """A person, by the names alone."""

    key: int = Field(alias="pk")
    name_zh: str
    name_en: str


class NamedTrainee(Schema):
    """A trainee as other records name one."""

    key: int = Field(alias="pk")
    student_number: str
    person: NamedPerson
