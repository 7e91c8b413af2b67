"""Waivers in force: whose fail may stand on which day, and what is printed of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Prefetch, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.institutions.choices import RegulationLayer
from preceptor.policy import Explanation, Pack, Verdict, WaiverNote
from preceptor.policy.batch import Mask
from preceptor.policy.rules import Rule

from .access import HIGHER, OPEN
from .choices import SignatureVerb, WaiverState
from .models import Waiver, WaiverSignature
from .records import Record, rows_of
from .schema import SCHEMA

#: The subjects whose records concern one trainee.
WAIVABLE = ("enrolment", "thesis", "panel")
#: Rule -> place of the record -> the waiver that covers the day of its event.
Covered = Mapping[str, Mapping[int, Waiver]]


def waivable(pack: Pack, rule: Rule) -> Permit:
    """Whether the rule can be waived at all: one that blocks, made by the institution or below.

    Source: rules of the product, "rules of a statute cannot be waived".
    """
    if pack.layer in HIGHER:
        return refused(
            _(
                "A rule of this layer (%(layer)s) binds the institution itself: nobody here waives it."
            )
            % {"layer": RegulationLayer(pack.layer).label}
        )
    if rule.kind == "warn":
        return refused(
            _(
                "This rule only gives notice: it is passed over with a recorded reason, not a waiver."
            )
        )
    if rule.kind == "inform":
        return refused(_("This rule only informs: there is nothing to waive."))
    return GRANTED


def alive() -> QuerySet[Waiver]:
    """Waivers granted and requests open, with the signatures that granted them, and without the
    reasons, which are ciphered; for `Prefetch("waivers", alive())` on trainees and panels."""
    signatures = WaiverSignature.objects.filter(verb=SignatureVerb.GRANTED).defer("reason")
    rows = Waiver.objects.filter(state__in=(WaiverState.GRANTED, *OPEN)).defer("reason")
    return rows.prefetch_related(Prefetch("signatures", signatures))


def granted() -> QuerySet[Waiver]:
    """Waivers granted, as `alive` gives them; all that a verdict asks for."""
    return alive().filter(state=WaiverState.GRANTED)


def event_day(subject: str, record: Record, on: date) -> date:
    """The day by which a waiver is judged: of the event, else planned, else the evaluation day."""
    dates = SCHEMA.subjects[subject].dates
    known = (record.get(dates[role]) for role in ("event", "planned") if role in dates)
    return next((day for day in known if day is not None), on)


def covered(
    pack: Pack, subject: str, rows: Sequence[Any], records: Sequence[Record], on: date
) -> Covered:
    """Which waivers cover the records, by rule and place; where several do, the one that ends last.

    At most two queries for any number of records, none where `waivers` were prefetched.
    """
    known = {rule.id for rule in pack.rules_of(subject) if waivable(pack, rule)}
    if not rows or not known:
        return {}
    found: dict[str, dict[int, Waiver]] = {}
    for place, (own, record) in enumerate(zip(_of(subject, rows), records, strict=True)):
        matching = [
            row
            for row in own
            if row.state == WaiverState.GRANTED and row.pack == pack.id and row.rule in known
        ]
        if matching:
            day = event_day(subject, record, on)
            for row in sorted(matching, key=lambda row: row.valid_to):
                if row.valid_from <= day <= row.valid_to:
                    found.setdefault(row.rule, {})[place] = row
    return found


def _of(subject: str, rows: Sequence[Any]) -> list[list[Waiver]]:
    """The waivers of each record that are alive, in the order given; only of trainees are there any."""
    if subject not in WAIVABLE:
        return [[] for _row in rows]
    if subject == "panel":
        groups = rows_of(rows, "waivers", granted(), "panel")
        return [groups.get(row.pk, []) for row in rows]
    enrolments = [row.enrolment if subject == "thesis" else row for row in rows]
    groups = rows_of(enrolments, "waivers", granted().filter(panel=None), "enrolment")
    return [
        [waiver for waiver in groups.get(owner.pk, []) if waiver.panel_id is None]
        for owner in enrolments
    ]


def masks(found: Covered, size: int) -> dict[str, Mask]:
    """For each rule the records that it is waived for, as `Batch.with_waived` takes them."""
    made = {rule: np.zeros(size, dtype=np.bool_) for rule in found}
    for rule, places in found.items():
        made[rule][list(places)] = True
    return made


def waived(
    pack: Pack, subject: str, rows: Sequence[Any], records: Sequence[Record], on: date
) -> dict[str, Mask]:
    """For each rule of the subject with valid waivers, which of the rows they cover.

    `records` are those of the rows; a waiver is judged on the day of the record's own event. It
    says nothing of verdicts: what is covered and does not fail stays as it is.
    """
    return masks(covered(pack, subject, rows, records, on), len(rows))


def note_of(waiver: Waiver, message: str, language: str) -> WaiverNote:
    """What is printed of a waiver: who signed, until when, by which paper, and what fails without
    it. No query where the waiver came from `alive`."""
    signers = tuple(row.signer for row in waiver.signatures.all() if row.verb == "granted")
    with translation.override("zh-hans" if language.startswith("zh") else "en"):
        text = _(
            "Waived from %(first)s to %(last)s by %(signers)s, paper: %(paper)s. "
            "Without the waiver the rule is not met: %(message)s"
        ) % {
            "first": waiver.valid_from.isoformat(),
            "last": waiver.valid_to.isoformat(),
            "signers": pgettext("between names", ", ").join(signers),
            "paper": waiver.paper,
            "message": message,
        }
    return WaiverNote(waiver.pk, waiver.valid_from, waiver.valid_to, waiver.paper, signers, text)


def with_note(known: Explanation, waiver: Waiver | None, language: str) -> Explanation:
    """The explanation of a waived rule with what its waiver says; any other as it is."""
    if known.verdict is not Verdict.WAIVED or waiver is None:
        return known
    note = note_of(waiver, known.text, language)
    return replace(known, text=note.text, waiver=note)
