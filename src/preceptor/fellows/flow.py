"""How many postdocs were there, came and went between two days: start + in - out = end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from preceptor.base.errors import InputRefused
from preceptor.institutions.models import Unit

from .choices import IntakeSource, Track
from .models import Station

By = Literal["", "station", "track", "intake", "institution"]
GROUPS: tuple[By, ...] = ("", "station", "track", "intake", "institution")


@dataclass(frozen=True)
class FlowRow:
    """One group: how many were in station when the period began and when it ended, and how they
    came and went meanwhile, in persons. `key` is that of a station or institution, or the value of
    a track or source; empty for the whole."""

    key: int | str
    name_zh: str
    name_en: str
    start: int
    entries: int
    transfers_in: int
    changes_in: int
    exits: int
    early_exits: int
    withdrawals: int
    transfers_out: int
    changes_out: int
    end: int

    @property
    def came(self) -> int:
        """All who came into the group."""
        return self.entries + self.transfers_in + self.changes_in

    @property
    def went(self) -> int:
        """All who went out of the group."""
        return (
            self.exits + self.early_exits + self.withdrawals + self.transfers_out + self.changes_out
        )


#: The column of a stay by which rows are grouped.
_COLUMNS = {
    "station": "station_id",
    "track": "track",
    "intake": "intake",
    "institution": "institution_id",
}
#: Whose names a group bears.
_NAMED = {"station": Station, "institution": Unit}

#: A stay is counted on the days from `begins_on` to the one before `ends_on`, so that for each stay
#: [there before] + [begins within] - [ends within] = [there afterwards]. What leads from a stay of
#: the group to another one of it, is no movement of the group: it is left out at both its sides.
_COUNTS = """
SELECT {key} AS flow_key,
    COUNT(CASE WHEN s.begins_on < %(first)s THEN 1 END) AS flow_start,
    COUNT(CASE WHEN s.begins_on >= %(first)s AND s.comes_by = 'entry' THEN 1 END) AS entries,
    COUNT(CASE WHEN s.begins_on >= %(first)s AND s.comes_by = 'transfer'
        THEN CASE WHEN NOT EXISTS ({before_transfer}) THEN 1 END END) AS transfers_in,
    COUNT(CASE WHEN s.begins_on >= %(first)s AND s.comes_by = 'change'
        THEN CASE WHEN NOT EXISTS ({before_change}) THEN 1 END END) AS changes_in,
    COUNT(CASE WHEN s.ends_on <= %(last)s AND s.goes_by = 'exit' THEN 1 END) AS exits,
    COUNT(CASE WHEN s.ends_on <= %(last)s AND s.goes_by = 'early_exit' THEN 1 END) AS early_exits,
    COUNT(CASE WHEN s.ends_on <= %(last)s AND s.goes_by = 'withdrawal' THEN 1 END) AS withdrawals,
    COUNT(CASE WHEN s.ends_on <= %(last)s AND s.goes_by = 'transfer'
        THEN CASE WHEN NOT EXISTS ({after_transfer}) THEN 1 END END) AS transfers_out,
    COUNT(CASE WHEN s.ends_on <= %(last)s AND s.goes_by = 'change'
        THEN CASE WHEN NOT EXISTS ({after_change}) THEN 1 END END) AS changes_out,
    COUNT(CASE WHEN s.ends_on IS NULL OR s.ends_on > %(last)s THEN 1 END) AS flow_end
FROM fellows_stay s
WHERE {begun} AND (s.ends_on IS NULL OR s.ends_on >= %(first)s){where}{group}"""

#: Of a limited part the index gives the rows. Of all stays, SQLite would walk an index too and fetch
#: every row by its key; written the other way round the condition has it read the table in its order.
_BEGUN, _BEGUN_OF_ALL = "s.begins_on <= %(last)s", "NOT s.begins_on > %(last)s"
#: The other stay is found by its postdoc, of whom there are a few; written as an equation, SQLite would
#: look for it among all who begin on that day in the whole group.
_SAME = "NOT o.{name} <> s.{name}"

_BEFORE_CHANGE = """SELECT 1 FROM fellows_stay o WHERE o.postdoc_id = s.postdoc_id
    AND o.ends_on = s.begins_on AND o.goes_by = 'change'{same}"""
_AFTER_CHANGE = """SELECT 1 FROM fellows_stay o WHERE o.postdoc_id = s.postdoc_id
    AND o.begins_on = s.ends_on AND o.comes_by = 'change'{same}"""
_BEFORE_TRANSFER = """SELECT 1 FROM fellows_stay o JOIN fellows_postdoc p
    ON p.follows_id = o.postdoc_id WHERE p.id = s.postdoc_id
    AND o.ends_on = s.begins_on AND o.goes_by = 'transfer'{same}"""
_AFTER_TRANSFER = """SELECT 1 FROM fellows_stay o JOIN fellows_postdoc p
    ON p.id = o.postdoc_id WHERE p.follows_id = s.postdoc_id
    AND o.begins_on = s.ends_on AND o.comes_by = 'transfer'{same}"""


def flow(
    *,
    first: date,
    last: date,
    institution: Unit | None = None,
    station: Station | None = None,
    by: By = "",
) -> list[FlowRow]:
    """The headcount when the period began (on the eve of `first`) and when it ended (on `last`), and
    what happened between, both days included, so that start + in - out = end in every row.

    Of all institutions where none is given. Grouped by station, track, source or institution the
    rows are sorted by key and a group in which nobody was is left out; not grouped there is exactly
    one row. Who changes or moves within a group neither comes nor goes. One SQL statement. Raises
    InputRefused when the days are the wrong way round, or the grouping is not known.
    """
    if last < first:
        raise InputRefused(
            _("The last day, %(last)s, lies before the first, %(first)s.")
            % {"first": first, "last": last}
        )
    if by not in GROUPS:
        raise InputRefused(
            _("The flow is grouped by station, track, intake or institution, not by “%(by)s”.")
            % {"by": by}
        )
    limits = {"institution_id": institution, "station_id": station}
    held = {column: row.pk for column, row in limits.items() if row is not None}
    with connection.cursor() as cursor:
        cursor.execute(_statement(by, list(held)), _values(first, last) | held)
        rows = cursor.fetchall()
    return [_row(by, found) for found in rows]


def _values(first: date, last: date) -> dict[str, Any]:
    adapt = connection.ops.adapt_datefield_value
    return {"first": adapt(first), "last": adapt(last)}


def _statement(by: By, held: list[str]) -> str:
    """The one statement; `held` are the columns of stays that are limited to one value."""
    column = _COLUMNS.get(by)
    equal = dict.fromkeys([*held, *([column] if column else [])])
    same = "".join(f" AND {_SAME.format(name=name)}" for name in equal)
    counts = _COUNTS.format(
        key=f"s.{column}" if column else "''",
        begun=_BEGUN if held or by == "station" else _BEGUN_OF_ALL,
        before_change=_BEFORE_CHANGE.format(same=same),
        after_change=_AFTER_CHANGE.format(same=same),
        before_transfer=_BEFORE_TRANSFER.format(same=same),
        after_transfer=_AFTER_TRANSFER.format(same=same),
        where="".join(f" AND s.{name} = %({name})s" for name in held),
        group=f"\nGROUP BY s.{column}" if column else "",
    )
    names, join = "'', ''", ""
    if by in _NAMED:
        table = _NAMED[by]._meta.db_table
        names, join = "n.name_zh, n.name_en", f" JOIN {table} n ON n.id = f.flow_key"
    return f"SELECT f.*, {names} FROM ({counts}) f{join} ORDER BY f.flow_key"


def _row(by: By, found: tuple[Any, ...]) -> FlowRow:
    key, *counts, name_zh, name_en = found
    if by in ("track", "intake"):
        name_zh, name_en = _labels(by, key)
    return FlowRow(key, name_zh, name_en, *counts)


def _labels(by: By, value: str) -> tuple[str, str]:
    label = Track(value).label if by == "track" else IntakeSource(value).label
    with override("zh-hans"):
        name_zh = str(label)
    with override("en"):
        return name_zh, str(label)
