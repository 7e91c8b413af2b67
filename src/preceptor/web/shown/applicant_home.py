"""What somebody without a role comes for: the own applications, and the calls that are open."""

from __future__ import annotations

from typing import Any

from preceptor.calls.access import moment, visible_applications, visible_calls
from preceptor.calls.queries import open_calls
from preceptor.people.access import scope
from preceptor.web.localised import localised
from preceptor.web.shown.application import line_of

Shown = dict[str, Any]
#: So many open calls stand on the first page; all are on the list.
MOST = 20


def applicant_home(user: Any, *, no_role: bool) -> Shown:
    """The own applications, the newest first; for who has no role also the open calls, first the one
    that closes first. Three queries at most."""
    person = scope(user).person
    rows = visible_applications(user)
    rows = rows.filter(person=person) if person else rows.none()
    rows = rows.select_related("call", "case").defer("statement", "call__text_zh", "call__text_en")
    rows = rows.prefetch_related("offers")
    return {
        "applications": [line_of(row) for row in rows],
        "no_role": no_role,
        "open_calls": _open(user) if no_role else [],
    }


def _open(user: Any) -> list[Shown]:
    rows = open_calls().filter(pk__in=visible_calls(user).values("pk"))
    wanted = rows.select_related("institution").defer("text_zh", "text_en")
    return [
        {
            "call": row,
            "title": localised(row, "title"),
            "institution": localised(row.institution, "name"),
            "closes": moment(row.closes_at),
        }
        for row in wanted[:MOST]
    ]
