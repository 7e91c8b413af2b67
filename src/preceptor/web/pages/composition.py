"""The workspace of a panel: its composition with a live check, a proposed repair, its sitting, and who
takes whose place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as with_fields
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today
from preceptor.base.together import Set, answer, first_of, read_together
from preceptor.cases.access.case import visible_cases
from preceptor.cases.actions import finish_composing
from preceptor.people.models import Person
from preceptor.people.queries import matches_name
from preceptor.standing.compositions import keep_panel
from preceptor.standing.radar import rule_in
from preceptor.standing.radar.conflict import TITLES
from preceptor.standing.repair.asking import Asked, ask_repair
from preceptor.standing.repair.pool import stated_of
from preceptor.standing.repair.substitutes import substitutes_for
from preceptor.training.access import (
    may_call,
    may_compose,
    may_override,
    visible_experts,
    visible_panels,
)
from preceptor.training.actions import Chosen as Seated
from preceptor.training.actions import (
    begin_panel,
    call_panel,
    compose_panel,
    override_conflict,
    remove_seat,
    replace_member,
)
from preceptor.training.models import MilestoneCase, Panel, PanelSeat
from preceptor.web.forms.panel import CallForm, CompositionForm, ReasonForm, ReplaceForm
from preceptor.web.localised import localised
from preceptor.web.shown.composition import (
    OFFERED,
    Chosen,
    saved,
    shown_composition,
    substitute_text,
)
from preceptor.web.shown.repair import accepted, last_repair

asks = require_http_methods(["GET", "HEAD", "POST"])
PART, PAGE = "panel/composition.html", "panel/compose.html"


def seen(request: HttpRequest, key: int) -> tuple[Panel, MilestoneCase]:
    """The panel with the request that it is composed for; 404 for who may not see it, and for a
    panel that was recorded without a request."""
    rows = visible_panels(request.user).select_related(
        "institution", "enrolment__person", "enrolment__unit", "enrolment__institution", "sitting"
    )
    found = get_object_or_404(rows, pk=key)
    row = answer(keep_panel(found))
    if row is None:
        raise Http404
    return found, row


@require_POST
def begin(request: HttpRequest, key: int) -> HttpResponse:
    """Make the panel of a case that is to be composed, and open its workspace."""
    case = get_object_or_404(visible_cases(request.user).select_related("kind"), pk=key)
    try:
        panel = begin_panel(case=case, by=_actor(request))
    except (RuleBroken, PermissionDenied, MilestoneCase.DoesNotExist) as refusal:
        messages.error(request, str(refusal) or _("This request has no panel."))
        return redirect("case", key=key)
    return redirect("panel_compose", key=panel.pk)


@asks
def compose(request: HttpRequest, key: int) -> HttpResponse:
    """The composition as it is being chosen; every change is judged before anything is written."""
    panel, row = seen(request, key)
    permit = may_compose(request.user, row)
    if not permit:
        refused = {"panel": panel, "case": row.case, "permit": permit}
        status = 403 if request.method == "POST" else 200
        return render(request, PAGE, refused, status=status)
    form = CompositionForm(request.POST or request.GET)
    form.is_valid()
    if request.method == "POST":
        chosen = Chosen(
            form.roles(), form.cleaned_data.get("planned_on"), form.cleaned_data.get("q", "")
        )
    else:
        chosen = saved(panel)
    do = request.POST.get("do", "")
    if do in ("save", "finish") and _saved(request, panel, row, chosen):
        return redirect("panel_compose" if do == "save" else "panel", key=key)
    if "override" in request.POST and _saved(request, panel, row, chosen):
        return redirect(_override_address(key, request.POST["override"]))
    if do == "accept":
        chosen = _taken_over(request, panel, chosen)
    return _workspace(request, panel, row, chosen, is_asked=do == "repair")


def _override_address(key: int, which: str) -> str:
    """Where the reason is given for the person and kind of conflict of a button."""
    person, _mark, kind = which.partition(":")
    if not person.isdecimal() or len(person) > 18 or kind not in TITLES:
        return reverse("panel_compose", args=[key])
    address = reverse("panel_override", args=[key, int(person)])
    return f"{address}?conflict={kind}"


def _taken_over(request: HttpRequest, panel: Panel, chosen: Chosen) -> Chosen:
    """The composition as the last repair proposes it; the one in the page, with a word about why, where
    it was changed since."""
    found = accepted(panel, chosen, request.user)
    if found is None:
        changed = _("The composition was changed after this was proposed. Propose a repair anew.")
        messages.warning(request, changed)
    return found or chosen


def _workspace(
    request: HttpRequest, panel: Panel, row: MilestoneCase, chosen: Chosen, *, is_asked: bool
) -> HttpResponse:
    """The page with the composition; where it `is_asked`, a repair of that composition is begun."""
    experts = visible_experts(request.user).defer("birth_on")
    seated = {seat.person_id for seat in panel.seats.all()}
    asked = Set(experts.filter(pk__in=set(chosen.roles) - seated))
    named, found = read_together([asked, _named(request, chosen.search)])
    kept = seated | {one.pk for one in named}
    roles = {key: role for key, role in chosen.roles.items() if key in kept}
    chosen = with_fields(chosen, roles=roles)
    if is_asked:
        ask_repair(panel, _actor(request), Asked(roles, chosen.planned_on))
    repair = last_repair(panel, request.user, chosen)
    persons = {one.pk: one for one in [*found, *named] if one.pk not in seated}
    context = shown_composition(panel, row, chosen, persons.values(), [one.pk for one in found])
    context |= {
        "name": localised(panel.enrolment.person, "name"),
        "permit": True,
        "repair": repair,
    }
    return render(request, PART if request.headers.get("HX-Request") else PAGE, context)


def offered(request: HttpRequest, search: str) -> list[Person]:
    """The experts with such a name, as many as are shown; nobody without a name."""
    return list(_named(request, search).rows)


def _named(request: HttpRequest, search: str) -> Set:
    rows = visible_experts(request.user).defer("birth_on").order_by("name_pinyin", "pk")
    if not search.strip():
        return Set(rows.none())
    return Set(first_of(rows.filter(pk__in=matches_name(search)), OFFERED))


def _saved(request: HttpRequest, panel: Panel, row: MilestoneCase, chosen: Chosen) -> bool:
    """Whether the composition was written, and sent on where that was asked; a refusal is a message."""
    persons = {seat.person_id: seat.person for seat in panel.seats.all()}
    asked = set(chosen.roles) - persons.keys()
    persons |= {one.pk: one for one in visible_experts(request.user).filter(pk__in=asked)}
    is_finished = request.POST.get("do") == "finish"
    stated = stated_of(panel, today(), list(persons.values()))
    seats = [
        Seated(persons[key], role, stated.get(key, {}))
        for key, role in chosen.roles.items()
        if key in persons
    ]
    try:
        compose_panel(panel=panel, seats=seats, planned_on=chosen.planned_on, by=_actor(request))
        if is_finished:
            finish_composing(case=row.case, by=_actor(request), revision=row.case.revision)
    except (RuleBroken, InputRefused, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
        return False
    finished = _("The composition is complete and was sent on.")
    kept = _("The composition is saved.")
    messages.success(request, finished if is_finished else kept)
    return True


@require_safe
def repair_state(request: HttpRequest, key: int) -> HttpResponse:
    """How far the repair is, as a piece of the workspace."""
    panel, _row = seen(request, key)
    context = {"repair": last_repair(panel, request.user), "panel": panel}
    return render(request, "panel/repair.html", context)


@asks
def call(request: HttpRequest, key: int) -> HttpResponse:
    """Call the sitting: day, time and place; everybody on the panel is invited."""
    panel, row = seen(request, key)
    day = panel.planned_on or row.wished_on
    form = CallForm(request.POST or None, initial={"day": day})
    if request.method == "POST" and form.is_valid():
        starts, ends = form.at("start"), form.at("end")
        place, by = form.cleaned_data["place"], _actor(request)
        if _done(
            form,
            lambda: call_panel(panel=panel, starts_at=starts, ends_at=ends, place=place, by=by),
        ):
            messages.success(request, _("The sitting is called, and everybody is invited."))
            return redirect("panel", key=key)
    texts = {
        "title": _("Call the sitting"),
        "intro": _("Everybody on the panel is invited; outsiders by a link of their own."),
        "button": _("Call and invite"),
    }
    return _asked(request, panel, row, form, may_call, texts)


@asks
def replace(request: HttpRequest, key: int, seat: int) -> HttpResponse:
    """Put a substitute on a seat; the composition is judged anew."""
    panel, row = seen(request, key)
    held = get_object_or_404(panel.seats.select_related("panel__enrolment"), pk=seat)
    search = request.POST.get("q") or request.GET.get("q", "")
    permit = may_call(request.user, row)
    persons = _who_could(request, panel, row, held, search) if permit else []
    found = [one for one, _label in persons]
    form = ReplaceForm([(one.pk, label) for one, label in persons], request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = next(one for one in found if one.pk == form.cleaned_data["person"])
        reason = form.cleaned_data["reason"]
        if _done(
            form,
            lambda: replace_member(
                seat=held,
                person=person,
                reason=reason,
                by=_actor(request),
                stated=stated_of(panel, today(), [person]).get(person.pk),
            ),
        ):
            messages.success(request, _("The substitute is seated and invited."))
            return redirect("panel", key=key)
    texts = {
        "title": _("Find a substitute"),
        "intro": _("The composition is judged anew; one that breaks a rule is refused."),
        "button": _("Seat and invite"),
        "search": search,
        "is_search": True,
    }
    return _asked(request, panel, row, form, may_call, texts)


def _who_could(
    request: HttpRequest, panel: Panel, row: MilestoneCase, held: PanelSeat, search: str
) -> list[tuple[Person, str]]:
    """Who could take the seat: those of the name that is searched for; without one those with whom
    every rule still holds, the best first."""
    if search.strip():
        return [(one, localised(one, "name")) for one in offered(request, search)]
    found = {one.key: one for one in substitutes_for(panel, held, rule_in(row.case), today())}
    known = {one.pk: one for one in visible_experts(request.user).filter(pk__in=found)}
    return [
        (known[key], substitute_text(localised(known[key], "name"), one))
        for key, one in found.items()
        if key in known
    ]


@asks
def remove(request: HttpRequest, key: int, seat: int) -> HttpResponse:
    """Take a seat off a panel that was called."""
    panel, row = seen(request, key)
    held = get_object_or_404(panel.seats.select_related("panel__enrolment"), pk=seat)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if _done(form, lambda: remove_seat(seat=held, reason=reason, by=_actor(request))):
            messages.success(request, _("The seat is taken off the panel."))
            return redirect("panel", key=key)
    texts = {
        "title": _("Take the seat off the panel"),
        "intro": _("What is left is judged anew; if it breaks a rule, nothing is changed."),
        "button": _("Take off"),
    }
    return _asked(request, panel, row, form, may_call, texts)


@asks
def override(request: HttpRequest, key: int, person: int) -> HttpResponse:
    """Seat a person in spite of a conflict of interest, with the reason."""
    panel, row = seen(request, key)
    found = get_object_or_404(visible_experts(request.user), pk=person)
    form = ReasonForm(request.POST or None)
    conflict = request.GET.get("conflict", "")[:40]
    if request.method == "POST" and form.is_valid():
        reason, by = form.cleaned_data["reason"], _actor(request)
        if _done(
            form,
            lambda: override_conflict(
                panel=panel, person=found, conflict=conflict, reason=reason, by=by
            ),
        ):
            messages.success(request, _("Recorded: the person sits in spite of the conflict."))
            return redirect("panel_compose", key=key)
    texts = {
        "title": _("Seat in spite of the conflict"),
        "intro": localised(found, "name"),
        "button": _("Record the reason"),
    }
    return _asked(request, panel, row, form, may_override, texts)


def _asked(
    request: HttpRequest,
    panel: Panel,
    row: MilestoneCase,
    form: forms.Form,
    may: Callable[..., Any],
    texts: dict[str, Any],
) -> HttpResponse:
    """A form of one deed, or why it cannot be done now."""
    permit = may(request.user, row)
    context = {
        "panel": panel,
        "case": row.case,
        "form": form,
        "permit": permit,
        "name": localised(panel.enrolment.person, "name"),
        **texts,
    }
    status = 403 if request.method == "POST" and not permit else 200
    return render(request, "panel/ask.html", context, status=status)


def _done(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Whether it was done; a refusal stands at the form, and nothing is written."""
    try:
        act()
    except (RuleBroken, InputRefused, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _actor(request: HttpRequest) -> Any:
    """Whoever is signed in; the actions refuse everybody else."""
    return request.user
