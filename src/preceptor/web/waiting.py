"""How much waits on the reader, for the navigation and the first page."""

from __future__ import annotations

from typing import Any

from preceptor.cases.tasks import count_tasks
from preceptor.web.keyset import count_as_text

#: The badge counts no further: more than these is "99+".
COUNTED = 99


def badge(user: Any) -> str:
    """The number of the reader's tasks for the badge; empty where nothing waits."""
    count = count_tasks(user, COUNTED)
    return count_as_text(count, COUNTED) if count else ""
