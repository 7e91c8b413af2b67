"""Checking the text of a condition as the loader does: what it means, or where it is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from preceptor.policy import Pack, PackError
from preceptor.policy.check import Scope, check
from preceptor.policy.expression import Expression
from preceptor.policy.scopes import rule_scope, where_scope


@dataclass(frozen=True)
class Checked:
    """A text that was checked: its `expression`, or the `fault`; neither where it is empty."""

    text: str
    expression: Expression | None = None
    fault: PackError | None = None


def scope_in(pack: Pack, subject: str, rows: str = "") -> Scope:
    """The names that a condition of the subject may use; with `rows`, a filter over that list."""
    if rows:
        return where_scope(pack.schema, subject, rows, pack.parameters)
    return rule_scope(pack.schema, subject, pack.facts[subject], pack.parameters)


def checked(pack: Pack, subject: str, text: str, rows: str = "") -> Checked:
    """The condition as the loader would take it.

    Any text whatever gives an answer: length and depth are bounded by the language, and a text that
    is longer is not looked at.
    """
    if not text.strip():
        return Checked(text)
    try:
        return Checked(text, check(text, scope_in(pack, subject, rows)))
    except PackError as fault:
        return Checked(text, fault=fault)
