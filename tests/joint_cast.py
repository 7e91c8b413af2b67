"""The two universities of `joint_rows` as fixtures: the `office` keeps 云汀, the `peer_office` 汀南.

A test module gets them with `pytest_plugins = ["cast", "joint_cast"]`, and what is no fixture from
`joint_rows`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from joint_rows import Joint, account, co_operation
from kept_rows import KeptRows, kept_rows
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast


@pytest.fixture(scope="module")
def shared_joint(
    request: pytest.FixtureRequest, shared_cast: KeptRows[Cast], django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[KeptRows[Joint]]:  # fmt: skip
    """The co-operation, written once for a module."""
    yield from kept_rows(request, lambda: co_operation(shared_cast.fresh()), django_db_blocker)


@pytest.fixture
def joint(shared_joint: KeptRows[Joint], cast: Cast) -> Joint:
    """The co-operation of the two universities."""
    return shared_joint.fresh()


@pytest.fixture
def peer_office(joint: Joint) -> Account:
    """The office of Tingnan."""
    return account("peer_office", RoleKind.OFFICE, joint.university)


@pytest.fixture
def peer_leader(joint: Joint) -> Account:
    """A leader of Tingnan."""
    return account("peer_leader", RoleKind.LEADER, joint.university)
