"""What an office does: take in a workbook, freeze a day, write the report of the year."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .homes import ROOT
from .measure import peak_megabytes, timed

WORKBOOK = ROOT / "tests" / "data" / "roster-2023.xlsx"
CENSUS = date(2023, 12, 31)


def roster() -> dict[str, Any]:
    """The workbook read alone, previewed, taken in, and taken in again: seconds."""
    from preceptor.base.actors import OPERATOR
    from preceptor.institutions.queries import institution
    from preceptor.jobs.importers.roster.known import Known
    from preceptor.jobs.importers.roster.reader import read_roster
    from preceptor.jobs.importers.roster.taking import import_roster

    place = institution()
    known = Known(place)

    def read() -> None:
        with WORKBOOK.open("rb") as source:
            read_roster(source, directions=set(known.directions), known_students=known.students)

    def take(dry_run: bool = False) -> dict[str, Any]:
        return import_roster(WORKBOOK, institution=place, by=OPERATOR, dry_run=dry_run)

    found: dict[str, Any] = {
        "read": timed(read, times=3).median,
        "preview": timed(lambda: take(True), times=3).median,
        "take": timed(take, times=1, warm=0).median,
        "again": timed(take, times=3).median,
    }
    return found | {"peak": peak_megabytes()}


def census() -> dict[str, Any]:
    """A day frozen with all its figures: seconds, figures, memory; and the figures alone."""
    from preceptor.base.actors import OPERATOR
    from preceptor.institutions.queries import institution
    from preceptor.reports.actions import freeze
    from preceptor.reports.census.folders import folder_of
    from preceptor.reports.figures.compute import compute
    from preceptor.reports.models import FigureValue

    frozen = []
    whole = timed(lambda: frozen.append(freeze(institution(), CENSUS, by=OPERATOR)), 1, warm=0)
    peak = peak_megabytes()
    with TemporaryDirectory() as work:
        folder = _copied(folder_of(frozen[0]), Path(work))
        figures = timed(lambda: compute(folder, CENSUS), times=1, warm=0)
    return {
        "freeze": whole.median,
        "freeze_used": whole.used,
        "compute": figures.median,
        "figures": FigureValue.objects.filter(census=frozen[0]).count(),
        "peak": peak,
    }


def _copied(census_folder: Path, target: Path) -> Path:
    """The frozen rows where figures may be computed again: a census itself never changes."""
    copied = target / "census"
    shutil.copytree(census_folder, copied, ignore=shutil.ignore_patterns("figures", "figures.json"))
    return copied


def report() -> dict[str, Any]:
    """The yearly report of the latest census, both languages, three formats: seconds."""
    from preceptor.base.actors import OPERATOR
    from preceptor.reports.actions import write_report
    from preceptor.reports.models import Census

    frozen = Census.objects.order_by("-pk")[0]
    with TemporaryDirectory() as folder:

        def write(languages: list[str], formats: list[str]) -> None:
            write_report(
                frozen, languages=languages, formats=formats, folder=Path(folder), by=OPERATOR
            )

        whole = timed(lambda: write(["zh", "en"], ["html", "docx", "pdf"]), times=3)
        one = timed(lambda: write(["zh"], ["docx", "pdf"]), times=3)
    return {"whole": whole.median, "one": one.median, "used": whole.used, "peak": peak_megabytes()}
