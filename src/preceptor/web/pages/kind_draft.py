"""A draft of a case kind, edited part by part; each step is checked before it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.cases.actions import write_kind_draft
from preceptor.cases.choices import StageKind
from preceptor.cases.kinds import editing
from preceptor.cases.kinds.kind import Kind
from preceptor.cases.kinds.writing import write_kind
from preceptor.cases.models import CaseKind
from preceptor.cases.queries import kind_of_row
from preceptor.cases.registry import port_named
from preceptor.web.forms.kind import (
    AppealForm,
    DocumentForm,
    HeadForm,
    RetakeForm,
    StageForm,
    TextForm,
)
from preceptor.web.pages.kind import REFUSALS, seen
from preceptor.web.shown.kind import appeal_titles_of, kind_shown

asks = require_http_methods(["GET", "HEAD", "POST"])


def _read(request: HttpRequest, key: int) -> tuple[CaseKind, Kind, frozenset[str]]:
    """The draft, what it says, and the words that its port adds."""
    row = seen(request, key)
    return row, kind_of_row(row), port_named(row.port).words


def _revision(request: HttpRequest) -> int:
    """The revision that the person saw; 0, which no draft has, where it was not sent."""
    sent = request.POST.get("revision", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 9 else 0


def _kept(request: HttpRequest, row: CaseKind, text: str) -> None:
    write_kind_draft(
        institution=row.institution, text=text, draft=row, revision=_revision(request),
        by=request.user,  # type: ignore[arg-type]
    )  # fmt: skip


def _answered(
    request: HttpRequest, row: CaseKind, form: forms.Form, make: Callable[[], Kind], heading: str
) -> HttpResponse:
    """The page with the form; after a step that was kept, the draft. A refusal stands at the form,
    with what was written."""
    if form.is_bound and form.is_valid():
        try:
            _kept(request, row, write_kind(make()))
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft was changed. Nothing is in force yet."))
            return redirect("kind", key=row.pk)
    shown = kind_shown(request.user, row)
    refused = request.method == "POST" and not (shown["edit"] and shown["is_draft"])
    context = {**shown, "form": form, "heading": heading}
    return render(request, "kind/part.html", context, status=403 if refused else 200)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@asks
def head(request: HttpRequest, key: int) -> HttpResponse:
    """Title, version, who may ask, what is seen, the gate."""
    row, kind, words = _read(request, key)
    form = HeadForm(kind, words, _sent(request))
    return _answered(request, row, form, form.changed, _("Title and who may ask"))


@asks
def new_stage(request: HttpRequest, key: int) -> HttpResponse:
    """One more stage: first what happens there, then the rest."""
    row, kind, words = _read(request, key)
    does = request.GET.get("does", "")
    if does not in StageKind.values:
        context = {**kind_shown(request.user, row), "options": StageKind.choices}
        return render(request, "kind/choose.html", context)
    form = StageForm(kind, does, words, None, _sent(request))
    return _answered(
        request, row, form,
        lambda: editing.with_new_stage(kind, form.made(), form.cleaned_data["after"]),
        _("New stage: %(does)s") % {"does": StageKind(does).label},
    )  # fmt: skip


@asks
def stage(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """A stage: who acts, how long, where each outcome leads."""
    row, kind, words = _read(request, key)
    held = next((one for one in kind.stages if one.id == name), None)
    if held is None:
        raise Http404
    form = StageForm(kind, held.does, words, held, _sent(request))
    heading = _("Stage: %(does)s") % {"does": StageKind(held.does).label}
    return _answered(request, row, form, lambda: editing.with_stage(kind, form.made()), heading)


@asks
def document(request: HttpRequest, key: int, name: str = "") -> HttpResponse:
    """A document that is handed in; a new one without a name."""
    row, kind, _words = _read(request, key)
    held = next((one for one in kind.documents if one.id == name), None)
    if name and held is None:
        raise Http404
    form = DocumentForm(held, _sent(request))
    return _answered(
        request, row, form, lambda: editing.with_document(kind, form.made(), name), _("Document"),
    )  # fmt: skip


@asks
def appeal(request: HttpRequest, key: int, name: str = "") -> HttpResponse:
    """How the decision may be appealed, on one ground; a new appeal without a name."""
    row, kind, _words = _read(request, key)
    held = next((one for one in kind.appeals if one.ground == name), None)
    if name and held is None:
        raise Http404
    form = AppealForm(kind, appeal_titles_of(row), held, _sent(request))
    return _answered(
        request, row, form, lambda: editing.with_appeal(kind, form.made()), _("Appeal")
    )


@asks
def retake(request: HttpRequest, key: int) -> HttpResponse:
    """What may follow a refusal."""
    row, kind, _words = _read(request, key)
    form = RetakeForm(kind, _sent(request))
    return _answered(request, row, form, form.changed, _("Re-takes"))


@asks
def edit_text(request: HttpRequest, key: int) -> HttpResponse:
    """The whole kind as text; faults are told with their line, and the text stays in the form."""
    row = seen(request, key)
    form = TextForm(_sent(request), initial={"text": row.content})
    if form.is_bound and form.is_valid():
        try:
            _kept(request, row, form.cleaned_data["text"].replace("\r\n", "\n"))
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft was changed. Nothing is in force yet."))
            return redirect("kind", key=key)
    context = {**kind_shown(request.user, row), "form": form, "heading": _("Text")}
    refused = request.method == "POST" and not (context["edit"] and context["is_draft"])
    return render(request, "kind/part.html", context, status=403 if refused else 200)


@require_POST
def change(request: HttpRequest, key: int) -> HttpResponse:
    """A step that a button alone asks for: remove a part, or move a stage."""
    row, kind, _words = _read(request, key)
    name, verb = request.POST.get("name", ""), request.POST.get("do", "")
    steps: dict[str, Callable[[], Kind]] = {
        "remove_stage": lambda: editing.without_stage(kind, name),
        "remove_document": lambda: editing.without_document(kind, name),
        "remove_appeal": lambda: editing.without_appeal(kind, name),
        "up": lambda: editing.moved_stage(kind, name, -1),
        "down": lambda: editing.moved_stage(kind, name, 1),
    }
    if verb not in steps:
        raise Http404
    try:
        _kept(request, row, write_kind(steps[verb]()))
    except (RuleBroken, InputRefused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The draft was changed. Nothing is in force yet."))
    return redirect("kind", key=key)
