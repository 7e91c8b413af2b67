"""A deed: one transaction in which something is written, journalled and re-judged.

Every action opens a deed. Deeds nest: the inner one joins the outer one's transaction, and what
was touched is re-evaluated once, before the commit, through the port that `standing` registers.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from . import journal
from .actors import Actor

Touched = dict[str, set[int]]
Reevaluate = Callable[[Touched], None]


class _Open(threading.local):
    deed: Deed | None = None


_open = _Open()
_reevaluators: list[Reevaluate] = []


def register_reevaluator(reevaluate: Reevaluate) -> None:
    """Name what is called with the touched subjects before a deed commits."""
    if reevaluate not in _reevaluators:
        _reevaluators.append(reevaluate)


@dataclass
class Deed:
    """What one person is doing now: collects journal lines and touched subjects."""

    by: Actor
    reason: str = ""
    lines: list[journal.Line] = field(default_factory=list)
    touched: Touched = field(default_factory=lambda: defaultdict(set))

    def write(
        self,
        verb: str,
        kind: str,
        key: object,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        reason: str = "",
    ) -> None:
        """Put one line into the journal when the deed closes."""
        self.lines.append(
            journal.Line(self.by, verb, kind, str(key), reason or self.reason, before, after)
        )

    def touch(self, kind: str, keys: Iterable[int]) -> None:
        """Say whose standing may have changed; `kind` is a subject of the rules."""
        self.touched[kind].update(keys)


@contextmanager
def deed(by: Actor, reason: str = "") -> Iterator[Deed]:
    """Open a deed, or join the one that is open. All of it is written, or nothing."""
    outer = _open.deed
    if outer is not None:
        yield Deed(by, reason or outer.reason, outer.lines, outer.touched)
        return
    current = Deed(by, reason)
    _open.deed = current
    try:
        with transaction.atomic():
            yield current
            for reevaluate in _reevaluators:
                reevaluate(current.touched)
            journal.write(current.lines)
    finally:
        _open.deed = None
