"""An expression of a pack: its text, its shape, and its checked tree."""

from __future__ import annotations

from dataclasses import dataclass

from preceptor.policy.syntax import Syntax
from preceptor.policy.tree import Node


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """The same expression three times: as written, as parsed, as checked."""

    text: str
    syntax: Syntax
    tree: Node
