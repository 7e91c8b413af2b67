"""What was found about a postdoc that rules may count as a ground for withdrawal, in the shape of the
subject schema. Findings are made here: where none is recorded there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from preceptor.fellows.choices import GroundKind, LeaveKind
from preceptor.fellows.models import Ground, Leave

from .records import Record
from .spans import Span, common, days_of

#: The columns that say whether something was found.
FINDINGS = {
    "has_false_entry": GroundKind.FALSE_ENTRY,
    "has_misconduct": GroundKind.MISCONDUCT,
    "has_ethics_breach": GroundKind.ETHICS,
    "has_contract_breach": GroundKind.CONTRACT,
    "is_unfit_by_illness": GroundKind.ILLNESS,
    "has_other_ground": GroundKind.OTHER,
}
SANCTIONS = (GroundKind.DISCIPLINARY, GroundKind.PARTY, GroundKind.CRIMINAL)
A_YEAR = timedelta(days=365)


def standing_grounds(grounds: Iterable[Ground], on: date) -> list[Ground]:
    """What was found by the day and not taken back."""
    return [one for one in grounds if one.found_on <= on and one.taken_back_at is None]


def ground_columns(grounds: Iterable[Ground], leaves: Sequence[Leave], on: date) -> Record:
    """The findings, the days of unexcused absence, and those late from abroad."""
    held = standing_grounds(grounds, on)
    absences = [one for one in held if one.kind == GroundKind.ABSENCE]
    return {
        **{name: any(one.kind == kind for one in held) for name, kind in FINDINGS.items()},
        "absent_days_running": _most([one.days for one in absences]),
        "absent_days_in_year": _in_a_year(absences),
        "abroad_days_late": _late(held, leaves, on),
    }


def sanctions(grounds: Iterable[Ground], on: date) -> list[Record]:
    """The sanctions that stand on the day; one without a day of its own has that of its finding."""
    return [
        {"sanction": one.kind, "imposed_on": one.first_on or one.found_on}
        for one in standing_grounds(grounds, on)
        if one.kind in SANCTIONS
    ]


def _most(numbers: Sequence[int | None]) -> int | None:
    """The greatest; 0 of none, None where one is not known."""
    known = [number for number in numbers if number is not None]
    return max(known, default=0) if len(known) == len(numbers) else None


def _in_a_year(absences: Sequence[Ground]) -> int | None:
    """The most days absent within any 365 days; None where a day or a number is not recorded."""
    spans: list[Span] = []
    for one in absences:
        if one.first_on is None or one.days is None:
            return None
        spans.append((one.first_on, one.first_on + timedelta(days=one.days)))
    windows = [(until - A_YEAR, until) for _first, until in spans]
    return max((days_of(common(spans, [window])) for window in windows), default=0)


def _late(grounds: Sequence[Ground], leaves: Sequence[Leave], on: date) -> int | None:
    """The most days late in returning: as found, else from the days of the leaves. None where a
    leave abroad is over and nobody recorded the return."""
    found = [one.days for one in grounds if one.kind == GroundKind.ABROAD_LATE]
    if found:
        return _most(found)
    over = [one for one in leaves if one.kind == LeaveKind.ABROAD and one.last_on < on]
    return _most([_days_late(one, on) for one in over])


def _days_late(leave: Leave, on: date) -> int | None:
    """Who is back on the day after the last one is not late."""
    if leave.returned_on is None:
        return None
    return max(0, (min(leave.returned_on, on) - leave.last_on).days - 1)
