"""Files handed in, kept once by their content, and where each value in them went."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from ..privacy import NOT_PERSONAL


class StoredFile(models.Model):
    """A file kept under PRECEPTOR_HOME/files by its SHA-256."""

    privacy = NOT_PERSONAL

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name


class Lineage(models.Model):
    """The cell that a recorded value came from: file, sheet, row, column."""

    privacy = NOT_PERSONAL

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="lineage")
    sheet = models.CharField(max_length=100)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=8)
    header = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=80)
    field = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_key"], name="lineage_subject")]

    def __str__(self) -> str:
        return f"{self.sheet}!{self.column}{self.row}"
