"""The demo institution at scale 1, built once for the files of tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from kept_rows import KeptRows

if TYPE_CHECKING:
    from preceptor.demo.actions import Built

_town = pytest.StashKey[KeptRows[Any]]()


@pytest.fixture(scope="module")
def demo(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Built]:
    """The whole institution; what a file adds to it is taken back after the file."""
    from django.db import transaction

    town = _built(request.config, django_db_blocker)
    with django_db_blocker.unblock(), transaction.atomic():
        yield town.fresh()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def extended_demo(demo: Built, django_db_blocker: Any) -> Built:
    """The institution with its fellows, partners and neighbours; they go with the file."""
    from preceptor.base.actors import OPERATOR
    from preceptor.demo.extension import extend

    with django_db_blocker.unblock():
        return extend(by=OPERATOR)


def _built(config: pytest.Config, blocker: Any) -> KeptRows[Built]:
    """Built for the first file that reads it, and kept open for the others."""
    from preceptor.base.actors import OPERATOR
    from preceptor.demo.actions import build

    if _town not in config.stash:
        town = KeptRows(lambda: build(by=OPERATOR), blocker)
        town.begin()
        config.stash[_town] = town
    return config.stash[_town]


def _take_back(config: pytest.Config) -> None:
    if town := config.stash.get(_town, None):
        town.end()
        del config.stash[_town]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test of this folder that builds its own finds the tables empty."""
    if "demo" not in getattr(item, "fixturenames", ()):
        _take_back(item.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """The last test of this folder leaves the tables empty."""
    yield
    if nextitem is None or nextitem.path.parent != item.path.parent:
        _take_back(item.config)
