"""Waivers, as they are told."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema

from .named import NamedTrainee, NamedUnit


class Signature(Schema):
    """What one signer said; `reason` is null for who may not read it."""

    signer: str
    verb: str
    signed_at: datetime
    reason: str | None


class WaiverLine(Schema):
    """A waiver of the list."""

    key: int
    trainee: NamedTrainee
    unit: NamedUnit
    panel: str | None
    pack: str
    rule: str
    layer: str
    state: str
    valid_from: date
    valid_to: date
    paper: str
    asked_by: str
    asked_at: datetime
    signers: list[str]


class Waiver(WaiverLine):
    """One waiver; `reason` is null for who may not read it. What may be done now: `may`."""

    reason: str | None
    signatures: list[Signature]
    may: list[str]


class WaivedRule(Schema):
    """How often a rule is waived in the reader's scope, and for what share in per cent of those who
    would not meet it (`would_fail`) the fail stands."""

    rule: str
    in_force: int
    granted: int
    asked: int
    refused: int
    waived: int
    would_fail: int
    share_percent: int


class Candidate(Schema):
    """A rule for which a waiver could be asked, or why there can be none."""

    rule: str
    pack: str
    title: str
    verdict: str
    event_on: date
    basis: str
    refusal: str | None
