"""Parameters: new values by date, new parameters, their titles and bounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.policy.content import Content
from preceptor.policy.schema import NAME, RESERVED

from .change import Pair, absent, group, listed, put, taken
from .source import unnameable


@dataclass(frozen=True)
class DatedValue:
    """A value, the first day on which it holds, where it stands, and how well that is attested."""

    since: date
    value: Any
    cite: str
    evidence: str
    from_evidence: str = ""

    def content(self) -> Content:
        """The value as a pack has it."""
        table: Content = {"from": self.since, "value": self.value, "cite": self.cite}
        put(table, "evidence", self.evidence)
        put(table, "from_evidence", self.from_evidence)
        return table


@dataclass(frozen=True)
class ParameterChange:
    """A parameter: title, unit, bounds, the direction that is stricter; a new one has a first value."""

    name: str
    title: Pair
    unit: str
    low: Any = None
    high: Any = None
    stricter: str = ""
    type: str = ""
    bind: str = ""
    first: DatedValue | None = None

    @property
    def part(self) -> str:
        """The parameter by its name."""
        return f"param {self.name}"

    def apply(self, content: Content) -> None:
        """Write what is not a value; type and binding only where it is new."""
        parameters = group(content, "param")
        if self.first is not None:
            self._begin(parameters, content)
        elif self.name not in parameters:
            raise absent(self.name)
        table = group(parameters, self.name)
        table["title"] = self.title.content()
        put(table, "unit", self.unit)
        put(table, "min", self.low)
        put(table, "max", self.high)
        put(table, "stricter", self.stricter)

    def _begin(self, parameters: Content, content: Content) -> None:
        assert self.first is not None
        if self.name in parameters or self.name in facts_named(content):
            raise taken(self.name)
        check_name(self.name)
        parameters[self.name] = {
            "type": self.type, "bind": self.bind, "values": [self.first.content()],
        }  # fmt: skip


@dataclass(frozen=True)
class ValueChange:
    """A value from a day on; one of the same day is replaced."""

    name: str
    value: DatedValue

    @property
    def part(self) -> str:
        """The parameter by its name."""
        return f"param {self.name}"

    def apply(self, content: Content) -> None:
        """Write the value among the others, in the order of their days."""
        values = values_of(content, self.name)
        kept = [item for item in values if item.get("from") != self.value.since]
        values[:] = in_order([*kept, self.value.content()])


@dataclass(frozen=True)
class ValueRemoval:
    """The value of a day is taken out."""

    name: str
    since: date

    @property
    def part(self) -> str:
        """The parameter by its name."""
        return f"param {self.name}"

    def apply(self, content: Content) -> None:
        """Remove the value; the last one cannot be removed."""
        values = values_of(content, self.name)
        kept = [item for item in values if item.get("from") != self.since]
        if len(kept) == len(values):
            raise absent(str(self.since))
        if not kept:
            raise InputRefused(
                _("This is the only value. Remove the whole parameter if no rule uses it.")
            )
        values[:] = kept


def values_of(content: Content, name: str) -> list[Content]:
    """The values of a parameter. Raises InputRefused where there is no such parameter."""
    parameters = group(content, "param")
    if name not in parameters:
        raise absent(name)
    return listed(group(parameters, name), "values")


def in_order(values: list[Content]) -> list[Content]:
    """The values by their day; one without a day comes first, for the loader to refuse."""
    return sorted(values, key=_day)


def _day(value: Content) -> date:
    since = value.get("from")
    return since if type(since) is date else date.min


def facts_named(content: Content) -> set[str]:
    """The names of all facts of the draft, of whatever subject."""
    return {name for facts in group(content, "fact").values() for name in facts}


def check_name(name: str) -> None:
    """Refuse a name that expressions cannot use. Raises InputRefused."""
    if not NAME.fullmatch(name) or name in RESERVED or len(name) > 60:
        raise unnameable(name)
