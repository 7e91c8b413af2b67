"""Named reads of censuses and their figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.institutions.models import Unit

from .figures.periods import period_before
from .models import Census, FigureValue


def report_folder(institution: Unit, year: int) -> Path:
    """Where the report of a year lies: `report/YEAR` under PRECEPTOR_HOME.

    In an installation of several institutions the first one has that place, and each other one
    `report/CODE/YEAR`, so that no report is ever written over another.
    """
    root = Path(settings.PRECEPTOR_HOME) / "report"
    others = Unit.objects.filter(institution=None, kind=institution.kind, pk__lt=institution.pk)
    return root / institution.code / str(year) if others.exists() else root / str(year)


def census_of(institution: Unit, *, year: int | None = None, day: date | None = None) -> Census:
    """The last edition of the census of the day, or of 31 December of the year.

    Without day and year the newest census of all. Raises InputRefused when there is none.
    """
    wanted = day or (date(year, 12, 31) if year is not None else None)
    censuses = Census.objects.filter(institution=institution)
    found = (censuses.filter(day=wanted) if wanted else censuses).first()
    if found is not None:
        return found
    if wanted is None:
        raise InputRefused(
            _("There is no census yet. Freeze a day, for example: preceptor freeze 2023-12-31")
        )
    raise InputRefused(
        _("There is no census of %(wanted)s. Freeze one with: preceptor freeze %(day)s")
        % {"wanted": wanted if day else wanted.year, "day": wanted}
    )


def figures_of(census: Census) -> list[FigureValue]:
    """All figures of the census by key, scope and period; one query."""
    return list(census.figures.order_by("key", "scope", "period"))


def census_before(census: Census) -> Census | None:
    """The last edition of the census a year earlier; None where there is none."""
    day = date(census.day.year - 1, 12, 31)
    before = Census.objects.filter(institution=census.institution, day=day)
    return before.first() if (census.day.month, census.day.day) == (12, 31) else None


def same_a_year_before(figure: FigureValue, before: Census) -> FigureValue | None:
    """The figure in the census a year earlier; None where it has none."""
    period = period_before(figure.period)
    if period is None:
        return None
    return before.figures.filter(key=figure.key, scope=figure.scope, period=period).first()
