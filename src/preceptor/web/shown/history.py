"""How a trainee's verdicts came about, as the page shows it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from preceptor.standing.history import Past, history_of
from preceptor.training.access import visible_panels
from preceptor.training.models import Enrolment

#: So many changes are shown; older ones stay in the records.
MOST = 100


def changes_shown(user: Any, enrolment: Enrolment) -> list[dict[str, Any]]:
    """The verdicts that stood once, latest end first, on what the reader may see."""
    found = history_of(enrolment, panels=visible_panels(user), limit=MOST)
    return [_line(past) for past in found]


def _line(past: Past) -> dict[str, Any]:
    return {
        "rule": past.rule,
        "title": past.title.within(get_language() or ""),
        "panel": past.panel,
        "verdict": past.verdict,
        "after": past.after,
        "since": past.since,
        "until": past.until,
        "cause": past.cause,
    }
