"""A trainee of a joint programme: the audit of both sides, and what is done."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.joint.access import visible_duals
from preceptor.joint.models import DualEnrolment
from preceptor.standing.duals import RELATIONS
from preceptor.web.changing import Place, change_page
from preceptor.web.localised import localised
from preceptor.web.shown.dual import page_of
from preceptor.web.shown.school_acts import DUAL

asks = require_http_methods(["GET", "HEAD", "POST"])
RELATED = (
    *RELATIONS, "home__person", "home__unit__institution", "home__institution", "partner__person",
    "partner__unit__institution", "partner__institution", "programme__school__agreement__institution",
)  # fmt: skip


def seen(request: HttpRequest, key: int) -> DualEnrolment:
    """The trainee with what the page shows; 404 for one whom the reader may not see."""
    return get_object_or_404(visible_duals(request.user).select_related(*RELATED), pk=key)


@require_safe
def dual(request: HttpRequest, key: int) -> HttpResponse:
    """What the rules of both sides say of one trainee, as far as the reader may see."""
    return render(request, "dual/page.html", page_of(seen(request, key), request.user))


@asks
def change(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One change of a dual trainee, by its word."""
    if verb not in DUAL:
        raise Http404
    row = seen(request, key)
    school = row.programme.school
    above = [(localised(school.unit, "name"), reverse("school", args=[school.pk]))]
    place = Place(above, localised(row.home.person, "name"), reverse("dual", args=[row.pk]))
    return change_page(request, DUAL[verb], row, place)
