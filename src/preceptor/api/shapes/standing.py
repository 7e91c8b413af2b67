"""Where somebody stands, explained, as it is told."""

from __future__ import annotations

from datetime import date

from ninja import Schema

from preceptor.policy import Explanation, ParameterUse
from preceptor.standing.due import verdict_of
from preceptor.standing.steps import Step as NextStep


class ParameterUsed(Schema):
    """A value of a regulation that a rule used."""

    name: str
    title: str
    value: str
    since: date | None
    citation: str
    evidence: str | None
    layer: str | None
    pack: str | None

    @classmethod
    def of(cls, used: ParameterUse) -> ParameterUsed:
        """The value as it was used."""
        return cls(
            name=used.name, title=used.title, value=used.value, since=used.since,
            citation=used.citation, evidence=used.evidence, layer=used.layer, pack=used.pack,
        )  # fmt: skip


class WaiverUsed(Schema):
    """The waiver that lets a requirement stand unmet."""

    key: int
    since: date
    until: date
    signers: list[str]
    paper: str


class Requirement(Schema):
    """One rule on one record. `verdict` is the one that pages show: pass, fail, pending, warn,
    open (asked for by a later step), waived. Texts are in the reader's language."""

    rule: str
    title: str
    kind: str
    gate: str | None
    verdict: str
    text: str
    missing: list[str]
    rows: list[str]
    needed: str | None
    citation: str
    evidence: str
    layer: str
    pack: str
    binding_date: date | None
    parameters: list[ParameterUsed]
    waiver: WaiverUsed | None


class StandingStep(Schema):
    """What comes next, who acts, and the rules that hold it back."""

    kind: str
    title: str
    actor: str
    attempt: int
    is_open: bool
    held_back_by: list[str]


class PackUsed(Schema):
    """A content of a pack by which was judged."""

    pack: str
    version: str
    hash: str


class Standing(Schema):
    """Where a trainee stands on a day, judged afresh; `met` of the requirements are met."""

    on: date
    verdict: str
    met: int
    requirements: list[Requirement]
    step: StandingStep | None
    packs: list[PackUsed]


class Past(Schema):
    """A verdict that stood once, both days included; `after` null: the rule concerned it no more."""

    rule: str
    title_zh: str
    title_en: str
    panel: str | None
    verdict: str
    after: str | None
    missing: str
    since: date
    until: date
    cause: str


class Side(Schema):
    """What a rule says; null fields where it does not concern the record."""

    verdict: str
    text: str | None
    needed: str | None


class Beside(Schema):
    """A requirement as it is and as it would be."""

    rule: str
    title: str
    before: Side
    after: Side
    is_changed: bool


class WhatIf(Schema):
    """What would change, as of the day by which all that is supposed has happened."""

    on: date
    before: str
    after: str
    requirements: list[Beside]
    step_before: StandingStep | None
    step_after: StandingStep | None


SETTLED = ("pass", "waived")


def requirement_of(known: Explanation, ahead: frozenset[str] = frozenset()) -> Requirement:
    """A requirement from its explanation; `ahead` are the gates for which there is still time."""
    note = known.waiver
    return Requirement(
        rule=known.rule, title=known.title, kind=known.kind, gate=known.gate,
        verdict=verdict_of(known, ahead), text=known.text, missing=known.missing, rows=known.rows,
        needed=known.needed, citation=known.citation, evidence=known.evidence, layer=known.layer,
        pack=known.pack, binding_date=known.binding_date,
        parameters=[ParameterUsed.of(used) for used in known.parameters],
        waiver=None if note is None else WaiverUsed(
            key=note.key, since=note.since, until=note.until, signers=list(note.signers),
            paper=note.paper,
        ),
    )  # fmt: skip


def step_of(step: NextStep | None) -> StandingStep | None:
    """The next step; None where none is left."""
    if step is None:
        return None
    return StandingStep(
        kind=step.kind, title=str(step.title), actor=str(step.actor), attempt=step.attempt,
        is_open=step.is_open, held_back_by=[known.rule for known in step.held_back_by],
    )  # fmt: skip
