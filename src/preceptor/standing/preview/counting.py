"""How many change, by what: the numbers that a preview keeps and a command prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .compare import Flip
from .decisions import Decision

Found = TypeVar("Found", Flip, Decision)
#: Joins the two verdicts of a change in the keys of the counts.
TO = ">"


def change_of(before: str, after: str) -> str:
    """The key of a change: `pass>fail`."""
    return f"{before}{TO}{after}"


@dataclass
class Counts:
    """Changed verdicts by change, and by change within each rule, unit (key) and cohort; and how
    many trainees they concern."""

    changes: Counter[str] = field(default_factory=Counter)
    rules: dict[str, Counter[str]] = field(default_factory=dict)
    units: dict[str, Counter[str]] = field(default_factory=dict)
    cohorts: dict[str, Counter[str]] = field(default_factory=dict)
    persons: set[int] = field(default_factory=set)

    def add(self, flip: Flip | Decision) -> None:
        """Count one more."""
        change = change_of(flip.before, flip.after)
        self.changes[change] += 1
        self.persons.add(flip.enrolment.pk)
        for groups, key in (
            (self.rules, flip.rule),
            (self.units, str(flip.enrolment.unit_id)),
            (self.cohorts, str(flip.enrolment.cohort)),
        ):
            groups.setdefault(key, Counter())[change] += 1

    def counted(self, flips: Iterator[Found]) -> Iterator[Found]:
        """The same flips, each counted as it passes."""
        for flip in flips:
            self.add(flip)
            yield flip

    def plain(self) -> dict[str, Any]:
        """The numbers as JSON holds them; groups in the order of their keys."""
        return {
            "persons": len(self.persons),
            "changes": dict(sorted(self.changes.items())),
            **{
                name: {key: dict(sorted(groups[key].items())) for key in sorted(groups)}
                for name, groups in (
                    ("rules", self.rules), ("units", self.units), ("cohorts", self.cohorts),
                )
            },
        }  # fmt: skip
