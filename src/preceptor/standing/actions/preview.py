"""The preview of a draft: who would change, kept as rows."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today

from ..access import may_preview_draft
from ..choices import DraftState
from ..models import PackDraft, Preview, PreviewFlip
from ..preview.compare import Comparison, Flip
from ..preview.counting import Counts
from ..preview.decisions import Decision, decided_otherwise
from ..preview.drafted import PlannedDraft, planned_draft
from ..preview.folders import forget_facts

BATCH = 1000
#: The columns of a row between the comparison and the table, in their order.
COLUMNS = (
    "enrolment_id", "panel_id", "student_number", "subject", "rule", "before", "after",
    "decided_on", "step",
)  # fmt: skip


@dataclass
class _Found:
    """What the comparison found: rows in a file, so that many fit, and their numbers."""

    file: IO[str]
    on: date
    counts: dict[str, Any]
    records: int
    flips: int


def preview_draft(draft: PackDraft, by: Actor, on: date | None = None) -> Preview:
    """Compare the draft with what is in force, over all records of the institution as of the day,
    and keep who changes; an earlier preview of the draft is replaced.

    `on` is today when not given, or the day from which the draft is to hold where that lies
    ahead. The comparison runs before the transaction and holds nobody up. Raises NotPermitted,
    PackError for a draft that cannot be read, and RuleBroken when it was changed meanwhile.
    """
    may_preview_draft(by, draft).demand()
    _demand_open(draft)
    planned = planned_draft(draft, on or _day_of(draft))
    with tempfile.TemporaryFile("w+", newline="", encoding="utf-8") as file:
        found = _compared(planned, file)
        with deed(by) as act:
            _demand_unchanged(draft)
            kept = _keep(draft, planned, found)
            said = {"preview": kept.pk, "hash": kept.hash, "flips": kept.flips}
            act.write("draft.preview", "draft", draft.pk, after=said)
    return kept


def _day_of(draft: PackDraft) -> date:
    return max(draft.effective_from or today(), today())


def _compared(planned: PlannedDraft, file: IO[str]) -> _Found:
    comparison = Comparison(planned.institution, planned.old, planned.new, planned.on)
    counts, decided = Counts(), Counts()
    out = csv.writer(file)
    for flip in counts.counted(comparison.flips()):
        out.writerow(_row(flip))
    for decision in decided.counted(_decisions(planned)):
        out.writerow([*_row(decision)[:-2], decision.on.isoformat(), decision.step])
    since = planned.since.isoformat() if planned.since else None
    told = counts.plain() | {"decided": decided.plain(), "since": since}
    return _Found(file, planned.on, told, comparison.records, counts.changes.total())


def _decisions(planned: PlannedDraft) -> Iterator[Decision]:
    if planned.since is None:
        return iter(())
    return decided_otherwise(planned.institution, planned.old, planned.new, planned.since, today())


def _row(found: Flip | Decision) -> list[Any]:
    panel = found.panel.pk if found.panel else ""
    return [
        found.enrolment.pk, panel, found.enrolment.student_number, found.subject, found.rule,
        found.before.value, found.after.value, "", "",
    ]  # fmt: skip


def _demand_open(draft: PackDraft) -> None:
    if draft.state in (DraftState.APPROVED, DraftState.WITHDRAWN):
        raise RuleBroken(
            _("This draft is “%(state)s”; its effect can no longer be worked out.")
            % {"state": DraftState(draft.state).label}
        )


def _demand_unchanged(draft: PackDraft) -> None:
    """Refuse to keep a preview of a text that is no longer the draft's."""
    held = PackDraft.objects.select_for_update().get(pk=draft.pk)
    if held.overlay != draft.overlay or held.base_id != draft.base_id:
        raise RuleBroken(
            _("The draft was changed while its effect was worked out. Ask for the preview again.")
        )


def _keep(draft: PackDraft, planned: PlannedDraft, found: _Found) -> Preview:
    for old in Preview.objects.filter(draft=draft):
        old.delete()
    kept = Preview.objects.create(
        institution=planned.institution, draft=draft, on=found.on, hash=planned.pack.hash,
        base_hash=planned.base.hash if planned.base else "", records=found.records,
        flips=found.flips, counts=found.counts,
    )  # fmt: skip
    found.file.seek(0)
    rows = (_flip(kept, line) for line in csv.reader(found.file))
    while batch := list(islice(rows, BATCH)):
        PreviewFlip.objects.bulk_create(batch)
    draft.previewed_hash = planned.pack.hash
    draft.save(update_fields=["previewed_hash"])
    transaction.on_commit(lambda: forget_facts(draft.pk, planned.pack.hash))
    return kept


def _flip(kept: Preview, line: list[str]) -> PreviewFlip:
    columns = {name: value or None for name, value in zip(COLUMNS, line, strict=True)}
    return PreviewFlip(preview=kept, **columns | {"step": columns["step"] or ""})
