"""Fellows and what concerns them, as subjects of rules: where their rows are, how they are loaded, and
whose packs bind them. Their verdicts are not stored, and no waiver is asked for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from preceptor.calls.models import CallApplication
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Sitting
from preceptor.fellows.choices import AppointmentState, StationState
from preceptor.fellows.models import Appointment, Postdoc, Station
from preceptor.institutions.models import Unit

from .applicants import applicant_records
from .appointments import appointment_records
from .boards import board_records, boards
from .postdocs import postdoc_records
from .records import Record
from .stations import station_records


@dataclass(frozen=True)
class Noun:
    """One subject: the rows that are judged at an institution on a day, the rows with what their
    loader reads of them, the loader, and the unit and institution whose packs bind a row."""

    rows: Callable[[Unit, date], QuerySet[Any]]
    related: Callable[[QuerySet[Any]], QuerySet[Any]]
    load: Callable[[Sequence[Any], date], list[Record]]
    unit: Callable[[Any], int]
    institution: Callable[[Any], int]
    all_rows: Callable[[], QuerySet[Any]]


def _applications(institution: Unit, _on: date) -> QuerySet[CallApplication]:
    """Those that wait for a decision."""
    return CallApplication.objects.filter(
        call__institution=institution, case__state__in=(CaseState.RUNNING, CaseState.RETURNED)
    )


def _with_call(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related(
        "call__station_call__station__upper", "call__pi_call__programme"
    ).defer("statement", "call__text_zh", "call__text_en")


def _unit_of_application(row: CallApplication) -> int:
    """The programme's unit for a call of a programme, whose own packs count; else the call's."""
    placed = getattr(row.call, "pi_call", None)
    found: int = row.call.unit_id if placed is None else placed.programme.unit_id
    return found


def _postdocs(institution: Unit, on: date) -> QuerySet[Postdoc]:
    """Those in station on the day."""
    still = Q(left_on=None) | Q(left_on__gt=on)
    return Postdoc.objects.filter(still, institution=institution, entered_on__lte=on)


def _stations(institution: Unit, _on: date) -> QuerySet[Station]:
    gone = (StationState.CLOSED, StationState.DROPPED)
    return Station.objects.filter(institution=institution).exclude(state__in=gone)


def _appointments(institution: Unit, _on: date) -> QuerySet[Appointment]:
    rows = Appointment.objects.filter(institution=institution)
    return rows.exclude(state=AppointmentState.ENDED)


NOUNS: dict[str, Noun] = {
    "applicant": Noun(
        rows=_applications,
        related=_with_call,
        load=applicant_records,
        unit=_unit_of_application,
        institution=lambda row: row.call.institution_id,
        all_rows=CallApplication.objects.all,
    ),
    "board": Noun(
        rows=lambda institution, _on: boards().filter(institution=institution),
        related=lambda rows: rows.select_related("institution").defer("record"),
        load=board_records,
        unit=lambda row: row.unit_id,
        institution=lambda row: row.institution_id,
        all_rows=Sitting.objects.all,
    ),
    "postdoc": Noun(
        rows=_postdocs,
        related=lambda rows: rows.select_related("station__upper", "application").defer(
            "application__statement"
        ),
        load=postdoc_records,
        unit=lambda row: row.unit_id,
        institution=lambda row: row.institution_id,
        all_rows=Postdoc.objects.all,
    ),
    "station": Noun(
        rows=_stations,
        related=lambda rows: rows.select_related("upper"),
        load=station_records,
        unit=lambda row: row.unit_id,
        institution=lambda row: row.institution_id,
        all_rows=Station.objects.all,
    ),
    "appointment": Noun(
        rows=_appointments,
        related=lambda rows: rows.select_related("programme"),
        load=appointment_records,
        unit=lambda row: row.programme.unit_id,
        institution=lambda row: row.institution_id,
        all_rows=Appointment.objects.all,
    ),
}
