"""What stands between a record and a rule: the parts that fail, and what would mend them.

For ``&&`` that is the union of what fails, for ``||`` the side that is cheaper to mend.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from preceptor.policy import tree
from preceptor.policy.facts import Fact
from preceptor.policy.tree import Node
from preceptor.policy.types import Date, Number, day_of
from preceptor.policy.units import COUNTED, RATIO, with_unit
from preceptor.policy.wording import Wording, ends_of, plain, state_of

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
# What a part costs that no number measures (a date, a name, an unknown): about as much as one unit.
UNMEASURED = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A comparison, membership or plain condition that should come out as ``want``."""

    node: Node
    want: bool


def failing(words: Wording, node: Node, want: bool = True) -> list[Part]:
    """The smallest parts that surely keep a condition from being ``want``; empty when none does."""
    if state_of(words.run.truth(node)) is not (not want):
        return []
    if isinstance(node, tree.Not):
        return failing(words, node.operand, not want)
    if isinstance(node, tree.And | tree.Or):
        parts = [failing(words, part, want) for part in node.operands]
        if isinstance(node, tree.And) is want:
            return [part for found in parts for part in found]
        return min(parts, key=lambda found: sum(_cost(words, part) for part in found))
    return [Part(node, want)]


@dataclass(frozen=True, slots=True)
class Change:
    """By how much a number must rise (or fall, below 0), in its smallest unit.

    ``at_least``: it is known only within bounds, and more may be needed.
    """

    kind: Number | Date
    amount: int
    at_least: bool = False


def _cost(words: Wording, part: Part) -> int:
    change = _change(words, part)
    return UNMEASURED if change is None else max(abs(change.amount), 1)


@dataclass(frozen=True, slots=True)
class Sides:
    """A comparison turned so that what can change stands on the left."""

    left: Node
    operator: str
    right: Node


def _sides(part: Part) -> Sides | None:
    node = part.node
    if not isinstance(node, tree.Comparison):
        return None
    operator = node.operator if part.want else OPPOSITE[node.operator]
    if _is_fixed(node.left) and not _is_fixed(node.right):
        return Sides(node.right, TURNED[operator], node.left)
    return Sides(node.left, operator, node.right)


def _is_fixed(node: Node) -> bool:
    kinds = (tree.Column, tree.FactValue, tree.Today)
    return not any(isinstance(part, kinds) for part in tree.walk(node))


def _change(words: Wording, part: Part) -> Change | None:
    """The change of the left side that would satisfy the part; None when no number says it."""
    if isinstance(part.node, tree.Membership):
        return _nearest_option(words, part)
    sides = _sides(part)
    if sides is None or not isinstance(sides.left.type, Number | Date):
        return None
    left, right = (ends_of(words.run.number(node)) for node in (sides.left, sides.right))
    if left is None or right is None:
        return None
    kind, operator = sides.left.type, sides.operator
    if operator in (">", ">="):
        return Change(kind, right[1] - left[0] + (operator == ">"))
    if operator in ("<", "<="):
        return Change(kind, right[0] - left[1] - (operator == "<"))
    if operator == "!=":
        return None
    open_ends = left[0] != left[1] or right[0] != right[1]
    return Change(kind, right[0] - left[1] if left[1] < right[0] else right[1] - left[0], open_ends)


def _nearest_option(words: Wording, part: Part) -> Change | None:
    node = part.node
    assert isinstance(node, tree.Membership)
    options, ends = _options(words, node), ends_of(words.run.number(node.item))
    if not part.want or not isinstance(node.item.type, Number) or ends is None or not options:
        return None
    if ends[0] != ends[1]:
        return None
    nearest = min(options, key=lambda option: (abs(option - ends[0]), -option))
    return Change(node.item.type, nearest - ends[0])


def _options(words: Wording, node: tree.Membership) -> tuple[int, ...]:
    if node.options.parameter is None:
        return node.options.values or ()
    held = words.held(node.options.parameter)
    return tuple(item * node.options.factor for item in held) if isinstance(held, tuple) else ()


def remedy(words: Wording, part: Part, named: bool) -> str:
    """What would mend a part, as a phrase; ``named`` also says what must change."""
    if isinstance(part.node, tree.Membership):
        return _membership_remedy(words, part, part.node, named)
    sides = _sides(part)
    if sides is None:
        return _plain_remedy(words, part)
    by_time = _day_by_time(words, sides)
    if by_time is not None:
        return words.say("by_time", day=by_time.isoformat())
    if isinstance(sides.left.type, Number):
        return _number_remedy(words, part, sides, named)
    return _relation(words, sides)


def _plain_remedy(words: Wording, part: Part) -> str:
    value = words.say("yes" if part.want else "no")
    return words.say("must_be", name=words.name(part.node), value=value)


def _number_remedy(words: Wording, part: Part, sides: Sides, named: bool) -> str:
    change = _change(words, part)
    if change is None or not change.amount:
        return _relation(words, sides)
    if _asks_for_none(words, sides):
        return words.say("none_left", name=words.name(sides.left))
    text = amount(words, change, _unit(words, sides))
    return words.say("named", name=words.name(sides.left), change=text) if named else text


def _asks_for_none(words: Wording, sides: Sides) -> bool:
    counted = isinstance(sides.left, tree.FactValue) and sides.left.fact.aggregate == "count"
    return counted and sides.operator != ">=" and ends_of(words.run.number(sides.right)) == (0, 0)


def _unit(words: Wording, sides: Sides) -> str:
    unit = words.unit(sides.left)
    return words.unit(sides.right) if unit == "none" else unit


def amount(words: Wording, change: Change, unit: str) -> str:
    """``5 more needed``, ``0.01 percentage points less needed``."""
    scale = change.kind.scale if isinstance(change.kind, Number) else 0
    exact = Decimal(abs(change.amount)).scaleb(-scale)
    rising = change.amount > 0
    if unit == RATIO:
        phrase, text = "points_more" if rising else "points_fewer", plain(exact * 100)
    else:
        phrase = "more" if rising else "fewer" if unit in COUNTED else "less"
        text = with_unit(plain(exact), unit).within(words.language)
    said = words.say(phrase, amount=text)
    return words.say("at_least", change=said) if change.at_least else said


def _relation(words: Wording, sides: Sides) -> str:
    left, right, operator = sides.left, sides.right, sides.operator
    if operator in (">", ">="):
        left, right, operator = right, left, TURNED[operator]
    names = {"left": words.name(left), "right": words.name(right)}
    if operator in ("<", "<="):
        return words.say("before" if operator == "<" else "not_after", **names)
    if isinstance(right, tree.Constant):
        value = words.code(right.type, right.value, "none", left)
        phrase = "must_be" if operator == "==" else "must_not_be"
        return words.say(phrase, name=names["left"], value=value)
    return words.say("same_as" if operator == "==" else "not_same_as", **names)


def _membership_remedy(words: Wording, part: Part, node: tree.Membership, named: bool) -> str:
    name = words.name(node.item)
    texts = [
        words.code(node.item.type, value, "none", node.item) for value in _options(words, node)
    ]
    change = _nearest_option(words, part)
    if change is None:
        phrase = "must_be_among" if part.want else "must_not_be_among"
        return words.say(phrase, name=name, value=words.say("or").join(texts))
    ends = ends_of(words.run.number(node.item))
    assert ends is not None
    unit = words.unit(node.item)
    if unit == "none" and node.options.parameter is not None:
        unit = node.options.parameter.unit
    goal = words.code(change.kind, ends[0] + change.amount, unit)
    text = words.say("to_reach", change=amount(words, change, unit), goal=goal)
    return words.say("named", name=name, change=text) if named else text


def _day_by_time(words: Wording, sides: Sides) -> datetime.date | None:
    """The day on which a comparison comes true by time alone; None when time does not do it."""
    speed = _speed(sides.left) - _speed(sides.right)
    left, right = (ends_of(words.run.number(node)) for node in (sides.left, sides.right))
    if not speed or left is None or right is None:
        return None
    if sides.operator in (">", ">="):
        gap = right[1] - left[0] + (sides.operator == ">")
    elif sides.operator in ("<", "<="):
        gap, speed = left[1] - right[0] + (sides.operator == "<"), -speed
    else:
        return None
    if speed < 0 or gap <= 0:
        return None
    (today, _) = ends_of(words.run.number(tree.today())) or (0, 0)
    return day_of(today - (-gap // speed))


def _speed(node: Node) -> int:
    """By how much a value grows each day, as far as that can be read off its form."""
    if isinstance(node, tree.Today):
        return 1
    if isinstance(node, tree.Scaled):
        return _speed(node.operand) * node.factor
    if isinstance(node, tree.Arithmetic) and node.operator in ("+", "-"):
        right = _speed(node.right)
        return _speed(node.left) + (right if node.operator == "+" else -right)
    return 0


def offending(words: Wording, part: Part) -> list[Fact]:
    """The facts whose rows are to blame: counts of which fewer are asked, dates out of order, and
    ``any`` and ``all``. A sum or a size is nobody's fault in particular.
    """
    facts = [node.fact for node in tree.walk(part.node) if isinstance(node, tree.FactValue)]
    if isinstance(part.node, tree.Membership):
        return []
    change = _change(words, part)
    rising = change is not None and change.amount > 0
    return [
        fact
        for fact in facts
        if fact.aggregate in ("any", "all", "min", "max")
        or (fact.aggregate == "count" and not rising)
    ]


def observed(words: Wording, part: Part) -> str:
    """What the record has instead of what a part asks: ``stage is proposal``."""
    nodes = [
        node for node in tree.walk(part.node) if isinstance(node, tree.Column | tree.FactValue)
    ]
    texts = [
        words.say("observed", name=words.name(node), value=words.value(node)) for node in nodes
    ]
    return words.say("semicolon").join(dict.fromkeys(texts))
