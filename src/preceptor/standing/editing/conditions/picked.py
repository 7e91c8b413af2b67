"""A condition as a picker shows it: blocks of rows, joined by all or any, nested one level.

`text_of` writes it as a pack does; `picked` reads a text back, where a picker can show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from preceptor.policy import PackError, syntax_text
from preceptor.policy.parser import parse
from preceptor.policy.syntax import Binary, Items, Logical, Name, Syntax, Unary
from preceptor.policy.syntax import Literal as LiteralSyntax

Join = Literal["all", "any"]
JOINS: dict[Join, str] = {"all": "&&", "any": "||"}
Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "yes", "no"]
COMPARED = ("==", "!=", "<", "<=", ">", ">=")
Value = bool | int | Decimal | str
MOST_ROWS = 40


@dataclass(frozen=True)
class Row:
    """A comparison: a name, and either literal values or another name on the right.

    `values` has one item for a comparison, several for `in`, none for `yes` and `no` or where
    `other` names what stands on the right.
    """

    name: str
    operator: Operator
    values: tuple[Value, ...] = ()
    other: str = ""


@dataclass(frozen=True)
class Block:
    """Rows that hold together, or of which one must hold."""

    join: Join
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Picked:
    """Blocks that hold together, or of which one must hold."""

    join: Join
    blocks: tuple[Block, ...]


def text_of(condition: Picked) -> str:
    """The condition as a pack writes it; empty where there is no row."""
    parts = [_joined(block.join, [_row(row) for row in block.rows]) for block in condition.blocks]
    found = [part for part in parts if part is not None]
    whole = _joined(condition.join, found)
    return "" if whole is None else syntax_text.text_of(whole)


def _joined(join: Join, parts: list[Syntax]) -> Syntax | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    operator = JOINS[join]
    flat: list[Syntax] = []
    for part in parts:
        same = isinstance(part, Logical) and part.operator == operator
        flat += part.operands if isinstance(part, Logical) and same else [part]
    return Logical(0, 0, 1, operator, tuple(flat))


def _row(row: Row) -> Syntax:
    left = _name(row.name)
    if row.operator == "yes":
        return left
    if row.operator == "no":
        return Unary(0, 0, 1, "!", left)
    if row.operator in ("in", "not in"):
        right = _name(row.other) if row.other else _items(row.values)
        found = Binary(0, 0, 1, "in", left, right)
        return found if row.operator == "in" else Unary(0, 0, 1, "!", found)
    right = _name(row.other) if row.other else _literal(row.values[0])
    return Binary(0, 0, 1, row.operator, left, right)


def _name(name: str) -> Syntax:
    return Name(0, 0, 1, name)


def _items(values: tuple[Value, ...]) -> Syntax:
    return Items(0, 0, 1, tuple(_literal(value) for value in values))


def _literal(value: Value) -> Syntax:
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and value < 0:
        return Unary(0, 0, 1, "-", LiteralSyntax(0, 0, 1, -value))
    return LiteralSyntax(0, 0, 1, value)


def picked(text: str) -> Picked | None:
    """The text as a picker shows it; None for a text that is faulty or says more than a picker can.

    `true`, which a new rule begins with, is a picker without rows.
    """
    if text.strip() in ("", "true"):
        return Picked("all", ())
    try:
        syntax = parse(text)
    except PackError:
        return None
    found = _picked(syntax)
    count = sum(len(block.rows) for block in found.blocks) if found else 0
    return found if count <= MOST_ROWS else None


def _picked(syntax: Syntax) -> Picked | None:
    join: Join = "any" if isinstance(syntax, Logical) and syntax.operator == "||" else "all"
    parts = syntax.operands if isinstance(syntax, Logical) else (syntax,)
    blocks = [_block(part, join) for part in parts]
    known = [block for block in blocks if block is not None]
    if len(known) < len(blocks):
        return None
    if all(len(block.rows) == 1 for block in known):
        return Picked(join, (Block(join, tuple(block.rows[0] for block in known)),))
    return Picked(join, tuple(known))


def _block(syntax: Syntax, outer: Join) -> Block | None:
    inner: Join = "any" if isinstance(syntax, Logical) and syntax.operator == "||" else "all"
    parts = syntax.operands if isinstance(syntax, Logical) else (syntax,)
    rows = [_row_of(part) for part in parts]
    known = [row for row in rows if row is not None]
    if len(known) < len(rows):
        return None
    return Block(inner if len(known) > 1 else outer, tuple(known))


def _row_of(syntax: Syntax) -> Row | None:
    match syntax:
        case Name(name=name):
            return Row(name, "yes")
        case Unary(operator="!", operand=Name(name=name)):
            return Row(name, "no")
        case Unary(operator="!", operand=Binary(operator="in") as inner):
            return _membership(inner, "not in")
        case Binary(operator="in"):
            return _membership(syntax, "in")
        case Binary(left=Name(name=name)):
            return _compared(name, syntax)
        case _:
            return None


def _compared(name: str, syntax: Binary) -> Row | None:
    operator = next((known for known in COMPARED if known == syntax.operator), None)
    if operator is None:
        return None
    if isinstance(syntax.right, Name):
        return Row(name, operator, other=syntax.right.name)  # type: ignore[arg-type]
    value = _value(syntax.right)
    return None if value is None else Row(name, operator, (value,))  # type: ignore[arg-type]


def _membership(syntax: Binary, operator: Literal["in", "not in"]) -> Row | None:
    if not isinstance(syntax.left, Name):
        return None
    if isinstance(syntax.right, Name):
        return Row(syntax.left.name, operator, other=syntax.right.name)
    if not isinstance(syntax.right, Items) or not syntax.right.items:
        return None
    values = [_value(item) for item in syntax.right.items]
    known = tuple(value for value in values if value is not None)
    return Row(syntax.left.name, operator, known) if len(known) == len(values) else None


def _value(syntax: Syntax) -> Value | None:
    if isinstance(syntax, LiteralSyntax):
        return syntax.value
    if isinstance(syntax, Unary) and syntax.operator == "-":
        inner = _value(syntax.operand)
        is_number = isinstance(inner, int | Decimal) and not isinstance(inner, bool)
        return -inner if is_number and isinstance(inner, int | Decimal) else None
    return None
