"""Rows that the tests of a module share: written once, in a transaction around those of the tests.

A test that commits for others to see (`transaction=True`, a live server, a process) shares nothing:
the rows are given up before it, and it writes its own. A plugin that shares rows takes over
`pytest_runtest_setup` from here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Generic, TypeVar
from unittest.mock import patch

import pytest
from django.db import connections, transaction

COMMITTING = frozenset({"transactional_db", "live_server", "django_db_serialized_rollback"})
T = TypeVar("T")


def commits(item: pytest.Item) -> bool:
    """Whether the test writes for other connections to see, and empties the database afterwards."""
    marker = item.get_closest_marker("django_db")
    is_marked = marker is not None and bool(marker.kwargs.get("transaction"))
    return is_marked or bool(COMMITTING & set(getattr(item, "fixturenames", ())))


class KeptRows(Generic[T]):
    """What a function wrote, handed to each test as a copy that it may change."""

    def __init__(self, write: Callable[[], T], blocker: Any) -> None:
        self._blocker = blocker
        self._around = ExitStack()
        self._write = write
        self._made: T | None = None

    def begin(self) -> None:
        """Write the rows, in a transaction that stays open.

        An answer that a test closes by hand ends no connection meanwhile, as it would in a server.
        """
        default = connections["default"]
        staying = patch.object(default, "close_if_unusable_or_obsolete", lambda: None)
        with self._blocker.unblock():
            self._around.enter_context(staying)
            self._around.enter_context(transaction.atomic())
            self._made = self._write()

    def end(self) -> None:
        """Take the rows back; nothing where that was done."""
        if self._made is not None:
            with self._blocker.unblock():
                transaction.set_rollback(True)
                self._around.close()
            self._made = None

    def fresh(self) -> T:
        """A copy of what was written; written anew for a test that shares nothing."""
        return self._write() if self._made is None else copy.deepcopy(self._made)


_kept = pytest.StashKey[list[KeptRows[Any]]]()
_commits = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give shared rows up before a test that commits, the innermost first."""
    item.config.stash[_commits] = commits(item)
    if item.config.stash[_commits]:
        for kept in reversed(item.config.stash.get(_kept, [])):
            kept.end()


def kept_rows(
    request: pytest.FixtureRequest, write: Callable[[], T], blocker: Any
) -> Iterator[KeptRows[T]]:
    """The body of a fixture for a module: what the function wrote, until the module is done."""
    kept: KeptRows[T] = KeptRows(write, blocker)
    held = request.config.stash.setdefault(_kept, [])
    held.append(kept)
    if not request.config.stash[_commits]:
        kept.begin()
    yield kept
    kept.end()
    held.remove(kept)
