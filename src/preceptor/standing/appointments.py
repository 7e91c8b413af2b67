"""Appointments of independent principal investigators in the shape of the subject schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from preceptor.base.together import Question, Set, answer, together
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case
from preceptor.fellows.choices import AppointmentState, ReviewKind
from preceptor.fellows.models import (
    Appointment,
    AssessmentCase,
    Limit,
    PiAssessment,
    PiGoal,
    RepresentativeWork,
    Teaching,
    Tranche,
)

from .applicants import letters_asked
from .records import Record, rows_asked
from .spans import A_DAY, complete_months


def appointment_records(appointments: Sequence[Appointment], on: date) -> list[Record]:
    """Records of the subject `appointment` on the day, in the order given; one query, and
    one more where an assessment is asked for.

    The letters are those of the newest assessment that is not decided.
    """
    known = _Known(appointments, on)
    return [_record(row, known, on) for row in appointments]


def asked_assessments(own: Case | None = None) -> QuerySet[AssessmentCase]:
    """The requests of assessment that are not decided; besides them the one that is about to be
    handed in, which nobody else is told of."""
    alive = Q(case__state__in=(CaseState.RUNNING, CaseState.RETURNED))
    mine = Q(pk__in=()) if own is None else Q(case=own)
    return AssessmentCase.objects.filter(alive | mine).order_by("pk")


def judged() -> dict[str, QuerySet[Any]]:
    """The relations of an appointment that rules ask about, each with its rows as they are read for
    it."""
    return {
        "goals": PiGoal.objects.all(),
        "works": RepresentativeWork.objects.all(),
        "assessments": PiAssessment.objects.defer("comment"),
        "tranches": Tranche.objects.all(),
        "teaching": Teaching.objects.all(),
        "cases": asked_assessments(),
    }


def _charters_asked(rows: Iterable[Appointment], on: date) -> Question[set[int]]:
    """The laboratories of the appointments that have a limit on the day."""
    limits = Limit.objects.on(on).filter(laboratory__in=[row.laboratory_id for row in rows])
    [found] = yield [Set(limits.order_by(), ("laboratory",))]
    return {laboratory for (laboratory,) in found}


class _Known:
    """The rows about some appointments."""

    def __init__(self, rows: Sequence[Appointment], on: date) -> None:
        charters, *read = answer(
            together(
                _charters_asked(rows, on),
                *(rows_asked(rows, name, found, "appointment") for name, found in judged().items()),
            )
        )
        self.charters: set[int] = charters
        self.rows: dict[str, dict[int, list[Any]]] = dict(zip(judged(), read, strict=True))
        self.asked = {key: found[-1] for key, found in self.rows["cases"].items() if found}
        self.letters = answer(letters_asked([one.case_id for one in self.asked.values()]))


def _record(row: Appointment, known: _Known, on: date) -> Record:
    asked = known.asked.get(row.pk)
    own = {name: rows[row.pk] for name, rows in known.rows.items()}
    return {
        "asks_renewal": asked is not None and asked.kind == ReviewKind.APPOINTMENT,
        "letters": [] if asked is None else known.letters.get(asked.case_id, []),
        "key": str(row.pk),
        "event_on": on,
        "phase": row.state,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "months_in_office": complete_months(row.starts_on, _until(row, on)),
        "representative_works": len(own["works"]),
        "has_charter": row.laboratory_id in known.charters,
        "goals": [_goal(goal) for goal in own["goals"]],
        "assessments": [
            {"kind": one.kind, "verdict": one.verdict, "day": one.held_on}
            for one in own["assessments"]
            if one.held_on <= on
        ],
        "tranches": [_tranche(one) for one in own["tranches"]],
        "teaching": _teaching(row, own["teaching"], on),
    }


def _until(row: Appointment, on: date) -> date:
    """The day after the last one in office by the day."""
    last = row.left_on or (row.ends_on if row.state == AppointmentState.ENDED else date.max)
    return min(on, last) + A_DAY


def _goal(goal: PiGoal) -> Record:
    return {
        "name": goal.text,
        "goal": goal.kind,
        "target": goal.target,
        "reached": goal.reached,
        "due_on": goal.due_on,
    }


def _tranche(tranche: Tranche) -> Record:
    return {
        "name": str(tranche.place),
        "release": tranche.state,
        "amount": int(tranche.amount_cny),
        "planned_on": tranche.planned_on,
    }


def _teaching(row: Appointment, rows: Iterable[Teaching], on: date) -> list[Record]:
    """One row for each calendar year of the term; hours are unknown in a year of which nothing is
    recorded."""
    hours: dict[int, int] = defaultdict(int)
    for one in rows:
        hours[one.year] += one.hours
    last = _until(row, on) - A_DAY
    return [
        {
            "year": year,
            "hours": hours.get(year),
            "is_over": row.starts_on <= date(year, 1, 1) and date(year, 12, 31) <= last,
        }
        for year in range(row.starts_on.year, last.year + 1)
    ]
