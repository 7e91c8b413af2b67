"""Records of the rooms below, in the shape of the subject schema; missing stays missing.

Each loader makes the same number of queries for one record as for a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import get_language

from preceptor.people.choices import CapacityKind
from preceptor.people.models import Capacity, Title
from preceptor.people.queries import best_first
from preceptor.supervisors.models import SupervisorQualification
from preceptor.supervisors.queries import HELD
from preceptor.training.choices import MilestoneKind
from preceptor.training.models import (
    Enrolment,
    Milestone,
    Panel,
    PanelSeat,
    Rotation,
    SimilarityCheck,
    Thesis,
    ThesisReview,
)

from .months import training_months

Record = dict[str, Any]
R = TypeVar("R")


def _grouped(rows: Iterable[R], key: str) -> dict[int, list[R]]:
    groups: dict[int, list[R]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return groups


def _day_of(milestones: Iterable[Milestone], kind: str, column: str) -> date | None:
    days = [
        getattr(row, column)
        for row in milestones
        if row.kind == kind and getattr(row, column) is not None
    ]
    return max(days, default=None)


def enrolment_records(
    enrolments: Sequence[Enrolment], on: date, states: dict[int, str] | None = None
) -> list[Record]:
    """Records of the subject `enrolment`, in the order given; two queries.

    `states` gives the state of the day where it differs from today's. Rows after the day are
    left out: what had not happened by then does not count.
    """
    ids = [enrolment.pk for enrolment in enrolments]
    rotations = _grouped(Rotation.objects.filter(enrolment__in=ids), "enrolment_id")
    milestones = _grouped(Milestone.objects.filter(enrolment__in=ids), "enrolment_id")
    return [
        {
            "key": str(enrolment.pk),
            "cohort_on": enrolment.cohort_on,
            "mode": enrolment.mode,
            "degree_type": enrolment.degree_type,
            "state": (states or {}).get(enrolment.pk, enrolment.state),
            "event_on": _day_of(milestones[enrolment.pk], MilestoneKind.DEFENCE, "held_on"),
            "planned_on": _day_of(milestones[enrolment.pk], MilestoneKind.DEFENCE, "planned_on"),
            "training": training_months(rotations[enrolment.pk], on),
            "milestones": [
                {
                    "name": f"{MilestoneKind(row.kind).label} {row.attempt}",
                    "kind": row.kind,
                    "attempt": row.attempt,
                    "day": row.held_on,
                    "outcome": row.outcome,
                }
                for row in milestones[enrolment.pk]
                if row.held_on is not None and row.held_on <= on
            ],
        }
        for enrolment in enrolments
    ]


def thesis_records(theses: Sequence[Thesis], on: date) -> list[Record]:
    """Records of the subject `thesis`, in the order given; the last check by the day counts.

    `theses` must come with their enrolment; three queries.
    """
    ids = [thesis.pk for thesis in theses]
    enrolments = [thesis.enrolment_id for thesis in theses]
    checks = _grouped(SimilarityCheck.objects.filter(thesis__in=ids), "thesis_id")
    reviews = _grouped(ThesisReview.objects.filter(thesis__in=ids), "thesis_id")
    defences = _grouped(
        Milestone.objects.filter(enrolment__in=enrolments, kind=MilestoneKind.DEFENCE),
        "enrolment_id",
    )
    return [
        {
            "key": str(thesis.pk),
            "cohort_on": thesis.enrolment.cohort_on,
            "event_on": _day_of(defences[thesis.enrolment_id], MilestoneKind.DEFENCE, "held_on"),
            "planned_on": _day_of(
                defences[thesis.enrolment_id], MilestoneKind.DEFENCE, "planned_on"
            ),
            "similarity": _last_similarity(checks[thesis.pk], on),
            "reviews": [
                {"name": str(review.number), "is_blind": review.is_blind}
                for review in reviews[thesis.pk]
                if review.returned_on is None or review.returned_on <= on
            ],
        }
        for thesis in theses
    ]


def _last_similarity(checks: Iterable[SimilarityCheck], on: date) -> Decimal | None:
    done = [check for check in checks if check.checked_on is None or check.checked_on <= on]
    last = max(done, key=lambda check: check.attempt, default=None)
    return None if last is None else Decimal(last.similarity_e4).scaleb(-4)


def panel_records(panels: Sequence[Panel], on: date) -> list[Record]:
    """Records of the subject `panel`, in the order given, each judged by the titles,
    qualifications and capacities valid on the day of its sitting.

    A panel without a day of sitting is judged on its planned day, else on `on`. `panels` must
    come with their enrolment; five queries.
    """
    ids = [panel.pk for panel in panels]
    seats = PanelSeat.objects.filter(panel__in=ids).select_related("person").order_by("id")
    by_panel = _grouped(seats, "panel_id")
    known = _Register(sorted({seat.person_id for rows in by_panel.values() for seat in rows}))
    return [_panel_record(panel, by_panel[panel.pk], known, on) for panel in panels]


def _panel_record(panel: Panel, seats: list[PanelSeat], known: _Register, on: date) -> Record:
    day = panel.sits_on or panel.planned_on or on
    return {
        "key": str(panel.pk),
        "stage": panel.stage,
        "cohort_on": panel.enrolment.cohort_on,
        "event_on": panel.sits_on,
        "planned_on": panel.planned_on,
        "members": [_member(seat, panel, known, day) for seat in seats],
    }


def _member(seat: PanelSeat, panel: Panel, known: _Register, day: date) -> Record:
    title = known.title(seat.person_id, day)
    return {
        "name": seat.person.name_zh
        if get_language() != "en" or not seat.person.name_en
        else seat.person.name_en,
        "role": seat.role,
        "field": seat.field,
        "title_level": title.level if title else seat.stated_level,
        "title_series": title.series if title else seat.stated_series,
        "is_doctoral_supervisor": known.or_stated(
            seat.person_id, day, panel, known.supervises, seat.stated_doctoral_supervisor
        ),
        "in_clinical_work": known.or_stated(
            seat.person_id, day, panel, known.practises, seat.stated_clinical_work
        ),
        "is_degree_committee": known.or_stated(
            seat.person_id, day, panel, known.on_committee, seat.stated_degree_committee
        ),
        "is_outside_institution": known.outside_institution(seat, panel, day),
        "is_outside_unit": known.outside_unit(seat, panel, day),
    }


class _Register:
    """What the registers know of a set of persons, on any day; three queries."""

    def __init__(self, persons: list[int]) -> None:
        self.titles = _grouped(Title.objects.known().filter(person__in=persons), "person_id")
        self.capacities = _grouped(
            Capacity.objects.known().filter(person__in=persons).select_related("unit"), "person_id"
        )
        self.qualifications = _grouped(
            SupervisorQualification.objects.known().filter(
                person__in=persons, degree_level="doctor", state__in=HELD
            ),
            "person_id",
        )

    def title(self, person: int, day: date) -> Title | None:
        """The best title valid on the day; None when none is known."""
        return next(iter(best_first([t for t in self.titles[person] if _valid(t, day)])), None)

    def held(self, person: int, day: date) -> list[Capacity]:
        """The capacities held on the day."""
        return [row for row in self.capacities[person] if _valid(row, day)]

    def supervises(self, person: int, day: date) -> bool:
        return any(_valid(row, day) for row in self.qualifications[person])

    def practises(self, person: int, day: date) -> bool:
        return any(row.kind == CapacityKind.PHYSICIAN for row in self.held(person, day))

    def on_committee(self, person: int, day: date) -> bool:
        return any(row.kind == CapacityKind.DEGREE_COMMITTEE for row in self.held(person, day))

    def is_in_house(self, person: int, day: date, institution: int) -> bool:
        """Whether the institution keeps this person's registers, so that no row means no."""
        return any(
            row.kind in (CapacityKind.STAFF, CapacityKind.PHYSICIAN)
            and institution in (row.unit_id, row.unit.institution_id)
            for row in self.held(person, day)
        )

    def or_stated(
        self, person: int, day: date, panel: Panel, knows: Any, stated: bool | None
    ) -> bool | None:
        """What the register says; where it says nothing, what was stated, else unknown."""
        if knows(person, day):
            return True
        if self.is_in_house(person, day, panel.institution_id):
            return False
        return stated

    def outside_institution(self, seat: PanelSeat, panel: Panel, day: date) -> bool | None:
        """Outside the degree-granting institution (the Degrees Law's meaning of outside)."""
        if self.is_in_house(seat.person_id, day, panel.institution_id):
            return False
        return seat.stated_outside_institution

    def outside_unit(self, seat: PanelSeat, panel: Panel, day: date) -> bool | None:
        """Outside the trainee's own hospital or college."""
        if self.outside_institution(seat, panel, day):
            return True
        inside = [row for row in self.held(seat.person_id, day) if _is_post(row)]
        if inside:
            return all(row.unit_id != panel.enrolment.unit_id for row in inside)
        return seat.stated_outside_unit


def _is_post(capacity: Capacity) -> bool:
    return capacity.kind in (CapacityKind.STAFF, CapacityKind.PHYSICIAN)


def _valid(row: Title | Capacity | SupervisorQualification, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)
