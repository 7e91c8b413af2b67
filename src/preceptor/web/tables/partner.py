"""The lists of partners and of times abroad: the cells of each row, and lines of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from preceptor.base.today import today
from preceptor.joint.choices import AbroadKind, PartnerKind
from preceptor.joint.models import Abroad, Agreement, Partner
from preceptor.joint.queries import in_force
from preceptor.people.access import scope
from preceptor.web.countries import country_name
from preceptor.web.listings.listing import in_chunks
from preceptor.web.localised import localised

TITLES = (
    gettext_lazy("Partner"), gettext_lazy("Kind of partner"), gettext_lazy("Country"),
    gettext_lazy("Agreements"), gettext_lazy("In force today"),
)  # fmt: skip
COLUMNS: list[dict[str, Any]] = [
    {"title": title, "is_number": place in (3, 4)} for place, title in enumerate(TITLES)
]
ABROAD_TITLES = (
    gettext_lazy("Name"), gettext_lazy("As"), gettext_lazy("Country"), pgettext_lazy("abroad", "Host institution"),
    gettext_lazy("First day"), gettext_lazy("Last day"), gettext_lazy("Agreement"),
)  # fmt: skip
ABROAD_COLUMNS: list[dict[str, Any]] = [{"title": title} for title in ABROAD_TITLES]
ABROAD_RELATED = ("person__institution", "partner", "agreement")

Counts = dict[int, tuple[int, int]]


def counts_of(partners: Sequence[Partner]) -> Counts:
    """How many agreements each partner is a side of, and how many of them are in force; two
    queries."""
    sides = Agreement.objects.filter(parties__partner__in=[row.pk for row in partners]).order_by()

    def counted(condition: Q) -> dict[int, int]:
        rows = sides.filter(condition).values_list("parties__partner")
        return dict(rows.annotate(n=Count("pk", distinct=True)))

    held, current = counted(Q()), counted(in_force(today()))
    return {row.pk: (held.get(row.pk, 0), current.get(row.pk, 0)) for row in partners}


def cells_of(partners: Sequence[Partner]) -> list[list[dict[str, Any]]]:
    """The cells of each row; two queries."""
    counts = counts_of(partners)
    return [_cells(row, *counts[row.pk]) for row in partners]


def _cells(row: Partner, held: int, current: int) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = [
        {
            "text": localised(row, "name"),
            "url": reverse("partner", args=[row.pk]),
            "note": row.code,
        },
        {"text": PartnerKind(row.kind).label},
        {"text": country_name(row.country)},
        {"text": held, "is_number": True},
        {"text": current, "is_number": True},
    ]
    return _labelled(cells, COLUMNS)


def _labelled(cells: list[dict[str, Any]], columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for cell, column in zip(cells, columns, strict=True):
        cell["label"] = column["title"]
    return cells


def workbook_lines(partners: QuerySet[Partner]) -> Iterator[list[Any]]:
    """A line of the workbook for each partner, in the order of the list."""
    for chunk in in_chunks(partners.order_by("code", "pk")):
        counts = counts_of(chunk)
        for row in chunk:
            yield [
                row.code, localised(row, "name"), PartnerKind(row.kind).label,
                country_name(row.country), *counts[row.pk],
            ]  # fmt: skip


def abroad_cells(rows: Sequence[Abroad], user: Any) -> list[list[dict[str, Any]]]:
    """The cells of each time abroad, which comes with `ABROAD_RELATED`. Whoever keeps the person
    finds a link to record the return."""
    return [_abroad(row, user) for row in rows]


def _abroad(row: Abroad, user: Any) -> list[dict[str, Any]]:
    is_open = row.returned_on is None
    keeps = bool(scope(user).kept) or scope(user).everything
    back = reverse("abroad_return", args=[row.pk]) if is_open and keeps else ""
    cells: list[dict[str, Any]] = [
        {"text": localised(row.person, "name")},
        {"text": AbroadKind(row.kind).label},
        {"text": country_name(row.country)},
        {"text": localised(row.partner, "name") if row.partner else row.host or "–"},
        {"text": row.first_on.isoformat()},
        {"text": _last(row), "url": back, "note": _("record the return") if back else ""},
        {"text": row.agreement.number if row.agreement else "–"},
    ]
    return _labelled(cells, ABROAD_COLUMNS)


def _last(row: Abroad) -> str:
    if row.returned_on is not None:
        return _("back on %(day)s") % {"day": row.returned_on}
    return row.last_on.isoformat() if row.last_on is not None else _("not known")


def abroad_lines(rows: QuerySet[Abroad]) -> Iterator[list[Any]]:
    """A line of the workbook for each time abroad, in the order of the list."""
    for chunk in in_chunks(rows.select_related(*ABROAD_RELATED).order_by("-pk")):
        for row in chunk:
            yield [
                localised(row.person, "name"), AbroadKind(row.kind).label, row.country,
                country_name(row.country), row.host or None,
                localised(row.partner, "name") if row.partner else None, row.first_on, row.last_on,
                row.returned_on, row.agreement.number if row.agreement else None,
            ]  # fmt: skip


def abroad_heads() -> list[Any]:
    """The titles of the workbook's columns."""
    return [
        *ABROAD_TITLES[:2], gettext_lazy("Country code"), *ABROAD_TITLES[2:4],
        gettext_lazy("Partner"), *ABROAD_TITLES[4:6], gettext_lazy("Back on"), ABROAD_TITLES[6],
    ]  # fmt: skip
