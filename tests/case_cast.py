"""The small case kind of `small_kinds` over the fixed cast, as fixtures.

林知远 (`trainee`) asks; 江晚晴 (`supervisor`) gives an opinion; the `secretary` of the unit sends it
on; the `office` grants. A test module gets them with `pytest_plugins = ["cast", "case_cast"]`, and what
is no fixture from `small_kinds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from preceptor.cases import gates, registry
from preceptor.cases.actions import submit_case
from preceptor.cases.gates import GateAnswer, GateFinding
from preceptor.cases.models import Case, CaseKind
from preceptor.people.models import Account
from small_kinds import KIND, TestPort, in_force, prepared

if TYPE_CHECKING:
    from cast import Cast


@pytest.fixture
def port(cast: Cast) -> Iterator[TestPort]:
    """The port of the small kind; 江晚晴 is the guide."""
    made = TestPort(guides=[cast.persons["T1"]])
    registry._ports[made.name] = made
    yield made
    del registry._ports[made.name]


@pytest.fixture
def leave_kind(cast: Cast, port: TestPort) -> CaseKind:
    """外出参会申请, in force."""
    return in_force(cast.institution, KIND)


@pytest.fixture
def draft(cast: Cast, leave_kind: CaseKind, trainee: Account) -> Case:
    """林知远's request, prepared and not handed in."""
    return prepared(cast, trainee)


@pytest.fixture
def case(draft: Case, trainee: Account) -> Case:
    """林知远's request, waiting for the supervisor's opinion."""
    return submit_case(case=draft, by=trainee)


@pytest.fixture
def gate() -> Iterator[Callable[..., None]]:
    """Say what the rules behind any gate answer: `gate(finding("r", "block", "fail"))`."""
    before, names = list(gates._evaluate), list(gates._names)
    said: list[GateFinding] = []
    gates.register_gate(lambda _case, name, _judged, on: GateAnswer(name, on, tuple(said)))

    def say(*findings: GateFinding) -> None:
        said[:] = findings

    yield say
    gates._evaluate[:], gates._names[:] = before, names
