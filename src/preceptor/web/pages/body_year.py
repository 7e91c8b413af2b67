"""A standing body's year: meetings, decisions, attendance, advice, seats; and the same as a workbook."""

from __future__ import annotations

from tempfile import TemporaryFile

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from preceptor.cases.years import BodyYear, year_of, years_of
from preceptor.web.pages.body import seen
from preceptor.web.pages.listing import WORKBOOK
from preceptor.web.shown.body_year import sheets_of, year_shown
from preceptor.web.tables.workbook import write_sheets


def _found(request: HttpRequest, key: int, year: int) -> BodyYear:
    """The year as the reader may see it; 404 for one in which the body did not exist."""
    body = seen(request, key)
    if year not in years_of(body):
        raise Http404
    return year_of(body, year, request.user)


@require_safe
def year(request: HttpRequest, key: int, year: int) -> HttpResponse:
    """What the body did in a year, on one page."""
    return render(request, "body/year.html", year_shown(_found(request, key, year)))


@require_safe
def export(request: HttpRequest, key: int, year: int) -> FileResponse:
    """The same year as a workbook: decisions, attendance, advice and seats, a sheet each."""
    found = _found(request, key, year)
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    write_sheets(target, sheets_of(found))
    target.seek(0)
    name = f"{found.body.code}-{year}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=WORKBOOK)
