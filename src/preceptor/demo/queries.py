"""Whether the demo institution is here, and which of its faults were put in on purpose."""

from __future__ import annotations

from typing import Any

from preceptor.base.models import JournalEntry
from preceptor.institutions.models import Unit

from .units import INSTITUTION

FINISHED, EXTENDED = "demo.finish", "demo.extend"


def is_begun() -> bool:
    """Whether the demo institution is in the database, whole or not."""
    return Unit.objects.filter(code=INSTITUTION).exists()


def finish() -> dict[str, Any] | None:
    """What the journal says of the finished demo: seed, scale, rows, planted records.

    None when it was never made, or not made to the end.
    """
    return _last(FINISHED)


def extended() -> dict[str, Any] | None:
    """What the journal says of the fellows, partners and neighbours put in afterwards: rows and
    planted records.

    None when they were never put in, or not to the end.
    """
    return _last(EXTENDED)


def _last(verb: str) -> dict[str, Any] | None:
    lines = JournalEntry.objects.filter(verb=verb, subject_key=INSTITUTION)
    entry = lines.order_by("number").last()
    return entry.after if entry else None
