from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.models import StoredFile
from preceptor.base.privacy import Privacy
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..choices import EvidenceKind
from .agreement import Agreement


class Obligation(models.Model):
    """A clause of an agreement that somebody has to fulfil: who, until when, and how much.

    `target` is in the unit of the evidence (courses, degrees, persons, hours, events, CNY). What
    was done is read from operations by `evidence` and from `Evidence` rows, between `counts_from`
    and `due_on`, both included; the state is computed.
    """

    privacy = {
        "agreement": Privacy.PUBLIC,
        "clause": Privacy.PUBLIC,
        "title_zh": Privacy.PUBLIC,
        "title_en": Privacy.PUBLIC,
        "owner_unit": Privacy.PUBLIC,
        "owner": Privacy.BASIC,
        "evidence": Privacy.PUBLIC,
        "target": Privacy.PUBLIC,
        "counts_from": Privacy.PUBLIC,
        "due_on": Privacy.PUBLIC,
        "closed_reason": Privacy.PUBLIC,
    }

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="obligations")
    clause = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    owner_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="obligations"
    )
    evidence = models.CharField(max_length=18, choices=EvidenceKind.choices)
    target = models.DecimalField(max_digits=12, decimal_places=2, default=1)
    counts_from = models.DateField()
    due_on = models.DateField()
    closed_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(target__gt=0), name="obligation_has_a_target")
        ]
        indexes = [models.Index(fields=["owner", "due_on"], name="obligation_owner")]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.clause}"


class Evidence(models.Model):
    """What was done for an obligation, entered by hand where no operation tells it; a row is never
    changed, a wrong one is taken back."""

    privacy = {
        "obligation": Privacy.BASIC,
        "amount": Privacy.BASIC,
        "done_on": Privacy.BASIC,
        "note": Privacy.BASIC,
        "file": Privacy.BASIC,
        "taken_back_at": Privacy.BASIC,
        "added_by": Privacy.BASIC,
    }

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="evidences")
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=1)
    done_on = models.DateField()
    note = models.CharField(max_length=300)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    added_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["done_on", "id"]

    def __str__(self) -> str:
        return self.note
