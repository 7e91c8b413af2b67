"""What is told of a declared tie and of a contact."""

from __future__ import annotations

from datetime import date

from ninja import Field, Schema


class RecordedTie(Schema):
    """A declared tie, which holds in both directions; `note` is null for who may not read it, `valid_to`
    while it holds."""

    key: int
    person_zh: str
    person_en: str
    other_zh: str
    other_en: str
    kind: str
    note: str | None
    declared_by: str
    valid_from: date
    valid_to: date | None


class Contact(Schema):
    """How a person is reached; `key` is that of the person, a text is empty for what is not known."""

    key: int = Field(alias="person_id")
    name_zh: str = Field(alias="person.name_zh")
    name_en: str = Field(alias="person.name_en")
    email: str
    telephone: str
    employer_zh: str
    employer_en: str
    country: str
