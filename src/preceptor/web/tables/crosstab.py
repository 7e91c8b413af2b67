"""A list counted by what stands in one or two of its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from preceptor.base.errors import RuleBroken
from preceptor.web.listings.listing import Sheet

#: A longer list is narrowed first: its lines are written one by one to be counted.
MOST_LINES = 20_000
MOST_ROWS, MOST_COLUMNS = 500, 30
#: What a line stands under that says nothing in the column; it comes last.
UNKNOWN = (2, 0, "")
Place = tuple[int, Decimal | int, str]


@dataclass(frozen=True)
class Crosstab:
    """How many lines of a list say the same: by what stands in one column (`rows`), and in a second one
    (`columns`, empty without one). Both are in their order, what is not known last."""

    rows: Sequence[Place]
    columns: Sequence[Place]
    counts: Counter[tuple[Place, Place]]

    @property
    def total(self) -> int:
        """How many lines there are."""
        return self.counts.total()


def counted(sheet: Sheet, by: int, across: int | None = None) -> Crosstab:
    """The lines of the list by the column at the place `by`, and by the one at `across`. A day counts as
    its year. Raises RuleBroken for a list that is too long, and for a column in which too many
    different things stand."""
    found: Counter[tuple[Place, Place]] = Counter()
    for number, line in enumerate(sheet.lines, 1):
        if number > MOST_LINES:
            raise RuleBroken(
                _("The list has more than %(most)s lines. Narrow it by its filters first.")
                % {"most": f"{MOST_LINES:,}"}
            )
        found[_place(line[by]), UNKNOWN if across is None else _place(line[across])] += 1
    rows, columns = (sorted({key[side] for key in found}) for side in (0, 1))
    _demand_few(sheet.heads[by], rows, MOST_ROWS)
    if across is None:
        return Crosstab(rows, [], found)
    _demand_few(sheet.heads[across], columns, MOST_COLUMNS)
    return Crosstab(rows, columns, found)


def _place(value: Any) -> Place:
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, date):
        value = value.year
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return 0, Decimal(str(value)), str(value)
    return 1, 0, str(value)


def _said(place: Place) -> str:
    return _("not known") if place == UNKNOWN else place[2]


def _demand_few(title: Any, places: Sequence[Place], most: int) -> None:
    if len(places) > most:
        raise RuleBroken(
            _("More than %(most)s different things stand in “%(column)s”. Choose another column.")
            % {"most": most, "column": title}
        )


def heads_of(table: Crosstab, by: Any) -> list[str]:
    """The titles above the lines."""
    if not table.columns:
        return [str(by), _("Number of lines")]
    return [str(by), *map(_said, table.columns), _("Total")]


def lines_of(table: Crosstab) -> list[list[Any]]:
    """The lines of the table, each begun by what it counts, with sums at the end."""
    columns = table.columns or [UNKNOWN]
    cells = [[table.counts[row, column] for column in columns] for row in table.rows]
    sums = [sum(column) for column in zip(*cells, strict=True)] if cells else [0] * len(columns)
    lines = [[_said(row), *line] for row, line in zip(table.rows, cells, strict=True)]
    lines.append([_("Total"), *sums])
    if not table.columns:
        return lines
    return [[*line, sum(line[1:])] for line in lines]
