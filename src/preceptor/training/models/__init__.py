from .enrolment import Enrolment, Placement, StateSpan, StudyPeriod, Supervision
from .panel import Panel, PanelSeat
from .programme import Course, Programme, ProgrammeCourse
from .progress import CourseRecord, Milestone, Rotation
from .thesis import SimilarityCheck, Thesis, ThesisReview

__all__ = [
    "Course",
    "CourseRecord",
    "Enrolment",
    "Milestone",
    "Panel",
    "PanelSeat",
    "Placement",
    "Programme",
    "ProgrammeCourse",
    "Rotation",
    "SimilarityCheck",
    "StateSpan",
    "StudyPeriod",
    "Supervision",
    "Thesis",
    "ThesisReview",
]
