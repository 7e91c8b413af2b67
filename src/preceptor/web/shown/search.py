"""What one text finds: by Chinese name, pinyin, number, or words of a title."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from preceptor.institutions.access import visible_regulations, visible_units
from preceptor.standing.packs import in_force_at
from preceptor.standing.panels import matching_panels
from preceptor.training.access import visible_enrolments, visible_panels
from preceptor.web.addresses import address
from preceptor.web.filters.enrolment import matching
from preceptor.web.localised import localised

Find = dict[str, Any]
MOST = 12
LONGEST = 60


def found_for(user: Any, text: str) -> list[dict[str, Any]]:
    """Groups of finds, at most MOST each: title, icon, finds (title, note, url), more_url.

    Six queries, whatever is found.
    """
    return [
        _group(_("Trainees"), "users", _trainees(user, text), "enrolments", text),
        _group(_("Panels"), "gavel", _panels(user, text), "panels", text),
        _group(_("Rules"), "scale", _rules(user, text)),
        _group(_("Regulations"), "book-2", _regulations(user, text)),
        _group(_("Units"), "building-hospital", _units(user, text)),
    ]


def _group(
    title: str | Promise, icon: str, finds: Iterable[Find], page: str = "", text: str = ""
) -> dict[str, Any]:
    found = list(finds)
    more = address(reverse(page), {"q": text}) if page and len(found) > MOST else ""
    return {"title": title, "icon": icon, "finds": found[:MOST], "more_url": more}


def _trainees(user: Any, text: str) -> list[Find]:
    rows = matching(visible_enrolments(user), text).select_related("person", "direction")
    return [
        {
            "title": localised(row.person, "name"),
            "note": f"{row.student_number} · {localised(row.direction, 'name')}",
            "url": reverse("enrolment", args=[row.pk]),
        }
        for row in rows.order_by("student_number", "pk")[: MOST + 1]
    ]


def _panels(user: Any, text: str) -> list[Find]:
    rows = matching_panels(visible_panels(user), text).select_related("enrolment__person")
    return [
        {
            "title": row.number,
            "note": f"{row.get_stage_display()} · {localised(row.enrolment.person, 'name')}",
            "url": reverse("panel", args=[row.pk]),
        }
        for row in rows.order_by("number", "pk")[: MOST + 1]
    ]


def _rules(user: Any, text: str) -> list[Find]:
    root = visible_units(user).filter(institution=None).first()
    wanted, language = text.casefold(), get_language() or ""
    return [
        {
            "title": rule.title.within(language),
            "note": rule.id,
            "url": reverse("rule", args=[rule.id]),
        }
        for pack in (in_force_at([root.pk]) if root else [])
        for rule in pack.rules.values()
        if any(wanted in part.casefold() for part in (rule.id, rule.title.zh, rule.title.en))
    ]


def _regulations(user: Any, text: str) -> list[Find]:
    has = Q(title_zh__icontains=text) | Q(title_en__icontains=text) | Q(number__icontains=text)
    return [
        {
            "title": localised(row, "title"),
            "note": row.number or localised(row, "issuer"),
            "url": reverse("regulation", args=[row.pk]),
        }
        for row in visible_regulations(user).filter(has)[: MOST + 1]
    ]


def _units(user: Any, text: str) -> list[Find]:
    has = Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(code__istartswith=text)
    return [
        {
            "title": localised(row, "name"),
            "note": row.get_kind_display(),
            "url": reverse("unit", args=[row.pk]),
        }
        for row in visible_units(user).filter(has).order_by("code")[: MOST + 1]
    ]
