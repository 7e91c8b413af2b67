"""Stored verdicts of many trainees or panels, read at once for a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from preceptor.standing.due import said, worst
from preceptor.standing.listing import OWN
from preceptor.standing.models import Finding


def shown(finding: Finding) -> str:
    """The verdict as a reader sees it: a rule that only warns gives notice where it fails."""
    return said(finding.verdict, finding.kind)


@dataclass(frozen=True)
class Whole:
    """What all rules together say: the worst verdict, and how many of how many are settled."""

    verdict: str
    settled: int
    total: int


def whole_of(findings: Sequence[Finding], ahead: frozenset[str] = frozenset()) -> Whole | None:
    """The findings taken together; None when there are none (nothing judged, or nothing applies).

    What the rules `ahead` still demand is open: their step is not near.
    """
    if not findings:
        return None
    counted = {
        "open" if found.rule in ahead and shown(found) in ("fail", "pending") else shown(found)
        for found in findings
        if found.kind != "inform"
    }
    settled = sum(1 for found in findings if found.verdict in ("pass", "waived"))
    return Whole(worst(counted), settled, len(findings))


def findings_of(enrolments: Iterable[int]) -> dict[int, list[Finding]]:
    """All stored verdicts by trainee, in the order of the rules; one query."""
    found: dict[int, list[Finding]] = defaultdict(list)
    for row in Finding.objects.filter(enrolment__in=list(enrolments)).order_by("id"):
        found[row.enrolment_id].append(row)
    return found


def own(findings: Iterable[Finding]) -> list[Finding]:
    """Those of the trainee and the thesis; panels are judged for themselves."""
    return [found for found in findings if found.subject in OWN]


def panel_findings(panels: Iterable[int]) -> dict[int, list[Finding]]:
    """All stored verdicts by panel; one query."""
    found: dict[int, list[Finding]] = defaultdict(list)
    for row in Finding.objects.filter(panel__in=list(panels)).order_by("id"):
        if row.panel_id is not None:
            found[row.panel_id].append(row)
    return found
