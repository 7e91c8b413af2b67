from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.privacy import Privacy

from ..choices import OfferState
from .application import CallApplication


class Offer(models.Model):
    """A place offered to an applicant until a day; one that lapses or is declined frees the place
    for the reserve list."""

    privacy = {
        "application": Privacy.BASIC,
        "terms": Privacy.SENSITIVE,
        "made_at": Privacy.BASIC,
        "answer_by": Privacy.BASIC,
        "state": Privacy.BASIC,
        "answered_at": Privacy.BASIC,
        "reason": Privacy.SENSITIVE,
    }

    application = models.ForeignKey(
        CallApplication, on_delete=models.CASCADE, related_name="offers"
    )
    terms = EncryptedTextField(blank=True)
    made_at = models.DateTimeField()
    answer_by = models.DateField()
    state = models.CharField(max_length=9, choices=OfferState.choices, default=OfferState.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=[OfferState.OPEN, OfferState.ACCEPTED]),
                name="offer_alive_once",
            )
        ]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(state=OfferState.OPEN), name="offer_due")
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"
