"""What waits on the reader: the lines of a page by urgency and kind, and those of a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from preceptor.cases.hearings import untold
from preceptor.cases.queries import reminded_today
from preceptor.cases.tasks import CASES, PAGE, Place, TaskLine
from preceptor.web.addresses import address
from preceptor.web.filters.task import SOURCES
from preceptor.web.localised import localised
from preceptor.web.shown.case_place import day_of, due_text

Shown = dict[str, Any]


def kind_text(line: TaskLine) -> str:
    """What kind of thing it is: the kind of request, or what another source is called."""
    return localised(line, "kind") or str(SOURCES.get(line.source, line.source))


def url_of(line: TaskLine) -> str:
    """The page where it is done; the task list where no page is made for it."""
    try:
        return reverse(line.noun, args=[line.noun_key])
    except NoReverseMatch:
        return reverse("tasks")


def shown(line: TaskLine) -> Shown:
    """One line of the list."""
    return {
        "title": localised(line, "title"),
        "url": url_of(line),
        "number": line.number,
        "stage": localised(line, "stage"),
        "kind": kind_text(line),
        "since": day_of(line.since),
        "due": due_text(line.due_on),
        "is_overdue": line.is_overdue,
        "for_name": line.for_name,
    }


def all_shown(lines: Sequence[TaskLine]) -> list[Shown]:
    """The lines; a hearing that still needs its facts says so, and a request of which somebody
    reminded today. Two queries."""
    keys = [line.noun_key for line in lines if line.source == CASES]
    cases, reminded = untold(keys), reminded_today(keys)
    found = [shown(line) for line in lines]
    for line, cells in zip(lines, found, strict=True):
        if line.source == CASES and line.noun_key in cases:
            cells["stage"] = _("%(stage)s: the facts are to be told") % cells
        if line.source == CASES and line.noun_key in reminded:
            cells["stage"] = _("%(stage)s; reminded today") % cells
    return found


def groups_of(lines: Sequence[TaskLine]) -> list[Shown]:
    """The lines of a page: first what is overdue, then each kind, the most urgent kind first."""
    groups: dict[str, list[Shown]] = {}
    for line, cells in zip(lines, all_shown(lines), strict=True):
        title = _("Overdue") if line.is_overdue else kind_text(line)
        groups.setdefault(title, []).append(cells)
    return [
        {"title": title, "lines": found, "is_overdue": found[0]["is_overdue"]}
        for title, found in groups.items()
    ]


def place_in(query: Mapping[str, str]) -> Place | None:
    """The place after which the page begins; None for the first page and for what is no place."""
    day, _mark, rest = query.get("after", "").partition("~")
    source, _mark, key = rest.partition("~")
    if not source or not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    try:
        return Place(date.fromisoformat(day) if day else None, source, int(key))
    except ValueError:
        return None


def next_url(path: str, query: Mapping[str, str], lines: Sequence[TaskLine]) -> str:
    """Where the list goes on; empty where one more than a page was not found."""
    if len(lines) <= PAGE:
        return ""
    last = lines[PAGE - 1].place
    day = last.due_on.isoformat() if last.due_on else ""
    return address(path, query, after=f"{day}~{last.source}~{last.key}")


def heads() -> list[str]:
    """The titles of the columns of the workbook."""
    return [
        _("Number"), _("Request"), _("Kind of request"), _("Stage"), _("Since"), _("Due on"),
        _("Overdue"), _("On behalf of"),
    ]  # fmt: skip


def line(found: TaskLine) -> list[Any]:
    """One line of the workbook."""
    return [
        found.number, localised(found, "title"), kind_text(found), localised(found, "stage"),
        day_of(found.since), found.due_on, _("yes") if found.is_overdue else None,
        found.for_name or None,
    ]  # fmt: skip
