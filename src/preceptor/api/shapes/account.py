"""Accounts, roles and access keys, as they are told."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from .named import NamedUnit


class Role(Schema):
    """A right to act in a unit and all below it, for a time."""

    key: int = Field(alias="pk")
    kind: str
    unit: NamedUnit
    valid_from: date
    valid_to: date | None


class AccountLine(Schema):
    """An account of the list, with the roles that it holds today."""

    key: int
    login: str
    name: str
    person: int | None
    is_active: bool
    last_login: datetime | None
    roles: list[Role]


class Account(AccountLine):
    """One account with all the roles that it has or had."""


class CalendarFeed(Schema):
    """Since when a calendar programme can read the own sittings and deadlines at a secret address; null
    where there is none."""

    since: datetime | None


class NewCalendarFeed(CalendarFeed):
    """The secret address; told here and nowhere else. Who has it reads the calendar."""

    address: str


class AccessKey(Schema):
    """An access key of the own account; its secret is told nowhere."""

    key: int = Field(alias="pk")
    name: str
    may_write: bool
    expires_on: date
    revoked_at: datetime | None
    last_used_on: date | None


class Own(Schema):
    """Who asks: the account, its roles today, and its access keys."""

    key: int
    login: str
    name: str
    person: int | None
    roles: list[Role]
    keys: list[AccessKey]
