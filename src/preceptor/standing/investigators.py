"""Appointments of principal investigators as lists ask for them: narrowed, and judged afresh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from preceptor.base.today import today
from preceptor.fellows.access import visible_appointments
from preceptor.fellows.choices import AppointmentState
from preceptor.fellows.models import Appointment
from preceptor.people.access import scope

from .due import WORST_FIRST, verdict_of
from .packs import Relations
from .population import with_relations
from .subjects import Judgement, judgements

#: Not a state but three of them: somebody holds the office.
IN_OFFICE = "in_office"
OFFICES = (AppointmentState.STARTED, AppointmentState.PROBATION, AppointmentState.STOPPED)
SOON, YEAR, OVER = "soon", "year", "over"
QUARTER_DAYS, YEAR_DAYS = 90, 365
#: Every standing: each appointment is judged, and none left out.
ANY = "any"
#: The standing of an appointment of which no rule in force speaks.
UNJUDGED = "none"


@dataclass(frozen=True)
class Wanted:
    """What is asked of an appointment; empty where nothing is asked. `programme` and `laboratory` are
    codes, `state` is a state or IN_OFFICE, `ends` says when the term of an office ends, `standing` is
    the weightiest verdict, UNJUDGED or ANY."""

    text: str = ""
    programme: str = ""
    laboratory: str = ""
    state: str = ""
    ends: str = ""
    standing: str = ""


@dataclass(frozen=True)
class Verdict:
    """The weightiest verdict on an appointment, and the titles of the rules that give it."""

    word: str
    titles: tuple[str, ...]


Verdicts = dict[int, Verdict | None]


@dataclass(frozen=True)
class Found:
    """Appointments that meet what is asked; where they had to be judged for that, the `verdicts` on
    them and on others, by key, else None."""

    rows: QuerySet[Appointment]
    verdicts: Verdicts | None = None

    def verdicts_of(self, rows: Sequence[Appointment], user: Any, language: str) -> Verdicts:
        """The verdicts on some of them, judged afresh unless they were already."""
        if self.verdicts is None:
            return verdicts_of(rows, language, scope(user).relations)
        return {row.pk: self.verdicts[row.pk] for row in rows}


def appointments_wanted(user: Any, wanted: Wanted, language: str) -> Found:
    """The appointments that the user may see and that meet all that is asked.

    By standing those that meet the rest are judged afresh, in a fixed number of queries: there are
    some hundreds of principal investigators, not a million trainees.
    """
    rows = visible_appointments(user).filter(_asked(wanted, today()))
    if wanted.standing in ("", ANY):
        return Found(rows)
    judged, relations = list(with_relations(rows, "appointment")), scope(user).relations
    told = judgements("appointment", judged, today(), language, relations)
    verdicts = {row.pk: _weightiest(known) for row, known in zip(judged, told, strict=True)}
    keys = [key for key, one in verdicts.items() if _word(one) == wanted.standing]
    return Found(visible_appointments(user).filter(pk__in=keys), verdicts)


def _word(found: Verdict | None) -> str:
    return UNJUDGED if found is None else found.word


def _asked(wanted: Wanted, day: date) -> Q:
    asked = Q()
    if text := wanted.text:
        named = Q(person__name_zh__icontains=text) | Q(person__name_en__icontains=text)
        asked &= named | Q(number__icontains=text)
    if wanted.programme:
        asked &= Q(programme__code=wanted.programme)
    if wanted.laboratory:
        asked &= Q(laboratory__unit__code=wanted.laboratory)
    if wanted.state == IN_OFFICE:
        asked &= Q(state__in=OFFICES)
    elif wanted.state:
        asked &= Q(state=wanted.state)
    return asked & ENDS[wanted.ends](day) if wanted.ends else asked


def _within(days: int) -> Callable[[date], Q]:
    """In office, and the term ends within so many days, today included."""
    return lambda day: Q(
        state__in=OFFICES, ends_on__gte=day, ends_on__lte=day + timedelta(days=days)
    )


ENDS: dict[str, Callable[[date], Q]] = {
    SOON: _within(QUARTER_DAYS),
    YEAR: _within(YEAR_DAYS),
    OVER: lambda day: Q(state__in=OFFICES, ends_on__lt=day),
}


def verdicts_of(
    rows: Sequence[Appointment], language: str, relations: Relations | None = None
) -> Verdicts:
    """The weightiest verdict on each appointment today, by key; None where no rule in force speaks of
    it. A fixed number of queries, one fewer where the `relations` of units today were read already."""
    keys = [row.pk for row in rows]
    fresh = with_relations(Appointment.objects.filter(pk__in=keys), "appointment").in_bulk()
    found = judgements("appointment", [fresh[key] for key in keys], today(), language, relations)
    return {row.pk: _weightiest(known) for row, known in zip(rows, found, strict=True)}


def _weightiest(known: Sequence[Judgement]) -> Verdict | None:
    words = [(verdict_of(one, frozenset()), one.title) for one in known]
    for word in WORST_FIRST:
        titles = tuple(title for said, title in words if said == word)
        if titles:
            return Verdict(word, titles)
    return None
