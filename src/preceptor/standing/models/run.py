from __future__ import annotations

from django.db import models

from preceptor.base.privacy import NOT_PERSONAL

from ..choices import RunCause


class StandingRun(models.Model):
    """An evaluation of a whole institution: on which day, why, over how many records, how many
    verdicts changed, and how many records the reference interpreter checked.

    Lists show the `on` of the last one that ended without a difference as their "as of".
    """

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(
        "institutions.Unit", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    on = models.DateField()
    cause = models.CharField(max_length=8, choices=RunCause.choices)
    records = models.IntegerField()
    changed = models.IntegerField()
    sampled = models.IntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["institution", "-id"], name="standing_run_last")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.on}"
