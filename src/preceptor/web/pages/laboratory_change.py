"""What is done to a laboratory: requests under its charter, limits, people, things, money, closing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods

from preceptor.base.today import today
from preceptor.fellows.access import (
    may_ask_closing,
    may_ask_lab,
    may_ask_limit,
    may_book,
    may_keep_laboratory,
    may_set_limit,
    may_view_money,
)
from preceptor.fellows.actions import (
    ask_closing_of_laboratory,
    ask_lab,
    ask_limit,
    book_entry,
    counter_entry,
    hold_asset,
    join_lab,
    leave_lab,
    pass_asset,
    return_use,
    set_limit,
)
from preceptor.fellows.choices import LimitKind
from preceptor.fellows.models import Laboratory
from preceptor.institutions.access import visible_units
from preceptor.web.changing import REFUSALS, Change, Place, change_page, whom
from preceptor.web.forms.laboratory import (
    AskForm,
    BookForm,
    CloseForm,
    CounterForm,
    HoldForm,
    JoinForm,
    LeaveForm,
    LimitAskForm,
    LimitSetForm,
    PassForm,
    ReturnForm,
)
from preceptor.web.localised import localised
from preceptor.web.pages.laboratory import seen
from preceptor.web.shown.charter import authorities_shown, climbing, resting
from preceptor.web.shown.money import amount_text
from preceptor.web.shown.remains import remains_shown

Given = dict[str, Any]
Find = Callable[[Laboratory, int], Any]
asks = require_http_methods(["GET", "HEAD", "POST"])


def place_of(row: Laboratory) -> Place:
    """Where the laboratory lies."""
    above = [(_("Laboratories"), reverse("laboratories"))]
    return Place(above, localised(row.unit, "name"), reverse("laboratory", args=[row.pk]))


def _join(row: Laboratory, given: Given, by: Any) -> Any:
    person = whom(row.institution_id, given.pop("number"))
    return join_lab(laboratory=row, person=person, by=by, **given)


CHANGES: dict[str, Change] = {
    "limit-ask": Change(
        gettext_lazy("Ask for a change of the charter"), gettext_lazy("Prepare the request"),
        gettext_lazy("The request is prepared. Submit it when it is complete."),
        lambda row, user, data: LimitAskForm(data), may_ask_limit,
        lambda row, given, by: ask_limit(laboratory=row, by=by, **given),
        gettext_lazy("The director and the office or a leader of the university decide; granted, the limit is set."),
    ),
    "limit-set": Change(
        gettext_lazy("Set a limit of the charter"), gettext_lazy("Set the limit"),
        gettext_lazy("The limit is set. What was decided before stays in the ledger."),
        lambda row, user, data: LimitSetForm(data), may_set_limit,
        lambda row, given, by: set_limit(laboratory=row, by=by, **given),
        gettext_lazy("A limit of the same kind that is in force ends on the day before."),
    ),
    "join": Change(
        gettext_lazy("Record a member of the laboratory"), gettext_lazy("Record the member"),
        gettext_lazy("The member is recorded."),
        lambda row, user, data: JoinForm(data), may_keep_laboratory, _join,
    ),
    "hold": Change(
        gettext_lazy("Record a thing of the laboratory"), gettext_lazy("Record the thing"),
        gettext_lazy("The thing is recorded."),
        lambda row, user, data: HoldForm(data), may_keep_laboratory,
        lambda row, given, by: hold_asset(laboratory=row, by=by, **given),
    ),
    "book": Change(
        gettext_lazy("Book money of the laboratory"), gettext_lazy("Book"),
        gettext_lazy("The entry is booked."),
        lambda row, user, data: BookForm(data), may_book,
        lambda row, given, by: book_entry(laboratory=row, by=by, **given),
        gettext_lazy("An entry is never changed; a wrong one is taken back by its counter-entry."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A change of something that belongs to the laboratory: how it is found among what is the
    laboratory's, and whether it is read by those alone who read its money."""

    find: Find
    change: Change
    is_money: bool = False


def _pass_form(row: Any, user: Any, data: Any) -> forms.Form:
    units = visible_units(user).filter(institution=row.laboratory.institution_id)
    rows = units.exclude(pk=row.laboratory.unit_id).order_by("code")
    return PassForm([(unit.code, f"{unit.code} {localised(unit, 'name')}") for unit in rows], data)


def _pass(row: Any, given: Given, by: Any) -> Any:
    units = visible_units(by).filter(institution=row.laboratory.institution_id)
    goes_to = units.get(code=given.pop("goes_to"))
    return pass_asset(asset=row, goes_to=goes_to, by=by, **given)


def _of_laboratory(may: Callable[[Any, Laboratory], Any]) -> Callable[[Any, Any], Any]:
    return lambda user, row: may(user, row.laboratory)


PARTS: dict[str, Part] = {
    "leave": Part(
        lambda row, key: get_object_or_404(row.members.known().select_related("person"), pk=key),
        Change(
            gettext_lazy("End the membership"), gettext_lazy("Record the last day"),
            gettext_lazy("The last day is recorded."),
            lambda row, user, data: LeaveForm(data), _of_laboratory(may_keep_laboratory),
            lambda row, given, by: leave_lab(member=row, by=by, **given),
        ),
    ),
    "pass": Part(
        lambda row, key: get_object_or_404(row.assets.known(), pk=key),
        Change(
            gettext_lazy("Pass a thing on"), gettext_lazy("Pass it on"),
            gettext_lazy("The thing is passed on."),
            _pass_form, _of_laboratory(may_keep_laboratory), _pass,
            gettext_lazy("The unit has the thing from the day after the last day."),
        ),
    ),
    "counter": Part(
        lambda row, key: get_object_or_404(row.entries, pk=key),
        Change(
            gettext_lazy("Take an entry back"), gettext_lazy("Book the counter-entry"),
            gettext_lazy("The counter-entry is booked; both entries stay."),
            lambda row, user, data: CounterForm(data), _of_laboratory(may_book),
            lambda row, given, by: counter_entry(entry=row, by=by, **given),
        ),
        is_money=True,
    ),
    "return": Part(
        lambda row, key: get_object_or_404(row.uses.select_related("limit", "case"), pk=key),
        Change(
            gettext_lazy("Give back what a decision used"), gettext_lazy("Give it back"),
            gettext_lazy("It is given back and stands in the ledger."),
            lambda row, user, data: ReturnForm(data), _of_laboratory(may_set_limit),
            lambda row, given, by: return_use(use=row, by=by, **given),
            gettext_lazy("It frees the period in which it was decided, and no later one."),
        ),
        is_money=True,
    ),
}  # fmt: skip


@asks
def change(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One change of a laboratory, or a request to change its charter."""
    row = seen(request, key)
    if verb not in CHANGES:
        raise Http404
    return change_page(request, CHANGES[verb], row, place_of(row))


@asks
def part(request: HttpRequest, key: int, verb: str, part: int) -> HttpResponse:
    """One change of a member, a thing, an entry or a line of the ledger."""
    row = seen(request, key)
    chosen = PARTS.get(verb)
    if chosen is None or (chosen.is_money and not may_view_money(request.user, row)):
        raise Http404
    found = chosen.find(row, part)
    found.laboratory = row
    return change_page(request, chosen.change, found, place_of(row))


@asks
def ask(request: HttpRequest, key: int) -> HttpResponse:
    """A request under the charter: what is left, and, before it is sent, whether it will climb."""
    row = seen(request, key)
    permit, reads = may_ask_lab(request.user, row), bool(may_view_money(request.user, row))
    form = AskForm(request.POST or None)
    is_checked = "check" in request.POST
    if request.method == "POST" and permit and not is_checked and form.is_valid():
        try:
            made = ask_lab(laboratory=row, by=request.user, **_titled(form.cleaned_data))  # type: ignore[arg-type]
            messages.success(request, _("The request is prepared. Hand it in when it is complete."))
            return redirect("case", key=made.pk)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    context = {
        "laboratory": row, "place": place_of(row), "permit": permit,
        "authorities": authorities_shown(row, today()) if reads else [],
        "rest": resting(row, today()) if reads and permit else None,
        "answer": _answer(row, form, reads) if form.is_bound and permit else None,
        "form": AskForm(initial=request.POST.dict()) if is_checked else form,
    }  # fmt: skip
    is_piece = is_checked and getattr(request, "htmx", False)
    return render(request, "laboratory/answer.html" if is_piece else "laboratory/ask.html", context)


def _titled(given: Given) -> Given:
    """The answers, with kind and amount as the English title where none was written."""
    with override("en"):
        amount = amount_text(given["kind"], given["amount"])
        plain = f"{LimitKind(given['kind']).label}: {amount}"
    return {**given, "title_en": given["title_en"] or plain}


def _answer(row: Laboratory, form: AskForm, reads: bool) -> dict[str, Any] | None:
    """What would become of the amount; None until kind and amount can be read."""
    form.is_valid()
    kind, amount = form.cleaned_data.get("kind"), form.cleaned_data.get("amount")
    return climbing(row, kind, amount, today(), reads) if kind and amount is not None else None


@asks
def close(request: HttpRequest, key: int) -> HttpResponse:
    """The request that the laboratory be closed, with what would be left behind."""
    row = seen(request, key)
    permit = may_ask_closing(request.user, row)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and permit and form.is_valid():
        try:
            made = ask_closing_of_laboratory(laboratory=row, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(
                request, _("The request is prepared. Hand it in when nothing is left.")
            )
            return redirect("case", key=made.pk)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    context = {
        "laboratory": row, "place": place_of(row), "permit": permit, "form": form,
        "remains": remains_shown(row, today(), request.user) if permit else None,
    }  # fmt: skip
    return render(request, "laboratory/close.html", context)
