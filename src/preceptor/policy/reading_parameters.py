"""Reading the parameters of a pack."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from preceptor.policy.errors import nearest
from preceptor.policy.head import LAYERS, Head, Layer
from preceptor.policy.parameters import BINDS, STRICTER, Parameter, Step, Stricter, Value
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
    type_name,
)
from preceptor.policy.units import UNITS

FORM = re.compile(r"\s*(list|map)\((.*)\)\s*")
DECIMAL = re.compile(r"dec\(([0-9]{1,2})\)")
MOST_OPTIONS = 200
KEYS = (
    "title", "type", "unit", "min", "max", "bind", "evidence", "values", "stricter", "delegates",
)  # fmt: skip
Enumerations = Mapping[str, set[Enum]]


def read_parameter(
    name: str, table: Table, sources: Mapping[str, Source], names: Enumerations, head: Head
) -> Parameter:
    """A parameter with its values, oldest first. Raises PackError."""
    table.allow(*KEYS)
    kind = parameter_type(table, names, raw_values(table))
    evidence = table.choice("evidence", EVIDENCE) if "evidence" in table.content else None
    steps = [_step(step, kind, evidence, sources, head) for step in table.tables("values")]
    if not steps:
        raise table.fault("no_values")
    for earlier, later in itertools.pairwise(steps):
        if later.since <= earlier.since:
            raise table.fault("values_out_of_order", date=later.since)
    unit = table.choice("unit", tuple(UNITS), "none")
    bind = table.choice("bind", BINDS)
    return Parameter(
        name,
        table.text("title"),
        kind,
        unit,
        bind,
        tuple(steps),
        _stricter(table, kind),
        _delegates(table, head),
    )


def _stricter(table: Table, kind: Type) -> Stricter | None:
    """The direction in which a lower layer may move the parameter; None for none."""
    if "stricter" not in table.content:
        return None
    stricter = table.choice("stricter", STRICTER)
    ordered = isinstance(kind.item if isinstance(kind, MapOf) else kind, Number | Date)
    if not (isinstance(kind, ListOf) if stricter == "fewer" else ordered):
        raise table.fault("stricter_unfit", value=stricter, type=type_name(kind))
    return stricter


def _delegates(table: Table, head: Head) -> tuple[Layer, ...]:
    """The layers below the pack that may set the parameter as they like."""
    given = table.content.get("delegates", [])
    below = LAYERS[LAYERS.index(head.layer) + 1 :]
    if not isinstance(given, list):
        raise table.fault("list_of_names_expected", name="delegates")
    for name in given:
        if name not in below:
            hint = nearest(str(name), below)
            raise table.fault(
                "unknown_choice", name="delegates", value=name, allowed=", ".join(below), hint=hint
            )
    return tuple(layer for layer in below if layer in given)


def parameter_type(table: Table, names: Enumerations, values: Sequence[object]) -> Type:
    """The type of a parameter, bounded as it declares, else by the values that it has.

    Raises PackError at the table.
    """
    text = table.string("type")
    form = FORM.fullmatch(text)
    if form is None:
        return _bounded(table, _scalar(table, text.strip(), names), values)
    if form[1] == "list":
        return ListOf(_bounded(table, _scalar(table, form[2].strip(), names), values))
    key, comma, item = form[2].partition(",")
    if not comma:
        raise table.fault("bad_type", text=text)
    kind = _enumeration(table, key.strip(), names)
    return MapOf(kind, _bounded(table, _scalar(table, item.strip(), names), values))


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


def _bounded(table: Table, kind: Scalar, values: Sequence[object]) -> Scalar:
    given = [key for key in ("min", "max") if key in table.content]
    if not isinstance(kind, Number):
        if given:
            raise table.fault("no_bounds", name=given[0])
        return kind
    items = [item for value in values for item in _items(value)]
    if not items:
        raise table.fault("no_values")
    ends = [encode_or_fault(table, kind, item) for item in items] if len(given) < 2 else []
    low = encode_or_fault(table, kind, table.content["min"]) if "min" in given else min(ends)
    high = encode_or_fault(table, kind, table.content["max"]) if "max" in given else max(ends)
    if low > high:
        raise table.fault("bounds_crossed")
    return Number(kind.scale, low, high)


def raw_values(table: Table) -> list[object]:
    """The values of a parameter as written. Raises PackError."""
    return [step.raw("value") for step in table.tables("values")]


def _items(value: object) -> list[object]:
    """What a list or a map holds; a value that is neither by itself."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else [value]


def _step(
    table: Table,
    kind: Type,
    evidence: Evidence | None,
    sources: Mapping[str, Source],
    head: Head,
) -> Step:
    table.allow("from", "value", "cite", "evidence", "from_evidence")
    level = table.choice("evidence", EVIDENCE, evidence)
    return Step(
        since=table.date("from"),
        value=encode_value(table, kind, table.raw("value")),
        citation=read_citation(table, sources),
        evidence=level,
        from_evidence=table.choice("from_evidence", EVIDENCE, level),
        layer=head.layer,
        pack=head.id,
    )


def encode_value(table: Table, kind: Type, value: object) -> Value:
    """A value, list or map of a parameter as codes. Raises PackError at the table."""
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
