"""The parts of a draft, each with its form: numbers and limits, rules, facts, sources, the head."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preceptor.base.today import today
from preceptor.policy import Pack
from preceptor.standing.editing import desk_of
from preceptor.standing.editing.changes import ValueRemoval
from preceptor.standing.editing.changes.removal import held
from preceptor.standing.editing.judging import written_type
from preceptor.standing.models import PackDraft
from preceptor.web.forms import draft_fact, draft_rule, draft_source
from preceptor.web.forms.draft import HeadForm
from preceptor.web.forms.draft_fact import FactForm, NewFactForm
from preceptor.web.forms.draft_fields import day_in
from preceptor.web.forms.draft_parameter import NewParameterForm, ParameterForm, ValueForm
from preceptor.web.forms.draft_rule import NewRuleForm, RuleForm
from preceptor.web.forms.draft_source import ClauseForm, NewSourceForm, SourceForm
from preceptor.web.pages.draft_change import answered, answered_post, posted
from preceptor.web.shown.draft import frame_of, seen
from preceptor.web.shown.draft_parts import (
    conditions_of,
    fact_shown,
    parameter_shown,
    users_of,
)
from preceptor.web.shown.draft_words import subject_options, type_options

asks = require_http_methods(["GET", "HEAD", "POST"])


def _opened(request: HttpRequest, key: int, show: str) -> tuple[PackDraft, dict[str, Any], Pack]:
    """The draft, its frame, and what can be read of its pack; nothing of one that is illegible."""
    draft = seen(request.user, key)
    frame = frame_of(request.user, draft, show)
    pack = frame["sight"].pack
    if pack is None:
        raise Http404
    return draft, frame, pack


@asks
def head(request: HttpRequest, key: int) -> HttpResponse:
    """Title, version and layer."""
    draft, frame, pack = _opened(request, key, "")
    initial = {
        "title_zh": pack.title.zh, "title_en": pack.title.en, "version": pack.version,
        "layer": pack.layer,
    }  # fmt: skip
    form = HeadForm(posted(request), initial=initial)
    onward = reverse("draft", args=[key])
    return answered(request, draft, form, form.change, onward, "draft/head.html", frame)


@asks
def new_parameter(request: HttpRequest, key: int) -> HttpResponse:
    """A new parameter: first its type is chosen, then the rest."""
    draft, frame, pack = _opened(request, key, "values")
    written = request.GET.get("type", "")
    if written not in dict(type_options()):
        return render(request, "draft/choose_type.html", frame | {"options": type_options()})
    kind = written_type({"type": written})
    form = NewParameterForm(pack, kind, written, posted(request))
    frame["type_title"] = dict(type_options())[written]
    onward = f"{reverse('draft', args=[key])}?show=values"
    return answered(request, draft, form, form.change, onward, "draft/new_parameter.html", frame)


@asks
def parameter(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """A parameter: its values by date, another value, what it is called and its bounds."""
    draft, frame, pack = _opened(request, key, "values")
    known = pack.parameters.get(name)
    if known is None:
        raise Http404
    table = held(desk_of(draft).content, f"param {name}") or {}
    heading = ParameterForm(known, table, posted(request, "head"))
    value = ValueForm(pack, known, written_type(table), posted(request, "value"))
    frame |= parameter_shown(draft, frame["sight"], known)
    frame |= {"heading": heading, "value_form": value}
    frame["users"] = users_of(draft, pack, parameter=name)
    chosen = heading if heading.is_bound else value
    onward = reverse("draft_parameter", args=[key, name])
    return answered(request, draft, chosen, chosen.change, onward, "draft/parameter.html", frame)


@require_POST
def remove_value(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Take the value of a day out of a parameter."""
    draft = seen(request.user, key)
    since = day_in(request.POST.get("since", ""))
    if since is None:
        raise Http404
    onward = reverse("draft_parameter", args=[key, name])
    change = ValueRemoval(name, since)
    return answered_post(request, draft, change, _("The value was taken out."), onward)


@asks
def new_rule(request: HttpRequest, key: int) -> HttpResponse:
    """A new rule: first of what it speaks, then what it says."""
    draft, frame, pack = _opened(request, key, "rules")
    subject = request.GET.get("subject", "")
    if subject not in pack.schema.subjects:
        return render(request, "draft/choose_subject.html", frame | {"options": subject_options()})
    form = NewRuleForm(pack, subject, posted(request))
    name = request.POST.get("name", "")
    onward = f"{reverse('draft', args=[key])}?show=rules"
    if form.is_bound and form.is_valid():
        onward = reverse("draft_condition", args=[key, name, "require"])
    frame["subject"] = dict(subject_options())[subject]
    return answered(request, draft, form, form.change, onward, "draft/new_rule.html", frame)


@asks
def rule(request: HttpRequest, key: int, rule: str) -> HttpResponse:
    """A rule: what it says and when it holds; its conditions and examples have pages of their own."""
    draft, frame, pack = _opened(request, key, "rules")
    known = pack.rules.get(rule)
    if known is None:
        return _unreadable_rule(request, draft, frame, rule)
    form = RuleForm(pack, known.subject, posted(request), draft_rule.known(known))
    frame |= {"rule": known, "conditions": conditions_of(pack, known, today())}
    onward = reverse("draft_rule", args=[key, rule])

    def make() -> Any:
        return form.rule_change(rule)

    return answered(request, draft, form, make, onward, "draft/rule.html", frame)


def _unreadable_rule(
    request: HttpRequest, draft: PackDraft, frame: dict[str, Any], rule: str
) -> HttpResponse:
    """A rule with a fault that keeps it from being read: its conditions can still be mended."""
    table = held(desk_of(draft).content, f"rule {rule}")
    if table is None:
        raise Http404
    frame |= {"name": rule, "table": table, "part": f"rule {rule}"}
    return render(request, "draft/faulty_rule.html", frame)


@asks
def new_source(request: HttpRequest, key: int) -> HttpResponse:
    """A source that is not listed yet."""
    draft, frame, _pack = _opened(request, key, "sources")
    form = NewSourceForm(posted(request))
    onward = f"{reverse('draft', args=[key])}?show=sources"
    return answered(request, draft, form, form.change, onward, "draft/new_source.html", frame)


@asks
def source(request: HttpRequest, key: int, source: str) -> HttpResponse:
    """A source, its clauses, and another clause."""
    draft, frame, pack = _opened(request, key, "sources")
    known = pack.sources.get(source)
    if known is None:
        raise Http404
    table = held(desk_of(draft).content, f"source {source}") or {}
    heading = SourceForm(posted(request, "head"), initial=draft_source.known(known, table))
    clause = ClauseForm(posted(request, "clause"))
    chosen: Any = heading if heading.is_bound else clause
    frame |= {"source": known, "heading": heading, "clause_form": clause}

    def make() -> Any:
        return heading.source_change(source) if chosen is heading else clause.clause_change(source)

    onward = reverse("draft_source", args=[key, source])
    return answered(request, draft, chosen, make, onward, "draft/source.html", frame)


@asks
def new_fact(request: HttpRequest, key: int) -> HttpResponse:
    """A new fact: first of what it speaks, then what is counted; its filter comes next."""
    draft, frame, pack = _opened(request, key, "facts")
    subject = request.GET.get("subject", "")
    if subject not in pack.schema.subjects:
        return render(request, "draft/choose_subject.html", frame | {"options": subject_options()})
    form = NewFactForm(pack, subject, posted(request))
    onward = f"{reverse('draft', args=[key])}?show=facts"
    if form.is_bound and form.is_valid():
        onward = reverse("draft_filter", args=[key, subject, form.cleaned_data["name"]])
    frame["subject"] = dict(subject_options())[subject]
    return answered(request, draft, form, form.change, onward, "draft/new_fact.html", frame)


@asks
def fact(request: HttpRequest, key: int, subject: str, fact: str) -> HttpResponse:
    """A fact: what is counted and what it is called; its filter has a page of its own."""
    draft, frame, pack = _opened(request, key, "facts")
    known = pack.facts.get(subject, {}).get(fact)
    if known is None:
        raise Http404
    form = FactForm(pack, subject, posted(request), draft_fact.known(known))
    frame |= fact_shown(pack, known, today())
    frame["users"] = users_of(draft, pack, fact=fact, subject=subject)
    onward = reverse("draft_fact", args=[key, subject, fact])

    def make() -> Any:
        return form.fact_change(fact)

    return answered(request, draft, form, make, onward, "draft/fact.html", frame)
