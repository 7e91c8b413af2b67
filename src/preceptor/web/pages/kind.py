"""Case kinds: the list, one version in words and as text, a planned change and its way into force."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.cases.access import may_edit_kinds, may_end_kind
from preceptor.cases.actions import (
    approve_kind,
    end_kind,
    propose_kind,
    return_kind,
    withdraw_kind,
    write_kind_draft,
)
from preceptor.cases.choices import KindState
from preceptor.cases.kinds.kind import Kind
from preceptor.cases.kinds.writing import write_kind
from preceptor.cases.models import CaseKind
from preceptor.cases.queries import kind_of_row
from preceptor.cases.registry import Naming, port_named, ports
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.web.forms.draft import ReturnForm
from preceptor.web.forms.kind import FirstDayForm, LastDayForm, NewKindForm
from preceptor.web.shown.kind import TONES, kind_shown, listed
from preceptor.web.shown.kind_words import spoken
from preceptor.web.shown.port_words import port_words

REFUSALS = (RuleBroken, InputRefused, PermissionDenied)
asks = require_http_methods(["GET", "HEAD", "POST"])
_LAST_NUMBER = re.compile(r"(\d+)$")


@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """The kinds of requests at the reader's institution: in force, planned, and replaced."""
    rows = list(listed(request.user))
    lines = [_line(row) for row in rows]
    context = {
        "in_force": [line for line in lines if line["row"].state == KindState.IN_FORCE],
        "planned": [
            line for line in lines if line["row"].state in (KindState.DRAFT, KindState.PROPOSED)
        ],
        "ended": [line for line in lines if line["row"].state == KindState.ENDED],
        "may_begin": _may_begin(request),
    }
    return render(request, "kind/list.html", context)


def _line(row: CaseKind) -> dict[str, Any]:
    kind = kind_of_row(row)
    return {
        "row": row,
        "title": spoken(kind.title),
        "stages": [spoken(stage.title) for stage in kind.stages],
        "tone": TONES[KindState(row.state)],
    }


@asks
def new(request: HttpRequest) -> HttpResponse:
    """A kind that there was not: first what its requests are about, then the rest; for the office."""
    institution = scope(request.user).institution
    if institution is None or not _may_begin(request):
        raise Http404
    port = request.GET.get("port", "")
    if port not in (options := own_ports()):
        titles = [(name, port_words(name)) for name in options]
        return render(request, "kind/new.html", {"options": titles})
    form = NewKindForm(port, port_named(port).words, request.POST or None)
    if request.method == "POST" and form.is_valid():
        kept: list[CaseKind] = []
        if _done(form, lambda: kept.append(_begun(institution, form.made(), request.user))):
            messages.success(request, _("A draft was begun. Nothing is in force yet."))
            return redirect("kind", key=kept[0].pk)
    return render(request, "kind/new.html", {"form": form, "about": port_words(port)})


def _may_begin(request: HttpRequest) -> bool:
    institution = scope(request.user).institution
    return institution is not None and bool(may_edit_kinds(request.user, institution))


def own_ports() -> list[str]:
    """The names of the ports under which the office makes kinds of its own."""
    return [name for name in ports() if isinstance(port_named(name), Naming)]


def _begun(institution: Unit, kind: Kind, by: Any) -> CaseKind:
    if listed(by).filter(institution=institution, name=kind.name).exists():
        raise InputRefused(
            _(
                "There is a kind named “%(name)s” already: plan a change of it, or choose another name."
            )
            % {"name": kind.name}
        )
    return write_kind_draft(institution=institution, text=write_kind(kind), by=by)


def seen(request: HttpRequest, key: int) -> CaseKind:
    """The version; 404 for one that the reader may not see."""
    return get_object_or_404(listed(request.user), pk=key)


@require_safe
def kind(request: HttpRequest, key: int) -> HttpResponse:
    """One version: its stages in order and all that belongs to them."""
    return render(request, "kind/page.html", kind_shown(request.user, seen(request, key)))


@require_safe
def text(request: HttpRequest, key: int) -> HttpResponse:
    """The version as the text that it is."""
    row = seen(request, key)
    answer = HttpResponse(row.content, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.name}-{row.version}.toml"'
    return answer


@require_POST
def plan(request: HttpRequest, key: int) -> HttpResponse:
    """Begin a draft with the text of this version under the next number."""
    row = seen(request, key)
    taken = set(listed(request.user).filter(name=row.name).values_list("version", flat=True))
    fresh = replace(kind_of_row(row), version=next_version(row.version, taken))
    try:
        draft = write_kind_draft(
            institution=row.institution,
            text=write_kind(fresh),
            by=request.user,  # type: ignore[arg-type]
        )
    except (RuleBroken, InputRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect("kind", key=key)
    messages.success(request, _("A draft was begun. Nothing is in force yet."))
    return redirect("kind", key=draft.pk)


def next_version(version: str, taken: set[str]) -> str:
    """The version with the next number at its end that nobody has: 2026.1, 2026.2 ..."""
    while version in taken:
        found = _LAST_NUMBER.search(version)
        number = int(found.group(1)) + 1 if found else 2
        stem = version[: found.start()] if found else f"{version}."
        version = f"{stem}{number}"
    return version


@asks
def propose(request: HttpRequest, key: int) -> HttpResponse:
    """Hand the draft to the second person, with its first day."""
    row = seen(request, key)
    form = FirstDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["first_on"]
        done = _done(form, lambda: propose_kind(draft=row, valid_from=day, by=request.user))  # type: ignore[arg-type]
        if done:
            messages.success(request, _("Proposed. A second person of the office or a leader approves."))  # fmt: skip
            return redirect("kind", key=key)
    texts = {
        "heading": _("Propose the draft"),
        "intro": _("Requests submitted from this day on run by it; those under way keep theirs."),
        "button": _("Propose"),
    }
    return _asked(request, row, form, texts)


@asks
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Give a proposed version back, with what is to be corrected."""
    row = seen(request, key)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        remark = form.cleaned_data["remark"]
        done = _done(form, lambda: return_kind(draft=row, reason=remark, by=request.user))  # type: ignore[arg-type]
        if done:
            messages.success(request, _("Returned to its writer."))
            return redirect("kind", key=key)
    texts = {"heading": _("Return for correction"), "intro": "", "button": _("Return")}
    return _asked(request, row, form, texts)


def _asked(request: HttpRequest, row: CaseKind, form: Any, texts: dict[str, str]) -> HttpResponse:
    shown = kind_shown(request.user, row)
    permit = shown["approve"] if row.state == KindState.PROPOSED else shown["edit"]
    status = 403 if request.method == "POST" and not permit else 200
    context = {**shown, **texts, "form": form, "permit": permit}
    return render(request, "kind/step.html", context, status=status)


def _done(form: Any, act: Callable[[], Any]) -> bool:
    try:
        act()
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@asks
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Let a kind that the office made end on a day."""
    row = seen(request, key)
    form = LastDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["last_on"]
        if _done(form, lambda: end_kind(kind=row, last_day=day, by=request.user)):  # type: ignore[arg-type]
            messages.success(request, _("The kind ends on that day; requests under way go on."))
            return redirect("kind", key=key)
    permit = may_end_kind(request.user, row)
    context = {
        **kind_shown(request.user, row), "form": form, "permit": permit,
        "heading": _("Let this kind end"), "button": _("Let it end"),
        "intro": _("From the day after, nobody makes a request of this kind. Those handed in go on."),
    }  # fmt: skip
    status = 403 if request.method == "POST" and not permit else 200
    return render(request, "kind/step.html", context, status=status)


@require_POST
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Put the proposed version into force from its day."""
    return _pressed(
        request, key, lambda row: approve_kind(draft=row, by=request.user),  # type: ignore[arg-type]
        _("Approved. It holds from its day on."), gone=False,
    )  # fmt: skip


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Throw the draft away."""
    return _pressed(
        request, key, lambda row: withdraw_kind(draft=row, by=request.user),  # type: ignore[arg-type]
        _("The draft is gone."), gone=True,
    )  # fmt: skip


def _pressed(
    request: HttpRequest, key: int, act: Callable[[CaseKind], Any], said: str, *, gone: bool
) -> HttpResponse:
    row = seen(request, key)
    try:
        act(row)
    except (RuleBroken, InputRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect("kind", key=key)
    messages.success(request, said)
    return redirect("kinds") if gone else redirect("kind", key=key)
