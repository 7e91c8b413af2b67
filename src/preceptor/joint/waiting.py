"""What of this room waits on somebody, as lines of the task list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.cases.sources import Rows, Source, Told, told
from preceptor.cases.tasks import TaskLine
from preceptor.cases.waiting import both
from preceptor.people.access import scope

from .access import OF_POSTDOCS
from .choices import AgreementState, ObligationState
from .models import Agreement, Obligation
from .queries import expiring, obligation_states

#: So many days before the last one an obligation waits on somebody.
SOON = timedelta(days=30)
RENEW, FULFIL = _("Renew the agreement, or let it end"), _("Fulfil the obligation")
OWED = (ObligationState.OPEN, ObligationState.OVERDUE)


def due_obligations(on: date) -> QuerySet[Obligation]:
    """The obligations of signed agreements that are due soon or were due, and are not closed;
    whether they are fulfilled is not asked yet."""
    return Obligation.objects.filter(
        agreement__state=AgreementState.SIGNED, closed_reason="", counts_from__lte=on,
        due_on__lte=on + SOON,
    )  # fmt: skip


def still_owed(rows: Sequence[Obligation], on: date) -> list[Obligation]:
    """Those that are not fulfilled on the day."""
    states = obligation_states(rows, on)
    return [row for row in rows if states[row.pk].state in OWED]


def _agreement_rows(user: Any) -> Rows | None:
    """The agreements that expire soon and that the user keeps, what ends first first."""
    reach = scope(user)
    if not reach.kept and not reach.fellows and not reach.everything:
        return None
    kept = Q(unit__in=reach.kept) | Q(unit__in=reach.fellows, kind__in=OF_POSTDOCS)
    if reach.everything:
        kept = Q()
    return told(
        expiring(today(), Agreement.objects.filter(kept)), "agreement",
        number="number", zh="title_zh", en="title_en", since_on="signed_on", due_on="ends_on",
    )  # fmt: skip


def _agreement_lines(user: Any, rows: list[Told]) -> Iterator[TaskLine]:
    stage_zh, stage_en = both(RENEW)
    for row in rows:
        yield TaskLine(
            source="agreement", key=row.key, noun="agreement", noun_key=row.key,
            number=row.number or "", title_zh=row.zh or "", title_en=row.en or row.zh or "",
            stage_zh=stage_zh, stage_en=stage_en, since=_instant(row.since_on), due_on=row.due_on,
        )  # fmt: skip


def _obligation_rows(user: Any) -> Rows | None:
    """The obligations due soon or overdue for which the user is answerable, or that the user keeps;
    those that were fulfilled are among them still."""
    reach = scope(user)
    if reach.person is None and not reach.kept and not reach.everything:
        return None
    concerned = Q(owner_unit__in=reach.kept) | Q(agreement__unit__in=reach.kept)
    if reach.person is not None:
        concerned |= Q(owner=reach.person)
    return told(
        due_obligations(today()).filter(Q() if reach.everything else concerned), "obligation",
        other="agreement_id", number="agreement__number", zh="title_zh",
        en="title_en", since_on="counts_from", due_on="due_on",
    )  # fmt: skip


def _obligation_lines(user: Any, rows: list[Told]) -> Iterator[TaskLine]:
    stage_zh, stage_en = both(FULFIL)
    found = list(Obligation.objects.filter(pk__in=[row.key for row in rows]))
    owed = {row.pk for row in still_owed(found, today())}
    for row in rows:
        if row.key in owed:
            yield TaskLine(
                source="obligation", key=row.key, noun="agreement", noun_key=row.other or 0,
                number=row.number or "", title_zh=row.zh or "", title_en=row.en or row.zh or "",
                stage_zh=stage_zh, stage_en=stage_en, since=_instant(row.since_on),
                due_on=row.due_on,
            )  # fmt: skip


def _instant(day: date | None) -> datetime:
    """The beginning of the day; now where none is known."""
    if day is None:
        return timezone.now()
    return timezone.make_aware(datetime.combine(day, time()))


AGREEMENTS = Source(_agreement_rows, _agreement_lines)
OBLIGATIONS = Source(_obligation_rows, _obligation_lines)
