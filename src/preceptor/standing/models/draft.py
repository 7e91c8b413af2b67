from __future__ import annotations

from django.db import models

from preceptor.base.privacy import NOT_PERSONAL

from ..choices import DraftState
from .pack import PackInForce


class PackDraft(models.Model):
    """A planned change of a pack, or a pack written from nothing.

    `overlay` is its text: what it changes of `base`, or, without a base, the whole pack. A draft
    is proposed with a day from which it is to hold, and put into force by a second person, who
    saw the preview of exactly this content (`previewed_hash`). `regulation_on` is the date of the
    regulation itself, asked for where the day lies in the past.
    """

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(
        "institutions.Unit", on_delete=models.PROTECT, related_name="pack_drafts"
    )
    unit = models.ForeignKey(
        "institutions.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pack = models.CharField(max_length=80)
    base = models.ForeignKey(
        PackInForce, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts"
    )
    overlay = models.TextField()
    edition = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.DRAFT)
    effective_from = models.DateField(null=True, blank=True)
    regulation_on = models.DateField(null=True, blank=True)
    previewed_hash = models.CharField(max_length=64, blank=True)
    author = models.CharField(max_length=150)
    author_key = models.CharField(max_length=64)
    approver = models.CharField(max_length=150, blank=True)
    approver_key = models.CharField(max_length=64, blank=True)
    remark = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    result = models.ForeignKey(
        PackInForce, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return f"{self.pack} {self.state}"
