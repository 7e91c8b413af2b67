"""The gate of a case: judged when it is handed in and again when it is granted, and kept."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import RuleBroken
from preceptor.base.today import today

from ..choices import Verb
from ..gates import GateAnswer, GateFinding, answer
from ..models import Case, CaseStep
from ..queries import kind_of
from ..registry import port_of
from .stepping import Move


def judged_gate(case: Case, move: Move) -> dict[str, Any] | None:
    """What the rules behind the kind's gate say today, to be kept with the step; None without a
    gate. Raises RuleBroken, naming the rules, where one holds the case back, and where a person
    passes over a warning without a reason that was not passed over before."""
    gate = kind_of(case).gate
    if not gate:
        return None
    found = answer(case, gate, port_of(case).judged(case), today())
    _demand_passed(found)
    _demand_reason(case, found, move)
    return found.kept()


def asked_gate(case: Case) -> GateAnswer:
    """What the gate would answer today; for pages that show it before anybody acts."""
    return answer(case, kind_of(case).gate, port_of(case).judged(case), today())


def _demand_passed(found: GateAnswer) -> None:
    if found.is_passed:
        return
    raise RuleBroken(
        _("The rules hold this request back:\n%(rules)s") % {"rules": _named(found.holding)}
    )


def _demand_reason(case: Case, found: GateAnswer, move: Move) -> None:
    fresh = [one for one in found.warnings if one.rule not in _passed_over(case)]
    if fresh and move.is_attended and not move.passing_over.strip():
        raise RuleBroken(
            _("These rules warn. Say why they are passed over:\n%(rules)s")
            % {"rules": _named(tuple(fresh))}
        )


def _passed_over(case: Case) -> set[str]:
    """The rules whose warnings were passed over when the case was handed in last."""
    step = CaseStep.objects.filter(case=case, verb=Verb.SUBMIT).order_by("-revision").first()
    findings = step.gate["findings"] if step is not None and step.gate else ()
    return {
        one["rule"]
        for one in findings
        if one["kind"] == "warn" and one["verdict"] in ("fail", "pending")
    }


def _named(findings: tuple[GateFinding, ...]) -> str:
    """The rules by name, each with what it says, in the language of the reader."""
    if get_language() == "en":
        lines = [f"{one.title_en} ({one.rule}): {one.text_en}" for one in findings]
    else:
        lines = [f"{one.title_zh}（{one.rule}）：{one.text_zh}" for one in findings]
    return "\n".join(lines)
