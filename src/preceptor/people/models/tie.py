from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.models import DatedRecord
from preceptor.base.privacy import Privacy

from .person import Person


class Tie(DatedRecord):
    """A tie between two persons that was declared; it holds in both directions."""

    privacy = {
        "person": Privacy.BASIC,
        "other": Privacy.BASIC,
        "kind": Privacy.SENSITIVE,
        "note": Privacy.SENSITIVE,
        "declared_by": Privacy.BASIC,
    }

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ties")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ties_of_others")
    kind = EncryptedTextField()
    note = EncryptedTextField(blank=True)
    declared_by = models.CharField(max_length=120)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.CheckConstraint(condition=~Q(person=F("other")), name="tie_between_two"),
        ]
        indexes = [
            models.Index(fields=["person", "other"], name="tie_person"),
            models.Index(fields=["other", "person"], name="tie_other"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.other_id}"
