from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.models import DatedRecord
from preceptor.base.privacy import NOT_PERSONAL

from ..choices import RelationKind, UnitKind


class Unit(models.Model):
    """An organisation: a university, hospital, clinical college, teaching office ...

    `institution` is the root of the tree it belongs to; a root has none.
    """

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="all_units"
    )
    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=UnitKind.choices)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(institution=F("id")), name="unit_not_its_own_root")
        ]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.name_en}"


class UnitRelation(DatedRecord):
    """A unit belongs to a unit above it, in one of several ways, for a time."""

    privacy = NOT_PERSONAL

    lower = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="relations_up")
    upper = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="relations_down")
    kind = models.CharField(max_length=24, choices=RelationKind.choices)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.CheckConstraint(condition=~Q(lower=F("upper")), name="relation_not_to_itself"),
            models.UniqueConstraint(
                fields=["lower", "upper", "kind", "valid_from"],
                condition=Q(superseded_at=None),
                name="relation_known_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lower_id} {self.kind} {self.upper_id}"
