"""What is told of agreements, partners, times abroad, joint schools, dual trainees and platforms."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from ninja import Schema


class AgreementLine(Schema):
    """An agreement in short; `standing` is where it stands today."""

    key: int
    number: str
    kind: str
    title_zh: str
    title_en: str
    unit: int
    state: str
    standing: str
    signed_on: date | None
    starts_on: date | None
    ends_on: date | None
    terminated_on: date | None


class AgreementSide(Schema):
    """A side of an agreement: a partner or a unit, and who signed for it."""

    key: int
    partner: int | None
    unit: int | None
    part: str
    signatory: str
    signatory_post: str
    signed_on: date | None


class EvidenceLine(Schema):
    """What was entered by hand for an obligation, in its unit; taken back it counts no more."""

    key: int
    amount: Decimal
    done_on: date
    note: str
    file_name: str | None
    added_by: str
    taken_back_at: datetime | None


class ObligationLine(Schema):
    """An obligation and where it stands today; `reached` and `target` in the unit of its evidence."""

    key: int
    clause: str
    title_zh: str
    title_en: str
    owner: int | None
    owner_unit: int
    evidence: str
    counts_from: date
    due_on: date
    closed_reason: str
    state: str
    reached: Decimal
    target: Decimal
    reached_on: date | None
    evidences: list[EvidenceLine]


class AgreementPaper(Schema):
    """A document of an agreement."""

    key: int
    title: str
    file_name: str
    added_at: datetime
    added_by: str


class AgreementPerson(Schema):
    """Who is under an agreement today (`noun`: enrolment, dual, postdoc or abroad; `record` its key),
    and of trainees on which days."""

    noun: str
    record: int
    name_zh: str
    name_en: str
    first_on: date | None
    last_on: date | None


class SightLine(Schema):
    """What a partner may see of the persons under the agreement."""

    key: int
    partner: int
    noun: str


class Agreement(AgreementLine):
    """An agreement whole; the clause on personal data and the sights are null for who does not read
    its unit, and of the people under it those are named whom the reader may see."""

    institution: int
    open_reason: str
    terminated_reason: str
    warns_days: int
    follows: int | None
    revision: int
    data_clause: str | None
    sides: list[AgreementSide]
    obligations: list[ObligationLine]
    documents: list[AgreementPaper]
    people: list[AgreementPerson]
    hidden_people: int
    sights: list[SightLine] | None


class Partner(Schema):
    """A partner; `country` is an ISO code of two letters, `peer` its institution here."""

    key: int
    institution: int
    code: str
    kind: str
    name_zh: str
    name_en: str
    country: str
    peer: int | None


class ContributionLine(Schema):
    """What a partner gave, in the unit of its kind."""

    key: int
    kind: str
    amount: Decimal
    given_on: date
    agreement: int | None
    note: str


class EventLine(Schema):
    """What was done together with a partner; how many came is null where it is not known."""

    key: int
    kind: str
    title_zh: str
    title_en: str
    first_on: date
    last_on: date
    persons: int | None
    agreement: int | None


class PartnerRecord(Partner):
    """A partner with what it gave and what was done together, and the keys of its agreements and
    joint schools that the reader may see."""

    contributions: list[ContributionLine]
    events: list[EventLine]
    agreements: list[int]
    schools: list[int]


class Abroad(Schema):
    """A person's time abroad; an open end is null."""

    key: int
    person: int
    kind: str
    country: str
    host: str
    partner: int | None
    agreement: int | None
    first_on: date
    last_on: date | None
    returned_on: date | None


class JointProgramme(Schema):
    """A programme of a joint school."""

    key: int
    code: str
    name_zh: str
    name_en: str
    home_programme: int
    partner_programme: int | None
    award_kind: str
    valid_from: date
    valid_to: date | None


class Recognition(Schema):
    """A course of one side that counts as a course of the other."""

    key: int
    programme: int
    taken: int
    counts_as: int
    credits: Decimal
    valid_from: date
    valid_to: date | None


class SchoolLine(Schema):
    """A joint school in short."""

    key: int
    unit: int
    partner: int
    agreement: int
    opened_on: date
    closed_on: date | None


class CostShare(Schema):
    """Which part of the costs for a purpose a side of the agreement bears today, in hundredths of a
    per cent."""

    purpose: str
    side: int
    share_e4: int
    valid_from: date
    valid_to: date | None


class CostLine(Schema):
    """What was spent, for what, and which side of the agreement paid it."""

    key: int
    purpose: str
    side: int
    amount_cny: Decimal
    spent_on: date
    note: str


class School(SchoolLine):
    """A joint school with its programmes, recognised courses and the dual trainees who may be seen;
    shares and costs are null for who may not view them."""

    shares: list[CostShare] | None
    costs: list[CostLine] | None

    programmes: list[JointProgramme]
    recognitions: list[Recognition]
    duals: list[int]


class SideAccount(Schema):
    """What a side of a joint school paid, what is its part, and the difference; CNY."""

    name_zh: str
    name_en: str
    paid_cny: Decimal
    part_cny: Decimal
    balance_cny: Decimal


class Payment(Schema):
    """Who pays whom how much."""

    debtor_zh: str
    creditor_zh: str
    amount_cny: Decimal


class Settlement(Schema):
    """The accounts of a joint school for a year."""

    year: int
    accounts: list[SideAccount]
    payments: list[Payment]
    unshared: int


class SideRequirement(Schema):
    """What a rule of a side says."""

    rule: str
    title: str
    verdict: str
    message: str
    citation: str


class DualSide(Schema):
    """A side of a dual degree as the reader may see it; null where the agreement shows nothing."""

    is_enrolled: bool
    student_number: str | None
    state: str | None
    meets: bool | None
    rules: list[SideRequirement] | None


class Dual(Schema):
    """A trainee of a joint programme and what the rules of both sides say."""

    key: int
    programme: int
    award_kind: str
    starts_on: date
    left_on: date | None
    home: DualSide
    partner: DualSide


class PlatformLine(Schema):
    """A platform with its state on the day."""

    key: int
    code: str
    kind: str
    level: str
    name_zh: str
    name_en: str
    unit: int
    upper: int | None
    approved_on: date | None
    state: str | None
    since: date | None


class CoBuilder(Schema):
    """Who builds a platform together with its unit: a unit, or somebody outside by name."""

    key: int
    unit: int | None
    name: str
    valid_from: date
    valid_to: date | None


class PlatformState(Schema):
    """A state that a platform had, both days included; the last null: still."""

    state: str
    valid_from: date
    valid_to: date | None


class Platform(PlatformLine):
    """A platform whole."""

    approval: str
    states: list[PlatformState]
    co_builders: list[CoBuilder]
    branches: list[int]
