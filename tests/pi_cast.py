"""A programme of independent principal investigators as a fixture: `pytest_plugins = ["pi_cast"]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kept_rows import KeptRows, kept_rows
from kept_rows import pytest_runtest_setup as pytest_runtest_setup
from pi_rows import Programme, in_the_term, write_programme


@pytest.fixture(scope="module")
def shared_programme(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[KeptRows[Programme]]:
    """The rows of the programme, written once for a module."""
    yield from kept_rows(request, write_programme, django_db_blocker)


@pytest.fixture
def pis(shared_programme: KeptRows[Programme], db: None) -> Iterator[Programme]:
    """The programme with its two laboratories, on a day of the term."""
    with in_the_term():
        yield shared_programme.fresh()
