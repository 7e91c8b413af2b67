from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.privacy import Privacy
from preceptor.institutions.models import Unit

from ..choices import NoticeState, ObjectionState
from .case import Case


class Notice(models.Model):
    """A decision on public display, so that anybody may object before it takes effect."""

    privacy = {
        "case": Privacy.BASIC,
        "institution": Privacy.PUBLIC,
        "round": Privacy.PUBLIC,
        "title_zh": Privacy.PUBLIC,
        "title_en": Privacy.PUBLIC,
        "text_zh": Privacy.PUBLIC,
        "text_en": Privacy.PUBLIC,
        "first_on": Privacy.PUBLIC,
        "last_on": Privacy.PUBLIC,
        "state": Privacy.PUBLIC,
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    first_on = models.DateField()
    last_on = models.DateField()
    state = models.CharField(max_length=6, choices=NoticeState.choices, default=NoticeState.OPEN)

    class Meta:
        ordering = ["-first_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=NoticeState.OPEN), name="notice_one_open"
            )
        ]
        indexes = [models.Index(fields=["state", "last_on"], name="notice_state")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.first_on}"


class Objection(models.Model):
    """What somebody objected during a public notice, with name and contact as the rules demand."""

    privacy = {
        "notice": Privacy.BASIC,
        "name": Privacy.SENSITIVE,
        "contact": Privacy.SENSITIVE,
        "text": Privacy.SENSITIVE,
        "made_at": Privacy.BASIC,
        "by_key": Privacy.BASIC,
        "state": Privacy.BASIC,
        "answer": Privacy.SENSITIVE,
        "answered_at": Privacy.BASIC,
        "answered_by": Privacy.BASIC,
        "answered_by_key": Privacy.BASIC,
    }

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="objections")
    name = EncryptedTextField()
    contact = EncryptedTextField()
    text = EncryptedTextField()
    made_at = models.DateTimeField()
    by_key = models.CharField(max_length=40, blank=True)
    state = models.CharField(
        max_length=9, choices=ObjectionState.choices, default=ObjectionState.OPEN
    )
    answer = EncryptedTextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=120, blank=True)
    answered_by_key = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.pk}"
