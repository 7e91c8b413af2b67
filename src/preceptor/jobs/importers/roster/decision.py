"""What is to happen with one row of the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from .refusals import Kind, Refusal, Text
from .rows import Row

R = TypeVar("R", bound=Row)


class Status(StrEnum):
    """How a row stands to what the institution knows already."""

    NEW = "taken"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class Decision(Generic[R]):
    """A row with its status; `record` is what it was matched with, `changes` what differs.

    `changes` maps a field of the row to what stands in the records and what stands in the cell.
    """

    row: R
    status: Status
    record: Any = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def after(self) -> dict[str, Any]:
        """The changed fields with their new values."""
        return {name: pair[1] for name, pair in self.changes.items()}


def compared(row: R, record: Any, pairs: Mapping[str, tuple[Any, Any]]) -> Decision[R]:
    """The decision on a row matched with a record; a cell left blank never erases a value."""
    changes = {
        name: (before, after)
        for name, (before, after) in pairs.items()
        if after is not None and before != after
    }
    status = Status.CHANGED if changes else Status.UNCHANGED
    return Decision(row, status, record, changes)


def refusal(row: Row, field_name: str, kind: Kind, message: Text) -> Refusal:
    """A refusal that names the cell of the field."""
    cell = row.cells.get(field_name)
    return Refusal(
        sheet=row.sheet,
        row=row.row,
        column=cell.header if cell else "",
        letter=cell.column if cell else "",
        kind=kind,
        message=message,
        value=cell.text[:60] if cell else "",
    )
