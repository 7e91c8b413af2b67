from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.privacy import NOT_PERSONAL
from preceptor.institutions.models import Unit

from ..choices import CallState


class Call(models.Model):
    """A public call for applications: for whom, for how many places, from when until when.

    `purpose` names the room's port that knows what an accepted offer becomes ("fellows.postdoc",
    "fellows.pi"); `kind` is the case kind by which applications are decided: its documents are what
    applicants hand in, its stages how they are chosen.
    """

    privacy = NOT_PERSONAL

    number = models.CharField(max_length=40)
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="calls")
    purpose = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    text_zh = models.TextField()
    text_en = models.TextField()
    places = models.PositiveSmallIntegerField()
    reserves = models.PositiveSmallIntegerField(default=0)
    letters = models.PositiveSmallIntegerField(default=0)
    offer_days = models.PositiveSmallIntegerField(default=14)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=CallState.choices, default=CallState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-opens_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="call_number_once"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="call_closes_after_opening"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "closes_at"], name="call_open"),
            models.Index(fields=["institution", "-opens_at", "-id"], name="call_institution"),
        ]

    def __str__(self) -> str:
        return self.number


class Criterion(models.Model):
    """What a scoring panel gives points for; `most` is the full mark, `weight` counts in hundredths."""

    privacy = NOT_PERSONAL

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    place = models.PositiveSmallIntegerField()
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    most = models.PositiveSmallIntegerField(default=100)
    weight = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["call", "place"], name="criterion_place")]

    def __str__(self) -> str:
        return self.name_zh
