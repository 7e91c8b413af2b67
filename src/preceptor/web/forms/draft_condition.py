"""The picker of a condition as it is sent: blocks of rows, each a name, a comparison and a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.standing.editing.conditions import Block, Named, Picked, Row
from preceptor.standing.editing.conditions.picked import COMPARED, Join, Operator, Value

MOST_BLOCKS = 8
MOST_ROWS = 12
FIXED = ""
STEP = re.compile(r"(row|drop|block|show|use)(?::(\d{1,2}))?(?::(\d{1,2}))?")


class ConditionForm(forms.Form):
    """A condition as text. Faults are told, and may be saved to be mended later."""

    text = forms.CharField(
        label=_("Condition"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(
            attrs={"rows": 4, "class": "code", "spellcheck": "false", "autocapitalize": "off"}
        ),
    )


@dataclass(frozen=True)
class Typed:
    """A row as typed: a name, a comparison, another name on the right or values."""

    name: str = ""
    operator: str = ""
    other: str = FIXED
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class TypedBlock:
    """A block as typed."""

    join: Join = "all"
    rows: tuple[Typed, ...] = (Typed(),)


@dataclass(frozen=True)
class Picker:
    """The picker as typed; `wrong` says for a row (block, place) that its value does not suit."""

    join: Join = "all"
    blocks: tuple[TypedBlock, ...] = (TypedBlock(),)
    wrong: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def sent(data: Any) -> Picker:
    """The picker that was sent, within the bounds of its size; whatever else was sent is ignored."""
    blocks = []
    for number in range(MOST_BLOCKS):
        rows = [_row(data, f"b{number}_r{place}_") for place in range(MOST_ROWS)]
        present = tuple(row for row in rows if row is not None)
        if present:
            blocks.append(TypedBlock(_join(data.get(f"b{number}_join")), present))
    return Picker(_join(data.get("join")), tuple(blocks) or (TypedBlock(),))


def _join(text: str | None) -> Join:
    return "any" if text == "any" else "all"


def _row(data: Any, start: str) -> Typed | None:
    if f"{start}name" not in data:
        return None
    values = tuple(text[:80] for text in data.getlist(f"{start}value")[:200])
    return Typed(
        data.get(f"{start}name", "")[:80], data.get(f"{start}operator", "")[:8],
        data.get(f"{start}other", "")[:80], values,
    )  # fmt: skip


def stepped(picker: Picker, step: str) -> Picker:
    """The picker after a button: another row, another block, or a row less."""
    found = STEP.fullmatch(step)
    word, block, place = found.groups() if found else ("show", None, None)
    if word == "block" and len(picker.blocks) < MOST_BLOCKS:
        return replace(picker, blocks=(*picker.blocks, TypedBlock()))
    if block is None or int(block) >= len(picker.blocks):
        return picker
    blocks = list(picker.blocks)
    rows = blocks[int(block)].rows
    if word == "row" and len(rows) < MOST_ROWS:
        rows = (*rows, Typed())
    if word == "drop" and place is not None:
        rows = tuple(row for number, row in enumerate(rows) if number != int(place))
    blocks[int(block)] = replace(blocks[int(block)], rows=rows)
    kept = tuple(one for one in blocks if one.rows)
    return replace(picker, blocks=kept or (TypedBlock(),))


def typed(condition: Picked) -> Picker:
    """A condition as the picker has it, to begin from."""
    blocks = tuple(
        TypedBlock(block.join, tuple(_typed(row) for row in block.rows))
        for block in condition.blocks
    )
    return Picker(condition.join, blocks or (TypedBlock(),))


def _typed(row: Row) -> Typed:
    return Typed(row.name, row.operator, row.other, tuple(str(value) for value in row.values))


def read(picker: Picker, names: Mapping[str, Named]) -> tuple[Picked, Picker]:
    """The condition that the rows give, and the picker with the rows that give nothing marked."""
    wrong: set[tuple[int, int]] = set()
    blocks = []
    for number, block in enumerate(picker.blocks):
        rows = []
        for place, row in enumerate(block.rows):
            found = _read(row, names)
            if found is not None:
                rows.append(found)
            elif row.name:
                wrong.add((number, place))
        if rows:
            blocks.append(Block(block.join, tuple(rows)))
    return Picked(picker.join, tuple(blocks)), replace(picker, wrong=frozenset(wrong))


def operators_of(named: Named) -> tuple[Operator, ...]:
    """The comparisons that suit a name."""
    if named.kind == "truth":
        return ("yes", "no")
    if named.kind == "name":
        return ("==", "!=", "in", "not in")
    order: tuple[Operator, ...] = ("==", "!=", "<", "<=", ">", ">=")
    return (*order, "in", "not in") if named.kind == "number" else order


def _read(row: Typed, names: Mapping[str, Named]) -> Row | None:
    named = names.get(row.name)
    operator = (
        next((one for one in operators_of(named) if one == row.operator), None) if named else None
    )
    if named is None or operator is None:
        return None
    if operator in ("yes", "no"):
        return Row(named.name, operator)
    if row.other:
        right = names.get(row.other)
        return _against(named, operator, right) if right else None
    values = [_value(named, text) for text in _split(row.values, named)]
    known = tuple(value for value in values if value is not None)
    if not known or len(known) < len(values):
        return None
    return Row(named.name, operator, known[:1] if operator in COMPARED else known)


def _against(named: Named, operator: Operator, right: Named) -> Row | None:
    is_search = operator in ("in", "not in")
    return Row(named.name, operator, other=right.name) if right.is_list == is_search else None


def _split(values: tuple[str, ...], named: Named) -> list[str]:
    if named.kind != "number":
        return list(values)
    joined = ",".join(values).replace("，", ",").replace("、", ",")
    return [text.strip() for text in joined.split(",") if text.strip()]


def _value(named: Named, text: str) -> Value | None:
    if named.kind == "name":
        return text
    if named.kind != "number":
        return None
    share = text.replace("％", "%").endswith("%")
    try:
        number = Decimal(text.rstrip("%％").strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > 10**12 or number.adjusted() < -9:
        return None
    number = number / 100 if share else number
    return int(number) if number == number.to_integral_value() else number
