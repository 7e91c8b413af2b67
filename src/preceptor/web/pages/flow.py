"""The flow of postdocs between two days, and the figures of the censuses side by side."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from preceptor.institutions.models import Unit
from preceptor.reports.access import readable_censuses
from preceptor.standing.carriers import Carrier
from preceptor.standing.carriers import carriers as carriers_of
from preceptor.web.forms.flow import CarrierForm
from preceptor.web.localised import localised
from preceptor.web.pages.listing import WORKBOOK
from preceptor.web.pages.station import institution_for
from preceptor.web.shown.carriers import sheet_of as carriers_sheet
from preceptor.web.shown.carriers import table_of
from preceptor.web.shown.coverage import others_of
from preceptor.web.shown.cycle import cycle_of
from preceptor.web.shown.flow import flow_shown, form_for, rows_of, sheet_of
from preceptor.web.tables.workbook import write_workbook


@require_safe
def flow(request: HttpRequest) -> HttpResponse:
    """How many there were, came and went, for any two days and any grouping."""
    institution = institution_for(request)
    form = form_for(request.user, institution, request.GET)
    chosen = form.chosen()
    rows = rows_of(request.user, institution, chosen)
    context = {
        "form": form,
        "chosen": chosen,
        "hidden": [("institution", institution.code)],
        "institution": localised(institution, "name"),
        "others": others_of(request.user, institution, "flow"),
        "query": request.GET.urlencode(),
        **flow_shown(rows, chosen),
    }
    return render(request, "postdoc/flow.html", context)


@require_safe
def export(request: HttpRequest) -> FileResponse:
    """The same table as a workbook."""
    institution = institution_for(request)
    chosen = form_for(request.user, institution, request.GET).chosen()
    heads, lines = sheet_of(rows_of(request.user, institution, chosen))
    return _workbook(_("Flow of postdocs"), heads, lines, "postdocs", chosen)


def _workbook(
    title: str, heads: list[Any], lines: list[list[Any]], stem: str, chosen: dict[str, Any]
) -> FileResponse:
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    write_workbook(target, title, heads, lines)
    target.seek(0)
    name = f"{stem}-{chosen['first'].isoformat()}-{chosen['last'].isoformat()}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=WORKBOOK)


@require_safe
def carriers(request: HttpRequest) -> HttpResponse:
    """Which supervisors, laboratories and platforms carried which postdocs, and what came of it."""
    institution = institution_for(request)
    form = CarrierForm(request.GET)
    chosen = form.chosen()
    context = {
        "form": form,
        "chosen": chosen,
        "hidden": [("institution", institution.code)],
        "institution": localised(institution, "name"),
        "others": others_of(request.user, institution, "carriers"),
        "query": request.GET.urlencode(),
        **table_of(_carriers(request, institution, chosen)),
    }
    return render(request, "postdoc/carriers.html", context)


def _carriers(request: HttpRequest, institution: Unit, chosen: dict[str, Any]) -> list[Carrier]:
    days = chosen["first"], chosen["last"]
    return carriers_of(request.user, institution, chosen["by"], *days)


@require_safe
def carriers_export(request: HttpRequest) -> FileResponse:
    """The same table, whole, as a workbook."""
    institution, chosen = institution_for(request), CarrierForm(request.GET).chosen()
    heads, lines = carriers_sheet(_carriers(request, institution, chosen))
    return _workbook(
        _("Who carries the postdocs"), heads, lines, f"carriers-{chosen['by']}", chosen
    )


@require_safe
def cycle(request: HttpRequest) -> HttpResponse:
    """The figures of postdocs in all censuses of the institution; never one score."""
    institution = institution_for(request)
    censuses = readable_censuses(request.user).filter(institution=institution)
    context = {
        "institution": localised(institution, "name"),
        "others": others_of(request.user, institution, "cycle"),
        **cycle_of(list(censuses)),
    }
    return render(request, "postdoc/cycle.html", context)
