"""Every write to partners, agreements and joint schools."""

from .abroad import record_abroad, record_return
from .agreement import (
    add_agreement_document,
    add_party,
    change_agreement,
    draft_agreement,
    remove_party,
    send_to_review,
)
from .cost import record_cost, set_share
from .dual import enrol_dual, leave_dual
from .obligation import close_obligation, give_evidence, set_obligation, take_back_evidence
from .partner import change_partner, record_contribution, record_event, register_partner
from .school import add_joint_programme, end_recognition, open_joint_school, recognise_course
from .signing import record_signature, renew_agreement, sign_agreement, terminate_agreement
from .trainee import hide, leave_agreement, let_see, put_under_agreement
from .warning import warn

__all__ = [
    "add_agreement_document", "add_joint_programme", "add_party", "change_agreement",
    "change_partner", "close_obligation", "draft_agreement", "end_recognition", "enrol_dual",
    "give_evidence", "hide", "leave_agreement", "leave_dual", "let_see", "open_joint_school",
    "put_under_agreement", "recognise_course", "record_abroad", "record_contribution",
    "record_cost", "record_event", "record_return", "record_signature", "register_partner",
    "remove_party", "renew_agreement", "send_to_review", "set_obligation", "set_share",
    "sign_agreement", "take_back_evidence", "terminate_agreement", "warn",
]  # fmt: skip
