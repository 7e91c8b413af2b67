"""Values of packs of upper layers: what the own layer sets in their place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from preceptor.policy.content import Content

from ..beside import Beside
from .change import absent, listed
from .parameter import DatedValue, in_order
from .removal import held, take_out


@dataclass(frozen=True)
class ReplacementChange:
    """A value in the place of one of an upper pack, from a day on; one of the same day is replaced.

    `beside` are the packs that bind together with the draft's; by them the value is judged.
    """

    pack: str
    parameter: str
    value: DatedValue
    beside: Beside = field(hash=False)

    @property
    def part(self) -> str:
        """The replacement by the upper pack and its parameter."""
        return f"replace {self.pack} {self.parameter}"

    def apply(self, content: Content) -> None:
        """Write the value among the others, in the order of their days. Raises PackError where a
        pack of the draft's layer may not set it so (`layered`), or its clause is unknown."""
        table = held(content, self.part)
        if table is None:
            table = {"pack": self.pack, "param": self.parameter}
            listed(content, "replace").append(table)
        values = listed(table, "values")
        kept = [item for item in values if item.get("from") != self.value.since]
        values[:] = in_order([*kept, self.value.content()])
        self.beside.check(content, table)


@dataclass(frozen=True)
class ReplacementRemoval:
    """The own value of a day is taken out; with the last one the upper value holds again."""

    pack: str
    parameter: str
    since: date

    @property
    def part(self) -> str:
        """The replacement by the upper pack and its parameter."""
        return f"replace {self.pack} {self.parameter}"

    def apply(self, content: Content) -> None:
        """Remove the value. Raises InputRefused where there is none of that day."""
        table = held(content, self.part)
        if table is None:
            raise absent(f"{self.pack} {self.parameter}")
        values = listed(table, "values")
        kept = [item for item in values if item.get("from") != self.since]
        if len(kept) == len(values):
            raise absent(str(self.since))
        values[:] = kept
        if not kept:
            take_out(content, self.part)
