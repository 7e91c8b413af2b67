"""The journal: what was done, by whom, why; each line sealed by the one before it."""

from __future__ import annotations

from django.db import models

from ..encryption import EncryptedTextField
from ..privacy import NOT_PERSONAL


class JournalEntry(models.Model):
    """One deed. Never changed and never deleted: triggers of the database refuse both.

    The reason is encrypted, since a reason given for a trainee may speak of health or family.
    """

    privacy = NOT_PERSONAL

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    actor_key = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=80)
    reason = EncryptedTextField(blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_key", "number"], name="journal_subject"),
            models.Index(fields=["actor_key", "number"], name="journal_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.subject_kind} {self.subject_key}"


class JournalHead(models.Model):
    """The last line's number and hash: the one row that writers of the journal queue up for."""

    privacy = NOT_PERSONAL

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:12]}"
