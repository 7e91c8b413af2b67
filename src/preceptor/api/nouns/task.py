"""What waits on the reader."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router

from preceptor.cases.tasks import Place, TaskLine, Wanted, tasks_of

from ..fields import LAST_KEY, Name
from ..guard import reader
from ..paging import Paging
from ..refusals import answers
from ..shapes import case as shapes

router = Router(tags=["tasks"])


class TaskFilter(Paging):
    """What the tasks can be narrowed by: a kind of case or a source; overdue; done for another."""

    kind: Name | None = None
    is_overdue: bool = False
    is_delegated: bool | None = None


@router.get("/tasks", response=answers(shapes.Tasks))
def tasks(request: HttpRequest, narrowed: Query[TaskFilter]) -> dict[str, Any]:
    """What waits on the reader and on those for whom the reader acts, as it is due."""
    wanted = Wanted(narrowed.kind or "", narrowed.is_overdue, narrowed.is_delegated)
    place = _place(narrowed.after) if narrowed.after else None
    found = tasks_of(reader(request), after=place, most=narrowed.size + 1, wanted=wanted)
    rows = found[: narrowed.size]
    return {"rows": rows, "after": _told(rows[-1]) if len(found) > len(rows) else None}


def _told(line: TaskLine) -> str:
    place = line.place
    return f"{place.due_on.isoformat() if place.due_on else ''}~{place.source}~{place.key}"


def _place(text: str) -> Place:
    """Raises Http404 for what no page gave."""
    day, _mark, rest = text.partition("~")
    source, _mark, key = rest.rpartition("~")
    if not (key.isascii() and key.isdecimal() and len(key) < 20 and int(key) <= LAST_KEY):
        raise Http404
    try:
        return Place(date.fromisoformat(day) if day else None, source, int(key))
    except ValueError:
        raise Http404 from None
