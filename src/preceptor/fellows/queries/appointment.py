"""What an appointment shows: targets, works, teaching, money, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Sum

from preceptor.institutions.models import Regulation, Unit

from ..choices import TrancheState
from ..models import Appointment, PiProgramme, Teaching, Tranche

#: A tranche in these states is still to come.
TO_COME = (TrancheState.PLANNED, TrancheState.HELD)


def teaching_load(appointment: Appointment) -> dict[int, int]:
    """The contact hours of each year in which something was recorded, by year; a year without a
    record is missing, not 0. One query."""
    return teaching_loads([appointment]).get(appointment.pk, {})


def teaching_loads(appointments: Sequence[Appointment]) -> dict[int, dict[int, int]]:
    """`teaching_load` for many appointments, by key; one query."""
    rows = Teaching.objects.filter(appointment__in=[one.pk for one in appointments]).order_by()
    found: dict[int, dict[int, int]] = {}
    for key, year, hours in rows.values_list("appointment", "year").annotate(hours=Sum("hours")):
        found.setdefault(key, {})[year] = hours
    return found


def next_tranche(appointment: Appointment) -> Tranche | None:
    """The first tranche that is planned or held back; None when all are decided. One query, none
    where the tranches were prefetched."""
    return next((row for row in appointment.tranches.all() if row.state in TO_COME), None)


def scorecard(appointment: Appointment) -> dict[str, Any]:
    """The targets with what was reached, the representative works, the teaching load and the
    tranches as they stand today, as plain values; what was not reported is null. Four queries."""
    return {
        "term": {"from": _day(appointment.starts_on), "to": _day(appointment.ends_on)},
        "state": str(appointment.state),
        "goals": [
            {
                "key": goal.pk, "kind": goal.kind, "text": goal.text, "target": str(goal.target),
                "due_on": _day(goal.due_on), "evidence": goal.evidence,
                "reached": None if goal.reached is None else str(goal.reached),
            }
            for goal in appointment.goals.order_by("due_on", "pk")
        ],
        "works": [
            {
                "key": work.pk, "title": work.title, "year": work.year, "doi": work.doi,
                "meaning": work.meaning,
            }
            for work in appointment.works.order_by("-year", "pk")
        ],
        "teaching": {str(year): hours for year, hours in sorted(teaching_load(appointment).items())},
        "tranches": [
            {
                "place": row.place, "amount_cny": str(row.amount_cny), "state": row.state,
                "planned_on": _day(row.planned_on), "decided_on": _day(row.decided_on),
            }
            for row in appointment.tranches.order_by("place")
        ],
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def delegation_of(unit: Unit) -> tuple[Regulation, int | None] | None:
    """The paper by which the university left the programme of this unit its own quota line, and its
    director; None where the unit is no programme's, or nothing was left to it. One query."""
    rows = PiProgramme.objects.filter(unit=unit, closed_on=None).exclude(delegation=None)
    found = rows.select_related("delegation").first()
    if found is None or found.delegation is None:
        return None
    return found.delegation, found.director_id
