"""The kinds of `timed_kinds` over the fixed cast, with the shipped calendar, as fixtures.

A test module gets them with `pytest_plugins = ["cast", "case_cast", "timed_cases"]`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.cases.actions import adopt_calendar
from preceptor.cases.models import CaseKind
from small_kinds import TestPort, in_force
from timed_kinds import REVIEW, late_kind, noon

if TYPE_CHECKING:
    from cast import Cast


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Let it be noon of another day."""

    def move(day: date) -> None:
        monkeypatch.setattr(timezone, "now", lambda: noon(day))

    return move


@pytest.fixture
def kinds(cast: Cast, port: TestPort) -> list[CaseKind]:
    """Both kinds, in force, and the calendar."""
    adopt_calendar(institution=cast.institution, by=OPERATOR)
    return [
        in_force(cast.institution, REVIEW),
        in_force(cast.institution, late_kind('late = "remind"')),
    ]
