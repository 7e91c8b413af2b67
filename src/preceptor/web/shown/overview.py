"""What a unit's office sees first: how many stand where, and what needs attention."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from preceptor.policy import Pack
from preceptor.standing.due import due_findings
from preceptor.standing.models import Finding
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Enrolment
from preceptor.training.states import ENROLLED
from preceptor.web.addresses import address
from preceptor.web.filters.choices import subject_title
from preceptor.web.localised import localised
from preceptor.web.shown.verdicts import shown

Shown = dict[str, Any]
MOST = 30


def by_state(rows: QuerySet[Enrolment]) -> list[Shown]:
    """Trainees by state in the order of a course, as parts/bars.html takes them; one query."""
    found = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
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


def by_rule(rows: QuerySet[Enrolment], packs: list[Pack]) -> list[Shown]:
    """For each rule in force how many records have which stored verdict, with links to the
    trainees concerned; rules that nobody is judged by are left out. One query."""
    found = (
        rows.exclude(findings=None)
        .order_by()
        .values_list("findings__rule", "findings__kind", "findings__verdict")
        .annotate(count=Count("findings"))
    )
    counts: dict[str, Counter[str]] = {}
    for rule, kind, verdict, count in found:
        said = shown(Finding(kind=kind, verdict=verdict))
        counts.setdefault(rule, Counter())[said] += count
    return [
        _rule_line(rule, counts[rule.id])
        for pack in packs
        for rule in pack.rules.values()
        if rule.id in counts
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


def attention(rows: QuerySet[Enrolment], packs: list[Pack]) -> tuple[list[Shown], int]:
    """Records that break a blocking rule and cannot wait, latest judged first, and how many.

    A rule with a gate waits until its step is near; panels never wait. Two queries.
    """
    found = Finding.objects.filter(enrolment__in=rows, verdict="fail", kind="block")
    found = found.filter(due_findings(packs))
    wanted = found.select_related("enrolment__person", "panel").order_by("-id")
    return [_problem(row, packs) for row in wanted[:MOST]], found.count()


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
