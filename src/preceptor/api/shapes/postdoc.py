"""One postdoc with every record, as far as the reader may be told; what may not be told is null."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from ninja import Schema

from .fellow import Assessed, Hosted, PlanGoal, PostdocLine
from .named import NamedPlatform, NamedUnit
from .standing import Requirement


class PostdocStay(Schema):
    """A stay: one station (its code), one track, one source, up to but without the last day."""

    station: str
    track: str
    intake: str
    begins_on: date
    ends_on: date | None
    comes_by: str
    goes_by: str


class PostdocPlatform(Schema):
    """On which platform the postdoc works, on which days in station (the last null: still)."""

    key: int
    platform: NamedPlatform
    valid_from: date
    valid_to: date | None


class PostdocContract(Schema):
    """A signed contract."""

    key: int
    number: str
    signed_on: date
    first_on: date
    last_on: date
    ownership: str
    breach: str


class PostdocFunding(Schema):
    """Who pays what a year today, in CNY; the amount null for who may not read it."""

    payer: str
    payer_unit: NamedUnit | None
    payer_name: str
    purpose: str
    amount_cny: Decimal | None
    valid_from: date


class PostdocSupport(Schema):
    """One payment in CNY."""

    key: int
    kind: str
    payer: str
    amount_cny: Decimal
    paid_on: date


class PostdocMonths(Schema):
    """Months of the track, both included; `share_e2` in per cent of the working time."""

    key: int
    kind: str
    place: str
    unit: NamedUnit | None
    first_month: date
    last_month: date
    is_planned: bool
    share_e2: int


class PostdocLeave(Schema):
    """A leave; its kind null for who may not read it."""

    key: int
    kind: str | None
    first_on: date
    last_on: date
    returned_on: date | None


class PostdocGround(Schema):
    """What was found, and when it was taken back."""

    key: int
    kind: str
    found_on: date
    first_on: date | None
    days: int | None
    paper: str
    note: str
    taken_back_at: datetime | None


class PostdocWork(Schema):
    """What came of the term: a paper, project, patent or translation (`kind`); `place` among its
    authors or inventors, `is_head` of a project."""

    kind: str
    title: str
    day: date | None
    place: int | None = None
    is_head: bool | None = None
    amount_cny: Decimal | None = None


class Postdoc(PostdocLine):
    """One postdoc with every record, and what the rules in force say today, as far as the reader may
    be told: payments and findings are null for who reads none."""

    days_in_stations: int
    certificate: str
    doctorate_on: date | None
    doctorate_from: str
    agreement: int | None
    follows: int | None
    stays: list[PostdocStay]
    hosts: list[Hosted]
    platforms: list[PostdocPlatform]
    contracts: list[PostdocContract]
    funding: list[PostdocFunding]
    supports: list[PostdocSupport] | None
    goals: list[PlanGoal]
    months: list[PostdocMonths]
    assessments: list[Assessed]
    leaves: list[PostdocLeave]
    grounds: list[PostdocGround] | None
    works: list[PostdocWork]
    requests: list[int]
    requirements: list[Requirement]


class Carrier(Schema):
    """A supervisor (person), laboratory or platform by key and name, the postdocs carried by key, and
    what these did: contracts of translation in CNY; `days_to_project` null where nobody has one."""

    key: int
    name_zh: str
    name_en: str
    postdocs: list[int]
    papers: int
    projects: int
    patents: int
    translated_cny: Decimal
    translated_per_head: Decimal
    days_to_project: Decimal | None


class WithdrawalListSaid(Schema):
    """What one list of grounds for a withdrawal says of a postdoc. Only a list in force decides;
    `not_named` are the rules that other lists have and this one has not."""

    pack: str
    version: str
    hash: str
    layer: str
    title: str
    is_in_force: bool
    grounds: list[Requirement]
    not_named: list[str]


class WithdrawalLists(Schema):
    """One postdoc under every list: first those in force for the unit, then the others that are
    shipped; `differing` are the rules on which they give different answers."""

    on: date
    lists: list[WithdrawalListSaid]
    differing: list[str]
