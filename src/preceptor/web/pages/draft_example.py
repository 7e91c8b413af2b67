"""The examples of a rule: those there are, those proposed, one more by form; and the usual record."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from preceptor.policy import Pack
from preceptor.standing.editing import desk_of
from preceptor.standing.editing.changes import (
    Change,
    EquivalentMark,
    ExampleAddition,
    ExampleRemoval,
    Pair,
    Several,
)
from preceptor.standing.models import PackDraft
from preceptor.web.forms.draft_record import ExampleForm, UsualForm, answer_of, usual_of
from preceptor.web.pages.draft_change import answered, answered_post, posted
from preceptor.web.shown.draft import frame_of, seen
from preceptor.web.shown.draft_examples import counts_in, examples_shown, proposed

asks = require_http_methods(["GET", "HEAD", "POST"])


def _rule(request: HttpRequest, key: int, rule: str) -> tuple[PackDraft, dict[str, Any], Pack]:
    draft = seen(request.user, key)
    frame = frame_of(request.user, draft, "rules")
    pack = frame["sight"].pack
    if pack is None or rule not in pack.rules:
        raise Http404
    frame["rule"] = pack.rules[rule]
    return draft, frame, pack


@asks
def examples(request: HttpRequest, key: int, rule: str) -> HttpResponse:
    """The examples of a rule, and what the product proposes to add, to be confirmed one by one."""
    draft, frame, pack = _rule(request, key, rule)
    if request.method == "POST":
        change = _asked(request, pack, rule)
        here = reverse("draft_examples", args=[key, rule])
        if change is None:
            return redirect(here)
        said = _("The examples of the rule were changed.")
        return answered_post(request, draft, change, said, here)
    frame |= examples_shown(desk_of(draft), pack, rule)
    return render(request, "draft/examples.html", frame)


def _asked(request: HttpRequest, pack: Pack, rule: str) -> Change | None:
    """The step that a button asks for; None where nothing was chosen."""
    given = request.POST
    if given.get("do") == "remove":
        return ExampleRemoval(rule, given.get("print", ""))
    if given.get("do") == "same":
        return EquivalentMark(rule, given.get("text", "")[:2000])
    if given.get("do") == "differs":
        return EquivalentMark(rule, given.get("text", "")[:2000], is_same=False)
    chosen = set(given.getlist("confirm"))
    steps = [
        ExampleAddition(rule, one.verdict.value, one.record, Pair(one.note_zh, one.note_en))
        for mark, one in proposed(pack, rule)
        if mark in chosen
    ]
    return Several(steps) if steps else None


@asks
def new_example(request: HttpRequest, key: int, rule: str) -> HttpResponse:
    """One more example, by form."""
    draft, frame, pack = _rule(request, key, rule)
    step = request.POST.get("do", "")
    counts = counts_in(pack, pack.rules[rule].subject, request.POST, step)
    form = ExampleForm(pack, rule, counts, posted(request))
    onward = reverse("draft_examples", args=[key, rule])
    if step.startswith("row:"):
        return render(request, "draft/new_example.html", frame | {"form": form})
    if form.is_bound and form.is_valid():
        answer_of(form)
    return answered(request, draft, form, form.change, onward, "draft/new_example.html", frame)


@asks
def record(request: HttpRequest, key: int, subject: str) -> HttpResponse:
    """The usual record that the examples of a subject build on."""
    draft = seen(request.user, key)
    frame = frame_of(request.user, draft, "rules")
    pack = frame["sight"].pack
    if pack is None or subject not in pack.schema.subjects:
        raise Http404
    form = UsualForm(pack, subject, posted(request), usual_of(desk_of(draft).content, subject))
    frame["subject"] = subject
    onward = reverse("draft", args=[key])
    return answered(request, draft, form, form.change, onward, "draft/record.html", frame)
