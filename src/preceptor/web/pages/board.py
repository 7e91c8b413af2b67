"""The board of a request: chosen with the rules beside it, called to a sitting and invited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from preceptor.base.errors import Refusal
from preceptor.cases.access import may_compose
from preceptor.cases.actions import NewSittingSeat, call_board
from preceptor.cases.models import Case
from preceptor.cases.registry import Boarding, port_of
from preceptor.people.access import visible_judges
from preceptor.people.models import Person
from preceptor.people.queries import matches_name
from preceptor.web.forms.board import BoardForm
from preceptor.web.localised import localised
from preceptor.web.pages.case import seen
from preceptor.web.shown.board import board_of
from preceptor.web.shown.composition import OFFERED

PAGE = "board/page.html"


@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest, key: int) -> HttpResponse:
    """Who decides the request, when and where; nothing is written before they are called."""
    case = seen(request, key)
    if not isinstance(port_of(case), Boarding):
        raise Http404
    form = BoardForm(case.revision, request.POST or None)
    asked = form.roles()
    known = {one.pk: one for one in visible_judges(request.user).filter(pk__in=asked)}
    roles = {known[one]: role for one, role in asked.items() if one in known}
    # Whether it may be done is asked where it is done, so that a second click finds it done.
    if form.is_bound and form.is_valid() and _called(request, case, roles, form):
        return redirect("case", key=key)
    permit, search = may_compose(request.user, case), request.POST.get("q", "")[:40]
    context: dict[str, Any] = {"case": case, "permit": permit, "form": form, "search": search}
    context["title"] = localised(case, "title")
    if not permit:
        return render(request, PAGE, context, status=403 if request.method == "POST" else 200)
    found = [one for one in _offered(request, search) if one.pk not in known]
    return render(request, PAGE, context | board_of(case, roles, found, form.noon()))


def _offered(request: HttpRequest, search: str) -> list[Person]:
    """Who of such a name can sit, as many as are shown; nobody without a name."""
    if not search.strip():
        return []
    rows = visible_judges(request.user).filter(pk__in=matches_name(search))
    return list(rows.defer("birth_on").order_by("name_pinyin", "pk")[:OFFERED])


def _called(request: HttpRequest, case: Case, roles: Mapping[Person, str], form: BoardForm) -> bool:
    """Whether the board was called; a refusal stands at the form, and nothing is written."""
    if len(roles) < len(form.persons()):
        form.add_error(
            None, _("Somebody chosen cannot be seated any more and is off the list. Look again.")
        )
        return False
    seats = [NewSittingSeat(person, role) for person, role in roles.items()]
    try:
        call_board(case=case, seats=seats, by=request.user, **form.called())  # type: ignore[arg-type]
    except (Refusal, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The board is called and invited."))
    return True
