"""Records dated twice: when they are true, and when the institution knew."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class DatedQuerySet(models.QuerySet[M_co]):
    """Rows by the day on which they are true and the instant at which they were known."""

    def known(self, at: datetime | None = None) -> Self:
        """Rows that stood in the records at the instant; now when none is given."""
        if at is None:
            return self.filter(superseded_at=None)
        return self.filter(recorded_at__lte=at).filter(
            Q(superseded_at=None) | Q(superseded_at__gt=at)
        )

    def on(self, day: date, at: datetime | None = None) -> Self:
        """Rows true on the day, as known at the instant."""
        return self.known(at).filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class DatedRecord(models.Model):
    """True from `valid_from` to `valid_to`, both days included; an open end is null.

    A correction never overwrites: it supersedes the row and writes a new one
    (`preceptor.base.records.supersede`).
    """

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_ends_after_start",
            )
        ]

    def is_true_on(self, day: date) -> bool:
        """Whether the day lies between `valid_from` and `valid_to`, both included."""
        return self.valid_from <= day and (self.valid_to is None or self.valid_to >= day)
