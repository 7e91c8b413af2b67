"""What a waiver could be asked for: the rules that a record does not meet, each with its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.policy import Explanation, Pack, Verdict
from preceptor.training.models import Enrolment, Panel, Thesis

from .packs import in_force_in
from .population import is_judged
from .schema import SCHEMA
from .verdicts import LOADERS, Judged, explained, judge
from .waiving import event_day, waivable

#: Verdicts of records that fail, or that could once everything is known; a waiver that holds now
#: may be followed by another.
CONCERNED = (Verdict.FAIL, Verdict.PENDING, Verdict.WAIVED)


@dataclass(frozen=True)
class Candidate:
    """One rule on one record: what it says now, the day of the event by which a waiver is judged,
    where that day comes from (`event`, `planned` or `today`), and whether it can be waived."""

    pack: Pack
    subject: str
    known: Explanation
    event_on: date
    basis: str
    permit: Permit

    def with_waiver(self, valid_from: date, valid_to: date) -> Verdict:
        """The verdict with a waiver of these days: only a fail becomes waived."""
        inside = valid_from <= self.event_on <= valid_to
        return (
            Verdict.WAIVED if inside and self.known.verdict is Verdict.FAIL else self.known.verdict
        )


def waivable_now(pack: Pack, known: Explanation) -> Permit:
    """Whether a waiver of the rule makes sense for a record of which this is known."""
    permit = waivable(pack, pack.rules[known.rule])
    if permit and known.verdict not in CONCERNED:
        return refused(_("The rule is met, or does not concern this record: nothing to waive."))
    return permit if not permit else GRANTED


def candidates(
    record: Enrolment | Panel, on: date, language: str, packs: Sequence[Pack] | None = None
) -> list[Candidate]:
    """The rules on a trainee and the thesis, or on a panel, that concern it, worst first.

    Each by every pack in force that speaks of it; none for a trainee for another degree.
    """
    enrolment = record.enrolment if isinstance(record, Panel) else record
    if not is_judged(enrolment):
        return []
    force = in_force_in(enrolment.institution_id, enrolment.unit_id) if packs is None else packs
    return [
        found
        for subject, rows in _subjects(record)
        for pack in force
        if rows and pack.rules_of(subject)
        for found in _judged(pack, subject, rows, on, language)
    ]


def _subjects(record: Enrolment | Panel) -> list[tuple[str, list[Any]]]:
    if isinstance(record, Panel):
        return [("panel", [record])]
    theses = Thesis.objects.filter(enrolment=record).select_related("enrolment")
    return [("enrolment", [record]), ("thesis", list(theses))]


def _judged(pack: Pack, subject: str, rows: list[Any], on: date, language: str) -> list[Candidate]:
    records = LOADERS[subject](rows, on)
    judged: Judged = judge(pack, subject, rows, on, records)
    dates = SCHEMA.subjects[subject].dates
    basis = next(
        (role for role in ("event", "planned") if records[0].get(dates.get(role, "")) is not None),
        "today",
    )
    return [
        Candidate(
            pack, subject, known, event_day(subject, records[0], on), basis,
            waivable_now(pack, known),
        )
        for known in explained(judged, 0, language, None)
        if known.verdict is not Verdict.NOT_APPLICABLE
    ]  # fmt: skip
