"""Columns of trainees: their own, the months of their training, and the steps that were held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from preceptor.policy.batch import Array, Mask
from preceptor.policy.types import Date, Enum, Int, Scalar, day_number
from preceptor.training.choices import MilestoneKind
from preceptor.training.models import Milestone, Rotation

from ..months import HIGHEST_FIRST
from ..schema import SCHEMA
from .cells import Coded
from .needed import Needed

Places = npt.NDArray[np.int64]
Ask = Callable[[QuerySet[Any], dict[str, Scalar]], dict[str, Coded]]
Lists = dict[str, tuple[Places, dict[str, Coded]]]
Reader = Callable[[Ask, dict[str, Coded], Places, date, Needed], tuple[dict[str, Coded], Lists]]
ENROLMENT = SCHEMA.subjects["enrolment"]
OWN: dict[str, Scalar] = {
    name: ENROLMENT.columns[name] for name in ("cohort_on", "mode", "degree_type", "state")
}
KEY = Int(0, 2**62)
NO_DAY = Date().low


def enrolment_columns(
    ask: Ask, own: dict[str, Coded], keys: Places, on: date, asked: Needed
) -> tuple[dict[str, Coded], Lists]:
    """What `enrolment_records` gives of the trainees with the keys, which rise, as columns.

    `own` are their columns of `OWN`; a list that nobody asks for is left empty.
    """
    within = {"enrolment__gte": int(keys[0]), "enrolment__lte": int(keys[-1])}
    rows = Milestone.objects.filter(**within).order_by()
    steps = Steps(ask, rows, "enrolment", keys, asked.lists.get("milestones", set()))
    columns = own | steps.defence(len(keys), on)
    lists: Lists = {"milestones": steps.held(len(keys), on), "training": _no_rows(len(keys))}
    if "training" in asked.lists:
        lists["training"] = _training(ask, Rotation.objects.filter(**within).order_by(), keys, on)
    return columns, lists


def _no_rows(count: int) -> tuple[Places, dict[str, Coded]]:
    return np.zeros(count + 1, dtype=np.int64), {}


def owners_of(found: Array, keys: Places) -> tuple[Places, Mask]:
    """Which record each row belongs to, and whether it is one of these records at all."""
    owners = np.searchsorted(keys, found)
    owners[owners == len(keys)] = 0
    return owners, keys[owners] == found


def offsets_of(owners: Places, count: int) -> Places:
    """Where the rows of each record begin, and the end of the last."""
    return np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=count))))


def taken(columns: dict[str, Coded], places: Any) -> dict[str, Coded]:
    """Some rows of columns, by a mask or in an order."""
    return {
        name: (values[places], None if known is None else known[places])
        for name, (values, known) in columns.items()
    }


class Steps:
    """The milestones of records, one a row, with the record that each belongs to.

    `asked` are the columns that somebody looks at beside kind and days.
    """

    def __init__(
        self, ask: Ask, rows: QuerySet[Any], owner: str, keys: Places, asked: set[str]
    ) -> None:
        kinds = ENROLMENT.rows("milestones").columns
        others: dict[str, Scalar] = {
            name: kinds[name] for name in ("attempt", "outcome") if name in asked
        }
        columns = ask(
            rows,
            {
                owner: KEY, "pk": KEY, "kind": kinds["kind"], "held_on": Date(),
                "planned_on": Date(), **others,
            },
        )  # fmt: skip
        owners, mine = owners_of(columns.pop(owner)[0], keys)
        self.owners = owners[mine]
        self.columns = taken(columns, mine)

    def defence(self, count: int, on: date) -> dict[str, Coded]:
        """The day of each record's last defence held by the day, and the last day planned for it."""
        kinds = ENROLMENT.rows("milestones").columns["kind"]
        assert isinstance(kinds, Enum)
        code = kinds.values.index(MilestoneKind.DEFENCE)
        is_defence = self.columns["kind"][0] == code
        owners, found = self.owners[is_defence], taken(self.columns, is_defence)
        held, planned = _days(found["held_on"]), _days(found["planned_on"])
        return {
            "event_on": _last(owners, np.where(held <= day_number(on), held, NO_DAY), count),
            "planned_on": _last(owners, np.where(held > NO_DAY, held, planned), count),
        }

    def held(self, count: int, on: date) -> tuple[Places, dict[str, Coded]]:
        """The steps held by the day, in the order of their days."""
        days = _days(self.columns["held_on"])
        places = np.flatnonzero((days > NO_DAY) & (days <= day_number(on)))
        order = np.lexsort((self.columns["pk"][0][places], days[places], self.owners[places]))
        rows = taken(self.columns, places[order])
        columns: dict[str, Coded] = {
            name: rows[name] for name in ("kind", "outcome", "attempt") if name in rows
        }
        columns["day"] = rows["held_on"][0], None
        return offsets_of(self.owners[places], count), columns


def _days(cells: Coded) -> Places:
    """Days, those that are not known before all others."""
    values, known = cells
    days = values.astype(np.int64)
    return days if known is None else np.where(known, days, NO_DAY)


def _last(owners: Places, days: Places, count: int) -> Coded:
    found = np.full(count, NO_DAY, dtype=np.int64)
    np.maximum.at(found, owners, days)
    known = found > NO_DAY
    return np.where(known, found, 0), known


def _training(
    ask: Ask, rows: QuerySet[Any], keys: Places, on: date
) -> tuple[Places, dict[str, Coded]]:
    """One row a calendar month begun by the day; see `training_months`."""
    kind = ENROLMENT.rows("training").columns["kind"]
    assert isinstance(kind, Enum)
    columns = ask(
        rows, {"enrolment": KEY, "start_month": Date(), "end_month": Date(), "kind": kind}
    )
    owners, mine = owners_of(columns["enrolment"][0], keys)
    mine &= columns["start_month"][0] <= day_number(on)
    found = taken(columns, mine)
    return calendar_months(
        owners[mine],
        _months(found["start_month"][0]),
        _months(np.minimum(found["end_month"][0], day_number(on))),
        _ranks(found["kind"], kind),
        kind,
        len(keys),
    )


def _months(days: Array) -> Places:
    """The month of each day, counted from January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _order(kind: Enum) -> list[int]:
    """Codes from the highest kind on; -1 stands for one that is not known, which only the highest
    of all outweighs."""
    highest, *rest = (kind.values.index(name) for name in HIGHEST_FIRST)
    return [highest, -1, *rest]


def _ranks(cells: Coded, kind: Enum) -> Places:
    """How high each rotation's kind is; 0 is the highest."""
    codes, known = cells
    table: Places = np.argsort(np.array(_order(kind)))
    places = codes.astype(np.int64) + 1
    return table[places if known is None else np.where(known, places, 0)]


def calendar_months(
    owners: Places, first: Places, last: Places, ranks: Places, kind: Enum, count: int
) -> tuple[Places, dict[str, Coded]]:
    """Spans of months as one row for each month of an owner, of the highest kind that covers it."""
    lengths = last - first + 1
    begun = np.cumsum(lengths) - lengths
    months = np.arange(int(lengths.sum())) - np.repeat(begun - first, lengths)
    least = int(months.min(initial=0))
    width = int(months.max(initial=0)) - least + 1
    own = np.repeat(owners, lengths) * width + (months - least)
    marks = own * len(HIGHEST_FIRST) * 2 + np.repeat(ranks, lengths)
    if (np.diff(own) <= 0).any():
        marks = np.sort(marks)
    own, rank = np.divmod(marks, len(HIGHEST_FIRST) * 2)
    is_first = np.diff(own, prepend=-1) > 0
    places, month = np.divmod(own[is_first], width)
    codes = np.array(_order(kind))[rank[is_first]]
    days = (month + least).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    columns: dict[str, Coded] = {
        "month": (days, None),
        "months": (np.ones(len(days), dtype=np.int8), None),
        "kind": (np.maximum(codes, 0), codes >= 0),
    }
    return offsets_of(places, count), columns
