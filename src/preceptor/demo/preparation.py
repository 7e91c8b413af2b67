"""What is done once the demo institution's records lie there: rules, standing, census, report."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.institutions.queries import institution
from preceptor.standing.actions import evaluate_all, put_in_force

from .actions import INSTITUTION

PACK = "yunting/clinical-doctorate"


def rules_in_force() -> int:
    """Put the doctorate's pack into force and judge everybody by it; gives how many records."""
    place = institution(INSTITUTION)
    put_in_force(institution=place, pack=PACK, valid_from=date(2023, 1, 1), by=OPERATOR)
    return evaluate_all(institution=place, on=today(), by=OPERATOR)


def census_and_report(day: date) -> list[Path]:
    """Freeze the day and write the report of its year, both languages, three formats."""
    from preceptor.reports.actions import freeze, write_report

    census = freeze(institution(INSTITUTION), day, by=OPERATOR)
    folder = Path(settings.PRECEPTOR_HOME) / "report" / str(day.year)
    return write_report(
        census, languages=["zh", "en"], formats=["html", "docx", "pdf"], folder=folder, by=OPERATOR
    )
