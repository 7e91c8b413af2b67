"""Lines of the journal about one record, in words."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.base.models import JournalEntry

MOST = 200

VERBS: dict[str, str | Promise] = {
    "enrolment.enter": _("Enrolled"),
    "enrolment.state": _("State changed"),
    "enrolment.move": _("Moved to another unit or direction"),
    "enrolment.correct": _("Enrolment corrected"),
    "enrolment.period": _("Length of study changed"),
    "supervision.assign": _("Supervisor assigned"),
    "rotation.record": _("Rotation recorded"),
    "rotation.change": _("Rotation corrected"),
    "milestone.record": _("Step recorded"),
    "milestone.change": _("Step corrected"),
    "course.record": _("Course result recorded"),
    "thesis.record": _("Thesis recorded"),
    "thesis.change": _("Thesis corrected"),
    "similarity.record": _("Similarity check recorded"),
    "similarity.change": _("Similarity check corrected"),
    "review.record": _("Review recorded"),
}


def journal_of(kind: str, key: int) -> list[dict[str, Any]]:
    """The latest lines about the record, newest first; at most MOST. One query."""
    lines = JournalEntry.objects.filter(subject_kind=kind, subject_key=str(key))
    return [
        {
            "number": line.number,
            "at": line.at,
            "actor": line.actor_name,
            "verb": VERBS.get(line.verb, line.verb),
            "reason": line.reason,
            "changes": _changes(line.before or {}, line.after or {}),
        }
        for line in lines.order_by("-number")[:MOST]
    ]


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    names = dict.fromkeys([*before, *after])
    return [
        {"name": name, "before": before.get(name), "after": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]
