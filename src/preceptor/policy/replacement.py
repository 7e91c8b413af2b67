"""What a pack of a lower layer puts in the place of a parameter of an upper one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from preceptor.policy.sources import Citation, Evidence


@dataclass(frozen=True, slots=True, eq=False)
class ReplacedValue:
    """A value and the first day on which it holds, as written: only the upper pack knows its type."""

    since: datetime.date
    value: object
    citation: Citation
    evidence: Evidence
    from_evidence: Evidence


@dataclass(frozen=True, slots=True, eq=False)
class Replacement:
    """The values of a parameter of another pack, oldest first."""

    pack: str
    parameter: str
    values: tuple[ReplacedValue, ...]

    @property
    def where(self) -> str:
        """Its place in the pack that it stands in, for messages."""
        return f"replace {self.pack} {self.parameter}"


def changed_days(
    old: Iterable[Replacement], new: Iterable[Replacement]
) -> frozenset[datetime.date]:
    """The days of values that only one of the two has, or that differ."""
    before, after = (
        {(one.where, value.since, str(value.value)) for one in found for value in one.values}
        for found in (old, new)
    )
    return frozenset(since for _where, since, _value in before ^ after)
