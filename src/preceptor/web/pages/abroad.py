"""Who is abroad on a day: the list, recording a time abroad and the return."""

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
from preceptor.joint.access import may_record_abroad, visible_abroad
from preceptor.joint.actions import record_abroad, record_return
from preceptor.joint.models import Abroad
from preceptor.people.access import institutions_of, scope, visible_persons
from preceptor.people.queries import person_meant
from preceptor.web.changing import Change, Place, change_page
from preceptor.web.filters.partner import AbroadFilter, day_of, filtered_abroad
from preceptor.web.forms.partner import AbroadForm, ReturnForm
from preceptor.web.keyset import capped_count, count_as_text, newest_of
from preceptor.web.localised import localised
from preceptor.web.shown.partner_list import abroad_frame
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.partner import ABROAD_COLUMNS, ABROAD_RELATED, abroad_cells

asks = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def abroad(request: HttpRequest) -> HttpResponse:
    """The times abroad that last on the day, narrowed by country and kind, the latest first."""
    query = request.GET.dict()
    form = AbroadFilter(request.GET, request.user)
    chosen = form.chosen()
    rows = filtered_abroad(request.user, chosen)
    count = capped_count(rows)
    page = newest_of(rows.select_related(*ABROAD_RELATED), request.path, query)
    context = abroad_frame(request.user, rows, day_of(chosen)) | {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s person", "%(count)s persons", count)
        % {"count": count_as_text(count)},
        "columns": ABROAD_COLUMNS,
        "rows": abroad_cells(page.rows, request.user),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "joint/list.html", context)


def _record(_row: None, given: dict[str, Any], user: Any) -> Abroad:
    number = given.pop("number").strip()
    person = person_meant(institutions_of(user), number, visible_persons(user))
    if person is None:
        raise InputRefused(_("No person has the number %(number)s.") % {"number": number})
    return record_abroad(person=person, by=user, **given)


NEW = Change(
    gettext_lazy("Record a time abroad"), gettext_lazy("Record it"),
    gettext_lazy("The time abroad is recorded."), lambda _row, user, data: AbroadForm(user, data),
    lambda _user, _row: GRANTED, _record,
)  # fmt: skip
RETURN = Change(
    gettext_lazy("Record the return"), gettext_lazy("Record it"),
    gettext_lazy("The return is recorded."), lambda _row, _user, data: ReturnForm(data),
    lambda user, row: may_record_abroad(user, row.person),
    lambda row, given, user: record_return(abroad=row, by=user, **given),
    gettext_lazy("That day is not counted abroad any more."),
)  # fmt: skip


def _place(name: str = "") -> Place:
    return Place([(_("Abroad"), reverse("abroad"))], name, reverse("abroad"))


@asks
def new(request: HttpRequest) -> HttpResponse:
    """Record that somebody is abroad; for who keeps the records of some unit."""
    reach = scope(request.user)
    if not reach.kept and not reach.everything:
        raise Http404
    return change_page(request, NEW, None, _place())


@asks
def back(request: HttpRequest, key: int) -> HttpResponse:
    """Record the day on which somebody was back."""
    rows = visible_abroad(request.user).select_related("person__institution")
    row = get_object_or_404(rows, pk=key)
    return change_page(request, RETURN, row, _place(localised(row.person, "name")))
