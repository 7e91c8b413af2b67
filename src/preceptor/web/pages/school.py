"""Joint schools: the list, one school, and what is done to it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.base.today import today
from preceptor.joint.access import visible_schools
from preceptor.joint.models import JointSchool
from preceptor.web.changing import Place, change_page
from preceptor.web.localised import localised
from preceptor.web.shown.school import page_of, recognitions_of
from preceptor.web.shown.school_acts import END, SCHOOL
from preceptor.web.shown.school_list import list_of

asks = require_http_methods(["GET", "HEAD", "POST"])
FIRST_YEAR = "1949"
RELATED = (
    "unit__institution", "partner__peer", "partner__institution", "agreement__institution",
    "agreement__unit",
)  # fmt: skip


@require_safe
def schools(request: HttpRequest) -> HttpResponse:
    """The joint schools in the reader's scope: there are few, and they stand on one page."""
    return render(request, "joint/record.html", list_of(request.user))


def seen(request: HttpRequest, key: int) -> JointSchool:
    """The joint school with what its page shows; 404 for one that the reader may not see."""
    return get_object_or_404(visible_schools(request.user).select_related(*RELATED), pk=key)


def year_of(request: HttpRequest) -> int:
    """The year that the address asks for; this one without, or for what is no year."""
    text = request.GET.get("year", "")
    is_year = len(text) == 4 and text.isascii() and text.isdecimal() and text > FIRST_YEAR
    return int(text) if is_year else today().year


@require_safe
def school(request: HttpRequest, key: int) -> HttpResponse:
    """One joint school: programmes, recognised courses, dual trainees, shares, costs, settlement."""
    context = page_of(seen(request, key), request.user, year_of(request))
    return render(request, "joint/record.html", context)


def _place(row: JointSchool) -> Place:
    above = [(_("Joint schools"), reverse("schools"))]
    return Place(above, localised(row.unit, "name"), reverse("school", args=[row.pk]))


@asks
def change(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One change of a joint school, by its word."""
    if verb not in SCHOOL:
        raise Http404
    row = seen(request, key)
    return change_page(request, SCHOOL[verb], row, _place(row))


@asks
def recognition_end(request: HttpRequest, key: int, part: int) -> HttpResponse:
    """End the recognition of a course."""
    row = seen(request, key)
    rows = recognitions_of(row)
    return change_page(request, END, get_object_or_404(rows, pk=part), _place(row))
