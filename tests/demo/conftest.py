"""The demo institution at scale 1, built once for each file of tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from preceptor.demo.actions import Built


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Built]:
    """The whole institution, taken back after the file; its tests must not write."""
    from django.db import transaction

    from preceptor.base.actors import OPERATOR
    from preceptor.demo.actions import build

    with django_db_blocker.unblock(), transaction.atomic():
        yield build(by=OPERATOR)
        transaction.set_rollback(True)
