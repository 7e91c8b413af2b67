"""What one row can only be judged by together with rows that were taken before it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from .reading import RowReading
from .refusals import Kind, say
from .rows import MilestoneRow, RotationRow, SeatRow, ThesisRow, TraineeRow
from .text import brief

StudentRow = RotationRow | MilestoneRow | ThesisRow | SeatRow
R = TypeVar("R", contravariant=True)
Check = Callable[[RowReading, R], None]


def one_row_each() -> Check[TraineeRow]:
    """Of two trainees with one student number, the first taken stays and the second is refused."""
    first_rows: dict[str, TraineeRow] = {}

    def check(reading: RowReading, trainee: TraineeRow) -> None:
        first = first_rows.setdefault(trainee.student_number, trainee)
        if first is not trainee:
            message = say(
                _(
                    "This student number already stands on sheet “%(sheet)s”, row %(row)s, which "
                    "is kept. Delete one of the two rows, or correct its number."
                ),
                sheet=first.sheet,
                row=first.row,
            )
            raise reading.refused("student_number", Kind.DUPLICATE, message)

    return check


def known_student(known: Collection[str]) -> Check[StudentRow]:
    """The student must be on a trainee row that was taken, or known before."""

    def check(reading: RowReading, row: StudentRow) -> None:
        if row.student_number not in known:
            message = say(
                _(
                    "No trainee has the student number %(value)s. Correct the number, or add the "
                    "trainee; if the trainee's own row was refused, correct that row first."
                ),
                value=brief(reading.value("student_number")),
            )
            raise reading.refused("student_number", Kind.UNKNOWN_STUDENT, message)

    return check


def one_outcome_each() -> Check[MilestoneRow]:
    """One attempt at one milestone has one outcome; a blank attempt is not compared."""
    first_rows: dict[tuple[str, str, int], MilestoneRow] = {}

    def check(reading: RowReading, row: MilestoneRow) -> None:
        if row.attempt is None:
            return
        first = first_rows.setdefault((row.student_number, row.kind, row.attempt), row)
        if first.outcome != row.outcome:
            message = say(
                _(
                    "Row %(row)s of sheet “%(sheet)s” gives another outcome for the same attempt. "
                    "Correct one of them, or count the later attempt as the next."
                ),
                sheet=first.sheet,
                row=first.row,
            )
            raise reading.refused("outcome", Kind.CONFLICTING_OUTCOME, message)

    return check


def _head(seat: SeatRow) -> dict[str, object]:
    """What a seat says of its panel; what it leaves blank it does not say."""
    said = {
        "student_number": seat.student_number,
        "stage": seat.stage,
        "sits_on": (seat.sits_on, seat.precision) if seat.sits_on else None,
    }
    return {field: value for field, value in said.items() if value is not None}


def one_head_each() -> Check[SeatRow]:
    """All seats of a panel name the same student, stage and day, as far as they name any."""
    heads: dict[str, dict[str, tuple[object, SeatRow]]] = {}

    def check(reading: RowReading, seat: SeatRow) -> None:
        head = heads.setdefault(seat.panel_number, {})
        for field, value in _head(seat).items():
            known, first = head.get(field, (value, seat))
            if known != value:
                message = say(
                    _(
                        "Panel %(panel)s has another value for “%(header)s” on sheet "
                        "“%(sheet)s”, row %(row)s. Correct one of the two rows."
                    ),
                    panel=seat.panel_number,
                    header=reading.header(field),
                    sheet=first.sheet,
                    row=first.row,
                )
                raise reading.refused(field, Kind.CONFLICTING_PANEL, message)
        for field, value in _head(seat).items():
            head.setdefault(field, (value, seat))

    return check


def _says_the_same(first: SeatRow, second: SeatRow) -> bool:
    return replace(first, sheet="", row=0, cells={}) == replace(second, sheet="", row=0, cells={})


def one_seat_each() -> Check[SeatRow]:
    """A seat repeated word for word is refused: it would swell the panel.

    Two seats of one name that differ in anything else may be two persons, and both stay.
    """
    first_rows: dict[tuple[str, str], list[SeatRow]] = {}

    def check(reading: RowReading, seat: SeatRow) -> None:
        namesakes = first_rows.setdefault((seat.panel_number, seat.expert_name), [])
        first = next((known for known in namesakes if _says_the_same(known, seat)), None)
        namesakes.append(seat)
        if first is not None:
            message = say(
                _(
                    "%(name)s already sits on panel %(panel)s, with the same in every column "
                    "(sheet “%(sheet)s”, row %(row)s). Delete one of the two rows."
                ),
                name=seat.expert_name,
                panel=seat.panel_number,
                sheet=first.sheet,
                row=first.row,
            )
            raise reading.refused("expert_name", Kind.DUPLICATE, message)

    return check
