"""The academic review of `new_experts` over the fixed cast, as fixtures.

A test module gets them with `pytest_plugins = ["cast", "appeal_cast"]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from kept_rows import KeptRows, kept_rows
from new_experts import Review, reviewed

if TYPE_CHECKING:
    from cast import Cast


@pytest.fixture(scope="module")
def shared_review(
    request: pytest.FixtureRequest, shared_cast: KeptRows[Cast], django_db_blocker: Any
) -> Iterator[KeptRows[Review]]:
    """The rows of the review, written once for a module."""
    yield from kept_rows(request, lambda: reviewed(shared_cast.fresh()), django_db_blocker)


@pytest.fixture
def review(shared_review: KeptRows[Review], cast: Cast) -> Review:
    """顾清妍's academic review, whose experts are to be called."""
    return shared_review.fresh()
