from __future__ import annotations

from django.db import models

from preceptor.base.models import DatedRecord
from preceptor.base.privacy import Privacy

from .person import Person


class Absence(DatedRecord):
    """Days on which a person cannot sit or decide, both included; why is nobody's concern."""

    privacy = {"person": Privacy.BASIC}

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")

    class Meta(DatedRecord.Meta):
        ordering = ["valid_from", "id"]
        indexes = [models.Index(fields=["person", "valid_from"], name="absence_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.valid_from}"
