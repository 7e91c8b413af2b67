from .agreement import Agreement, AgreementDocument, AgreementParty, AgreementTrainee, Sight
from .obligation import Evidence, Obligation
from .partner import Abroad, Contribution, JointEvent, Partner
from .school import Cost, CostShare, DualEnrolment, JointProgramme, JointSchool, Recognition

__all__ = [
    "Abroad", "Agreement", "AgreementDocument", "AgreementParty", "AgreementTrainee",
    "Contribution", "Cost", "CostShare", "DualEnrolment", "Evidence", "JointEvent",
    "JointProgramme", "JointSchool", "Obligation", "Partner", "Recognition", "Sight",
]  # fmt: skip
