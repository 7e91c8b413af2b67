"""What somebody without a role comes for: the own applications, and the calls that are open."""

from __future__ import annotations

from typing import Any

from preceptor.base.together import Question, Set, kept_at
from preceptor.calls.access import moment, visible_applications, visible_calls
from preceptor.calls.models import Offer
from preceptor.calls.queries import open_calls
from preceptor.people.access import scope
from preceptor.web.localised import localised
from preceptor.web.shown.application import line_of

Shown = dict[str, Any]
#: So many open calls stand on the first page; all are on the list.
MOST = 20


def own_applications(user: Any) -> Question[list[Shown]]:
    """The own applications, the newest first; a set in each of two rounds."""
    person = scope(user).person
    if person is None:
        return []
    rows = visible_applications(user).filter(person=person).select_related("call", "case")
    [found] = yield [Set(rows.defer("statement", "call__text_zh", "call__text_en"))]
    yield from kept_at(found, "offers", Offer.objects.all())
    return [line_of(row) for row in found]


def calls_open(user: Any) -> list[Shown]:
    """The open calls that somebody without a role comes for, first the one that closes first; one
    query."""
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
