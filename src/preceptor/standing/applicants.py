"""Applications to calls, in the shape of the subject schema; missing stays missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from preceptor.base.together import Question, Set, answer, together
from preceptor.calls.models import ApplicationWork, Call, CallApplication
from preceptor.cases.choices import LetterState
from preceptor.cases.models import Letter
from preceptor.fellows.models import Station, StationCall

from .clocks import clocks_asked
from .disciplines import First, first_levels_asked, same_discipline
from .records import Record, rows_asked
from .spans import begun_months, complete_months

PURPOSES = {"fellows.postdoc": "postdoc", "fellows.pi": "pi"}
#: The code of ISO 3166-1 of the institution's own country.
HOME = "CN"


def applicant_records(applications: Sequence[CallApplication], on: date) -> list[Record]:
    """Records of the subject `applicant`, in the order given, as of the last day of the call.

    `applications` must come with their call, its station (or programme) and the discipline of the
    station; one query. This is the one place where the rules learn a day of birth.
    """
    firsts, works, letters, clocks = answer(
        together(
            first_levels_asked(
                key
                for row in applications
                for key in (row.doctorate_discipline_id, discipline_of(station_of(row.call)))
            ),
            rows_asked(applications, "works", ApplicationWork.objects.all(), "application"),
            letters_asked([row.case_id for row in applications]),
            clocks_asked([(row.person_id, closing_day(row.call)) for row in applications]),
        )
    )
    return [
        _record(row, firsts)
        | {
            "earlier_months": _earlier(
                row, clocks[row.person_id, closing_day(row.call)].begun_months
            ),
            "works": [_work(work) for work in works[row.pk]],
            "letters": letters.get(row.case_id, []),
        }
        for row in applications
    ]


def closing_day(call: Call) -> date:
    """The last day of a call, by which everybody who applies is judged."""
    return timezone.localdate(call.closes_at)


def station_call_of(call: Call) -> StationCall | None:
    """For which station a call is; None where it is for none."""
    found: StationCall | None = getattr(call, "station_call", None)
    return found


def station_of(call: Call) -> Station | None:
    """The station that a call takes in for; None where it is for none."""
    row = station_call_of(call)
    return None if row is None else row.station


def discipline_of(station: Station | None) -> int | None:
    """The discipline of a station, a branch taking that of the station above; None for none."""
    if station is None:
        return None
    upper = station.upper
    return station.discipline_id or (upper.discipline_id if upper is not None else None)


def _record(row: CallApplication, firsts: dict[int | None, First]) -> Record:
    day = closing_day(row.call)
    own, there = (
        firsts.get(key)
        for key in (row.doctorate_discipline_id, discipline_of(station_of(row.call)))
    )
    placed = station_call_of(row.call)
    return {
        "key": str(row.pk),
        "event_on": day,
        "purpose": PURPOSES.get(row.call.purpose),
        "track": None if placed is None else placed.track,
        "age_months": None if row.born_on is None else complete_months(row.born_on, day),
        "has_doctorate": None if row.doctorate_on is None else row.doctorate_on <= day,
        "months_since_doctorate": since_doctorate(row.doctorate_on, day),
        "is_own_doctor": row.is_own_doctor,
        "is_same_discipline": same_discipline(own, there),
        "is_medicine": None if there is None else there.is_medicine,
        "is_full_time": row.is_full_time,
        "has_special_approval": row.has_special_approval,
        "months_planned": _months_planned(row.call),
        "is_foreign": row.country.upper() != HOME if row.country else None,
    }


def since_doctorate(doctorate_on: date | None, day: date) -> int | None:
    """Months begun since the doctorate; 0 before it, None where its day is not known."""
    return None if doctorate_on is None else begun_months(min(doctorate_on, day), day)


def _months_planned(call: Call) -> int | None:
    placed: Any = station_call_of(call) or getattr(call, "pi_call", None)
    return None if placed is None else placed.months


def _earlier(row: CallApplication, recorded: int) -> int | None:
    """Months in stations before: as stated, but no fewer than recorded here."""
    return None if row.earlier_months is None else max(row.earlier_months, recorded)


def _work(work: ApplicationWork) -> Record:
    return {
        "name": work.title,
        "work": work.kind,
        "year": work.year,
        "is_representative": work.is_representative,
    }


def letters_asked(cases: Sequence[int]) -> Question[dict[int, list[Record]]]:
    """The letters that were asked for and not taken back, by case and numbered: rules, and whoever
    reads what they say, never learn who wrote. One set, none without cases."""
    found: dict[int, list[Record]] = {}
    if not cases:
        return found
    rows = Letter.objects.filter(case__in=cases).exclude(state=LetterState.REVOKED).order_by("pk")
    [letters] = yield [Set(rows, ("pk", "case", "state", "grade"))]
    for _key, case, state, grade in letters:
        own = found.setdefault(case, [])
        given = state == LetterState.GIVEN
        own.append({"name": str(len(own) + 1), "grade": grade, "is_given": given})
    return found
