"""What a pack of a lower layer puts in the place of a parameter of an upper one."""

from __future__ import annotations

import datetime
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
