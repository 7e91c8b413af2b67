from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.privacy import NOT_PERSONAL
from preceptor.institutions.choices import RegulationLayer


class PackInForce(models.Model):
    """A content of a pack that binds an institution, or one unit of it, from a day on.

    It is judged by this text, whatever becomes of the file that it was read from. Of several rows
    of one pack the one that began last binds; none is ever removed, so that an old verdict can be
    derived again from its hash. `in_force_to` is the last day; null is open.
    """

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(
        "institutions.Unit", on_delete=models.PROTECT, related_name="packs"
    )
    unit = models.ForeignKey(
        "institutions.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pack = models.CharField(max_length=80)
    layer = models.CharField(
        max_length=12, choices=RegulationLayer.choices, default=RegulationLayer.UNIVERSITY
    )
    version = models.CharField(max_length=40)
    hash = models.CharField(max_length=64, db_index=True)
    text = models.TextField()
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pack", "in_force_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "pack", "in_force_from"],
                condition=Q(unit=None),
                name="one_content_of_a_pack_a_day",
            ),
            models.UniqueConstraint(
                fields=["unit", "pack", "in_force_from"],
                condition=Q(unit__isnull=False),
                name="one_content_of_a_units_pack_a_day",
            ),
            models.CheckConstraint(
                condition=Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from")),
                name="pack_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.version}"


class PackComposition(models.Model):
    """What a hash stands for where lower layers replaced parameters of a pack.

    `parts` are the hashes of the packs in force that were laid over each other, the pack itself
    first.
    """

    privacy = NOT_PERSONAL

    hash = models.CharField(max_length=64, unique=True)
    pack = models.CharField(max_length=80)
    parts = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.pack} {self.hash[:8]}"
