from .appointment import (
    Appointment,
    PiAssessment,
    PiGoal,
    PiProgramme,
    RepresentativeWork,
    Teaching,
    TermEnd,
    Tranche,
)
from .case import (
    AssessmentCase,
    CharterCase,
    ClosingCase,
    LabCase,
    PostdocCase,
    StationCase,
)
from .incubation import Incubation, IncubationMember, IncubationStage
from .laboratory import LabAsset, LabEntry, LabMember, Laboratory, Limit, LimitUse
from .postdoc import Ground, Host, Leave, PlatformPlace, Postdoc, PostdocAssessment, Stay
from .progress import Contract, FundingShare, PlanGoal, Support, TrackMonths
from .station import PiCall, Station, StationCall, StationSpan, StationTarget

__all__ = [
    "Appointment", "AssessmentCase", "CharterCase", "ClosingCase", "Contract", "FundingShare",
    "Ground", "Host", "Incubation", "IncubationMember", "IncubationStage", "LabAsset",
    "LabCase", "LabEntry", "LabMember", "Laboratory", "Leave", "Limit", "LimitUse",
    "PiAssessment", "PiCall", "PiGoal", "PiProgramme", "PlanGoal", "PlatformPlace", "Postdoc",
    "PostdocAssessment", "PostdocCase", "RepresentativeWork", "Station", "StationCall",
    "StationCase", "StationSpan", "StationTarget", "Stay", "Support", "Teaching", "TermEnd",
    "TrackMonths", "Tranche",
]  # fmt: skip
