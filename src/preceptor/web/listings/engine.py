"""Lists beside the requests: their kinds, public notices, the days of the official calendar."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.cases.access import visible_notices
from preceptor.cases.access.time import visible_calendar_years
from preceptor.cases.choices import KindState
from preceptor.cases.models import CalendarYear, Notice
from preceptor.cases.queries import kind_of_row
from preceptor.people.access import scope
from preceptor.web.listings.listing import Column, Listing, Sheet, in_chunks, one_by_one, sheet_of
from preceptor.web.localised import localised
from preceptor.web.shown.calendar import months_of
from preceptor.web.shown.kind import listed
from preceptor.web.shown.kind_words import actors_words, spoken
from preceptor.web.shown.port_words import port_words

MOST_TEXT = 60
KINDS = [
    Column(pgettext_lazy("of a request", "Kind"), lambda row: localised(row, "title")),
    Column(_("Name in the text"), lambda row: row.name),
    Column(_("Version"), lambda row: row.version),
    Column(_("Status"), lambda row: KindState(row.state).label),
    Column(_("Holds from"), lambda row: row.valid_from),
    Column(pgettext_lazy("a time", "Until"), lambda row: row.valid_to),
    Column(_("Who may ask"), lambda row: actors_words(kind_of_row(row).opens)),
    Column(_("Connected with"), lambda row: port_words(row.port)),
    Column(
        _("Stages"), lambda row: " → ".join(spoken(one.title) for one in kind_of_row(row).stages)
    ),
]
NOTICES = [
    Column(_("Title"), lambda row: localised(row, "title")),
    Column(_("Institution"), lambda row: localised(row.institution, "name")),
    Column(_("First day"), lambda row: row.first_on),
    Column(_("Last day"), lambda row: row.last_on),
]
DAYS = [
    Column(_("Day"), lambda row: row["day"]),
    Column(_("Weekday"), lambda row: row["weekday"]),
    Column(_("What it is"), lambda row: row["kind"]),
    Column(_("Name"), lambda row: row["name"]),
]
#: Nothing else of a notice leaves the house, and nothing at all of its case.
PUBLIC = (
    "institution__name_zh", "institution__name_en", "title_zh", "title_en", "text_zh", "text_en",
    "first_on", "last_on",
)  # fmt: skip


def found_notices(user: Any, text: str) -> QuerySet[Notice]:
    """What is on display today with the text in its title, the newest first; all without a text."""
    rows = visible_notices(user).select_related("institution").only(*PUBLIC)
    if text:
        rows = rows.filter(Q(title_zh__icontains=text) | Q(title_en__icontains=text))
    return rows.order_by("-first_on", "-pk")


def years_of(user: Any) -> list[CalendarYear]:
    """The years of the official calendar by which the user's institution counts, in their order;
    nothing for who belongs to none. One query."""
    root = scope(user).institution or getattr(getattr(user, "person", None), "institution", None)
    if root is None:
        return []
    return list(visible_calendar_years(user).filter(institution=root).order_by("year"))


def chosen_year(rows: list[CalendarYear], asked: str) -> CalendarYear | None:
    """The year asked for, this one without; where that is not entered, the last that is."""
    wanted = asked or str(today().year)
    return next((row for row in rows if str(row.year) == wanted), rows[-1] if rows else None)


def _kinds(user: Any, query: QueryDict) -> Sheet:
    return sheet_of(KINDS, listed(user))


def _notices(user: Any, query: QueryDict) -> Sheet:
    text = query.get("q", "").strip()[:MOST_TEXT]
    return sheet_of(NOTICES, one_by_one(in_chunks(found_notices(user, text))))


def _calendar(user: Any, query: QueryDict) -> Sheet:
    chosen = chosen_year(years_of(user), query.get("year", ""))
    months = months_of(chosen) if chosen else []
    return sheet_of(DAYS, (day for month in months for day in month["days"]))


LISTINGS = (
    Listing("kinds", _("Kinds of requests"), (), _kinds),
    Listing("notices", _("Public notices"), ("q",), _notices),
    Listing("calendar", _("Official calendar"), ("year",), _calendar),
)
