"""The first page, by role: my standing, my trainees, my unit."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from preceptor.base.today import today
from preceptor.people.access import READING, scope
from preceptor.people.choices import RoleKind
from preceptor.policy import Pack
from preceptor.standing.access import HEADS, waiting_drafts, waiting_waivers
from preceptor.standing.counted import state_counts, verdict_counts
from preceptor.standing.institutions import institutions_of
from preceptor.standing.listing import guided_by
from preceptor.standing.packs import in_force_at
from preceptor.standing.queries import as_of_all
from preceptor.training.access import visible_enrolments
from preceptor.web.addresses import address
from preceptor.web.filters.enrolment import ALL, STUDYING
from preceptor.web.keyset import count_as_text
from preceptor.web.localised import localised
from preceptor.web.shown.overview import ATTENTION, attention, by_rule, by_state, enrolled
from preceptor.web.shown.own_work import comes_later, own_work
from preceptor.web.shown.standing import standing_shown
from preceptor.web.tables.enrolment import COLUMNS, rows_of

#: A supervisor has far fewer trainees; more than these are on the list.
MOST = 100


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One section for each kind of role that the reader holds."""
    reach = scope(request.user)
    context: dict[str, Any] = {"on": today(), "comes_later": comes_later(request.user)}
    if not context["comes_later"]:
        context |= own_work(request.user)
    listing = reach.kinds & (READING | {RoleKind.SUPERVISOR})
    packs = in_force_at([reach.institution.pk]) if listing and reach.institution else []
    if RoleKind.TRAINEE in reach.kinds:
        context["own"] = _own(request)
    if RoleKind.SUPERVISOR in reach.kinds:
        context |= _guided(request)
    if reach.kinds & READING:
        context["overview"] = _overview(request, packs)
    return render(request, "home/home.html", context)


def _own(request: HttpRequest) -> list[dict[str, Any]]:
    rows = visible_enrolments(request.user).filter(person=scope(request.user).person)
    found = rows.select_related("person", "unit", "direction", "institution", "thesis")
    return [
        {
            "enrolment": row,
            "direction": localised(row.direction, "name"),
            "unit": localised(row.unit, "name"),
            **standing_shown(row, today()),
        }
        for row in found.order_by("-cohort_on")
    ]


def _guided(request: HttpRequest) -> dict[str, Any]:
    person = scope(request.user).person
    rows = visible_enrolments(request.user)
    rows = rows.filter(guided_by(person)) if person else rows.none()
    keys = list(rows.order_by("student_number", "pk").values_list("pk", flat=True)[:MOST])
    return {"columns": COLUMNS, "rows": rows_of(request.user, keys), "person": person}


def _waiting(request: HttpRequest) -> Counter[str]:
    """How many waivers and planned changes of rules wait for the reader, by kind; one query."""
    waivers = waiting_waivers(request.user).order_by().annotate(kind=Value("waivers"))
    kinds = waivers.values_list("kind", flat=True)
    if scope(request.user).kinds & set(HEADS):
        drafts = waiting_drafts(request.user).order_by().annotate(kind=Value("drafts"))
        kinds = kinds.union(drafts.values_list("kind", flat=True), all=True)
    return Counter(kinds)


def _overview(request: HttpRequest, packs: list[Pack]) -> dict[str, Any]:
    counts = verdict_counts(request.user)
    states = by_state(state_counts(request.user))
    problems, problem_count = attention(request.user, packs, counts.get("", Counter()))
    return {
        "states": states,
        "scale": max((row["value"] for row in states), default=1),
        "enrolled": f"{enrolled(states):,}",
        "studying_url": address(reverse("enrolments"), {"state": STUDYING}),
        "all": f"{sum(row['value'] for row in states):,}",
        "all_url": address(reverse("enrolments"), {"state": ALL}),
        "rules": by_rule(counts, packs),
        "problems": problems,
        "problem_count": count_as_text(problem_count, ATTENTION),
        "as_of": as_of_all(institutions_of(request.user)),
        **_waiting(request),
    }
