"""The official calendar: holidays and make-up working days by year, by which deadlines count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.base.errors import Refusal
from preceptor.base.today import today
from preceptor.cases.access.time import may_edit_calendar, visible_calendar_years
from preceptor.cases.actions import (
    adopt_calendar,
    enter_calendar_year,
    remove_calendar_day,
    set_calendar_day,
)
from preceptor.cases.calendars import missing_year
from preceptor.cases.models import CalendarYear
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.web.forms.calendar import CalendarDayForm, YearForm
from preceptor.web.listings.engine import chosen_year, years_of
from preceptor.web.shown.calendar import months_of

asks = require_http_methods(["GET", "HEAD", "POST"])


def _institution(request: HttpRequest) -> Unit:
    """The institution whose calendar the reader counts by; 404 for who belongs to none."""
    found = scope(request.user).institution
    person = getattr(request.user, "person", None)
    if found is None and person is not None:
        found = person.institution
    if found is None:
        raise Http404
    return found


def _edited(request: HttpRequest) -> Unit:
    """The same for who may edit it; 404 for others."""
    found = _institution(request)
    if not may_edit_calendar(request.user, found):
        raise Http404
    return found


def _done(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Whether it was done; a refusal stands at the form, and nothing is written."""
    try:
        act()
    except (Refusal, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """One year, month by month, and which year is missing."""
    root = _institution(request)
    rows = years_of(request.user)
    chosen = chosen_year(rows, request.GET.get("year", ""))
    context = {
        "chosen": chosen,
        "months": months_of(chosen) if chosen else [],
        "tabs": [
            {
                "title": str(row.year),
                "url": f"{reverse('calendar')}?year={row.year}",
                "is_current": row == chosen,
            }
            for row in rows
        ],
        "missing": missing_year(root, today()),
        "may_edit": bool(may_edit_calendar(request.user, root)),
    }
    return render(request, "calendar/page.html", context)


@asks
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a year from its announcement."""
    root = _edited(request)
    given = request.POST if request.method == "POST" else None
    form = YearForm(given, initial={"year": missing_year(root, today()) or today().year + 1})
    if form.is_valid():
        year, source = form.cleaned_data["year"], form.cleaned_data["announcement"]
        if _done(
            form,
            lambda: enter_calendar_year(
                institution=root, year=year, announcement=source, days=form.days(),
                by=request.user,  # type: ignore[arg-type]
            ),
        ):  # fmt: skip
            messages.success(request, _("The year is entered. New deadlines count by it."))
            return redirect(f"{reverse('calendar')}?year={year}")
    return render(request, "calendar/enter.html", {"form": form})


@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Enter the years that come with the product."""
    years = adopt_calendar(institution=_edited(request), by=request.user)  # type: ignore[arg-type]
    named = ", ".join(map(str, years))
    said = _("Entered: %(years)s.") % {"years": named} if years else _("All were entered before.")
    messages.success(request, said)
    return redirect("calendar")


def _year(request: HttpRequest, year: int) -> CalendarYear:
    rows = visible_calendar_years(request.user).filter(institution=_edited(request))
    return get_object_or_404(rows.select_related("institution"), year=year)


@asks
def add_day(request: HttpRequest, year: int) -> HttpResponse:
    """Enter or correct one day of a year."""
    held = _year(request, year)
    form = CalendarDayForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _done(
        form,
        lambda: set_calendar_day(calendar=held, day=form.new_day(), by=request.user),  # type: ignore[arg-type]
    ):
        messages.success(request, _("The day is entered."))
        return redirect(f"{reverse('calendar')}?year={year}")
    return render(request, "calendar/day.html", {"form": form, "year": year})


@require_POST
def remove_day(request: HttpRequest, year: int, key: int) -> HttpResponse:
    """Take one day out of a year."""
    held = get_object_or_404(_year(request, year).days.select_related("calendar"), pk=key)
    remove_calendar_day(day=held, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The day counts by the week again."))
    return redirect(f"{reverse('calendar')}?year={year}")
