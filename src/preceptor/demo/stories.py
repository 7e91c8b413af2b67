"""Trainees whose record is written out by hand: showcases, and faults that must be found.

A story belongs to the n-th enrolled trainee of a cohort, so that it is there at every scale at
which the cohort is large enough. Source of the faults: domain specification 8.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from preceptor.training.choices import EnrolmentState as State
from preceptor.training.choices import MilestoneKind

from .rotations import ClinicalMonths


class Fault(StrEnum):
    """What is wrong with a panel on purpose; the value names it among the planted records."""

    FOUR_MEMBERS = "panel_of_four"
    UNKNOWN_TITLE = "panel_with_unknown_title"
    INSIDE_CHAIR = "panel_without_outside_chair"


class Turn(StrEnum):
    """Something out of the ordinary in a study."""

    FAILED_PROPOSAL = "failed_proposal"
    FAILED_MIDTERM = "failed_midterm"
    SUSPENDED = "suspended"
    INTERRUPTED = "interrupted"
    NEW_SUPERVISOR = "new_supervisor"


@dataclass(frozen=True)
class Story:
    """What is fixed of a trainee; the rest is drawn as for all others."""

    state: State
    plant: str = ""
    months: ClinicalMonths | None = None
    turn: Turn | None = None
    similarity_e4: int | None = None
    planned: MilestoneKind | None = None
    planned_on: date | None = None
    fault: Fault | None = None
    in_general_hospital: bool = False


def _short(clinical: int, chief: int, day: int) -> Story:
    return Story(
        State.MIDTERM_PASSED,
        plant="short_of_clinical_months",
        months=ClinicalMonths(clinical, chief),
        planned=MilestoneKind.PREDEFENCE,
        planned_on=date(2024, 1, day),
    )


def _before_defence(day: int, fault: Fault | None = None) -> Story:
    return Story(
        State.DEFENCE_READY,
        planned=MilestoneKind.DEFENCE,
        planned_on=date(2024, 1, day),
        fault=fault,
    )


STORIES = {
    (2021, 0): Story(
        State.MIDTERM_PASSED,
        plant="trainee_account",
        months=ClinicalMonths(19, 3),
        turn=Turn.FAILED_PROPOSAL,
        in_general_hospital=True,
    ),
    (2021, 1): _short(22, 7, 16),
    (2021, 2): _short(23, 6, 17),
    (2021, 3): _short(22, 8, 18),
    (2021, 4): Story(State.CANDIDATE, months=ClinicalMonths(17, 0), turn=Turn.SUSPENDED),
    (2021, 5): Story(State.MIDTERM_PASSED, months=ClinicalMonths(20, 4), turn=Turn.INTERRUPTED),
    (2021, 6): Story(State.CANDIDATE, turn=Turn.FAILED_MIDTERM),
    (2021, 7): Story(State.CLINICAL_PASSED, turn=Turn.NEW_SUPERVISOR),
    (2020, 0): _before_defence(10, Fault.FOUR_MEMBERS),
    (2020, 1): Story(State.PREDEFENCE_PASSED, plant="similarity_over_limit", similarity_e4=3001),
    (2020, 2): _before_defence(11, Fault.UNKNOWN_TITLE),
    (2020, 3): _before_defence(12, Fault.INSIDE_CHAIR),
    (2020, 4): _before_defence(15),
    (2019, 0): Story(State.REVISING),
    (2022, 0): Story(State.CANDIDATE, months=ClinicalMonths(11, 0), turn=Turn.SUSPENDED),
    (2022, 1): Story(State.TRAINING, turn=Turn.FAILED_PROPOSAL),
    (2023, 0): Story(State.TRAINING, months=ClinicalMonths(2, 0), turn=Turn.SUSPENDED),
}
