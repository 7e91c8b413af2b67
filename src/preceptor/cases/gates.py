"""The port through which `standing` answers whether a case's gate holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from .models import Case


@dataclass(frozen=True)
class GateFinding:
    """One rule behind the gate and what it said, with the version of the pack that said it."""

    rule: str
    kind: str
    verdict: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    pack: str
    version: str
    hash: str


@dataclass(frozen=True)
class GateAnswer:
    """What the rules said on a day. Only pass, waived and not applicable let a `block` through;
    pending is not passed."""

    gate: str
    on: date
    findings: tuple[GateFinding, ...] = ()

    @property
    def holding(self) -> tuple[GateFinding, ...]:
        """The blocking rules that hold the case back."""
        return self._not_met("block")

    @property
    def warnings(self) -> tuple[GateFinding, ...]:
        """The rules that may be passed over with a reason."""
        return self._not_met("warn")

    @property
    def is_passed(self) -> bool:
        """Whether nothing holds the case back."""
        return not self.holding

    def _not_met(self, kind: str) -> tuple[GateFinding, ...]:
        return tuple(
            found
            for found in self.findings
            if found.kind == kind and found.verdict in ("fail", "pending")
        )

    def kept(self) -> dict[str, Any]:
        """The answer as it is stored with the step."""
        return asdict(self) | {"on": self.on.isoformat(), "passed": self.is_passed}


#: Gives the answer for a case: its gate, and the records whose rules it asks.
Evaluate = Callable[[Case, str, Mapping[str, set[int]], date], GateAnswer]
_evaluate: list[Evaluate] = []
_names: list[frozenset[str]] = []


def register_gate(evaluate: Evaluate, names: Collection[str] = ()) -> None:
    """Name who answers gates, and the gates that the rules can have; the last one registered counts.
    Without names every gate is taken."""
    _evaluate[:] = [evaluate]
    _names[:] = [frozenset(names)]


def gate_names() -> frozenset[str]:
    """The gates that the rules can have; empty where that is not known."""
    return _names[-1] if _names else frozenset()


def answer(case: Case, gate: str, judged: Mapping[str, set[int]], on: date) -> GateAnswer:
    """What the rules behind the gate say; an empty gate is passed. Raises LookupError when nobody
    answers gates in this installation."""
    if not gate:
        return GateAnswer("", on)
    if not _evaluate:
        raise LookupError("Nobody registered an evaluator of gates.")
    return _evaluate[0](case, gate, judged, on)
