"""Trainees: the list, its workbook, one trainee's standing and record, and the change of state."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.training.access import may_change_state, visible_enrolments
from preceptor.training.actions import change_state
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Enrolment
from preceptor.web.addresses import address
from preceptor.web.filters.choices import choices_for
from preceptor.web.filters.enrolment import EnrolmentFilter, filtered_enrolments
from preceptor.web.forms.state import StateForm
from preceptor.web.keyset import capped_count, count_as_text, slice_of
from preceptor.web.shown.enrolment import TABS, frame_of, reads_judgements
from preceptor.web.shown.journal import journal_of
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.enrolment import cells_of, columns_of, with_names
from preceptor.web.tables.enrolment_export import heads, lines
from preceptor.web.tables.workbook import write_workbook

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _seen(request: HttpRequest, key: int) -> Enrolment:
    rows = visible_enrolments(request.user).select_related(
        "person", "unit", "direction", "institution", "programme"
    )
    return get_object_or_404(rows, pk=key)


@require_safe
def enrolments(request: HttpRequest) -> HttpResponse:
    """The trainees in the reader's scope, narrowed by the filters, in pages by student number."""
    query = request.GET.dict()
    form = EnrolmentFilter(request.GET, choices_for(request.user))
    chosen, packs = form.chosen(), form.choices.packs
    rows = filtered_enrolments(request.user, chosen, packs)
    count = capped_count(rows)
    page = slice_of(with_names(rows, packs), "student_number", request.path, query)
    rule = chosen.get("rule")
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s trainee", "%(count)s trainees", count)
        % {"count": count_as_text(count)},
        "columns": columns_of(form.choices.rule_title(rule) if rule else None),
        "rows": cells_of(page.rows, packs, rule),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "export_url": address(f"{request.path}export.xlsx", query),
    }
    return render(request, "enrolment/list.html", context)


@require_safe
def export(request: HttpRequest) -> FileResponse:
    """Exactly the filtered list as a workbook, with the verdict of each rule."""
    form = EnrolmentFilter(request.GET, choices_for(request.user))
    packs = form.choices.packs
    rows = filtered_enrolments(request.user, form.chosen(), packs)
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    write_workbook(target, _("Trainees"), heads(packs), lines(rows, packs))
    target.seek(0)
    name = f"{_('trainees')}-{today().isoformat()}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=WORKBOOK)


@require_safe
def enrolment(request: HttpRequest, key: int) -> HttpResponse:
    """Where one trainee stands; the other tabs of the record by `?show=`."""
    found = _seen(request, key)
    current = request.GET.get("show", "standing")
    if current not in TABS:
        raise Http404
    context: dict[str, Any] = frame_of(request, found, current)
    context["permit"] = may_change_state(request.user, found)
    context |= TABS[current][1](request, found)
    return render(request, f"enrolment/{current}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for another state with day and reason; the action decides."""
    found = _seen(request, key)
    permit = may_change_state(request.user, found)
    form = StateForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _changed(request, found, form):
        return redirect("enrolment", key=key)
    context = frame_of(request, found, "") | {"form": form, "permit": permit}
    refused = request.method == "POST" and not permit
    return render(request, "enrolment/state.html", context, status=403 if refused else 200)


def _changed(request: HttpRequest, found: Enrolment, form: StateForm) -> bool:
    """Whether the state was changed; a refusal stands at the form, and nothing is written."""
    given = form.cleaned_data
    to = EnrolmentState(given["to"])
    try:
        change_state(
            enrolment=found,
            to=to,
            on=given["on"],
            reason=given["reason"],
            by=request.user,  # type: ignore[arg-type]
        )
    except (RuleBroken, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The state is now “%(state)s”.") % {"state": to.label})
    return True


@require_safe
def journal(request: HttpRequest, key: int) -> HttpResponse:
    """What was done to the record, by whom and why; only for those who keep or read the unit."""
    found = _seen(request, key)
    if not reads_judgements(request, found):
        raise Http404
    context = frame_of(request, found, "journal") | {"lines": journal_of("enrolment", key)}
    return render(request, "enrolment/journal.html", context)
