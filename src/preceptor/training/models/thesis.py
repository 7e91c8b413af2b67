from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.dates import Precision
from preceptor.base.privacy import Privacy

from ..choices import Outcome
from .enrolment import Enrolment


class Thesis(models.Model):
    """The thesis of an enrolment."""

    privacy = {
        "enrolment": Privacy.BASIC,
        "title_zh": Privacy.BASIC,
        "title_en": Privacy.BASIC,
    }

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="thesis")
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name_plural = "theses"

    def __str__(self) -> str:
        return self.title_zh


class SimilarityCheck(models.Model):
    """One similarity check; `similarity_e4` is the rate in ten-thousandths (0.01 %)."""

    privacy = {
        "thesis": Privacy.BASIC,
        "attempt": Privacy.BASIC,
        "similarity_e4": Privacy.JUDGEMENT,
        "checked_on": Privacy.BASIC,
        "checked_precision": Privacy.BASIC,
    }

    thesis = models.ForeignKey(Thesis, on_delete=models.CASCADE, related_name="similarity_checks")
    attempt = models.PositiveSmallIntegerField(default=1)
    similarity_e4 = models.PositiveIntegerField()
    checked_on = models.DateField(null=True, blank=True)
    checked_precision = models.CharField(
        max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thesis", "attempt"], name="similarity_attempt_once"),
            models.CheckConstraint(
                condition=Q(similarity_e4__lte=10_000), name="similarity_at_most_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thesis_id} {self.similarity_e4}"


class ThesisReview(models.Model):
    """One review of a thesis. Who wrote it lies nowhere here: blindness by construction."""

    privacy = {
        "thesis": Privacy.BASIC,
        "number": Privacy.BASIC,
        "is_blind": Privacy.BASIC,
        "returned_on": Privacy.BASIC,
        "outcome": Privacy.JUDGEMENT,
    }

    thesis = models.ForeignKey(Thesis, on_delete=models.CASCADE, related_name="reviews")
    number = models.PositiveSmallIntegerField()
    is_blind = models.BooleanField(null=True)
    returned_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=4, choices=Outcome.choices, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thesis", "number"], name="review_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.thesis_id} {self.number}"
