"""Appointments of principal investigators: the list, one of them, and what is done to it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.fellows.access import (
    may_ask_assessment,
    may_end_appointment,
    may_keep_appointment,
    may_move_investment,
    may_report,
    visible_appointments,
)
from preceptor.fellows.actions import (
    NewUnit,
    StartPackage,
    add_representative_work,
    ask_assessment,
    drop_representative_work,
    end_appointment,
    hold_tranche,
    plan_tranche,
    record_teaching,
    release_tranche,
    report_pi_goal,
    resume_appointment,
    set_pi_goal,
    sign_appointment,
    start_appointment,
    stop_tranche,
)
from preceptor.fellows.models import Appointment
from preceptor.standing.population import with_relations
from preceptor.web.changing import Change, Place, change_page
from preceptor.web.filters.appointment import AppointmentFilter, filtered_appointments
from preceptor.web.forms.appointment import (
    AssessForm,
    DropForm,
    EndForm,
    GoalForm,
    ReportForm,
    SignForm,
    StartForm,
    TeachingForm,
    TrancheForm,
    WhyForm,
    WorkForm,
)
from preceptor.web.keyset import capped_count, count_as_text, slice_of
from preceptor.web.localised import localised
from preceptor.web.shown.appointment import page_of
from preceptor.web.tables.appointment import RELATED, cells_of, columns_of
from preceptor.web.tables.chips import chips_of

Given = dict[str, Any]
asks = require_http_methods(["GET", "HEAD", "POST"])
#: What page, permits and rules of one appointment read.
WHOLE = ("person", "institution", "programme__unit", "programme__director",
         "programme__institution", "laboratory__unit", "follows", "followed_by", "end_by_hand")  # fmt: skip


def seen(request: HttpRequest, key: int) -> Appointment:
    """The appointment with what its page shows; 404 for one that the reader may not see."""
    rows = visible_appointments(request.user).select_related(*WHOLE)
    found: Appointment = get_object_or_404(with_relations(rows, "appointment"), pk=key)
    return found


@require_safe
def appointments(request: HttpRequest) -> HttpResponse:
    """The appointments in the reader's scope, narrowed by the filters, each judged afresh."""
    query = request.GET.dict()
    form = AppointmentFilter(request.GET, request.user)
    chosen = form.chosen()
    found = filtered_appointments(request.user, chosen)
    count = capped_count(found.rows)
    page = slice_of(found.rows.select_related(*RELATED), "number", request.path, query)
    asked = page.rows, request.user, get_language() or ""
    verdicts = found.verdicts_of(*asked) if form.is_judging else None
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s appointment", "%(count)s appointments", count)
        % {"count": count_as_text(count)},
        "columns": columns_of(form.is_judging),
        "rows": cells_of(page.rows, verdicts),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "appointment/list.html", context)


@require_safe
def appointment(request: HttpRequest, key: int) -> HttpResponse:
    """One appointment: term, targets, works, teaching, money, assessments, what the rules say."""
    return render(request, "appointment/page.html", page_of(seen(request, key), request.user))


def place_of(row: Appointment) -> Place:
    """Where the appointment lies."""
    above = [(_("Appointments"), reverse("appointments"))]
    back = reverse("appointment", args=[row.pk])
    return Place(above, f"{localised(row.person, 'name')} {row.number}", back)


def _start(row: Appointment, given: Given, by: Any) -> Any:
    money: Decimal | None = given["money_cny"]
    unit = NewUnit(given["code"], given["name_zh"], given["name_en"]) if "code" in given else None
    package = StartPackage(money_cny=money) if money else None
    return start_appointment(appointment=row, on=given["on"], new_unit=unit, package=package, by=by)


CHANGES: dict[str, Change] = {
    "sign": Change(
        pgettext_lazy("appointment", "Record the contract"), gettext_lazy("Record it"),
        gettext_lazy("The contract is recorded."),
        lambda row, user, data: SignForm(row, data), may_keep_appointment,
        lambda row, given, by: sign_appointment(appointment=row, by=by, **given),
    ),
    "start": Change(
        gettext_lazy("Record the start"), gettext_lazy("Begin the term"),
        gettext_lazy("The term has begun and the laboratory is open."),
        lambda row, user, data: StartForm(row, data), may_keep_appointment, _start,
        gettext_lazy("A first term opens the laboratory with a unit of its own; a further term takes "
                     "the laboratory over."),
    ),
    "goal": Change(
        gettext_lazy("Write a target of the contract"), gettext_lazy("Write the target"),
        gettext_lazy("The target is written."),
        lambda row, user, data: GoalForm(row, data), may_keep_appointment,
        lambda row, given, by: set_pi_goal(appointment=row, by=by, **given),
    ),
    "work": Change(
        gettext_lazy("Name a representative work"), gettext_lazy("Name the work"),
        gettext_lazy("The work is named."),
        lambda row, user, data: WorkForm(data), may_report,
        lambda row, given, by: add_representative_work(appointment=row, by=by, **given),
    ),
    "teach": Change(
        gettext_lazy("Record teaching"), gettext_lazy("Record it"),
        gettext_lazy("The teaching is recorded."),
        lambda row, user, data: TeachingForm(data), may_report,
        lambda row, given, by: record_teaching(appointment=row, by=by, **given),
        gettext_lazy("The same course in the same year takes the new hours."),
    ),
    "tranche": Change(
        gettext_lazy("Plan a tranche"), gettext_lazy("Plan it"),
        gettext_lazy("The tranche is planned, after those that are there."),
        lambda row, user, data: TrancheForm(data), may_move_investment,
        lambda row, given, by: plan_tranche(appointment=row, by=by, **given),
    ),
    "assess": Change(
        gettext_lazy("Ask for an assessment"), gettext_lazy("Prepare the request"),
        gettext_lazy("The request is prepared with the evidence of today. Hand in its documents."),
        lambda row, user, data: AssessForm(data), may_ask_assessment,
        lambda row, given, by: ask_assessment(appointment=row, by=by, **given),
        gettext_lazy("Report targets, works and teaching first: the evidence is taken together now."),
    ),
    "end": Change(
        gettext_lazy("Record the end of the term without an assessment"), gettext_lazy("End the term"),
        gettext_lazy("The term has ended."),
        lambda row, user, data: EndForm(row, data), may_end_appointment,
        lambda row, given, by: end_appointment(appointment=row, by=by, **given),
        gettext_lazy("Tranches to come are stopped, the laboratory begins to close, and an assessment "
                     "that is under way is taken off."),
    ),
    "resume": Change(
        gettext_lazy("Undo an end that was recorded by mistake"), gettext_lazy("Undo the end"),
        gettext_lazy("Term, tranches and laboratory stand as before."),
        lambda row, user, data: WhyForm(data), may_end_appointment,
        lambda row, given, by: resume_appointment(appointment=row, by=by, **given),
        gettext_lazy("An assessment that was taken off is asked for anew."),
    ),
}  # fmt: skip


def _report(row: Any, given: Given, by: Any) -> Any:
    return report_pi_goal(goal=row, by=by, **given)


def _drop(row: Any, given: Given, by: Any) -> None:
    drop_representative_work(work=row, by=by)


def _moving(title: Any, button: Any, done: Any, move: Callable[..., Any]) -> Change:
    return Change(
        title, button, done, lambda row, user, data: WhyForm(data),
        lambda user, row: may_move_investment(user, row.appointment),
        lambda row, given, by: move(tranche=row, by=by, **given),
    )  # fmt: skip


#: Of what the part is one, and what is done to it.
PARTS: dict[str, tuple[str, Change]] = {
    "report": ("goals", Change(
        gettext_lazy("Report a target"), gettext_lazy("Report it"),
        gettext_lazy("What was reached is reported."),
        lambda row, user, data: ReportForm(row, data),
        lambda user, row: may_report(user, row.appointment), _report,
    )),
    "drop": ("works", Change(
        gettext_lazy("Take a work out"), gettext_lazy("Take it out"),
        gettext_lazy("The work is taken out."),
        lambda row, user, data: DropForm(data),
        lambda user, row: may_report(user, row.appointment), _drop,
        gettext_lazy("The work no longer stands among those that represent the investigator."),
    )),
    "release": ("tranches", _moving(
        gettext_lazy("Release a tranche"), gettext_lazy("Release it"),
        gettext_lazy("The tranche is released and booked into the account of the laboratory."),
        release_tranche,
    )),
    "hold": ("tranches", _moving(
        gettext_lazy("Hold a tranche back"), gettext_lazy("Hold it back"),
        gettext_lazy("The tranche is held back."), hold_tranche,
    )),
    "stop": ("tranches", _moving(
        gettext_lazy("Stop a tranche"), gettext_lazy("Stop it"),
        gettext_lazy("The tranche is stopped; it is never released."), stop_tranche,
    )),
}  # fmt: skip


@asks
def change(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One change of an appointment, or the request for its assessment."""
    row = seen(request, key)
    if verb not in CHANGES:
        raise Http404
    return change_page(request, CHANGES[verb], row, place_of(row))


@asks
def part(request: HttpRequest, key: int, verb: str, part: int) -> HttpResponse:
    """One change of a target, a work or a tranche."""
    row = seen(request, key)
    if verb not in PARTS:
        raise Http404
    name, change = PARTS[verb]
    found = get_object_or_404(getattr(row, name).all(), pk=part)
    found.appointment = row
    return change_page(request, change, found, place_of(row))
