"""Platforms: the list on a day, one platform, and what is done to it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.base.errors import InputRefused
from preceptor.base.permits import GRANTED
from preceptor.institutions.access import visible_platforms
from preceptor.institutions.actions import register_platform
from preceptor.institutions.models import Platform
from preceptor.people.access import may_keep_institution, scope
from preceptor.web.changing import Change, Place, change_page
from preceptor.web.filters.platform import PlatformFilter, day_of, filtered_platforms
from preceptor.web.forms.platform import PlatformForm
from preceptor.web.keyset import capped_count, count_as_text, slice_of
from preceptor.web.localised import localised
from preceptor.web.pages.body_change import units_kept
from preceptor.web.shown.platform import CHANGES, END, frame_of, page_of
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.platform import COLUMNS, RELATED, cells_of, lines_of

asks = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def platforms(request: HttpRequest) -> HttpResponse:
    """The platforms that were begun by the day, narrowed by the filters, in pages by code."""
    query = request.GET.dict()
    form = PlatformFilter(request.GET, request.user)
    chosen = form.chosen()
    rows, day = filtered_platforms(request.user, chosen), day_of(chosen)
    count = capped_count(rows)
    page = slice_of(rows.select_related(*RELATED), "code", request.path, query)
    context = frame_of(request.user, rows, day) | {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s platform", "%(count)s platforms", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "rows": cells_of(lines_of(page.rows, day)),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "joint/list.html", context)


def seen(request: HttpRequest, key: int) -> Platform:
    """The platform with what its page shows; 404 for one that does not exist."""
    rows = visible_platforms(request.user).select_related(*RELATED, "institution")
    return get_object_or_404(rows, pk=key)


@require_safe
def platform(request: HttpRequest, key: int) -> HttpResponse:
    """One platform: co-builders, branches, states."""
    return render(request, "joint/record.html", page_of(seen(request, key), request.user))


def _register(_row: None, given: dict[str, Any], user: Any) -> Platform:
    unit = given["unit"]
    if unit is None:
        raise InputRefused(_("Choose the unit of the platform."))
    root = unit.institution or unit
    permit = may_keep_institution(user, root)
    return register_platform(institution=root, by=user, permit=permit, **given)


@asks
def new(request: HttpRequest) -> HttpResponse:
    """Enter a platform; for who keeps a whole institution."""
    reach = scope(request.user)
    units = [
        unit for unit in units_kept(request) if reach.keeps(unit.institution_id or unit.pk)
    ]  # fmt: skip
    if not units:
        raise Http404
    change = Change(
        gettext_lazy("Enter a platform"), gettext_lazy("Enter it"),
        gettext_lazy("The platform is in the register."),
        lambda _row, user, data: PlatformForm(units, user, data), lambda _user, _row: GRANTED,
        _register, goes_to=lambda made: reverse("platform", args=[made.pk]),
    )  # fmt: skip
    place = Place([(_("Platforms"), reverse("platforms"))], "", reverse("platforms"))
    return change_page(request, change, None, place)


def _place(row: Platform) -> Place:
    above = [(_("Platforms"), reverse("platforms"))]
    return Place(above, localised(row, "name"), reverse("platform", args=[row.pk]))


@asks
def change(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One change of a platform, by its word."""
    if verb not in CHANGES:
        raise Http404
    row = seen(request, key)
    return change_page(request, CHANGES[verb], row, _place(row))


@asks
def co_builder_end(request: HttpRequest, key: int, part: int) -> HttpResponse:
    """End the part of a co-builder."""
    row = seen(request, key)
    rows = row.co_builders.known().select_related("platform__institution")
    return change_page(request, END, get_object_or_404(rows, pk=part), _place(row))
