"""Panels: the list, and one panel with each rule's verdict and its members on the day."""

from __future__ import annotations

from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_safe

from preceptor.base.today import today
from preceptor.base.together import answer, together
from preceptor.standing.packs import in_force_in
from preceptor.standing.queries import panel_standings
from preceptor.standing.waiving import alive
from preceptor.training.access import visible_panels
from preceptor.web.filters.panel import PanelFilter, filtered_panels
from preceptor.web.keyset import capped_count, count_as_text, slice_of
from preceptor.web.localised import localised
from preceptor.web.shown.lineage import lineage_asked
from preceptor.web.shown.panel import day_text, keep_members, seats_of, sitting_day
from preceptor.web.shown.panel_case import panel_case
from preceptor.web.shown.requirement import requirements
from preceptor.web.shown.waiver import requests_of
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.panel import COLUMNS, panel_cells


@require_safe
def panels(request: HttpRequest) -> HttpResponse:
    """The panels in the reader's scope, narrowed by the filters, in pages by number."""
    query = request.GET.dict()
    form = PanelFilter(request.GET, auto_id="filter_%s")
    chosen = form.chosen()
    rows = filtered_panels(request.user, chosen)
    count = capped_count(rows)
    rows = rows.select_related("enrolment__person", "enrolment__unit")
    page = slice_of(rows.annotate(members=Count("seats")), "number", request.path, query)
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s panel", "%(count)s panels", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "rows": panel_cells(page.rows),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "panel/list.html", context)


@require_safe
def panel(request: HttpRequest, key: int) -> HttpResponse:
    """One panel, judged afresh by the titles valid on the day of its sitting."""
    rows = visible_panels(request.user).select_related(
        "institution", "enrolment__person", "enrolment__unit", "enrolment__direction", "sitting",
        "milestone_case__case__kind", "milestone_case__case__unit",
    )  # fmt: skip
    found = get_object_or_404(rows.prefetch_related(Prefetch("waivers", alive())), pk=key)
    lineage, _kept = answer(together(lineage_asked("panel", key), keep_members(found)))
    packs = in_force_in(found.institution_id, found.enrolment.unit_id)
    standing = panel_standings([found], today(), get_language() or "", packs)[0]
    shown = requirements(standing.requirements, frozenset())
    context = {
        "panel": found,
        "verdict_word": standing.verdict.value,
        "requirements": requests_of(shown, found, packs, request.user),
        "seats": seats_of(standing, today()),
        "lineage": lineage,
        "name": localised(found.enrolment.person, "name"),
        "unit": localised(found.enrolment.unit, "name"),
        "direction": localised(found.enrolment.direction, "name"),
        "day": day_text(found),
        "judged_on": sitting_day(found, today()),
        "step": panel_case(found, request.user),
    }
    return render(request, "panel/panel.html", context)
