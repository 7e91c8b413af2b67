"""The register of partners: the list, one partner, and what is done to it."""

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
from preceptor.joint.access import visible_partners
from preceptor.joint.actions import register_partner
from preceptor.joint.models import Partner
from preceptor.web.changing import Change, Place, change_page
from preceptor.web.filters.partner import PartnerFilter, filtered_partners
from preceptor.web.forms.partner import PartnerForm
from preceptor.web.keyset import capped_count, count_as_text, slice_of
from preceptor.web.localised import localised
from preceptor.web.shown.partner import CHANGES, page_of, roots_kept, roots_of
from preceptor.web.shown.partner_list import frame_of
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.partner import COLUMNS, cells_of

asks = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """The partners in the reader's scope, narrowed by the filters, in pages by code."""
    query = request.GET.dict()
    form = PartnerFilter(request.GET, request.user)
    chosen = form.chosen()
    rows = filtered_partners(request.user, chosen)
    count = capped_count(rows)
    page = slice_of(rows, "code", request.path, query)
    context = frame_of(request.user, rows) | {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s partner", "%(count)s partners", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "rows": cells_of(page.rows),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "joint/list.html", context)


def seen(request: HttpRequest, key: int) -> Partner:
    """The partner with what its page shows; 404 for one that the reader may not see."""
    rows = visible_partners(request.user).select_related("institution", "peer")
    return get_object_or_404(rows, pk=key)


@require_safe
def partner(request: HttpRequest, key: int) -> HttpResponse:
    """One partner: agreements, what it gave, what was done together, who of ours is there."""
    return render(request, "joint/record.html", page_of(seen(request, key), request.user))


@asks
def new(request: HttpRequest) -> HttpResponse:
    """Enter a partner into the register; for who keeps an institution."""
    roots, peers = roots_kept(request.user), roots_of(request.user)
    if not roots:
        raise Http404

    def register(_row: None, given: dict[str, Any], user: Any) -> Partner:
        if given["institution"] is None:
            raise InputRefused(_("Choose the institution."))
        return register_partner(by=user, **given)

    change = Change(
        gettext_lazy("Enter a partner"), gettext_lazy("Enter it"),
        gettext_lazy("The partner is in the register."),
        lambda _row, _user, data: PartnerForm(roots, peers, data), lambda _user, _row: GRANTED,
        register, goes_to=lambda made: reverse("partner", args=[made.pk]),
    )  # fmt: skip
    place = Place([(_("Partners"), reverse("partners"))], "", reverse("partners"))
    return change_page(request, change, None, place)


@asks
def change(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One change of a partner, by its word."""
    if verb not in CHANGES:
        raise Http404
    row = seen(request, key)
    above = [(_("Partners"), reverse("partners"))]
    place = Place(above, localised(row, "name"), reverse("partner", args=[row.pk]))
    return change_page(request, CHANGES[verb], row, place)
