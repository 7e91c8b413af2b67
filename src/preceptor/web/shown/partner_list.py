"""What stands around the lists of partners and of times abroad."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from preceptor.base.permits import GRANTED
from preceptor.base.today import today
from preceptor.joint.choices import AbroadKind
from preceptor.joint.models import Abroad, Partner
from preceptor.joint.queries import partners_active, partners_ever
from preceptor.people.access import scope
from preceptor.web.countries import country_name
from preceptor.web.shown.record_page import act

Shown = dict[str, Any]
#: So many countries are named beside their sum.
NAMED = 6


def frame_of(user: Any, rows: QuerySet[Partner]) -> Shown:
    """What joint/list.html takes besides the rows: how many partners there were ever and are today,
    and in which countries; three queries."""
    reach = scope(user)
    may = reach.everything or bool(reach.institutions & reach.kept)
    found = rows.order_by()
    ever = found.filter(pk__in=partners_ever(None, today()).order_by().values("pk"))
    active = found.filter(pk__in=partners_active(None, today()).order_by().values("pk")).count()
    countries = Counter(dict(ever.values_list("country").annotate(n=Count("pk"))))
    return {
        "heading": _("Partners"),
        "intro": _(
            "Universities, hospitals, institutes and companies with which the institution works, by"
            " agreement or without."
        ),
        "acts": [act("partner_new", _("Enter a partner"), GRANTED, icon="plus", kind="main")]
        if may
        else [],
        "above_list": [
            {"label": _("Partners by agreement, ever"), "value": sum(countries.values())},
            {"label": _("With an agreement in force today"), "value": active},
            {"label": _("Countries"), "value": len(countries), "note": named(countries)},
        ],
        "icon_name": "world",
        "empty_title": _("No partner matches"),
        "empty_text": _("Partners are entered by the graduate school office."),
        "clear_url": reverse("partners"),
    }  # fmt: skip


def named(countries: Counter[str]) -> str:
    """The first countries with how many are of each."""
    found = sorted(countries.items(), key=lambda one: (-one[1], one[0]))[:NAMED]
    return pgettext("between names", ", ").join(f"{country_name(code)} {n}" for code, n in found)


def abroad_frame(user: Any, rows: QuerySet[Abroad], day: date) -> Shown:
    """The same of the times abroad on the day: how many persons as what, and where; one query."""
    reach = scope(user)
    may = reach.everything or bool(reach.kept)
    found = (
        rows.order_by().values_list("country", "kind").annotate(n=Count("person", distinct=True))
    )
    countries, kinds = Counter[str](), Counter[str]()
    for country, kind, n in found:
        countries[country] += n
        kinds[kind] += n
    return {
        "heading": _("Abroad"),
        "intro": _("Who is abroad on %(day)s, where, as what, and under which agreement.")
        % {"day": day},
        "acts": [act("abroad_new", _("Record a time abroad"), GRANTED, icon="plus", kind="main")]
        if may
        else [],
        "above_list": [
            *({"label": kind.label, "value": kinds[kind]} for kind in AbroadKind),
            {"label": _("Countries"), "value": len(countries), "note": named(countries)},
        ],
        "icon_name": "world",
        "empty_title": _("Nobody is abroad on this day"),
        "empty_text": _("Times abroad are recorded by the office or by the secretary of the unit."),
        "clear_url": reverse("abroad"),
    }  # fmt: skip
