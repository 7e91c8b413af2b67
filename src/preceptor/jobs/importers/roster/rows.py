"""The rows of an office workbook, typed, each with the cells it was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from .refusals import Refusal

Precision = Literal["day", "month", "year"]
Sex = Literal["male", "female"]
State = Literal[
    "training", "suspended", "withdrawn", "graduated", "awarded", "closed_without_degree"
]
RotationKind = Literal["specialty", "chief_resident", "equivalent_post"]
MilestoneKind = Literal["proposal", "midterm", "clinical_exam", "predefence", "defence"]
Outcome = Literal["pass", "fail"]
SeatRole = Literal["chair", "member", "secretary"]
TitleSeries = Literal["teacher", "physician", "researcher", "technician", "nurse", "engineer"]
TitleLevel = Literal["full", "associate", "intermediate", "junior"]


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date no more exact than it was written: the first day of the month or year stated."""

    on: date
    precision: Precision


@dataclass(frozen=True, slots=True)
class Title:
    """A professional title; `series` is None where the word names a level alone."""

    series: TitleSeries | None
    level: TitleLevel


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value was read.

    `row` counts from 1, `column` is the letter, `header` the header without spaces and `text`
    what the cell shows. A value taken from the name of the sheet has no column.
    """

    row: int
    column: str
    header: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that was taken; `cells` maps each field with a value to the cell it came from.

    The keys are the names of the fields (`state` for `state_text` too, `title_text` for `titles`,
    and the date's name for its precision).
    """

    sheet: str
    row: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraineeRow(Row):
    """One trainee. None is not recorded. `state_text` is the office's word behind `state`."""

    student_number: str
    name: str
    sex: Sex | None
    birth_on: date | None
    birth_precision: Precision | None
    cohort: int
    direction_code: str
    direction_name: str | None
    supervisor_number: str | None
    supervisor_name: str | None
    state: State | None
    state_text: str | None
    unit_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationRow(Row):
    """One rotation in whole months, both ends included, each as the first day of its month."""

    student_number: str
    department: str | None
    start_month: date
    end_month: date
    kind: RotationKind
    assessment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRow(Row):
    """One attempt at a milestone; an `attempt` that was left blank is None."""

    student_number: str
    kind: MilestoneKind
    held_on: date | None
    precision: Precision | None
    outcome: Outcome
    attempt: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThesisRow(Row):
    """One similarity check; `similarity` in ten-thousandths (30.01 % is 3001), None if blank."""

    student_number: str
    title: str | None
    similarity: int | None
    checked_on: date | None
    precision: Precision | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRow(Row):
    """One expert on one panel. An answer left blank is None; under the degree committee's column
    a blank means no, and None that the table has no such column or says that it is unknown.
    """

    panel_number: str
    student_number: str
    stage: MilestoneKind
    sits_on: date | None
    precision: Precision | None
    expert_name: str
    title_text: str | None
    titles: tuple[Title, ...]
    is_doctoral_supervisor: bool | None
    is_outside: bool | None
    is_degree_committee: bool | None
    in_clinical_work: bool | None
    role: SeatRole | None

    @property
    def title_series(self) -> TitleSeries | None:
        """Series of the highest title, None if no title is known."""
        return self.titles[0].series if self.titles else None

    @property
    def title_level(self) -> TitleLevel | None:
        """Level of the highest title, None if no title is known: never to be taken as low."""
        return self.titles[0].level if self.titles else None


@dataclass(slots=True, kw_only=True)
class Roster:
    """What one workbook says, in the order of its sheets and rows.

    `sha256` and `size` (bytes) name the file. `refusals` are the rows not taken. `unread_sheets`
    are those that hold no table of the form (guidance, scratch sheets). A panel in
    `panels_with_refused_seats` has at least one seat that was not taken, so that its size
    cannot be judged from `seats` alone.
    """

    sha256: str
    size: int
    trainees: list[TraineeRow] = field(default_factory=list)
    rotations: list[RotationRow] = field(default_factory=list)
    milestones: list[MilestoneRow] = field(default_factory=list)
    theses: list[ThesisRow] = field(default_factory=list)
    seats: list[SeatRow] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    unread_sheets: list[str] = field(default_factory=list)
    panels_with_refused_seats: set[str] = field(default_factory=set)
