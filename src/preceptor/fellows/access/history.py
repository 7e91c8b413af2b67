"""What of the journal about a station, a postdoc, an appointment or a laboratory is told to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from preceptor.base.models import JournalEntry
from preceptor.people.access import scope

from ..models import Appointment, Laboratory, Postdoc, Station
from .appointment import is_own
from .laboratory import may_view_money
from .postdoc import may_keep_postdoc
from .postdoc import reads_judgements as reads_amounts
from .programme import directs

#: Findings are told to who keeps the records alone, payments to who reads amounts.
FINDINGS = frozenset({"postdoc.ground", "postdoc.ground_back"})
PAYMENTS = frozenset({"postdoc.support", "postdoc.funding"})
TARGETS = frozenset({"station.target"})
#: The account and the charter are read by the head and those above.
MONEY = frozenset(
    {"laboratory.book", "charter.set", "charter.end", "charter.use", "charter.return"}
)


@dataclass(frozen=True)
class History:
    """The lines of a journal that a reader is told, newest first, and whether with them why it was
    done and what the record was before and after."""

    lines: QuerySet[JournalEntry]
    tells_reasons: bool


def _of_station(user: Any, row: Station) -> tuple[frozenset[str], bool]:
    reads = scope(user).reads_fellows(row.unit_id)
    return (frozenset() if reads else TARGETS), reads


def _of_postdoc(user: Any, row: Postdoc) -> tuple[frozenset[str], bool]:
    reach = scope(user)
    hidden = frozenset() if reads_amounts(user, row) else PAYMENTS
    if not may_keep_postdoc(user, row):
        hidden |= FINDINGS
    is_about = reach.person is not None and reach.person == row.person_id
    return hidden, reach.reads_fellows(row.unit_id) and not is_about


def _of_appointment(user: Any, row: Appointment) -> tuple[frozenset[str], bool]:
    reads = scope(user).reads_fellows(row.programme.unit_id) or directs(user, row.programme)
    return frozenset(), reads and not is_own(user, row)


def _of_laboratory(user: Any, row: Laboratory) -> tuple[frozenset[str], bool]:
    reads = bool(may_view_money(user, row))
    return (frozenset() if reads else MONEY), reads


#: By the word under which the journal keeps the record: which verbs are hidden, and whether reasons
#: are told.
TOLD: dict[str, Callable[[Any, Any], tuple[frozenset[str], bool]]] = {
    "station": _of_station,
    "postdoc": _of_postdoc,
    "appointment": _of_appointment,
    "laboratory": _of_laboratory,
}


def history_told(user: Any, kind: str, row: Any) -> History:
    """The journal of a record that the user may see, as far as it is told.

    Who did what and when is told to everybody who sees the record, reasons and columns to who reads
    the records there and to nobody of oneself; nothing that the page keeps from the reader stands in
    it. Raises KeyError for another kind of record.
    """
    hidden, tells_reasons = TOLD[kind](user, row)
    lines = JournalEntry.objects.filter(subject_kind=kind, subject_key=str(row.pk))
    return History(lines.exclude(verb__in=hidden).order_by("-number"), tells_reasons)
