"""Whether the demo institution is here, and which of its faults were put in on purpose."""

from __future__ import annotations

from typing import Any

from preceptor.base.models import JournalEntry
from preceptor.institutions.models import Unit

from .units import INSTITUTION

FINISHED = "demo.finish"


def is_begun() -> bool:
    """Whether the demo institution is in the database, whole or not."""
    return Unit.objects.filter(code=INSTITUTION).exists()


def finish() -> dict[str, Any] | None:
    """What the journal says of the finished demo: seed, scale, rows, planted records.

    None when it was never made, or not made to the end.
    """
    entry = (
        JournalEntry.objects.filter(verb=FINISHED, subject_key=INSTITUTION)
        .order_by("number")
        .last()
    )
    return entry.after if entry else None
