"""The values of a parameter with one slip: one unit more or less, an item forgotten, a day too late."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from preceptor.policy.pack import Pack
from preceptor.policy.parameters import Parameter, Step, Value
from preceptor.policy.text import Text, fill
from preceptor.policy.types import (
    Bool,
    Enum,
    ListOf,
    MapOf,
    Number,
    Scalar,
    Type,
    decode,
)

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, eq=False)
class SlippedValue:
    """What was changed, from what to what, in words too, and the steps and type that then hold."""

    what: str
    before: str
    after: str
    title: Text
    steps: tuple[Step, ...]
    type: Type


def titled(name: Text, zh: str, en: str) -> Text:
    """A phrase that names something by its title in both languages."""
    return Text(fill(zh, name=name.zh), fill(en, name=name.en))


def dates(day: datetime.date | None) -> Iterator[datetime.date]:
    """The day before and the day after, as far as the calendar goes."""
    if day is not None and day > datetime.date.min:
        yield day - ONE_DAY
    if day is not None and day < datetime.date.max:
        yield day + ONE_DAY


def values(pack: Pack, parameter: Parameter) -> Iterator[SlippedValue]:
    """Every slip in the values of a parameter, and in the days from which later values hold.

    The day of the first value is left out: before it there is nothing that it could be mixed up with.
    """
    for place, step in enumerate(parameter.steps):
        what = f"param {parameter.name}, {step.since}"
        day = step.since.isoformat()
        title = titled(
            parameter.title, f"参数“{{name}}”自 {day} 起的值", f"the value of the parameter “{{name}}” from {day}"
        )  # fmt: skip
        before = value_text(parameter.type, step.value)
        for value in _others(parameter.type, step.value, declared_bounds(pack, parameter)):
            after = value_text(parameter.type, value)
            steps = _with(parameter, place, replace(step, value=value))
            kind = _widened(parameter.type, value)
            yield SlippedValue(what, before, after, title, steps, kind)
        if place:
            yield from _later(parameter, place)


def _later(parameter: Parameter, place: int) -> Iterator[SlippedValue]:
    """A later value that holds from a day earlier or later."""
    step = parameter.steps[place]
    what = f"param {parameter.name}, from"
    title = titled(parameter.title, "参数“{name}”取值的起始日", "the first day of a value of the parameter “{name}”")  # fmt: skip
    for day in dates(step.since):
        steps = _with(parameter, place, replace(step, since=day))
        if all(one.since < two.since for one, two in itertools.pairwise(steps)):
            yield SlippedValue(what, str(step.since), str(day), title, steps, parameter.type)


def _with(parameter: Parameter, place: int, step: Step) -> tuple[Step, ...]:
    return (*parameter.steps[:place], step, *parameter.steps[place + 1 :])


def declared_bounds(pack: Pack, parameter: Parameter) -> tuple[bool, bool]:
    """Whether the pack states the least and the most of a parameter; else its values are the bounds."""
    tables = pack.content.get("param", {})
    table: Mapping[str, object] = tables.get(parameter.name, {})
    return "min" in table, "max" in table


def _others(kind: Type, value: Value, bounded: tuple[bool, bool]) -> Iterator[Value]:
    if not isinstance(value, tuple):
        assert not isinstance(kind, ListOf | MapOf)
        yield from _near(kind, value, bounded)
        return
    assert isinstance(kind, ListOf | MapOf)
    for place, item in enumerate(value):
        before, after = value[:place], value[place + 1 :]
        if isinstance(kind, ListOf) and len(value) > 1:
            yield (*before, *after)
        # An item that is a name has no neighbour: it can only be forgotten.
        if isinstance(kind, MapOf) or not isinstance(kind.item, Enum):
            for other in _near(kind.item, item, bounded):
                yield (*before, other, *after)


def _near(kind: Scalar, value: int, bounded: tuple[bool, bool]) -> Iterator[int]:
    """The values next to one, within the bounds that are stated."""
    if isinstance(kind, Bool):
        yield 1 - value
    elif isinstance(kind, Enum):
        yield from (code for code in range(len(kind.values)) if code != value)
    else:
        is_number = isinstance(kind, Number)
        if value < kind.high or (is_number and not bounded[1]):
            yield value + 1
        if value > kind.low or (is_number and not bounded[0]):
            yield value - 1


def _widened(kind: Type, value: Value) -> Type:
    """The type with room for a value, where no bound is stated."""
    if isinstance(kind, ListOf):
        return ListOf(_holding(kind.item, value))
    if isinstance(kind, MapOf):
        return MapOf(kind.key, _holding(kind.item, value))
    return _holding(kind, value)


def _holding(kind: Scalar, value: Value) -> Scalar:
    if not isinstance(kind, Number):
        return kind
    found = value if isinstance(value, tuple) else (value,)
    return Number(kind.scale, min(kind.low, *found), max(kind.high, *found))


def value_text(kind: Type, value: Value) -> str:
    """A value as a pack writes it: ``24``, ``[5, 7]``, ``{ pass = 1, fail = 0 }``."""
    if isinstance(kind, MapOf):
        assert isinstance(value, tuple)
        pairs = zip(kind.key.values, value, strict=True)
        return "{ " + ", ".join(f"{key} = {_plain(kind.item, code)}" for key, code in pairs) + " }"
    if isinstance(kind, ListOf):
        assert isinstance(value, tuple)
        return "[" + ", ".join(_plain(kind.item, code) for code in value) + "]"
    assert isinstance(value, int)
    return _plain(kind, value)


def _plain(kind: Scalar, code: int) -> str:
    found = decode(kind, code)
    if isinstance(found, bool):
        return "true" if found else "false"
    return f"'{found}'" if isinstance(found, str) else str(found)
