"""How the verdicts on a trainee came about: what stood once, until when, and what ended it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from preceptor.policy import PackError, Text
from preceptor.training.models import Enrolment, Panel

from .due import said
from .models import Finding, FindingChange, PackComposition
from .packs import content

Key = tuple[int | None, str, str]


@dataclass(frozen=True)
class Past:
    """A verdict that stood from `since` to `until`, both days included, and what came after it
    (`after`; None where the rule no longer concerned the record). `cause` is a ChangeCause and
    says itself in the reader's language; `panel` is the panel that it was on, if any."""

    rule: str
    title: Text
    panel: Panel | None
    verdict: str
    after: str | None
    missing: str
    since: date
    until: date
    cause: str


def history_of(
    enrolment: Enrolment, *, panels: QuerySet[Panel] | None = None, limit: int = 100
) -> list[Past]:
    """The closed verdicts on the trainee, the thesis and the panels, latest end first.

    With `panels` only those of these panels. At most `limit`; two queries, and one for each
    content of a pack that this process has not read yet. A rule of a content that can no longer
    be read is called by its id.
    """
    rows = FindingChange.objects.filter(enrolment=enrolment).select_related("panel")
    if panels is not None:
        rows = rows.filter(Q(panel=None) | Q(panel__in=panels.values("pk")))
    present = Finding.objects.filter(enrolment=enrolment)
    after: dict[Key, str] = {_key(row): said(row.verdict, row.kind) for row in present}
    found = []
    for row in rows.order_by("-created_at", "-pk")[:limit]:
        verdict = said(row.verdict, row.kind)
        found.append(_past(row, verdict, after.get(_key(row))))
        after[_key(row)] = verdict
    return found


def _key(row: Finding | FindingChange) -> Key:
    return row.panel_id, row.pack, row.rule


def _past(row: FindingChange, verdict: str, after: str | None) -> Past:
    return Past(
        rule=row.rule, title=_title(row), panel=row.panel, verdict=verdict, after=after,
        missing=row.missing, since=row.since, until=row.until, cause=row.get_cause_display(),
    )  # fmt: skip


def _title(row: FindingChange) -> Text:
    """The rule's title in the content that said it; its id where that cannot be read any more."""
    try:
        rule = content(row.hash).rules.get(row.rule)
    except (PackComposition.DoesNotExist, PackError):
        rule = None
    return rule.title if rule else Text(row.rule, row.rule)
