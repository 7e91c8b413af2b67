"""The small cast of postdocs of new_fellows.py, as fixtures.

A test module gets them with `pytest_plugins = ["fellow_cast"]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kept_rows import KeptRows, kept_rows
from kept_rows import pytest_runtest_setup as pytest_runtest_setup
from new_fellows import OPENED, Fellows, make_fellows
from preceptor.base.actors import OPERATOR
from preceptor.cases import gates
from preceptor.cases.actions import adopt_kinds
from preceptor.cases.gates import GateAnswer


@pytest.fixture(scope="module")
def shared_fellows(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[KeptRows[Fellows]]:
    """The rows, written once for a module."""
    yield from kept_rows(request, make_fellows, django_db_blocker)


@pytest.fixture
def fellows(shared_fellows: KeptRows[Fellows], db: None) -> Fellows:
    """The small cast of postdocs."""
    return shared_fellows.fresh()


@pytest.fixture
def procedures(fellows: Fellows) -> Iterator[None]:
    """The shipped kinds of requests in force; the rules behind their gates are all passed."""
    adopt_kinds(institution=fellows.institution, by=OPERATOR, valid_from=OPENED)
    before, names = list(gates._evaluate), list(gates._names)
    gates.register_gate(lambda _case, name, _judged, on: GateAnswer(name, on))
    yield
    gates._evaluate[:], gates._names[:] = before, names
