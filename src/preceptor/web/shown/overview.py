"""What a unit's office sees first: how many stand where, and what needs attention."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import get_language

from preceptor.people.access import scope
from preceptor.policy import Pack
from preceptor.standing.counted import Counts, placed
from preceptor.standing.due import due_findings
from preceptor.standing.listing import FEW, OWN
from preceptor.standing.models import Finding, Standing
from preceptor.training.access import own_rows
from preceptor.training.choices import EnrolmentState
from preceptor.training.states import ENROLLED
from preceptor.web.addresses import address
from preceptor.web.filters.choices import subject_title
from preceptor.web.localised import localised

Shown = dict[str, Any]
MOST = 30
#: What needs attention is counted as far as this.
ATTENTION = 500
LATEST = ("-student_number", "-pk")


def by_state(found: Counter[str]) -> list[Shown]:
    """Trainees by state in the order of a course, as parts/bars.html takes them."""
    page = reverse("enrolments")
    return [
        {
            "label": state.label,
            "state": state.value,
            "value": found[state.value],
            "text": f"{found[state.value]:,}",
            "url": address(page, {"state": state.value}),
        }
        for state in EnrolmentState
        if found.get(state.value)
    ]


def enrolled(states: list[Shown]) -> int:
    """How many of them are enrolled and studying."""
    return sum(row["value"] for row in states if row["state"] in ENROLLED)


def by_rule(counts: Counts, packs: list[Pack]) -> list[Shown]:
    """For each rule in force how many records have which stored verdict, with links to the
    trainees concerned; rules that nobody is judged by are left out."""
    return [
        _rule_line(rule, counts[rule.id])
        for pack in packs
        for rule in pack.rules.values()
        if counts.get(rule.id)
    ]


def _rule_line(rule: Any, counts: Counter[str]) -> Shown:
    page = reverse("enrolments")
    return {
        "title": rule.title.within(get_language() or ""),
        "subject": subject_title(rule.subject),
        "url": reverse("rule", args=[rule.id]),
        "counts": dict(counts),
        "links": [
            {
                "verdict": verdict,
                "count": counts[verdict],
                "url": address(page, {"rule": rule.id, "verdict": verdict}),
            }
            for verdict in ("fail", "warn", "pending", "pass", "waived")
        ],
    }


def attention(user: Any, packs: list[Pack], wholes: Counter[str]) -> tuple[list[Shown], int]:
    """Records that break a blocking rule and cannot wait, the latest student numbers first, and
    how many, counted as far as ATTENTION. `wholes` is how many trainees stand how as a whole.

    A rule with a gate waits until its step is near; panels never wait. Two queries.
    """
    stopped = Finding.objects.filter(due_findings(packs), verdict="fail", kind="block")
    own = stopped.filter(enrolment__in=_failing(user, wholes), subject__in=OWN)
    panels = stopped.filter(placed(user), panel__isnull=False).order_by(*LATEST)
    panels = Finding.objects.filter(pk__in=panels.values("pk")[: ATTENTION + 1])
    keys = [rows.order_by().values_list("student_number", "pk") for rows in (own, panels)]
    found = list(keys[0].union(keys[1]).order_by(*LATEST)[: ATTENTION + 1])
    wanted = Finding.objects.filter(pk__in=[key for _number, key in found[:MOST]])
    rows = wanted.select_related("enrolment__person", "panel").order_by(*LATEST)
    return [_problem(row, packs) for row in rows], len(found)


def _failing(user: Any, wholes: Counter[str]) -> QuerySet[Any, Any]:
    """The latest of the trainees in the reader's scope who stand "not met" as a whole: among
    these are all who do not meet a requirement that is due."""
    reach = scope(user)
    seen = reach.within("unit", "institution") | Q(enrolment__in=own_rows(user))
    rows = Standing.objects.filter(whole="fail")
    if wholes["fail"] > FEW:
        # Many: read in their order, each asked for the scope.
        is_seen = Case(When(seen, then=Value(True)), default=Value(False))
        rows = rows.alias(is_seen=is_seen).filter(is_seen=True)
    else:
        rows = rows.filter(seen)
    latest = rows.order_by("-student_number", "-enrolment").values("enrolment")
    return latest[: ATTENTION + 1]


def _problem(row: Finding, packs: list[Pack]) -> Shown:
    rules = [pack.rules[row.rule] for pack in packs if row.rule in pack.rules]
    on_panel = row.panel_id is not None
    return {
        "title": rules[0].title.within(get_language() or "") if rules else row.rule,
        "verdict": row.verdict,
        "name": localised(row.enrolment.person, "name"),
        "number": row.panel.number if row.panel else row.enrolment.student_number,
        "is_panel": on_panel,
        "url": reverse("panel", args=[row.panel_id])
        if on_panel
        else reverse("enrolment", args=[row.enrolment_id]),
    }
