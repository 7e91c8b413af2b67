from .case import ask_milestone, ask_other, ask_period, ask_state
from .enrolment import NewEnrolment, correct_enrolment, enrol, grant_period
from .panel import NewSeat, change_seat, compose_panels, reschedule_panel, take_seat
from .placement import move
from .progress import (
    change_milestone,
    change_rotation,
    record_course_results,
    record_milestones,
    record_rotations,
)
from .sitting import (
    Chosen,
    begin_panel,
    call_panel,
    compose_panel,
    override_conflict,
    remove_seat,
    replace_member,
)
from .state import award, change_state
from .supervision import assign_supervisors
from .thesis import change_check, change_thesis, record_checks, record_reviews, record_theses

__all__ = [
    "Chosen",
    "NewEnrolment",
    "NewSeat",
    "ask_milestone",
    "ask_other",
    "ask_period",
    "ask_state",
    "assign_supervisors",
    "award",
    "begin_panel",
    "call_panel",
    "change_check",
    "change_milestone",
    "change_rotation",
    "change_seat",
    "change_state",
    "change_thesis",
    "compose_panel",
    "compose_panels",
    "correct_enrolment",
    "enrol",
    "grant_period",
    "move",
    "override_conflict",
    "record_checks",
    "record_course_results",
    "record_milestones",
    "record_reviews",
    "record_rotations",
    "record_theses",
    "remove_seat",
    "replace_member",
    "reschedule_panel",
    "take_seat",
]
