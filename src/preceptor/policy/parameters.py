"""Parameters: numbers, dates and lists of a regulation, each value with the day from which it holds."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from preceptor.policy.head import Layer
from preceptor.policy.sources import Citation, Evidence
from preceptor.policy.text import Text
from preceptor.policy.types import ListOf, MapOf, Scalar, Type, day_number

Bind = Literal["cohort", "event"]
BINDS: tuple[Bind, ...] = ("cohort", "event")
Value = int | tuple[int, ...]
# A higher value, a lower one (each entry of a map), or fewer options of a list.
Stricter = Literal["higher", "lower", "fewer"]
STRICTER: tuple[Stricter, ...] = ("higher", "lower", "fewer")


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A value, the first day on which it holds, and where both stand.

    ``evidence`` is for the value, ``from_evidence`` for the date: a regulation may print the one and
    not the other. ``layer`` and ``pack`` say who set it.
    """

    since: datetime.date
    value: Value
    citation: Citation
    evidence: Evidence
    from_evidence: Evidence
    layer: Layer
    pack: str


@dataclass(frozen=True, eq=False)
class Parameter:
    """A parameter: its type (with bounds), what it is bound to, and its values by date, oldest first.

    ``stricter`` is the direction in which a lower layer may move it (None: in none), ``delegates`` the
    layers that may set it as they like.
    """

    name: str
    title: Text
    type: Type
    unit: str
    bind: Bind
    steps: tuple[Step, ...]
    stricter: Stricter | None = None
    delegates: tuple[Layer, ...] = ()
    since: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", tuple(day_number(step.since) for step in self.steps))

    @property
    def item(self) -> Scalar:
        """The type of one value: of an item of a list, of an entry of a map."""
        return self.type.item if isinstance(self.type, ListOf | MapOf) else self.type

    def step_on(self, day: int) -> Step | None:
        """What was in force on a day (a day number); None before the first value."""
        place = bisect_right(self.since, day) - 1
        return self.steps[place] if place >= 0 else None

    @cached_property
    def days(self) -> npt.NDArray[np.int64]:
        """The first day of each step."""
        return np.array(self.since, dtype=np.int64)

    @cached_property
    def table(self) -> npt.NDArray[np.int64]:
        """The values of a scalar (one a step) or of a map (a step, then a code)."""
        return np.array([step.value for step in self.steps], dtype=np.int64)

    @cached_property
    def options(self) -> tuple[tuple[int, ...], ...]:
        """The values of a list, sorted and unlike each other, a tuple for each step."""
        return tuple(
            tuple(sorted(set(step.value))) if isinstance(step.value, tuple) else ()
            for step in self.steps
        )
