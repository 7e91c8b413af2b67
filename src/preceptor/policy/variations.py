"""All expressions that differ from one by a single slip of a writer: ``>`` for ``>=``, ``||`` for ``&&``,
a number one off, a part left out, an item forgotten, a ``!`` too many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from preceptor.policy.syntax import Binary, Index, Items, Literal, Logical, Name, Syntax, Unary

Scales = Callable[[str], int]
SWAPPED = {
    ">=": ">", ">": ">=", "<=": "<", "<": "<=", "==": "!=", "!=": "==", "+": "-", "-": "+",
}  # fmt: skip


def variations(syntax: Syntax, scales: Scales) -> Iterator[Syntax]:
    """Every single change of an expression. Not all of them need be of a right type.

    ``scales`` gives the decimal places of a name: a number is changed by one unit in the last place of
    what it is compared with.
    """
    return _varied(syntax, scales, 0, False)


def _varied(syntax: Syntax, scales: Scales, places: int, negated: bool) -> Iterator[Syntax]:
    match syntax:
        case Literal(value=value):
            yield from _literal(value, places)
        case Name():
            if not negated:
                yield _not(syntax)
        case Index(key=key):
            yield from (replace(syntax, key=other) for other in _varied(key, scales, 0, False))
        case Items():
            yield from _items(syntax, scales, places)
        case Unary(operator=operator, operand=operand):
            yield operand
            for other in _varied(operand, scales, places, operator == "!"):
                yield replace(syntax, operand=other)
        case Binary():
            yield from _binary(syntax, scales, places, negated)
        case Logical():
            yield from _logical(syntax, scales)


def _literal(value: bool | int | Decimal | str, places: int) -> Iterator[Syntax]:
    if isinstance(value, bool):
        yield _of(not value)
    elif not isinstance(value, str):
        own = max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 0
        for step in (1, -1):
            yield _number(Decimal(value) + Decimal(step).scaleb(-max(own, places)))


def _number(value: Decimal) -> Syntax:
    whole = value == value.to_integral_value() and not value.as_tuple().exponent
    literal = _of(abs(int(value)) if whole else abs(value))
    return Unary(0, 0, 1, "-", literal) if value < 0 else literal


def _of(value: bool | int | Decimal) -> Literal:
    return Literal(0, 0, 1, value)


def _not(syntax: Syntax) -> Syntax:
    return Unary(0, 0, 1, "!", syntax)


def _items(syntax: Items, scales: Scales, places: int) -> Iterator[Syntax]:
    for place, item in enumerate(syntax.items):
        before, after = syntax.items[:place], syntax.items[place + 1 :]
        yield replace(syntax, items=(*before, *after))
        for other in _varied(item, scales, places, False):
            yield replace(syntax, items=(*before, other, *after))


def _binary(syntax: Binary, scales: Scales, places: int, negated: bool) -> Iterator[Syntax]:
    if syntax.operator in SWAPPED:
        yield replace(syntax, operator=SWAPPED[syntax.operator])
    elif syntax.operator == "in" and not negated:
        yield _not(syntax)
    places = max([places, *(scales(name) for name in _names(syntax))])
    # What is compared is no condition: only a truth value could take a "!", and "==" stands for that.
    for other in _varied(syntax.left, scales, places, True):
        yield replace(syntax, left=other)
    for other in _varied(syntax.right, scales, places, True):
        yield replace(syntax, right=other)


def _names(syntax: Syntax) -> Iterator[str]:
    match syntax:
        case Name(name=name):
            yield name
        case Index(base=base):
            yield from _names(base)
        case Unary(operand=operand):
            yield from _names(operand)
        case Binary(left=left, right=right):
            yield from _names(left)
            yield from _names(right)


def _logical(syntax: Logical, scales: Scales) -> Iterator[Syntax]:
    operands = syntax.operands
    for place in range(len(operands) - 1):
        yield _flipped(syntax, place)
    for place, operand in enumerate(operands):
        before, after = operands[:place], operands[place + 1 :]
        yield _joined(syntax.operator, (*before, *after))
        for other in _varied(operand, scales, 0, False):
            yield replace(syntax, operands=(*before, other, *after))


def _flipped(syntax: Logical, place: int) -> Syntax:
    """One ``&&`` typed as ``||``, or the other way round: ``&&`` binds more strongly."""
    operands = syntax.operands
    if syntax.operator == "&&":
        left, right = operands[: place + 1], operands[place + 1 :]
        return _joined("||", (_joined("&&", left), _joined("&&", right)))
    both = _joined("&&", operands[place : place + 2])
    return _joined("||", (*operands[:place], both, *operands[place + 2 :]))


def _joined(operator: str, operands: tuple[Syntax, ...]) -> Syntax:
    return operands[0] if len(operands) == 1 else Logical(0, 0, 1, operator, operands)
