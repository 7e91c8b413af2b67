"""Lines of the journal, as they are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema


class JournalLine(Schema):
    """One deed on a record: by whom, when, why, and the columns before and after as the journal
    keeps them; values of class identity and above stand there as dots."""

    number: int
    at: datetime
    actor_name: str
    verb: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class HistoryLine(Schema):
    """One deed on a record, as `JournalLine`; reason and columns are null for who may not read them."""

    number: int
    at: datetime
    actor_name: str
    verb: str
    reason: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
