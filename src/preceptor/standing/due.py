"""Which requirements are due: a rule with a gate can wait until its step is near.

A gate is due when the trainee's state says that its step comes next or lies behind, or when a day is
planned for the step or for the one before it. Source: rules of the product, "before that step it
warns".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When

from preceptor.policy import Pack, Verdict
from preceptor.training.choices import EnrolmentState as State
from preceptor.training.models import Milestone

from .steps import ORDER

STEPS = tuple(kind.value for kind in ORDER)

#: What one rule says, and what all say together, from worst to best; source: rules of the product,
#: "the whole is the worst". `open`: not met or pending, and not due yet.
WORST_FIRST = ("fail", "pending", "warn", "open", "pass")

#: The place in STEPS of the step that comes next in each state; a suspended trainee takes none.
NEXT = {
    State.ADMITTED: 0, State.REGISTERED: 0, State.TRAINING: 0, State.CANDIDATE: 1,
    State.MIDTERM_PASSED: 2, State.CLINICAL_PASSED: 3, State.PREDEFENCE_PASSED: 4,
    State.THESIS_IN_REVIEW: 4, State.REVISING: 4, State.DEFENCE_READY: 4, State.DEFENDED: 4,
    State.GRADUATED: 4, State.AWARDED: 4, State.DEFERRED: 4,
}  # fmt: skip


def _states(gate: str) -> list[str]:
    """The states in which the gate's step comes next or lies behind."""
    return [state.value for state, place in NEXT.items() if place >= STEPS.index(gate)]


def _near(gate: str) -> tuple[str, ...]:
    """The gate's step and the one before it."""
    place = STEPS.index(gate)
    return STEPS[max(place - 1, 0) : place + 1]


def gates_of(packs: Sequence[Pack]) -> dict[str, list[str]]:
    """The rules behind each gate that is a step of the training."""
    found: dict[str, list[str]] = {}
    for pack in packs:
        for rule in pack.rules.values():
            if rule.gate in STEPS:
                found.setdefault(str(rule.gate), []).append(rule.id)
    return found


def _is_due(gate: str, state: str, enrolment: str) -> Q:
    planned = Milestone.objects.filter(
        enrolment=OuterRef(enrolment), kind__in=_near(gate), outcome=None
    ).exclude(planned_on=None)
    return Q(**{f"{state}__in": _states(gate)}) | Q(Exists(planned))


def due_findings(packs: Sequence[Pack]) -> Q:
    """Stored verdicts that cannot wait: of rules without such a gate, or whose gate is due."""
    gates = gates_of(packs)
    gated = [rule for rules in gates.values() for rule in rules]
    due = ~Q(rule__in=gated)
    for gate, rules in gates.items():
        due |= Q(rule__in=rules) & _is_due(gate, "enrolment__state", "enrolment")
    return due


def due_columns(packs: Sequence[Pack]) -> dict[str, Any]:
    """For a list of trainees a column `due_<gate>` for each gate: whether it is due."""
    return {
        f"due_{gate}": Case(
            When(_is_due(gate, "state", "pk"), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        for gate in gates_of(packs)
    }


def rules_ahead(row: Any, packs: Sequence[Pack]) -> frozenset[str]:
    """The rules that can wait for a trainee who was read with `due_columns`."""
    gates = gates_of(packs)
    ahead = [rules for gate, rules in gates.items() if not getattr(row, f"due_{gate}")]
    return frozenset(rule for rules in ahead for rule in rules)


def gates_ahead(state: str, milestones: Iterable[Milestone]) -> frozenset[str]:
    """The gates for which there is still time, by the trainee's state and planned days."""
    planned = {row.kind for row in milestones if row.planned_on and row.outcome is None}
    return frozenset(
        gate for gate in STEPS if state not in _states(gate) and not planned & set(_near(gate))
    )


def said(verdict: str, kind: str) -> str:
    """The verdict as a reader sees it: a rule that only warns gives notice where it fails."""
    return "warn" if verdict == "fail" and kind == "warn" else verdict


class Judged(Protocol):
    """What one rule says of a record, explained or not."""

    @property
    def kind(self) -> str: ...
    @property
    def gate(self) -> str | None: ...
    @property
    def verdict(self) -> Verdict: ...


def verdict_of(known: Judged, ahead: frozenset[str]) -> str:
    """The verdict in a reader's terms: what a later step demands (`ahead`: its gates) is open,
    neither failed nor pending, as in the lists; a rule that only warns gives notice."""
    if known.verdict is Verdict.FAIL and known.kind == "warn":
        return "warn"
    waits = known.verdict in (Verdict.FAIL, Verdict.PENDING) and known.gate in ahead
    return "open" if waits else known.verdict.value


def worst(words: Iterable[str]) -> str:
    """The worst of what rules say; `pass` where they say nothing that counts."""
    found = set(words)
    return next((word for word in WORST_FIRST if word in found), "pass")
