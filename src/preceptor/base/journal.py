"""Writing and verifying the journal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from .actors import Actor
from .models import JournalEntry, JournalHead

START = "0" * 64


@dataclass(frozen=True)
class Line:
    """What one line of the journal is to say."""

    by: Actor
    verb: str
    subject_kind: str
    subject_key: str
    reason: str = ""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime | Decimal):
        return str(value)
    return value


def seal(entry: JournalEntry) -> str:
    """The hash of a line: of everything it says, and of the hash before it."""
    content = [
        entry.number, entry.at.isoformat(), entry.actor_key, entry.actor_name, entry.verb,
        entry.subject_kind, entry.subject_key, entry.reason, entry.before, entry.after,
        entry.previous_hash,
    ]  # fmt: skip
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(line: Line, number: int, previous: str, at: datetime) -> JournalEntry:
    entry = JournalEntry(
        number=number, at=at, actor_key=line.by.actor_key, actor_name=line.by.actor_name,
        verb=line.verb, subject_kind=line.subject_kind, subject_key=line.subject_key,
        reason=line.reason, before=_plain(line.before), after=_plain(line.after),
        previous_hash=previous,
    )  # fmt: skip
    entry.hash = seal(entry)
    return entry


def write(lines: list[Line]) -> None:
    """Append the lines, in order, to the chain. Must run inside the deed's transaction."""
    if not lines:
        return
    with transaction.atomic():
        JournalHead.objects.get_or_create(pk=1)
        head = JournalHead.objects.select_for_update().get(pk=1)
        at = timezone.now()
        entries = []
        for line in lines:
            entry = _entry(line, head.number + 1, head.hash, at)
            head.number, head.hash = entry.number, entry.hash
            entries.append(entry)
        JournalEntry.objects.bulk_create(entries, batch_size=500)
        head.save(update_fields=["number", "hash"])


def head() -> JournalHead:
    """The last number and hash; number 0 when nothing was ever done."""
    return JournalHead.objects.filter(pk=1).first() or JournalHead(pk=1)


def _links() -> Iterator[JournalEntry]:
    yield from JournalEntry.objects.order_by("number").iterator(chunk_size=2000)


def first_broken() -> int | None:
    """The number of the first line that does not follow from the one before; None if all do."""
    previous, number = START, 0
    for entry in _links():
        follows = entry.number == number + 1 and entry.previous_hash == previous
        if not follows or entry.hash != seal(entry):
            return number + 1
        previous, number = entry.hash, entry.number
    last = head()
    return None if (last.number, last.hash) == (number, previous) else number + 1
