"""Packs of several layers laid over each other: a lower one may set values of an upper one.

An upper pack says of a parameter in which direction a lower layer may move it (``stricter``), or which
layers may set it as they like (``delegates``). Everything else of an upper pack stands.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from preceptor.policy.errors import PackError, nearest
from preceptor.policy.head import LAYER_TITLES, LAYERS, Layer
from preceptor.policy.loading import reread
from preceptor.policy.pack import Pack
from preceptor.policy.parameters import Parameter, Step, Stricter, Value
from preceptor.policy.reading_parameters import encode_value, parameter_type, raw_values
from preceptor.policy.replacement import Replacement
from preceptor.policy.table import Table
from preceptor.policy.types import Type, decode

__all__ = ["LAYERS", "LAYER_TITLES", "Layer", "layered"]


class Laying(NamedTuple):
    """A replacement with the pack that it stands in."""

    lower: Pack
    replacement: Replacement


def layered(packs: Sequence[Pack], absent: Collection[str] = ()) -> tuple[Pack, ...]:
    """The packs in the same order, each with the values that packs of lower layers put into it.

    From the first day of a replacement on its values hold, before it those of the upper pack; of several
    the lowest layer wins. ``absent`` names packs that exist but are not in force: what replaces them is
    passed over. A pack that something was laid over has a hash of its own, made of ``parts``.

    Raises PackError with the file of the lower pack: its upper pack or parameter is unknown, its layer
    is not below, the parameter may not be replaced, or a value is looser than the one above it on any
    day on which either of the two changes.
    """
    known = {pack.id: pack for pack in packs}
    for pack in packs:
        for one in pack.replaces:
            if one.pack not in absent or one.pack in known:
                _check_target(Laying(pack, one), known)
    return tuple(_over(pack, _replacing(pack, packs)) for pack in packs)


def _check_target(laying: Laying, known: dict[str, Pack]) -> None:
    one, upper = laying.replacement, known.get(laying.replacement.pack)
    if upper is None:
        raise _fault(laying, "replaced_pack_absent", name=one.pack, hint=nearest(one.pack, known))
    if one.parameter not in upper.parameters:
        hint = nearest(one.parameter, upper.parameters)
        raise _fault(
            laying, "replaced_parameter_absent", name=one.parameter, pack=upper.id, hint=hint
        )
    if _height(laying.lower) <= _height(upper):
        raise _fault(laying, "replaced_from_above", layer=laying.lower.layer, upper=upper.layer)


def _fault(laying: Laying, problem: str, **values: object) -> PackError:
    return _filed(laying, PackError(problem, **values))


def _filed(laying: Laying, fault: PackError) -> PackError:
    fault.file = laying.lower.file
    return fault.placed(laying.replacement.where)


def _height(pack: Pack) -> int:
    """How far below the statutes a pack stands."""
    return LAYERS.index(pack.layer)


def _replacing(upper: Pack, packs: Sequence[Pack]) -> list[Laying]:
    """What is laid over a pack, from the uppermost layer to the lowest."""
    found = [Laying(pack, one) for pack in packs for one in pack.replaces if one.pack == upper.id]
    found.sort(key=lambda laying: _height(laying.lower))
    held: dict[tuple[str, Layer], Laying] = {}
    for laying in found:
        key = laying.replacement.parameter, laying.lower.layer
        if key in held:
            raise _fault(laying, "replaced_twice", name=laying.replacement.parameter)
        held[key] = laying
    return found


def _over(upper: Pack, layings: list[Laying]) -> Pack:
    own = upper.parts[0] if upper.parts else upper.hash
    if not layings:
        return upper if not upper.parts else reread(upper, {}, own, ())
    changed: dict[str, _Laid] = {}
    for laying in layings:
        name = laying.replacement.parameter
        if name not in changed:
            changed[name] = _Laid(upper, name)
        changed[name].lay(laying)
    parts = (own, *dict.fromkeys(laying.lower.hash for laying in layings))
    hash_ = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    parameters = {name: laid.parameter for name, laid in changed.items()}
    return reread(upper, parameters, hash_, parts)


class _Laid:
    """A parameter of an upper pack while values of lower ones are laid over it."""

    def __init__(self, upper: Pack, name: str) -> None:
        self.upper = upper
        self.table = Table(upper.content["param"][name], f"param {name}")
        self.values = raw_values(self.table)
        self.names = upper.schema.enumerations()
        kind = parameter_type(self.table, self.names, self.values)
        own = [step for step in upper.parameters[name].steps if step.pack == upper.id]
        self.parameter = replace(upper.parameters[name], type=kind, steps=tuple(own))

    def lay(self, laying: Laying) -> None:
        """Lay a replacement over what stands so far. Raises PackError when it may not be."""
        one, held = laying.replacement, self.parameter
        self.values += [value.value for value in one.values]
        try:
            kind = parameter_type(self.table, self.names, self.values)
            steps = _steps(laying, kind)
        except PackError as fault:
            fault.where = ""
            raise _filed(laying, fault) from None
        if laying.lower.layer not in held.delegates:
            _check_strict(laying, held, steps)
        earlier = [step for step in held.steps if step.since < steps[0].since]
        self.parameter = replace(held, type=kind, steps=(*earlier, *steps))


def _steps(laying: Laying, kind: Type) -> tuple[Step, ...]:
    table = Table({}, laying.replacement.where)
    return tuple(
        Step(
            since=one.since,
            value=encode_value(table, kind, one.value),
            citation=one.citation,
            evidence=one.evidence,
            from_evidence=one.from_evidence,
            layer=laying.lower.layer,
            pack=laying.lower.id,
        )
        for one in laying.replacement.values
    )


def _check_strict(laying: Laying, held: Parameter, steps: tuple[Step, ...]) -> None:
    if held.stricter is None:
        raise _fault(laying, "not_replaceable", name=held.name, layer=laying.lower.layer)
    for upper, lower in _meetings(held.steps, steps):
        if not is_as_strict(held.stricter, upper.value, lower.value):
            raise _fault(
                laying,
                "looser",
                day=max(upper.since, lower.since),
                value=_shown(held, lower.value),
                held=_shown(held, upper.value),
                pack=upper.pack,
                stricter=held.stricter,
            )


def _meetings(upper: Sequence[Step], lower: Sequence[Step]) -> Iterator[tuple[Step, Step]]:
    """The two values that hold on each day on which either changes, where both hold."""
    for day in sorted({step.since for step in (*upper, *lower)}):
        above, below = (
            bisect_right(steps, day, key=lambda step: step.since) - 1 for steps in (upper, lower)
        )
        if above >= 0 and below >= 0:
            yield upper[above], lower[below]


def is_as_strict(stricter: Stricter, upper: Value, lower: Value) -> bool:
    """Whether a value is not looser than the one above it; a map is compared entry by entry."""
    ups = upper if isinstance(upper, tuple) else (upper,)
    lows = lower if isinstance(lower, tuple) else (lower,)
    if stricter == "fewer":
        return set(lows) <= set(ups)
    pairs = zip(ups, lows, strict=True)
    return all(low >= up if stricter == "higher" else low <= up for up, low in pairs)


def _shown(parameter: Parameter, value: Value) -> str:
    """A value as a pack would write it."""
    codes = value if isinstance(value, tuple) else (value,)
    return ", ".join(str(decode(parameter.item, code)) for code in codes)
