"""What of this room waits on somebody, as lines of the task list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

from .choices import AppointmentState, ReviewKind
from .models import Appointment, AssessmentCase

#: So many days before its last one a term waits on somebody.
SOON = timedelta(days=90)
SETTLE = _("The term ends: assess the principal investigator; afterwards every request climbs")
START = _("The term should have begun: record the contract and start it, or end the appointment")
#: In these states a term that is over was settled by nobody.
UNSETTLED = (AppointmentState.STARTED, AppointmentState.PROBATION)
NOT_DECIDED = ("draft", "running", "returned")


def ending_terms(on: date) -> QuerySet[Appointment]:
    """The terms of principal investigators that end soon or are over, that nobody settled: no further
    term follows, and no assessment of the end of the term is under way."""
    judged = AssessmentCase.objects.filter(
        kind=ReviewKind.APPOINTMENT, case__state__in=NOT_DECIDED
    ).order_by()
    rows = Appointment.objects.filter(
        state__in=UNSETTLED, ends_on__lte=on + SOON, left_on=None, followed_by=None
    )
    return rows.exclude(pk__in=judged.values("appointment"))


def terms_to_start(on: date) -> QuerySet[Appointment]:
    """The terms of principal investigators that should have begun by the day, and that nobody started."""
    return Appointment.objects.filter(state=AppointmentState.CONTRACTED, starts_on__lte=on)


def _concerned(user: Any, *, with_own: bool) -> Q | None:
    """Terms of the programmes that the user directs or keeps, and the user's own where these wait on
    the user too; None for who has none."""
    reach = scope(user)
    if reach.everything:
        return Q()
    if reach.person is None and not reach.fellows:
        return None
    concerned = Q(programme__unit__in=reach.fellows)
    if reach.person is not None:
        concerned |= Q(programme__director=reach.person)
    return concerned | Q(person=reach.person) if with_own and reach.person else concerned


def _source(
    name: str, says: Any, rows_on: Callable[[date], QuerySet[Appointment]], due: str, *,
    with_own: bool,
) -> Source:  # fmt: skip
    def rows(user: Any) -> Rows | None:
        concerned = _concerned(user, with_own=with_own)
        if concerned is None:
            return None
        return told(
            rows_on(today()).filter(concerned), name, number="number", zh="person__name_zh",
            en="person__name_en", since_on="starts_on", due_on=due,
        )  # fmt: skip

    def lines(user: Any, found: list[Told]) -> Iterator[TaskLine]:
        stage_zh, stage_en = both(says)
        for row in found:
            begun = timezone.make_aware(datetime.combine(row.since_on or today(), time()))
            yield TaskLine(
                source=name, key=row.key, noun="appointment", noun_key=row.key,
                number=row.number or "", title_zh=row.zh or "", title_en=row.en or row.zh or "",
                stage_zh=stage_zh, stage_en=stage_en, since=begun, due_on=row.due_on,
            )  # fmt: skip

    return Source(rows, lines)


TERMS = _source("appointment", SETTLE, ending_terms, "ends_on", with_own=True)
STARTS = _source("appointment_start", START, terms_to_start, "starts_on", with_own=False)
