"""What the rules said of a request: at each step that asked them, and today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from preceptor.cases.actions import asked_gate
from preceptor.cases.choices import Verb
from preceptor.cases.models import Case, CaseStep
from preceptor.policy import Pack
from preceptor.standing.institutions import packs_for
from preceptor.web.shown.case_place import day_of

Shown = dict[str, Any]
#: What is shown first.
ORDER = ("fail", "pending", "waived", "pass", "not_applicable")


def findings_of(steps: Sequence[CaseStep], user: Any) -> list[Shown]:
    """The answers that were kept with the steps, the newest first."""
    asked = [step for step in steps if step.gate]
    packs = packs_for(user) if asked else []
    return [
        {
            "title": Verb(step.verb).label,
            "day": day_of(step.at),
            "passed": step.gate["passed"],
            "findings": _shown(step.gate["findings"], packs),
        }
        for step in reversed(asked)
        if step.gate
    ]


def gate_today(case: Case, user: Any) -> Shown:
    """What the rules behind the gate say today, as handing in or granting would ask them."""
    found = asked_gate(case)
    return {
        "passed": found.is_passed,
        "warns": bool(found.warnings),
        "findings": _shown(found.kept()["findings"], packs_for(user)),
    }


def _shown(findings: Iterable[dict[str, Any]], packs: Sequence[Pack]) -> list[Shown]:
    known = {rule for pack in packs for rule in pack.rules}
    lines = [_finding(one, one["rule"] in known) for one in findings]
    return sorted(lines, key=lambda line: ORDER.index(line["ranked"]))


def _finding(found: dict[str, Any], is_known: bool) -> Shown:
    language = "en" if get_language() == "en" else "zh"
    verdict = found["verdict"]
    return {
        "ranked": verdict if verdict in ORDER else ORDER[-1],
        "verdict": "warn" if verdict == "fail" and found["kind"] == "warn" else verdict,
        "title": found[f"title_{language}"] or found["title_zh"],
        "text": found[f"text_{language}"] or found["text_zh"],
        "url": reverse("rule", args=[found["rule"]]) if is_known else "",
        "source": f"{found['pack']} {found['version']}",
    }
