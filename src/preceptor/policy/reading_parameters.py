"""Reading the parameters of a pack."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from preceptor.policy.errors import nearest
from preceptor.policy.parameters import BINDS, Parameter, Step, Value
from preceptor.policy.reading_sources import read_citation
from preceptor.policy.sources import EVIDENCE, Evidence, Source
from preceptor.policy.table import Table
from preceptor.policy.types import (
    LARGEST,
    LARGEST_SCALE,
    Bool,
    Date,
    Enum,
    ListOf,
    MapOf,
    NotOfType,
    Number,
    Scalar,
    Type,
    encode,
)
from preceptor.policy.units import UNITS

FORM = re.compile(r"\s*(list|map)\((.*)\)\s*")
DECIMAL = re.compile(r"dec\(([0-9]{1,2})\)")
MOST_OPTIONS = 200
Enumerations = Mapping[str, set[Enum]]


def read_parameter(
    name: str, table: Table, sources: Mapping[str, Source], names: Enumerations
) -> Parameter:
    """A parameter with its values, oldest first. Raises PackError."""
    table.allow("title", "type", "unit", "min", "max", "bind", "evidence", "values")
    kind = _type(table, table.string("type"), names)
    evidence = table.choice("evidence", EVIDENCE) if "evidence" in table.content else None
    steps = [_step(step, kind, evidence, sources) for step in table.tables("values")]
    if not steps:
        raise table.fault("no_values")
    for earlier, later in itertools.pairwise(steps):
        if later.since <= earlier.since:
            raise table.fault("values_out_of_order", date=later.since)
    unit = table.choice("unit", tuple(UNITS), "none")
    bind = table.choice("bind", BINDS)
    return Parameter(name, table.text("title"), kind, unit, bind, tuple(steps))


def _type(table: Table, text: str, names: Enumerations) -> Type:
    form = FORM.fullmatch(text)
    if form is None:
        return _bounded(table, _scalar(table, text.strip(), names))
    if form[1] == "list":
        return ListOf(_bounded(table, _scalar(table, form[2].strip(), names)))
    key, comma, item = form[2].partition(",")
    if not comma:
        raise table.fault("bad_type", text=text)
    kind = _enumeration(table, key.strip(), names)
    return MapOf(kind, _bounded(table, _scalar(table, item.strip(), names)))


def _scalar(table: Table, text: str, names: Enumerations) -> Scalar:
    if text == "bool":
        return Bool()
    if text == "date":
        return Date()
    if text == "int":
        return Number(0, -LARGEST, LARGEST)
    decimal = DECIMAL.fullmatch(text)
    if decimal is not None:
        if not 1 <= int(decimal[1]) <= LARGEST_SCALE:
            raise table.fault("bad_scale", most=LARGEST_SCALE)
        return Number(int(decimal[1]), -LARGEST, LARGEST)
    return _enumeration(table, text, names)


def _enumeration(table: Table, text: str, names: Enumerations) -> Enum:
    found = names.get(text, set())
    if len(found) > 1:
        raise table.fault("ambiguous_type", name=text)
    if not found:
        hint = nearest(text, [*names, "int", "bool", "date", "dec(4)"])
        raise table.fault("bad_type", text=text, hint=hint)
    return next(iter(found))


def _bounded(table: Table, kind: Scalar) -> Scalar:
    """The type with the bounds that the parameter declares, or those of all its values."""
    given = [key for key in ("min", "max") if key in table.content]
    if not isinstance(kind, Number):
        if given:
            raise table.fault("no_bounds", name=given[0])
        return kind
    ends = [encode_or_fault(table, kind, value) for value in _all_values(table)]
    low = encode_or_fault(table, kind, table.content["min"]) if "min" in given else min(ends)
    high = encode_or_fault(table, kind, table.content["max"]) if "max" in given else max(ends)
    if low > high:
        raise table.fault("bounds_crossed")
    return Number(kind.scale, low, high)


def _all_values(table: Table) -> list[object]:
    found: list[object] = []
    for step in table.tables("values"):
        value = step.raw("value")
        if isinstance(value, dict):
            found += value.values()
        else:
            found += value if isinstance(value, list) else [value]
    if not found:
        raise table.fault("no_values")
    return found


def _step(
    table: Table, kind: Type, evidence: Evidence | None, sources: Mapping[str, Source]
) -> Step:
    table.allow("from", "value", "cite", "evidence", "from_evidence")
    level = table.choice("evidence", EVIDENCE, evidence)
    return Step(
        since=table.date("from"),
        value=_value(table, kind, table.raw("value")),
        citation=read_citation(table, sources),
        evidence=level,
        from_evidence=table.choice("from_evidence", EVIDENCE, level),
    )


def _value(table: Table, kind: Type, value: object) -> Value:
    if isinstance(kind, ListOf):
        if not isinstance(value, list) or not 0 < len(value) <= MOST_OPTIONS:
            raise table.fault("list_value_expected", most=MOST_OPTIONS)
        return tuple(encode_or_fault(table, kind.item, item) for item in value)
    if isinstance(kind, MapOf):
        if not isinstance(value, dict) or set(value) != set(kind.key.values):
            raise table.fault("map_value_expected", allowed=", ".join(kind.key.values))
        return tuple(encode_or_fault(table, kind.item, value[key]) for key in kind.key.values)
    return encode_or_fault(table, kind, value)


def encode_or_fault(table: Table, kind: Scalar, value: object) -> int:
    """A value as its code. Raises PackError at the table when it is not of the type."""
    try:
        return encode(kind, value)
    except NotOfType as fault:
        raise table.fault(fault.problem, at="value", **fault.values) from None
