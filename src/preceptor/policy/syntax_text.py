"""The text of a parsed expression, in one spelling: the shortest brackets, single quotes, single spaces."""

from __future__ import annotations

from preceptor.policy.syntax import Binary, Index, Items, Literal, Logical, Name, Syntax, Unary

# How strongly an operator binds; a part that binds more weakly than its place needs brackets.
OR, AND, COMPARISON, SUM, PRODUCT, UNARY, WORD = range(1, 8)
STRENGTH = {"+": SUM, "-": SUM, "*": PRODUCT}


def text_of(syntax: Syntax) -> str:
    """The expression as a pack would write it; parsed again, it has the same shape."""
    match syntax:
        case Literal(value=bool() as value):
            return "true" if value else "false"
        case Literal(value=str() as value):
            return f"'{value}'"
        case Literal(value=value):
            return f"{value:f}" if not isinstance(value, int) else str(value)
        case Name(name=name):
            return name
        case Items(items=items):
            return f"[{', '.join(text_of(item) for item in items)}]"
        case Index(base=base, key=key):
            return f"{_part(base, WORD)}[{text_of(key)}]"
        case _:
            return _operation(syntax)


def _operation(syntax: Syntax) -> str:
    match syntax:
        case Unary(operator=operator, operand=operand):
            return f"{operator}{_part(operand, UNARY)}"
        case Logical(operator=operator, operands=operands):
            above = strength(syntax) + 1
            return f" {operator} ".join(_part(operand, above) for operand in operands)
        case Binary(operator=operator, left=left, right=right):
            own = strength(syntax)
            # Sums and products group from the left; comparisons do not chain at all.
            before = own + 1 if own == COMPARISON else own
            return f"{_part(left, before)} {operator} {_part(right, own + 1)}"
        case _:
            raise TypeError(type(syntax).__name__)


def _part(syntax: Syntax, needed: int) -> str:
    text = text_of(syntax)
    return text if strength(syntax) >= needed else f"({text})"


def strength(syntax: Syntax) -> int:
    """How strongly the outermost operator of an expression binds its parts."""
    match syntax:
        case Logical(operator=operator):
            return AND if operator == "&&" else OR
        case Binary(operator=operator):
            return STRENGTH.get(operator, COMPARISON)
        case Unary():
            return UNARY
        case _:
            return WORD
