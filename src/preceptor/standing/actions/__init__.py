"""Every write of this room."""

from .draft import (
    approve_draft,
    change_draft,
    open_draft,
    propose_draft,
    renew_draft,
    return_draft,
    withdraw_draft,
    write_draft,
)
from .pack import end_force, put_in_force
from .preview import preview_draft
from .standing import evaluate_all, reevaluate
from .waiver import ask_waiver, refuse_waiver, sign_waiver, withdraw_waiver

__all__ = [
    "approve_draft",
    "ask_waiver",
    "change_draft",
    "end_force",
    "evaluate_all",
    "open_draft",
    "preview_draft",
    "propose_draft",
    "put_in_force",
    "reevaluate",
    "refuse_waiver",
    "renew_draft",
    "return_draft",
    "sign_waiver",
    "withdraw_draft",
    "withdraw_waiver",
    "write_draft",
]
