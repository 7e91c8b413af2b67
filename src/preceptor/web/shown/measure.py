"""How far a requirement is met, as a number beside its limit: the meter of “19 of 24 months”."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from preceptor.policy import Pack, tree
from preceptor.policy.rules import Rule
from preceptor.policy.run import Run
from preceptor.policy.types import Number
from preceptor.policy.values import Interval
from preceptor.policy.wording import ends_of
from preceptor.standing.verdicts import judge

#: Up to this limit a meter shows one block for each unit.
STEPPED = 36


def meters_of(packs: Sequence[Pack], subject: str, row: Any, on: date) -> dict[str, dict[str, Any]]:
    """For each rule that demands at least so much of something: value, limit, is_stepped.

    Where records are missing the value is what is certain. Rules of another form have no entry.
    """
    found: dict[str, dict[str, Any]] = {}
    for pack in packs:
        rules = [rule for rule in pack.rules_of(subject) if _is_least(rule)]
        if rules:
            run = Run(judge(pack, subject, [row], on).batch)
            found |= {rule.id: meter for rule in rules if (meter := _meter(run, rule))}
    return found


def _is_least(rule: Rule) -> bool:
    node = rule.require.tree
    return (
        isinstance(node, tree.Comparison)
        and node.operator in (">=", "<=")
        and isinstance(node.left.type, Number)
        and isinstance(node.right.type, Number)
        and isinstance(_sides(node)[0], tree.FactValue | tree.Column | tree.Scaled)
    )


def _sides(node: tree.Comparison) -> tuple[tree.Node, tree.Node]:
    """What is measured, and the least that is demanded of it."""
    return (node.left, node.right) if node.operator == ">=" else (node.right, node.left)


def _meter(run: Run, rule: Rule) -> dict[str, Any] | None:
    node = rule.require.tree
    assert isinstance(node, tree.Comparison)
    measured, demanded = _sides(node)
    value, limit = _least(run.number(measured), measured), _least(run.number(demanded), demanded)
    if value is None or not limit or limit < 0:
        return None
    return {
        "value": min(value, limit),
        "limit": limit,
        "is_stepped": limit <= STEPPED and limit == int(limit),
    }


def _least(found: Interval, node: tree.Node) -> Decimal | None:
    ends = ends_of(found)
    if ends is None or not isinstance(node.type, Number):
        return None
    return Decimal(ends[0]).scaleb(-node.type.scale)
