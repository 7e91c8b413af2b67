"""One function for each table of the form: a row read into its record."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from django.utils.translation import gettext_lazy as _

from . import numbers, words
from .percentages import ten_thousandths
from .reading import RowReading
from .refusals import CellRefused, Kind, say
from .rows import (
    Cell,
    MilestoneRow,
    PartialDate,
    RotationRow,
    SeatRow,
    ThesisRow,
    TraineeRow,
)
from .text import (
    Value,
    brief,
    code_up_to,
    free_text,
    is_blank,
    person_name,
    plain,
    text_up_to,
)
from .titles import titles

MAX_ROTATION_MONTHS = 120
LEAST_AGE_AT_ENTRY = 15
_CODE = code_up_to(32)
_SHORT_TEXT = text_up_to(200)
_LONG_TEXT = text_up_to(500)


def _known_direction(directions: Collection[str], value: Value) -> str:
    code = plain(value)
    if code not in directions:
        raise CellRefused(
            Kind.UNKNOWN_CODE,
            say(
                _("“%(value)s” is not the code of a known direction. Check it in the register."),
                value=brief(value),
            ),
        )
    return code


def _birth(reading: RowReading, cohort: int) -> PartialDate | None:
    birth = reading.partial_date("birth_on")
    if birth is not None and birth.on.year > cohort - LEAST_AGE_AT_ENTRY:
        message = say(
            _(
                "A birth on %(value)s does not go with %(cohort)s as the year of entry. "
                "Correct one of the two."
            ),
            value=brief(reading.value("birth_on")),
            cohort=cohort,
        )
        raise reading.refused("birth_on", Kind.INVALID_DATE, message)
    return birth


def read_trainee(
    reading: RowReading, directions: Collection[str], unit: tuple[str, Cell]
) -> TraineeRow:
    """A trainee; `unit` is the unit of the sheet, used where the row names none itself."""
    student_number = reading.required("student_number", numbers.student_number)
    name = reading.required("name", person_name)
    sex = reading.optional("sex", words.sex)
    cohort = reading.required("cohort", numbers.cohort)
    birth = _birth(reading, cohort)
    code = reading.required("direction_code", partial(_known_direction, directions))
    own_unit = reading.optional("unit_name", _SHORT_TEXT)
    if own_unit is None:
        reading.cells["unit_name"] = unit[1]
    return TraineeRow(
        sheet=reading.sheet.name,
        row=reading.row,
        cells=reading.cells,
        student_number=student_number,
        name=name,
        sex=sex,
        birth_on=birth.on if birth else None,
        birth_precision=birth.precision if birth else None,
        cohort=cohort,
        direction_code=code,
        direction_name=reading.optional("direction_name", _SHORT_TEXT),
        supervisor_number=reading.optional("supervisor_number", _CODE),
        supervisor_name=reading.optional("supervisor_name", person_name),
        state=reading.optional("state", words.state),
        state_text=reading.optional("state", free_text),
        unit_name=own_unit or unit[0],
    )


def read_rotation(reading: RowReading) -> RotationRow:
    """A rotation of at most ten years that does not end before it starts."""
    student_number = reading.required("student_number", numbers.student_number)
    start, end = reading.month("start_month"), reading.month("end_month")
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    if months < 1:
        message = say(
            _("The last month, %(end)s, lies before the first, %(start)s. Correct one of them."),
            end=brief(reading.value("end_month")),
            start=brief(reading.value("start_month")),
        )
        raise reading.refused("end_month", Kind.ENDS_BEFORE_START, message)
    if months > MAX_ROTATION_MONTHS:
        message = say(
            _("The rotation would last %(months)s months. Check its first and last month."),
            months=months,
        )
        raise reading.refused("end_month", Kind.IMPLAUSIBLE_PERIOD, message)
    return RotationRow(
        sheet=reading.sheet.name,
        row=reading.row,
        cells=reading.cells,
        student_number=student_number,
        department=reading.optional("department", _SHORT_TEXT),
        start_month=start,
        end_month=end,
        kind=reading.required("kind", words.rotation_kind),
        assessment=reading.optional("assessment", _SHORT_TEXT),
    )


def read_milestone(reading: RowReading) -> MilestoneRow:
    """An attempt at a milestone; without an outcome it is refused."""
    student_number = reading.required("student_number", numbers.student_number)
    held = reading.partial_date("held_on")
    return MilestoneRow(
        sheet=reading.sheet.name,
        row=reading.row,
        cells=reading.cells,
        student_number=student_number,
        kind=reading.required("kind", words.stage),
        held_on=held.on if held else None,
        precision=held.precision if held else None,
        outcome=reading.required("outcome", words.outcome),
        attempt=reading.optional("attempt", numbers.attempt),
    )


def read_thesis(reading: RowReading) -> ThesisRow:
    """A similarity check; a blank percentage is not recorded, never 0."""
    student_number = reading.required("student_number", numbers.student_number)
    percentage = partial(
        ten_thousandths,
        is_percent_cell=reading.is_percent_cell("similarity"),
        is_percent_column="%" in plain(reading.header("similarity")),
    )
    checked = reading.partial_date("checked_on")
    return ThesisRow(
        sheet=reading.sheet.name,
        row=reading.row,
        cells=reading.cells,
        student_number=student_number,
        title=reading.optional("title", _LONG_TEXT),
        similarity=reading.optional("similarity", percentage),
        checked_on=checked.on if checked else None,
        precision=checked.precision if checked else None,
    )


def _committee_answer(reading: RowReading) -> bool | None:
    """The form says that a blank here means no; a table without the column says nothing."""
    if reading.header("is_degree_committee") and is_blank(reading.value("is_degree_committee")):
        return False
    return reading.optional("is_degree_committee", words.answer)


def read_seat(reading: RowReading) -> SeatRow:
    """An expert's seat; only under the degree committee's header does a blank mean no."""
    panel = reading.required("panel_number", _CODE)
    student_number = reading.required("student_number", numbers.student_number)
    sits = reading.partial_date("sits_on")
    return SeatRow(
        sheet=reading.sheet.name,
        row=reading.row,
        cells=reading.cells,
        panel_number=panel,
        student_number=student_number,
        stage=reading.required("stage", words.stage),
        sits_on=sits.on if sits else None,
        precision=sits.precision if sits else None,
        expert_name=reading.required("expert_name", person_name),
        title_text=reading.optional("title_text", _SHORT_TEXT),
        titles=reading.optional("title_text", titles) or (),
        is_doctoral_supervisor=reading.optional("is_doctoral_supervisor", words.answer),
        is_outside=reading.optional("is_outside", words.answer),
        is_degree_committee=_committee_answer(reading),
        in_clinical_work=reading.optional("in_clinical_work", words.answer),
        role=reading.optional("role", words.role),
    )
