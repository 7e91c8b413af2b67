"""One small university: built afresh for tests that write, frozen once for those that read."""

# The product is imported inside the fixtures: this file is read before the settings are named.

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from preceptor.reports.models import Census, FigureValue
    from reports.small_university import SmallUniversity


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """What is refused is refused in English here, whatever the installation speaks."""
    from django.utils import translation

    with translation.override("en"):
        yield


class Frozen(NamedTuple):
    university: SmallUniversity
    census: Census


@pytest.fixture
def fresh(db: None, home: Any) -> SmallUniversity:
    """A university that nobody has frozen yet."""
    from reports.small_university import build

    return build()


@pytest.fixture(scope="module")
def frozen(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Frozen]:
    """The university and its census, for one module of tests that change nothing."""
    from django.db import transaction
    from django.test import override_settings

    from preceptor.base.actors import OPERATOR
    from preceptor.reports.actions import freeze
    from reports.small_fellows import add
    from reports.small_university import DAY, build

    home = override_settings(PRECEPTOR_HOME=tmp_path_factory.mktemp("home"))
    with django_db_blocker.unblock(), home, transaction.atomic():
        university = build()
        add(university.root)
        yield Frozen(university, freeze(university.root, DAY, by=OPERATOR))
        transaction.set_rollback(True)


@pytest.fixture
def university(frozen: Frozen) -> SmallUniversity:
    return frozen.university


@pytest.fixture
def census(frozen: Frozen) -> Census:
    return frozen.census


@pytest.fixture
def figure(census: Census) -> Callable[..., FigureValue]:
    def found(key: str, scope: str = "SMALL-DP") -> FigureValue:
        return census.figures.get(key=key, scope=scope)

    return found


@pytest.fixture
def value(figure: Callable[..., FigureValue]) -> Callable[..., Decimal | None]:
    def found(key: str, scope: str = "SMALL-DP") -> Decimal | None:
        return figure(key, scope).value

    return found
