from .case import ConflictOverride, MilestoneCase, OtherCase, PeriodCase, SeatLink, StateCase
from .enrolment import Enrolment, Placement, StateSpan, StudyPeriod, Supervision
from .panel import Panel, PanelSeat
from .programme import Course, Programme, ProgrammeCourse
from .progress import CourseRecord, Milestone, Rotation
from .thesis import SimilarityCheck, Thesis, ThesisReview

__all__ = [
    "ConflictOverride",
    "Course",
    "CourseRecord",
    "Enrolment",
    "Milestone",
    "MilestoneCase",
    "OtherCase",
    "Panel",
    "PanelSeat",
    "PeriodCase",
    "Placement",
    "Programme",
    "ProgrammeCourse",
    "Rotation",
    "SeatLink",
    "SimilarityCheck",
    "StateCase",
    "StateSpan",
    "StudyPeriod",
    "Supervision",
    "Thesis",
    "ThesisReview",
]
