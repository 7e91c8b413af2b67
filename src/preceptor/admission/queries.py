"""Named reads of quota lines: how many places, and which layer decided."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from preceptor.institutions.choices import DegreeLevel, RegulationLayer
from preceptor.institutions.models import Regulation, Unit

from .models import QuotaLine


@dataclass(frozen=True)
class Quota:
    """The places that a unit may fill in a year; `layer` decided, under `regulation` (None where the
    line names none). `unit` is that of the line."""

    places: int
    layer: RegulationLayer
    regulation: Regulation | None
    unit: Unit
    line: QuotaLine


def quota_of(
    institution: Unit, unit: Unit, year: int, degree_level: DegreeLevel = DegreeLevel.DOCTOR
) -> Quota | None:
    """The quota of the unit in the year, with the layer that decided it and its regulation; None
    where no line was set for the unit: the places of a unit above are not its own. One query."""
    rows = QuotaLine.objects.filter(
        institution=institution, unit=unit, year=year, degree_level=degree_level
    )
    line = rows.select_related("unit", "regulation").first()
    if line is None:
        return None
    return Quota(line.places, RegulationLayer(line.layer), line.regulation, line.unit, line)


def quota_lines(unit: Unit) -> QuerySet[QuotaLine]:
    """All quota lines of the unit itself with their regulation, the newest year first; for who may
    see the unit's programme."""
    rows = QuotaLine.objects.filter(unit=unit).select_related("regulation")
    return rows.order_by("-year", "degree_level", "pk")
