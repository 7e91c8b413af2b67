from .body import Advice, AdviceReport, Body, BodySeat, Charter
from .calendar import CalendarDay, CalendarYear
from .case import Case, CaseDocument, CaseParty, CaseStep, Hearing, Reminder, Task
from .feed import CalendarFeed
from .kind import CaseKind
from .letter import Letter
from .notice import Notice, Objection
from .sitting import (
    AnswerLink,
    BallotBox,
    Item,
    Minutes,
    MinutesSignature,
    MinutesTemplate,
    OpenVote,
    Recusal,
    Sitting,
    SittingSeat,
    VoteCast,
)

__all__ = [
    "Advice",
    "AdviceReport",
    "AnswerLink",
    "BallotBox",
    "Body",
    "BodySeat",
    "CalendarDay",
    "CalendarFeed",
    "CalendarYear",
    "Case",
    "CaseDocument",
    "CaseKind",
    "CaseParty",
    "CaseStep",
    "Charter",
    "Hearing",
    "Item",
    "Letter",
    "Minutes",
    "MinutesSignature",
    "MinutesTemplate",
    "Notice",
    "Objection",
    "OpenVote",
    "Recusal",
    "Reminder",
    "Sitting",
    "SittingSeat",
    "Task",
    "VoteCast",
]
