from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.models import StoredFile
from preceptor.base.privacy import Privacy

from ..choices import LetterState
from .case import Case


class Letter(models.Model):
    """A letter about a request asked of somebody outside, who answers by a link; only the link's
    digest is kept. The person concerned never reads who was asked, nor what was written."""

    privacy = {
        "case": Privacy.BASIC,
        "name": Privacy.SENSITIVE,
        "email": Privacy.SENSITIVE,
        "affiliation": Privacy.SENSITIVE,
        "digest": Privacy.BASIC,
        "asked_at": Privacy.BASIC,
        "due_on": Privacy.BASIC,
        "state": Privacy.BASIC,
        "answered_at": Privacy.BASIC,
        "grade": Privacy.JUDGEMENT,
        "text": Privacy.JUDGEMENT,
        "file": Privacy.JUDGEMENT,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letters")
    name = EncryptedTextField()
    email = EncryptedTextField()
    affiliation = EncryptedTextField(blank=True)
    digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=LetterState.choices, default=LetterState.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    text = EncryptedTextField(blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(grade=None) | Q(grade__gte=1, grade__lte=5),
                name="letter_grade_one_to_five",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"
