"""The reader's messages are quoted in English; their Chinese has a test of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from kept_rows import pytest_runtest_setup as pytest_runtest_setup


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield
