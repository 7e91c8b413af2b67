"""The office workbook: read into typed rows without any database, then taken in."""

from .reader import read_roster
from .refusals import Kind, Refusal, WorkbookRefused
from .rows import (
    Cell,
    MilestoneRow,
    PartialDate,
    Roster,
    RotationRow,
    Row,
    SeatRow,
    ThesisRow,
    Title,
    TraineeRow,
)

__all__ = [
    "Cell",
    "Kind",
    "MilestoneRow",
    "PartialDate",
    "Refusal",
    "Roster",
    "RotationRow",
    "Row",
    "SeatRow",
    "ThesisRow",
    "Title",
    "TraineeRow",
    "WorkbookRefused",
    "read_roster",
]
