"""What a laboratory would leave behind, as the pages of its closing show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.cases.access import visible_cases
from preceptor.fellows.access import visible_postdocs
from preceptor.fellows.models import Laboratory
from preceptor.fellows.queries import left_behind
from preceptor.web.localised import localised
from preceptor.web.shown.money import money_text

Shown = dict[str, Any]


def remains_shown(
    row: Laboratory, day: date, user: Any, besides: Sequence[int] = ()
) -> list[Shown]:
    """One line for each kind of thing that is left on the day, with who or what; empty where nothing
    is. Requests and postdocs lead to their pages as far as the reader sees them; seven queries."""
    found = left_behind(row, day, besides=besides)
    requests = _linked("case", found.requests, visible_cases(user))
    postdocs = _linked("postdoc", found.postdocs, visible_postdocs(user))
    people = [{"text": localised(one.person, "name"), "url": ""} for one in found.members]
    things = [{"text": f"{one.number} {one.name}", "url": ""} for one in found.assets]
    money = [{"text": money_text(found.money), "url": ""}] if found.money else []
    lines = (
        (_("People in the laboratory"), people),
        (_("Postdocs guided by the head alone"), postdocs),
        (_("Things"), things),
        (_("Money in the account"), money),
        (_("Requests under way"), requests),
    )
    return [{"title": title, "items": items} for title, items in lines if items]


def _linked(name: str, rows: Sequence[Any], visible: Any) -> list[Shown]:
    keys = [row.pk for row in rows]
    seen = set(visible.filter(pk__in=keys).order_by().values_list("pk", flat=True)) if keys else ()
    return [
        {
            "text": localised(row.person, "name") if name == "postdoc" else str(row),
            "url": reverse(name, args=[row.pk]) if row.pk in seen else "",
        }
        for row in rows
    ]
