"""A sitting as fixtures: `pytest_plugins = ["sitting_fixtures"]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kept_rows import KeptRows, kept_rows
from kept_rows import pytest_runtest_setup as pytest_runtest_setup
from preceptor.base.actors import OPERATOR
from preceptor.cases.actions import open_vote
from sitting_cast import Hall, Meeting, add_item, all_there, make_hall, make_meeting

Scene = tuple[Hall, Meeting]


def _scene() -> Scene:
    hall = make_hall()
    made = make_meeting(hall)
    add_item(made)
    return hall, made


@pytest.fixture(scope="module")
def planned(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[KeptRows[Scene]]:
    """The rows of hall and meeting, written once for a module."""
    yield from kept_rows(request, _scene, django_db_blocker)


@pytest.fixture
def scene(planned: KeptRows[Scene], db: None) -> Scene:
    """Hall and meeting, of one making."""
    return planned.fresh()


@pytest.fixture
def hall(scene: Scene) -> Hall:
    """Two hospitals and their officers; the meeting is planned there already."""
    return scene[0]


@pytest.fixture
def meeting(scene: Scene) -> Meeting:
    """Planned, with one item decided by secret ballot."""
    return scene[1]


@pytest.fixture
def voting_now(meeting: Meeting) -> Meeting:
    """Everybody is there and the vote is open."""
    all_there(meeting)
    open_vote(item=meeting.items[0], by=OPERATOR)
    return meeting
