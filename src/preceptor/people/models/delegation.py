from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.models import DatedRecord
from preceptor.base.privacy import Privacy
from preceptor.institutions.models import Unit

from ..choices import DelegationKind
from .account import Account


class Delegation(DatedRecord):
    """One account acts for another for a time: all its tasks, or those of one kind of case.

    `kind` tells a standing delegation, given by the holder, from a substitution during an absence,
    set by the office. A ballot is never delegated.
    """

    privacy = {
        "giver": Privacy.BASIC,
        "taker": Privacy.BASIC,
        "institution": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "case_kind": Privacy.BASIC,
        "reason": Privacy.BASIC,
        "made_by": Privacy.BASIC,
    }

    giver = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="delegations_given")
    taker = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="delegations_taken")
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DelegationKind.choices)
    case_kind = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    made_by = models.CharField(max_length=120)

    class Meta(DatedRecord.Meta):
        ordering = ["valid_from", "id"]
        constraints = [
            *DatedRecord.Meta.constraints,
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="delegation_to_another"),
        ]
        indexes = [
            models.Index(fields=["taker", "valid_from"], name="delegation_taker"),
            models.Index(fields=["giver", "valid_from"], name="delegation_giver"),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} {self.taker_id}"
