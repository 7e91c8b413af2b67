"""Requests submitted by the day, the votes taken on them, and the work of the standing bodies."""

from __future__ import annotations

from django.db.models import Case as Choose
from django.db.models import F, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from preceptor.cases.choices import CaseState, ItemState, SittingState
from preceptor.cases.models import Advice, Case, Item, Sitting

from ..moment import Moment
from ..table import CensusTable, columns


def _by_day(moment: Moment, column: str, otherwise: str) -> Choose:
    """The column where the case was decided by the day, else what it was until then."""
    decided = When(decided_on__lte=moment.day, then=F(column))
    return Choose(decided, default=Value(otherwise))


def _cases(moment: Moment) -> QuerySet[Case]:
    """Requests submitted by the day; one decided later was still in progress on the day."""
    rows = Case.objects.filter(institution=moment.institution).exclude(submitted_at=None)
    dated = rows.annotate(
        submitted_on=TruncDate("submitted_at"), decided_on=TruncDate("decided_at")
    )
    return dated.filter(submitted_on__lte=moment.day).annotate(
        state_by_day=_by_day(moment, "state", CaseState.RUNNING.value),
        decided_by_day=moment.only_if("decided_on", "decided_on"),
    )


def _sittings(moment: Moment) -> QuerySet[Sitting]:
    """Sittings that were held by the day; a cancelled one never was."""
    held = Sitting.objects.filter(institution=moment.institution).exclude(
        state=SittingState.CANCELLED
    )
    return held.annotate(held_on=TruncDate("starts_at")).filter(held_on__lte=moment.day)


def _items(moment: Moment) -> QuerySet[Item]:
    """Votes decided by the day, with the sitting that took them."""
    rows = Item.objects.filter(
        Q(sitting__institution=moment.institution), state=ItemState.DECIDED
    ).annotate(decided_on=TruncDate("decided_at"))
    return rows.filter(decided_on__lte=moment.day)


def _advice(moment: Moment) -> QuerySet[Advice]:
    return Advice.objects.filter(body__institution=moment.institution, given_on__lte=moment.day)


TABLES = (
    CensusTable(
        "cases",
        Case,
        columns(
            kind=("text", "kind__name"),
            person_id="key",
            unit_id="key",
            appeal_of_id="key",
            round="whole",
            submitted_on="day",
            decided_on=("day", "decided_by_day"),
            due_on="day",
            state=("text", "state_by_day"),
        ),
        _cases,
    ),
    CensusTable(
        "sittings",
        Sitting,
        columns(
            unit_id="key",
            body_id="key",
            body_kind=("text", "body__kind"),
            held_on="day",
            state="text",
        ),
        _sittings,
    ),
    CensusTable(
        "items",
        Item,
        columns(
            sitting_id="key",
            case_id="key",
            decided_on="day",
            members="whole",
            present="whole",
            votes_for="whole",
            result="text",
        ),
        _items,
    ),
    CensusTable(
        "advice",
        Advice,
        columns(body_id="key", body_kind=("text", "body__kind"), given_on="day", state="text"),
        _advice,
    ),
)
