"""What a repair answers: changes, what stayed, how good it is, and what every rule then says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

ChangeKind = Literal["replace", "add", "remove", "role"]


@dataclass(frozen=True)
class Said:
    """One text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Named:
    """A person by key and name."""

    key: int
    name: Said


@dataclass(frozen=True)
class Change:
    """One change of the composition. `seat` is the key of the seat that it changes, None for an
    addition; `out` leaves, `person` takes the seat in the role. `stated` are the columns to be
    stated of a newcomer, taken from contacts and earlier panels; a person whom the registers keep
    needs none of them. `load` is how often the person sits elsewhere in the calendar year."""

    kind: ChangeKind
    text: Said
    seat: int | None = None
    out: Named | None = None
    person: Named | None = None
    role: str | None = None
    load: int | None = None
    stated: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Objective:
    """How good a composition is: compared from the first number to the last, less is better.

    `changes`: a replacement, an addition, a removal and a change of role are one each; `warned`:
    rules that only give notice and do not hold; `conflicts`: conflicts that only warn; `load`: by
    how much the sum of squares of sittings this calendar year grows; `rank`: for a stable choice
    among equals, by the keys of persons.
    """

    changes: int
    warned: int
    conflicts: int
    load: int
    rank: int


@dataclass(frozen=True)
class Obstacle:
    """One of what cannot hold together: a rule by its id, or `conflicts`, `availability`, `pool`
    (nobody suitable can be seated) or `kept` (who was to stay or to stay out)."""

    name: str
    title: Said
    pack: str = ""


@dataclass(frozen=True)
class RuleSaid:
    """What a rule says of the composition after the repair."""

    rule: str
    title: Said
    kind: str
    verdict: str
    text: Said


@dataclass(frozen=True)
class Repair:
    """The answer for one panel. Without `objective` there is no composition that satisfies all:
    `conflicting` then names what cannot hold together, and removing any one of it would help.

    `is_optimal` says that the optimum (or that there is none) is proven; else `gap` is how many
    changes fewer might still be possible, None where nothing was found in time. `untranslated` are
    rules that the solver cannot read; the answer was verified against them by evaluation.
    """

    panel: int
    number: str
    on: date
    day: date
    changes: tuple[Change, ...] = ()
    kept: tuple[Named, ...] = ()
    objective: Objective | None = None
    is_optimal: bool = True
    conflicting: tuple[Obstacle, ...] = ()
    rules: tuple[RuleSaid, ...] = ()
    gap: int | None = None
    pool: int = 0
    untranslated: tuple[str, ...] = ()

    @property
    def is_feasible(self) -> bool:
        """Whether a composition that satisfies every blocking rule was found."""
        return self.objective is not None

    def as_json(self) -> dict[str, Any]:
        """As plain data, days as text; what the job stores and the command prints."""
        found = asdict(self)
        found["on"], found["day"] = self.on.isoformat(), self.day.isoformat()
        found["is_feasible"] = self.is_feasible
        return found
