"""The day of a census and what it means for the rows of an institution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, Q, QuerySet, When

from preceptor.institutions.models import Unit


@dataclass(frozen=True)
class Moment:
    """An institution on a day. Bounds are days, both ends included."""

    institution: Unit
    day: date

    @property
    def year_start(self) -> date:
        """1 January of the year of the day: where the window of a flow begins."""
        return date(self.day.year, 1, 1)

    @property
    def previous_end(self) -> date:
        """31 December of the year before."""
        return date(self.day.year - 1, 12, 31)

    def units(self) -> QuerySet[Unit]:
        """The institution and every unit of its tree."""
        return Unit.objects.filter(Q(pk=self.institution.pk) | Q(institution=self.institution))

    def happened(self, column: str) -> Q:
        """Rows whose date is on or before the day, or not recorded."""
        return Q(**{f"{column}__lte": self.day}) | Q(**{column: None})

    def only_if(self, dated: str, column: str) -> Case:
        """The column where `dated` is on or before the day or not recorded; otherwise null.

        What was decided after the day was unknown on the day.
        """
        return Case(When(self.happened(dated), then=F(column)))
