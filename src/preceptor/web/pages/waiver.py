"""Waivers: the list, one waiver with its signatures, asking for one, and which rules are waived."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today
from preceptor.people.access import READING, scope
from preceptor.standing.access import (
    may_ask_waiver,
    may_refuse_waiver,
    may_withdraw_waiver,
    visible_waivers,
)
from preceptor.standing.actions import ask_waiver, refuse_waiver, sign_waiver, withdraw_waiver
from preceptor.standing.candidates import Candidate, candidates
from preceptor.standing.institutions import packs_for
from preceptor.standing.models import Waiver
from preceptor.training.access import visible_enrolments, visible_panels
from preceptor.training.models import Enrolment, Panel
from preceptor.web.filters.waiver import WaiverFilter, filtered_waivers
from preceptor.web.forms.waiver import DecisionForm, WaiverForm
from preceptor.web.keyset import capped_count, count_as_text, slice_of
from preceptor.web.localised import localised
from preceptor.web.shown.waived_rules import rules_waived, whole_share
from preceptor.web.shown.waiver import effect_of, page_of, refusals_of, rule_title, url_of
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.waiver import COLUMNS, cells_of, with_signers

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
asks = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def waivers(request: HttpRequest) -> HttpResponse:
    """The waivers in the reader's scope, narrowed by the filters, in pages by student number."""
    query, packs = request.GET.dict(), packs_for(request.user)
    form = WaiverFilter(request.GET, packs)
    chosen = form.chosen()
    rows = filtered_waivers(request.user, chosen)
    count = capped_count(rows)
    page = slice_of(with_signers(rows), "student_number", request.path, query)
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s waiver", "%(count)s waivers", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "rows": cells_of(page.rows, packs),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "reads_rules": bool(scope(request.user).kinds & READING),
    }
    return render(request, "waiver/list.html", context)


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """How often each rule is waived; for those who read a unit."""
    if not scope(request.user).kinds & READING:
        raise Http404
    found = rules_waived(request.user, packs_for(request.user))
    context = {
        "lines": found,
        "suggestions": [line for line in found if line["suggestion"]],
        "whole": whole_share(found),
    }
    return render(request, "waiver/rules.html", context)


def seen(request: HttpRequest, key: int) -> Waiver:
    """The waiver with what its page shows; 404 for one whom the reader may not see."""
    rows = visible_waivers(request.user).select_related(
        "enrolment__person", "enrolment__unit", "enrolment__institution", "panel"
    )
    return get_object_or_404(rows.prefetch_related("signatures"), pk=key)


@require_safe
def waiver(request: HttpRequest, key: int) -> HttpResponse:
    """One waiver: what it excepts, until when, on what paper, who signed, and what may be done."""
    found = seen(request, key)
    return render(
        request, "waiver/page.html", page_of(found, request.user, packs_for(request.user))
    )


@require_POST
def sign(request: HttpRequest, key: int) -> HttpResponse:
    """Put the reader's signature under the request."""
    found = seen(request, key)
    try:
        held = sign_waiver(waiver=found, by=request.user)  # type: ignore[arg-type]
    except (RuleBroken, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
        return redirect("waiver", key=key)
    granted = _("Signed. The waiver is granted: the requirement reads “Waived” on its days.")
    once = _("Signed. A second person signs next.")
    messages.success(request, granted if held.state == "granted" else once)
    return redirect("waiver", key=key)


@asks
def refuse(request: HttpRequest, key: int) -> HttpResponse:
    """Refuse a request, with the reason."""
    texts = {
        "title": _("Refuse the waiver"),
        "intro": _("One refusal ends the request. The requirement stays as it is."),
        "button": _("Refuse"),
        "said": _("The request is refused."),
    }
    return _decided(request, key, may_refuse_waiver, refuse_waiver, texts)


@asks
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a granted waiver, or the own request, with the reason."""
    texts = {
        "title": _("Withdraw the waiver"),
        "intro": _(
            "From now on the requirement is judged as if the waiver had never been granted."
        ),
        "button": _("Withdraw"),
        "said": _("The waiver is withdrawn."),
    }
    return _decided(request, key, may_withdraw_waiver, withdraw_waiver, texts)


def _decided(
    request: HttpRequest,
    key: int,
    may: Callable[..., Any],
    act: Callable[..., Waiver],
    texts: dict[str, str],
) -> HttpResponse:
    """The form that asks for the reason; after the deed, the waiver."""
    found = seen(request, key)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if _done(form, lambda: act(waiver=found, reason=reason, by=request.user)):
            messages.success(request, texts["said"])
            return redirect("waiver", key=key)
    permit = may(request.user, found)
    context = {
        "waiver": found,
        "form": form,
        "permit": permit,
        "name": localised(found.enrolment.person, "name"),
        "rule": rule_title(found.rule, packs_for(request.user)),
        **texts,
    }
    status = 403 if request.method == "POST" and not permit else 200
    return render(request, "waiver/decide.html", context, status=status)


def _done(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Whether it was done; a refusal stands at the form, and nothing is written."""
    try:
        act()
    except (RuleBroken, InputRefused, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@asks
def ask(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for a waiver for a trainee, or the thesis."""
    rows = visible_enrolments(request.user).select_related("person", "unit", "institution")
    return _asked(request, get_object_or_404(rows, pk=key))


@asks
def ask_for_panel(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for a waiver for a panel."""
    rows = visible_panels(request.user).select_related(
        "institution", "enrolment__person", "enrolment__unit", "enrolment__institution"
    )
    return _asked(request, get_object_or_404(rows, pk=key))


def _asked(request: HttpRequest, record: Enrolment | Panel) -> HttpResponse:
    """The form with what it would change; after asking, the waiver."""
    enrolment = record.enrolment if isinstance(record, Panel) else record
    permit = may_ask_waiver(request.user, enrolment)
    known = candidates(record, today(), get_language() or "")
    offered = [one for one in known if one.permit]
    rule = request.POST.get("rule") or request.GET.get("rule", "")
    given = request.POST if request.method == "POST" else None
    form = WaiverForm(offered, rule or (offered[0].known.rule if offered else ""), given)
    if given is not None and "preview" not in given and form.is_valid():
        made: list[Waiver] = []
        if _done(form, lambda: made.append(_made(request, record, form.cleaned_data))):
            messages.success(request, _("Asked for. Two persons sign next."))
            return redirect("waiver", key=made[0].pk)
    context = _asking(record, form, known) | {"permit": permit, "form": form}
    context["refusals"] = refusals_of(known, rule)
    status = 403 if given is not None and not permit else 200
    return render(request, "waiver/ask.html", context, status=status)


def _made(request: HttpRequest, record: Enrolment | Panel, given: dict[str, Any]) -> Waiver:
    panel = record if isinstance(record, Panel) else None
    enrolment = record.enrolment if isinstance(record, Panel) else record
    return ask_waiver(enrolment=enrolment, panel=panel, by=request.user, **given)  # type: ignore[arg-type]


def _asking(record: Enrolment | Panel, form: WaiverForm, known: list[Candidate]) -> dict[str, Any]:
    """The record, and what a waiver of the rule and days in the form would change."""
    enrolment = record.enrolment if isinstance(record, Panel) else record
    rule = form["rule"].value()
    chosen = next((one for one in known if one.known.rule == rule and one.permit), None)
    days = form.initial
    if form.is_bound:
        form.is_valid()
        days = form.cleaned_data
    first, last = days.get("valid_from"), days.get("valid_to")
    return {
        "record": record,
        "is_panel": isinstance(record, Panel),
        "name": localised(enrolment.person, "name"),
        "record_url": url_of(record),
        "effect": effect_of(chosen, known, first, last) if chosen else None,
    }
