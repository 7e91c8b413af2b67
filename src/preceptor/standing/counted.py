"""How many stand where in a reader's scope, by the counts that are kept with the verdicts."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Case, Count, F, Q, Sum, Value, When

from preceptor.people.access import scope
from preceptor.training.access import enrolments_elsewhere, enrolments_in_units, own_rows

from .models import Finding, StandingTally

#: By rule, then by verdict as a reader sees it.
Counts = dict[str, Counter[str]]


def verdict_counts(user: Any, rule: str | None = None) -> Counts:
    """How many records have which verdict by each rule, and by the empty rule how many trainees
    stand so as a whole; nothing is counted anew but what the reader sees outside the own units
    (of which wholes are not counted). A rule that only warns gives notice. One query."""
    kept = StandingTally.objects.filter(scope(user).within("unit", "institution")).order_by()
    said = Case(When(verdict="fail", kind="warn", then=Value("warn")), default=F("verdict"))
    own = Finding.objects.filter(enrolment__in=enrolments_elsewhere(user).values("pk")).order_by()
    if rule is not None:
        kept, own = kept.filter(rule=rule), own.filter(rule=rule)
    found: Counts = defaultdict(Counter)
    counted = own.annotate(said=said).values_list("rule", "said").annotate(Count("pk"))
    for name, verdict, count in (
        kept.values_list("rule", "verdict").annotate(Sum("count")).union(counted, all=True)
    ):
        found[name][verdict] += count
    return found


def state_counts(user: Any) -> Counter[str]:
    """How many trainees are in which state; one query."""
    found: Counter[str] = Counter()
    placed, own = (
        rows.order_by().values_list("state").annotate(Count("pk"))
        for rows in (enrolments_in_units(user), enrolments_elsewhere(user))
    )
    for state, count in placed.union(own, all=True):
        found[state] += count
    return found


def placed(user: Any) -> Q:
    """The condition on a finding that its trainee is in the reader's scope."""
    reach = scope(user)
    if reach.everything:
        return Q()
    inside = Q(unit__in=reach.institutions | reach.parts)
    inside |= Q(unit__institution__in=reach.institutions)
    return inside | Q(enrolment__in=own_rows(user))
