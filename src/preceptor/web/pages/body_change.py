"""Setting up and keeping a standing body: seats, charter, meetings, closing."""

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
from django.views.decorators.http import require_http_methods, require_POST

from preceptor.base.errors import InputRefused, Refusal
from preceptor.cases.access.body import keeps_any, may_keep_body, visible_bodies
from preceptor.cases.access.case import visible_cases
from preceptor.cases.access.sitting import visible_sittings
from preceptor.cases.actions import (
    call_meeting,
    close_body,
    end_seat,
    give_charter,
    give_seat,
    set_up_body,
    take_up_cases,
)
from preceptor.cases.choices import BodyKind
from preceptor.cases.models import Body
from preceptor.institutions.access import visible_units
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.people.models import Person
from preceptor.people.queries import numbered
from preceptor.web.forms.body import (
    BodyForm,
    CharterForm,
    LastDayForm,
    MeetingForm,
    NextTermForm,
    SeatForm,
    TakeUpForm,
)
from preceptor.web.localised import localised
from preceptor.web.pages.body import seen

asks = require_http_methods(["GET", "HEAD", "POST"])
REFUSALS = (Refusal, PermissionDenied)


def person_of(institution: int, number: str) -> Person | None:
    """Whom the number names; None for an empty one. Raises InputRefused when it names nobody."""
    if not number.strip():
        return None
    found = numbered(institution, number)
    if found is None:
        raise InputRefused(_("No person has the number %(number)s.") % {"number": number.strip()})
    return found


def whom(institution: int, number: str) -> Person:
    """The same, of a number that must be given."""
    found = person_of(institution, number)
    if found is None:
        raise InputRefused(_("Give the number of the person."))
    return found


def units_kept(request: HttpRequest) -> list[Unit]:
    """The units whose records the reader keeps, by code."""
    reach = scope(request.user)
    rows = visible_units(request.user).order_by("code").select_related("institution")
    return [unit for unit in rows if reach.keeps(unit.pk)]


def _asked(
    request: HttpRequest, body: Body, form: forms.Form, texts: dict[str, str],
    do: Callable[[dict[str, Any]], object],
) -> HttpResponse:  # fmt: skip
    """The form of one change of a body: shown, or done and back to the body's page."""
    permit = may_keep_body(request.user, body)
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, texts["done"])
            return redirect("body", key=body.pk)
    context = {"form": form, "permit": permit, "body": body, "name": localised(body, "name")}
    return render(
        request, "body/form.html", context | texts | {"back": reverse("body", args=[body.pk])}
    )


@asks
def new(request: HttpRequest) -> HttpResponse:
    """Set up a body; for who keeps the records of some unit."""
    if not keeps_any(request.user):
        raise Http404
    units = units_kept(request)
    uppers = list(visible_bodies(request.user).filter(kind=BodyKind.DEGREE, closed_on=None))
    known = {name: request.GET[name] for name in ("kind", "unit", "person") if name in request.GET}
    form = BodyForm(units, uppers, request.POST or None, **known)
    if request.method == "POST" and form.is_valid():
        try:
            made = _set_up(request, form, units, uppers)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The body is set up. Give its members their seats."))
            return redirect("body", key=made.pk)
    texts = {"title": _("Set up a standing body"), "button": _("Set up the body")}
    context = {"form": form, "permit": True, "back": reverse("bodies"), "has_file": False}
    return render(request, "body/form.html", context | texts)


def _set_up(request: HttpRequest, form: BodyForm, units: list[Unit], uppers: list[Body]) -> Body:
    chosen = form.cleaned_data
    unit = next(one for one in units if str(one.pk) == chosen["unit"])
    root = unit.institution or unit
    return set_up_body(
        institution=root, unit=unit, code=chosen["code"], kind=chosen["kind"],
        name_zh=chosen["name_zh"], name_en=chosen["name_en"], opened_on=chosen["opened_on"],
        person=person_of(root.pk, chosen["person"]),
        upper=next((one for one in uppers if str(one.pk) == chosen["upper"]), None),
        term_years=chosen["term_years"], meetings_a_year=chosen["meetings_a_year"],
        voting=form.voting(), by=request.user,  # type: ignore[arg-type]
    )  # fmt: skip


@asks
def seat(request: HttpRequest, key: int) -> HttpResponse:
    """Give a person a seat for a term."""
    found = seen(request, key)

    def do(chosen: dict[str, Any]) -> object:
        root = found.institution_id
        return give_seat(
            body=found, person=whom(root, chosen["number"]), role=chosen["role"],
            is_head=chosen["is_head"], substitute=person_of(root, chosen["substitute"]),
            valid_from=chosen["valid_from"], valid_to=chosen["valid_to"],
            by=request.user,  # type: ignore[arg-type]
        )  # fmt: skip

    texts = {
        "title": _("Give a seat"), "button": _("Give the seat"), "done": _("The seat is given."),
    }  # fmt: skip
    return _asked(request, found, SeatForm(request.POST or None), texts, do)


@asks
def seat_end(request: HttpRequest, key: int, seat: int) -> HttpResponse:
    """End a seat with a day, and say why."""
    found = seen(request, key)
    held = get_object_or_404(found.seats.known().select_related("person", "body__unit"), pk=seat)

    def do(chosen: dict[str, Any]) -> object:
        return end_seat(seat=held, by=request.user, **chosen)  # type: ignore[arg-type]

    texts = {
        "title": _("End the seat of %(name)s") % {"name": localised(held.person, "name")},
        "button": _("End the seat"), "done": _("The seat ends with that day."),
    }  # fmt: skip
    return _asked(request, found, LastDayForm(request.POST or None), texts, do)


@asks
def seat_renew(request: HttpRequest, key: int, seat: int) -> HttpResponse:
    """Give the holder of a seat the next term, in the same role; it begins the day after the last."""
    found = seen(request, key)
    rows = found.seats.known().select_related("person", "substitute").filter(valid_to__isnull=False)
    held = get_object_or_404(rows, pk=seat)
    assert held.valid_to is not None

    def do(chosen: dict[str, Any]) -> object:
        return give_seat(
            body=found, person=held.person, substitute=held.substitute,
            by=request.user, **chosen,  # type: ignore[arg-type]
        )  # fmt: skip

    texts = {
        "title": _("Next term of %(name)s") % {"name": localised(held.person, "name")},
        "button": _("Give the seat"), "done": _("The next term is recorded."),
    }  # fmt: skip
    return _asked(request, found, NextTermForm(held, request.POST or None), texts, do)


@asks
def charter(request: HttpRequest, key: int) -> HttpResponse:
    """Give the body a charter, or its next version."""
    found = seen(request, key)

    def do(chosen: dict[str, Any]) -> object:
        file = chosen.pop("file")
        return give_charter(
            body=found, content=file.file if file else None, file_name=file.name if file else "",
            by=request.user, **chosen,  # type: ignore[arg-type]
        )  # fmt: skip

    texts = {
        "title": _("New version of the charter"), "button": _("Keep the charter"),
        "done": _("The charter is kept. The version before ends the day before."),
    }  # fmt: skip
    form = CharterForm(request.POST or None, request.FILES or None)
    return _asked(request, found, form, texts | {"has_file": "1"}, do)


@asks
def meeting(request: HttpRequest, key: int) -> HttpResponse:
    """Plan a meeting with everybody who has a seat on that day."""
    found = seen(request, key)

    def do(chosen: dict[str, Any]) -> object:
        return call_meeting(body=found, by=request.user, **chosen)  # type: ignore[arg-type]

    texts = {
        "title": _("Plan a meeting"), "button": _("Plan the meeting"),
        "done": _("The meeting is planned. Send the invitations on its page."),
    }  # fmt: skip
    return _asked(request, found, MeetingForm(request.POST or None), texts, do)


@require_POST
def take_up(request: HttpRequest, key: int) -> HttpResponse:
    """Put waiting cases on the agenda of a meeting, all that were ticked in one step."""
    found = seen(request, key)
    sittings = list(visible_sittings(request.user).filter(body=found).select_related("body"))
    keys = request.POST.getlist("cases")
    cases = list(visible_cases(request.user).filter(pk__in=[one for one in keys if one.isdigit()]))
    form = TakeUpForm(sittings, [case.pk for case in cases], request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a meeting and at least one request."))
        return redirect("body", key=key)
    chosen = form.cleaned_data["sitting"]
    try:
        sitting = next(one for one in sittings if one.pk == chosen)
        items = take_up_cases(sitting=sitting, cases=cases, by=request.user)  # type: ignore[arg-type]
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("On the agenda: %(count)s.") % {"count": len(items)})
    return redirect("body", key=key)


@asks
def close(request: HttpRequest, key: int) -> HttpResponse:
    """Close the body; its seats end with it."""
    found = seen(request, key)

    def do(chosen: dict[str, Any]) -> object:
        return close_body(
            body=found, closed_on=chosen["last_on"], reason=chosen["reason"],
            by=request.user,  # type: ignore[arg-type]
        )  # fmt: skip

    texts = {
        "title": _("Close the body"), "button": _("Close the body"),
        "done": _("The body is closed. Its records stay readable."),
    }  # fmt: skip
    return _asked(request, found, LastDayForm(request.POST or None), texts, do)
