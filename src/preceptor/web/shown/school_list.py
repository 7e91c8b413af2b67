"""The joint schools on one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from preceptor.base.today import today
from preceptor.joint.access import visible_schools
from preceptor.joint.queries import standings
from preceptor.web.localised import localised
from preceptor.web.shown.record_page import Row, Section, cell
from preceptor.web.tables.agreement import TONES

Shown = dict[str, Any]


def heads() -> list[Any]:
    """The titles of the columns."""
    opened = pgettext("co-operation", "Opened on")
    return [_("Joint school"), _("Partner"), _("Joint programmes"), opened, _("Agreement")]


def _found(user: Any) -> tuple[list[Any], Mapping[int, Any]]:
    """The joint schools that the user sees, the newest first, and how the agreement of each stands."""
    rows = visible_schools(user).select_related("unit", "partner", "agreement")
    found = list(rows.annotate(n=Count("programmes", distinct=True)).order_by("-opened_on", "-pk"))
    return found, standings([row.agreement for row in found], today())


def lines(user: Any) -> list[list[Any]]:
    """The lines of the workbook."""
    found, known = _found(user)
    return [
        [
            localised(row.unit, "name"), localised(row.partner, "name"), row.n, row.opened_on,
            str(known[row.agreement_id].label),
        ]
        for row in found
    ]  # fmt: skip


def list_of(user: Any) -> Shown:
    """What joint/record.html takes: one section with all schools that the reader may see."""
    found, known = _found(user)
    shown = [
        Row(
            [
                cell(localised(row.unit, "name"), url=reverse("school", args=[row.pk])),
                cell(localised(row.partner, "name")), cell(row.n), cell(row.opened_on),
                cell(known[row.agreement_id].label, tone=TONES.get(known[row.agreement_id], "none")),
            ]
        )
        for row in found
    ]  # fmt: skip
    section = Section(
        "schools", _("Schools run with a partner"),
        heads(),
        shown,
        _("There is no joint school, or none that you may see. One is opened on the page of the"
          " agreement that it rests on."),
    )  # fmt: skip
    return {
        "name": _("Joint schools"),
        "above": [],
        "intro": _("Schools that two institutions run together: their programmes, which courses of one"
                   " side count at the other, and who pays what."),
        "sections": [section],
    }  # fmt: skip
