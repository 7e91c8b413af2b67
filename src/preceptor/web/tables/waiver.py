"""The list of waivers: its cells, and its lines in a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from preceptor.institutions.choices import RegulationLayer
from preceptor.policy import Pack
from preceptor.standing.choices import SignatureVerb
from preceptor.standing.models import Waiver, WaiverSignature
from preceptor.standing.waiving import granted
from preceptor.web.localised import localised
from preceptor.web.shown.waiver import period, rule_title, state_title

Cell = dict[str, Any]
CHUNK = 1000

COLUMNS: list[dict[str, Any]] = [
    {"title": gettext_lazy("Waiver, by student number"), "direction": "ascending"},
    {"title": gettext_lazy("Rule")},
    {"title": gettext_lazy("Holds")},
    {"title": pgettext_lazy("of a waiver", "State")},
    {"title": gettext_lazy("Paper")},
    {"title": gettext_lazy("Asked for by")},
]


def with_signers(rows: QuerySet[Waiver]) -> QuerySet[Waiver]:
    """The rows with trainee, panel and signatures, without any reason."""
    signatures = WaiverSignature.objects.defer("reason")
    rows = rows.select_related("enrolment__person", "enrolment__unit", "panel")
    return rows.prefetch_related(Prefetch("signatures", signatures))


def signers(row: Waiver) -> str:
    """Who granted it, in the order of the signatures; empty where nobody did yet."""
    names = [one.signer for one in row.signatures.all() if one.verb == SignatureVerb.GRANTED]
    return pgettext("between names", ", ").join(names)


def waivers_said(enrolments: Iterable[int]) -> dict[int, dict[str, str]]:
    """By trainee and rule what a list says of a granted waiver: the verdict, until when, by whom and
    on what paper; of several the one that ends last. Two queries."""
    rows = granted().filter(enrolment__in=list(enrolments)).order_by("valid_to")
    found: dict[int, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.enrolment_id, {})[row.rule] = _(
            "Waived until %(day)s by %(signers)s, paper: %(paper)s"
        ) % {"day": row.valid_to.isoformat(), "signers": signers(row), "paper": row.paper}
    return found


def cells_of(rows: Sequence[Waiver], packs: Sequence[Pack]) -> list[list[Cell]]:
    """The cells of each row, read `with_signers`. No query."""
    return [_cells(row, packs) for row in rows]


def _cells(row: Waiver, packs: Sequence[Pack]) -> list[Cell]:
    enrolment = row.enrolment
    number = enrolment.student_number
    cells: list[Cell] = [
        {
            "text": localised(enrolment.person, "name"),
            "url": reverse("waiver", args=[row.pk]),
            "note": f"{number} · {row.panel.number}" if row.panel else number,
        },
        {"text": rule_title(row.rule, packs), "note": localised(enrolment.unit, "name")},
        {"text": period(row)},
        {"text": state_title(row), "note": signers(row)},
        {"text": row.paper},
        {"text": row.asked_by, "note": timezone.localdate(row.asked_at).isoformat()},
    ]
    for cell, column in zip(cells, COLUMNS, strict=True):
        cell["label"] = column["title"]
    return cells


def heads() -> list[str]:
    """The titles of the columns of the workbook."""
    return [
        _("Student number"), _("Name"), _("Panel number"), _("Unit"), _("Rule"), _("Title of the rule"),
        _("Layer"), pgettext("of a waiver", "State"), _("Holds from"), _("Holds until"), _("Paper"), _("Asked for by"),
        _("Asked for on"), _("Signed by"),
    ]  # fmt: skip


def lines(rows: QuerySet[Waiver], packs: Sequence[Pack]) -> Iterator[list[Any]]:
    """One line for each waiver, in the order of the list; a bounded number in memory at a time."""
    ordered = with_signers(rows).order_by("enrolment__student_number", "pk")
    found = ordered.iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        yield from (_line(row, packs) for row in chunk)


def _line(row: Waiver, packs: Sequence[Pack]) -> list[Any]:
    language = get_language() or ""
    titles = [
        pack.rules[row.rule].title.within(language) for pack in packs if row.rule in pack.rules
    ]
    return [
        row.enrolment.student_number, localised(row.enrolment.person, "name"),
        row.panel.number if row.panel else None, localised(row.enrolment.unit, "name"), row.rule,
        titles[0] if titles else None, RegulationLayer(row.layer).label, state_title(row),
        row.valid_from, row.valid_to, row.paper, row.asked_by, timezone.localdate(row.asked_at),
        signers(row) or None,
    ]  # fmt: skip
