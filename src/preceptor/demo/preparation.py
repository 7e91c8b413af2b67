"""What is done once the demo institution's records lie there: rules, standing, census, report."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.institutions.queries import institution
from preceptor.reports.models import Census
from preceptor.standing.actions import evaluate_all, put_in_force
from preceptor.standing.models import PackInForce
from preceptor.training.models import Enrolment

from .actions import INSTITUTION
from .bodies import plant_bodies
from .cases import plant_cases
from .neighbours import rules_of_fellows
from .waivers import plant_waivers

#: The packs by which everybody is judged, each from the day on which its regulation came into force.
PACKS = (
    ("yunting/clinical-doctorate", date(2021, 9, 1)),
    ("cn/degrees-law", date(2025, 1, 1)),
)

DAYS = (date(2022, 12, 31), date(2023, 12, 31))


def has_rules() -> bool:
    """Whether the demo institution judges by a pack already."""
    return PackInForce.objects.filter(institution__code=INSTITUTION).exists()


def days_to_freeze() -> list[date]:
    """The days of which there is no census yet; none for an institution with nobody in training."""
    if not Enrolment.objects.filter(institution__code=INSTITUTION).exists():
        return []
    frozen = set(Census.objects.filter(institution__code=INSTITUTION).values_list("day", flat=True))
    return [day for day in DAYS if day not in frozen]


def rules_in_force() -> int:
    """Put the packs into force, judge everybody by them, grant a few waivers and make requests; gives
    how many records were judged."""
    place = institution(INSTITUTION)
    plant_bodies(place)
    for pack, day in PACKS:
        put_in_force(institution=place, pack=pack, valid_from=day, by=OPERATOR)
    rules_of_fellows()
    records = evaluate_all(institution=place, on=today(), by=OPERATOR)
    plant_waivers(place)
    plant_cases(place)
    return records


def census_and_report(day: date) -> list[Path]:
    """Freeze the day and write the report of its year, both languages, three formats."""
    from preceptor.reports.actions import freeze, write_report
    from preceptor.reports.queries import report_folder

    census = freeze(institution(INSTITUTION), day, by=OPERATOR)
    folder = report_folder(census.institution, day.year)
    return write_report(
        census, languages=["zh", "en"], formats=["html", "docx", "pdf"], folder=folder, by=OPERATOR
    )
