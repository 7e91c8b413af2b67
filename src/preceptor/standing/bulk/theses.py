"""Columns of theses: similarity, the days of the defence, and the reviews."""

from __future__ import annotations

from datetime import date

import numpy as np
from django.db.models import Q

from preceptor.policy.batch import Array
from preceptor.policy.types import Bool, Date, Enum, Int, Scalar
from preceptor.training.choices import MilestoneKind
from preceptor.training.models import Milestone, SimilarityCheck, ThesisReview

from ..schema import SCHEMA
from .cells import Coded
from .enrolments import KEY, Ask, Lists, Places, Steps, offsets_of, owners_of, taken
from .needed import Needed

OWN: dict[str, Scalar] = {"enrolment__cohort_on": Date()}
SIMILARITY = Int(0, 10_000)
ATTEMPT = Int(0, 2**31)


def thesis_columns(
    ask: Ask, own: dict[str, Coded], keys: Places, on: date, asked: Needed
) -> tuple[dict[str, Coded], Lists]:
    """What `thesis_records` gives of the theses with the keys, which rise, as columns.

    `own` are their columns of `OWN`.
    """
    columns = {"cohort_on": own["enrolment__cohort_on"]}
    first, last = int(keys[0]), int(keys[-1])
    defences = Milestone.objects.filter(
        kind=MilestoneKind.DEFENCE, enrolment__thesis__gte=first, enrolment__thesis__lte=last
    )
    steps = Steps(ask, defences.order_by(), "enrolment__thesis", keys, set())
    columns |= steps.defence(len(keys), on)
    within = Q(thesis__gte=first, thesis__lte=last)
    columns["similarity"] = _similarity(ask, within, keys, on)
    return columns, {"reviews": _reviews(ask, within, keys, on, columns["event_on"])}


def _similarity(ask: Ask, within: Q, keys: Places, on: date) -> Coded:
    """The rate of the last attempt by the day, in ten-thousandths; unknown without one."""
    done = Q(checked_on=None) | Q(checked_on__lte=on)
    rows = SimilarityCheck.objects.filter(within, done).order_by()
    found = ask(rows, {"thesis": KEY, "attempt": ATTEMPT, "similarity_e4": SIMILARITY})
    owners, mine = owners_of(found["thesis"][0], keys)
    order = np.lexsort((found["attempt"][0][mine], owners[mine]))
    values, known = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
    # The last value given to a place stays: that of the last attempt.
    values[owners[mine][order]] = found["similarity_e4"][0][mine][order]
    known[owners[mine]] = True
    return values, known


def _reviews(
    ask: Ask, within: Q, keys: Places, on: date, defended: Coded
) -> tuple[Places, dict[str, Coded]]:
    outcome = SCHEMA.subjects["thesis"].rows("reviews").columns["outcome"]
    assert isinstance(outcome, Enum)
    back = Q(returned_on=None) | Q(returned_on__lte=on)
    found = ask(
        ThesisReview.objects.filter(within, back).order_by(),
        {
            "thesis": KEY, "number": ATTEMPT, "is_blind": Bool(), "returned_on": Date(),
            "outcome": outcome,
        },
    )  # fmt: skip
    owners, mine = owners_of(found.pop("thesis")[0], keys)
    places = np.flatnonzero(mine)
    order = places[np.lexsort((found["number"][0][places], owners[places]))]
    rows, own = taken(found, order), owners[order]
    before = _before(rows, taken({"": defended}, own)[""], len(own))
    columns = {
        "is_blind": rows["is_blind"], "outcome": rows["outcome"], "is_before_defence": before,
    }  # fmt: skip
    return offsets_of(own, len(keys)), columns


def _before(rows: dict[str, Coded], defended: Coded, count: int) -> Coded:
    """Whether each review was back before the defence ended; see `thesis_records`."""
    day, is_back = rows["returned_on"][0], _known(rows["returned_on"], count)
    is_defended = _known(defended, count)
    open_defence = ~is_defended
    in_time = open_defence | (day <= defended[0])
    decided = _known(rows["outcome"], count) & open_defence
    return np.where(is_back, in_time, decided), is_back | decided


def _known(cells: Coded, count: int) -> Array:
    return np.ones(count, np.bool_) if cells[1] is None else cells[1]
