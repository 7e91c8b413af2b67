from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.privacy import NOT_PERSONAL
from preceptor.institutions.models import Unit

from ..choices import KindState


class CaseKind(models.Model):
    """One version of a case kind in an institution: its text is data and never changes once in force.

    A running case points at the version under which it was submitted.
    """

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="case_kinds")
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200)
    port = models.CharField(max_length=60)
    content = models.TextField()
    hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=KindState.choices, default=KindState.DRAFT)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    written_by_key = models.CharField(max_length=40)
    written_by = models.CharField(max_length=120)
    approved_by_key = models.CharField(max_length=40, blank=True)
    approved_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name", "version"], name="case_kind_version_once"
            ),
            models.UniqueConstraint(
                fields=["institution", "name"],
                condition=Q(state=KindState.IN_FORCE, valid_to=None),
                name="case_kind_one_open_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
