"""Clinical training month by month: a row for each year, a cell for each month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from preceptor.base.dates import month_end, month_start, months_between
from preceptor.standing.months import training_months
from preceptor.training.choices import RotationKind
from preceptor.training.models import Enrolment, Rotation
from preceptor.training.states import ENROLLED

Shown = dict[str, Any]


def letter(kind: str | None) -> str:
    """The mark of a kind of rotation, so that colour is never alone."""
    marks = {
        RotationKind.SPECIALTY: pgettext("mark of a month of specialist training", "S"),
        RotationKind.CHIEF_RESIDENT: pgettext("mark of a month as chief resident", "C"),
        RotationKind.EQUIVALENT_POST: pgettext("mark of a month in an equivalent post", "E"),
        RotationKind.OTHER: pgettext("mark of a month of another rotation", "O"),
    }
    return marks[RotationKind(kind)] if kind else "?"


def kind_title(kind: str | None) -> str:
    """What a kind of rotation is called; an unknown one reads as not recorded."""
    return str(RotationKind(kind).label) if kind else _("kind not recorded")


def months_of(enrolment: Enrolment, on: date) -> Shown | None:
    """Years of cells and a legend with counts; None where no rotation is recorded.

    From the cohort's first year to the last recorded month, or to the day while the trainee is
    studying. A cell is done (begun by the day), planned (after it) or empty; a month counts once,
    by the highest kind of rotation that covers it.
    """
    rotations = list(enrolment.rotations.all())
    if not rotations:
        return None
    last = _last_day(enrolment, rotations, on)
    rows = {row["month"]: row for row in training_months(rotations, month_end(last))}
    first = min([enrolment.cohort_on, *rows])
    this_month = month_start(on)
    years = [
        {
            "year": year,
            "cells": [
                _cell(date(year, month, 1), rows.get(date(year, month, 1)), this_month)
                for month in range(1, 13)
            ],
        }
        for year in range(first.year, last.year + 1)
    ]
    return {"years": years, "legend": _legend(rows, this_month), "months": range(1, 13)}


def _last_day(enrolment: Enrolment, rotations: Sequence[Rotation], on: date) -> date:
    """The last day that the strip reaches: nothing is to be trained once the study has ended."""
    last = max(row.end_month for row in rotations)
    return max(last, on) if enrolment.state in ENROLLED else last


def _cell(month: date, row: Shown | None, this_month: date) -> Shown:
    cell: Shown = {"month": month, "is_now": month == this_month, "class": "", "mark": ""}
    if row is None:
        return cell | {"title": _("%(month)s: nothing recorded") % {"month": f"{month:%Y-%m}"}}
    planned = month > this_month
    title = _("%(name)s, %(kind)s, planned") if planned else _("%(name)s, %(kind)s")
    return cell | {
        "class": f"month-{(row['kind'] or 'unknown').replace('_', '-')}",
        "mark": letter(row["kind"]),
        "is_planned": planned,
        "title": title % {"name": row["name"], "kind": kind_title(row["kind"])},
    }


def _legend(rows: dict[date, Shown], this_month: date) -> list[Shown]:
    done = Counter(row["kind"] for month, row in rows.items() if month <= this_month)
    order = [*RotationKind.values, None]
    return [
        {
            "class": f"month-{(kind or 'unknown').replace('_', '-')}",
            "mark": letter(kind),
            "title": kind_title(kind),
            "count": done[kind],
        }
        for kind in order
        if done[kind]
    ]


def count_of(rotation: Rotation) -> int:
    """How many months a rotation lasts, both ends included."""
    return len(months_between(rotation.start_month, rotation.end_month))
