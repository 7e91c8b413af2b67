"""The list of standing bodies: the cells of each row, and the same as lines of a workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from preceptor.base.today import today
from preceptor.cases.access.body import visible_advice
from preceptor.cases.bodies import VOTING, is_ending, met_and_next, seats_on
from preceptor.cases.choices import AdviceState, BodyKind, BodyRole
from preceptor.cases.models import Body, BodySeat
from preceptor.web.listings.listing import in_chunks
from preceptor.web.localised import localised

TITLES = (
    gettext_lazy("Standing body"), gettext_lazy("Kind of body"), gettext_lazy("Unit"), gettext_lazy("Chair"),
    gettext_lazy("Members"), gettext_lazy("Meetings this year"), gettext_lazy("Next meeting"),
    gettext_lazy("Open advice"),
)  # fmt: skip
COLUMNS: list[dict[str, Any]] = [
    {"title": title, "is_number": place in (4, 7)} for place, title in enumerate(TITLES)
]


@dataclass(frozen=True)
class Line:
    """What the list says of one body."""

    body: Body
    chair: str
    members: int
    held: int
    next_on: date | None
    ending: int
    open_advice: int
    overdue: int


def lines_of(bodies: Sequence[Body], user: Any) -> list[Line]:
    """What the list says of each body; three queries. Bodies come with their unit."""
    keys, day = [body.pk for body in bodies], today()
    seats, (held, coming) = seats_on(keys, day), met_and_next(keys, day.year)
    ending = Counter(
        seat.body_id for some in seats.values() for seat in some if is_ending(seat, day)
    )
    advice = visible_advice(user).filter(body__in=keys, state=AdviceState.OPEN)
    due = list(advice.order_by().values_list("body", "due_on"))
    open_advice = Counter(body for body, _due in due)
    overdue = Counter(body for body, on in due if on is not None and on < day)
    return [
        Line(
            body, _chair(seats.get(body.pk, [])),
            sum(seat.role in VOTING for seat in seats.get(body.pk, [])), held[body.pk],
            coming.get(body.pk), ending[body.pk], open_advice[body.pk], overdue[body.pk],
        )
        for body in bodies
    ]  # fmt: skip


def _chair(seats: Sequence[BodySeat]) -> str:
    chairs = [seat for seat in seats if seat.role == BodyRole.CHAIR]
    return localised(chairs[0].person, "name") if chairs else ""


def meetings_text(held: int, wanted: int | None) -> str:
    """`1 of 2`, or the number alone where the body did not say how often it meets."""
    if wanted is None:
        return str(held)
    return _("%(held)s of %(wanted)s") % {"held": held, "wanted": wanted}


def cells_of(lines: Sequence[Line]) -> list[list[dict[str, Any]]]:
    """The cells of each row."""
    return [_cells(line) for line in lines]


def _cells(line: Line) -> list[dict[str, Any]]:
    body = line.body
    ending = ngettext(
        "%(count)s term ends within 90 days", "%(count)s terms end within 90 days", line.ending
    ) % {"count": line.ending}
    overdue = _("%(count)s overdue") % {"count": line.overdue}
    cells: list[dict[str, Any]] = [
        {
            "text": localised(body, "name"),
            "url": reverse("body", args=[body.pk]),
            "note": _("closed on %(day)s") % {"day": body.closed_on}
            if body.closed_on
            else body.code,
        },
        {"text": BodyKind(body.kind).label},
        {"text": localised(body.unit, "name")},
        {"text": line.chair or _("nobody")},
        {"text": line.members, "is_number": True, "note": ending if line.ending else ""},
        {"text": meetings_text(line.held, body.meetings_a_year)},
        {"text": line.next_on.isoformat() if line.next_on else "–"},
        {"text": line.open_advice, "is_number": True, "note": overdue if line.overdue else ""},
    ]
    for cell, column in zip(cells, COLUMNS, strict=True):
        cell["label"] = column["title"]
    return cells


def heads() -> list[Any]:
    """The titles of the workbook's columns."""
    return [gettext_lazy("Code"), *TITLES[:6], gettext_lazy("Meetings a year"), *TITLES[6:],
            gettext_lazy("Terms ending within 90 days"), gettext_lazy("Overdue advice")]  # fmt: skip


def workbook_lines(bodies: QuerySet[Body], user: Any) -> Iterator[list[Any]]:
    """A line of the workbook for each body, in the order of the list."""
    for chunk in in_chunks(bodies.select_related("unit").order_by("code", "pk")):
        for line in lines_of(chunk, user):
            body = line.body
            yield [
                body.code, localised(body, "name"), BodyKind(body.kind).label,
                localised(body.unit, "name"), line.chair or None, line.members, line.held,
                body.meetings_a_year, line.next_on, line.open_advice, line.ending, line.overdue,
            ]  # fmt: skip
