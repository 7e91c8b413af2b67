"""Appointments of independent principal investigators in the shape of the subject schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet

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

from .applicants import letters_of
from .records import Record, rows_of
from .spans import A_DAY, complete_months


def appointment_records(appointments: Sequence[Appointment], on: date) -> list[Record]:
    """Records of the subject `appointment` on the day, in the order given; eight queries.

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


class _Known:
    """The rows about some appointments."""

    def __init__(self, rows: Sequence[Appointment], on: date) -> None:
        self.goals = rows_of(rows, "goals", PiGoal.objects.all(), "appointment")
        self.works = rows_of(rows, "works", RepresentativeWork.objects.all(), "appointment")
        self.assessments = rows_of(
            rows, "assessments", PiAssessment.objects.defer("comment"), "appointment"
        )
        self.tranches = rows_of(rows, "tranches", Tranche.objects.all(), "appointment")
        self.teaching = rows_of(rows, "teaching", Teaching.objects.all(), "appointment")
        limits = Limit.objects.on(on).filter(laboratory__in=[row.laboratory_id for row in rows])
        asked = rows_of(rows, "cases", asked_assessments(), "appointment")
        self.asked = {key: found[-1] for key, found in asked.items() if found}
        self.letters = letters_of([one.case_id for one in self.asked.values()])
        self.charters = set(limits.values_list("laboratory", flat=True))


def _record(row: Appointment, known: _Known, on: date) -> Record:
    asked = known.asked.get(row.pk)
    return {
        "asks_renewal": asked is not None and asked.kind == ReviewKind.APPOINTMENT,
        "letters": [] if asked is None else known.letters.get(asked.case_id, []),
        "key": str(row.pk),
        "event_on": on,
        "phase": row.state,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "months_in_office": complete_months(row.starts_on, _until(row, on)),
        "representative_works": len(known.works[row.pk]),
        "has_charter": row.laboratory_id in known.charters,
        "goals": [_goal(goal) for goal in known.goals[row.pk]],
        "assessments": [
            {"kind": one.kind, "verdict": one.verdict, "day": one.held_on}
            for one in known.assessments[row.pk]
            if one.held_on <= on
        ],
        "tranches": [_tranche(one) for one in known.tranches[row.pk]],
        "teaching": _teaching(row, known.teaching[row.pk], on),
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
