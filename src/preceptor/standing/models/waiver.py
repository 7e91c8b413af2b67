from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.privacy import Privacy
from preceptor.institutions.choices import RegulationLayer
from preceptor.training.models import Enrolment, Panel

from ..choices import SignatureVerb, WaiverState


class Waiver(models.Model):
    """An exception for one record from one rule, for a time, by two signatures.

    It turns a fail into `waived` when the day of the event lies between `valid_from` and
    `valid_to`, both included; it never changes data. `panel` is set where the rule speaks of a
    panel; otherwise it is for the trainee, or the trainee's thesis. `paper` names the document.
    """

    privacy = {
        "enrolment": Privacy.BASIC,
        "panel": Privacy.BASIC,
        "pack": Privacy.BASIC,
        "rule": Privacy.BASIC,
        "layer": Privacy.BASIC,
        "reason": Privacy.SENSITIVE,
        "paper": Privacy.BASIC,
        "valid_to": Privacy.BASIC,
        "state": Privacy.JUDGEMENT,
        "asked_by": Privacy.BASIC,
        "asked_by_key": Privacy.BASIC,
        "asked_at": Privacy.BASIC,
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="waivers")
    panel = models.ForeignKey(
        Panel, on_delete=models.CASCADE, null=True, blank=True, related_name="waivers"
    )
    pack = models.CharField(max_length=80)
    rule = models.CharField(max_length=60)
    layer = models.CharField(max_length=12, choices=RegulationLayer.choices)
    reason = EncryptedTextField()
    paper = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField()
    state = models.CharField(max_length=12, choices=WaiverState.choices, default=WaiverState.ASKED)
    asked_by = models.CharField(max_length=150)
    asked_by_key = models.CharField(max_length=64)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="waiver_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "rule"],
                condition=Q(panel=None, state__in=("asked", "signed_once")),
                name="one_open_request_for_a_trainee",
            ),
            models.UniqueConstraint(
                fields=["panel", "rule"],
                condition=Q(panel__isnull=False, state__in=("asked", "signed_once")),
                name="one_open_request_for_a_panel",
            ),
        ]
        indexes = [models.Index(fields=["rule", "state"], name="waiver_rule")]

    def __str__(self) -> str:
        return f"{self.rule} {self.enrolment_id} {self.state}"


class WaiverSignature(models.Model):
    """What one signer said of a request: granted, refused, or, of a granted one, withdrawn."""

    privacy = {
        "waiver": Privacy.BASIC,
        "signer": Privacy.BASIC,
        "signer_key": Privacy.BASIC,
        "verb": Privacy.JUDGEMENT,
        "reason": Privacy.SENSITIVE,
        "signed_at": Privacy.BASIC,
    }

    waiver = models.ForeignKey(Waiver, on_delete=models.CASCADE, related_name="signatures")
    signer = models.CharField(max_length=150)
    signer_key = models.CharField(max_length=64)
    verb = models.CharField(max_length=10, choices=SignatureVerb.choices)
    reason = EncryptedTextField(blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["waiver", "signer_key", "verb"], name="one_signature_of_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.signer} {self.verb}"
