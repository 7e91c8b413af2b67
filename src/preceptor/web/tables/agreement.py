"""The list of agreements: the cells of each row, and the same as lines of a workbook."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from preceptor.base.today import today
from preceptor.base.together import Question, Set, answer, together
from preceptor.joint.choices import AgreementKind, ObligationState, Standing
from preceptor.joint.models import Agreement, AgreementParty, Obligation
from preceptor.joint.queries.obligation import obligations_asked
from preceptor.joint.under import people_asked
from preceptor.web.listings.listing import in_chunks
from preceptor.web.localised import localised

TITLES = (
    gettext_lazy("Agreement"), gettext_lazy("Kind of agreement"), gettext_lazy("Partners"),
    pgettext_lazy("of an agreement", "Standing"), pgettext_lazy("agreement", "Last day in force"),
    gettext_lazy("People under it"), gettext_lazy("Overdue obligations"),
)  # fmt: skip
COLUMNS: list[dict[str, Any]] = [
    {"title": title, "is_number": place in (5, 6)} for place, title in enumerate(TITLES)
]
TONES = {
    Standing.IN_FORCE: "pass", Standing.EXPIRING: "warn", Standing.EXPIRED: "fail",
    Standing.COMING: "info", Standing.DRAFTING: "pending",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What the list says of one agreement, which comes with its column `stands` and its unit."""

    agreement: Any
    partners: tuple[str, ...]
    people: int
    overdue: int

    @property
    def standing(self) -> Standing:
        """Where it stands today."""
        return Standing(self.agreement.stands)


def lines_of(agreements: Sequence[Agreement]) -> list[Line]:
    """Partners, people and overdue obligations of each agreement; three queries."""
    keys, day = [row.pk for row in agreements], today()
    partners, people, overdue = answer(
        together(_partners(keys), people_asked(keys, day), _overdue(keys, day))
    )
    under = Counter(one.agreement for one in people)
    return [
        Line(row, tuple(partners[row.pk]), under[row.pk], overdue[row.pk]) for row in agreements
    ]


def _partners(agreements: Collection[int]) -> Question[dict[int, list[str]]]:
    """The names of the partners by agreement, in the order of its sides."""
    sides = AgreementParty.objects.filter(agreement__in=agreements).exclude(partner=None)
    [rows] = yield [Set(sides.select_related("partner").order_by("pk"))]
    found: dict[int, list[str]] = defaultdict(list)
    for side in rows:
        found[side.agreement_id].append(localised(side.partner, "name"))
    return found


def _overdue(agreements: Collection[int], day: date) -> Question[Counter[int]]:
    """How many obligations of each agreement are overdue on the day."""
    rows = Obligation.objects.filter(agreement__in=agreements, closed_reason="", due_on__lt=day)
    [owed] = yield [Set(rows)]
    states = yield from obligations_asked(owed, day)
    return Counter(
        row.agreement_id for row in owed if states[row.pk].state == ObligationState.OVERDUE
    )


def cells_of(lines: Sequence[Line]) -> list[list[dict[str, Any]]]:
    """The cells of each row."""
    return [_cells(line) for line in lines]


def _cells(line: Line) -> list[dict[str, Any]]:
    row = line.agreement
    cells: list[dict[str, Any]] = [
        {
            "text": localised(row, "title"),
            "url": reverse("agreement", args=[row.pk]),
            "note": f"{row.number} · {localised(row.unit, 'name')}",
        },
        {"text": AgreementKind(row.kind).label},
        {"text": pgettext("between names", ", ").join(line.partners) or "–"},
        {"text": line.standing.label},
        {"text": row.ends_on.isoformat() if row.ends_on else "–", "note": ended_note(row)},
        {"text": line.people, "is_number": True},
        {"text": line.overdue, "is_number": True},
    ]
    for cell, column in zip(cells, COLUMNS, strict=True):
        cell["label"] = column["title"]
    return cells


def ended_note(row: Agreement) -> str:
    """That it was terminated, or why it has no end; empty for any other."""
    if row.terminated_on is not None:
        return _("terminated from %(day)s") % {"day": row.terminated_on}
    return row.open_reason if row.ends_on is None else ""


def heads() -> list[Any]:
    """The titles of the workbook's columns."""
    return [
        gettext_lazy("Number"), *TITLES[:1], gettext_lazy("Unit"), *TITLES[1:4],
        gettext_lazy("Signed on"), gettext_lazy("In force from"), *TITLES[4:5],
        gettext_lazy("Terminated from"), *TITLES[5:],
    ]  # fmt: skip


def workbook_lines(agreements: QuerySet[Agreement]) -> Iterator[list[Any]]:
    """A line of the workbook for each agreement, in the order of the list."""
    for chunk in in_chunks(agreements.select_related("unit").order_by("-pk")):
        for line in lines_of(chunk):
            row = line.agreement
            yield [
                row.number, localised(row, "title"), localised(row.unit, "name"),
                AgreementKind(row.kind).label, "; ".join(line.partners) or None,
                line.standing.label, row.signed_on, row.starts_on, row.ends_on,
                row.terminated_on, line.people, line.overdue,
            ]  # fmt: skip
