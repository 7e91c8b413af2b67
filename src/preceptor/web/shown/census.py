"""Censuses as a list and as a page: what was frozen, whether it still stands, its figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.models import Job, JobState
from preceptor.institutions.access import visible_disciplines, visible_units
from preceptor.institutions.choices import DisciplineLevel
from preceptor.institutions.models import DegreePoint
from preceptor.reports.access import readable_censuses
from preceptor.reports.figures import (
    admission,
    completeness,
    reconciliation,
    situation,
    strength,
    training,
)
from preceptor.reports.figures.figure import Definition, Figure, Quotient
from preceptor.reports.figures.naming import (
    Language,
    note_words,
    part_of,
    title_of,
    unit_words,
    written,
)
from preceptor.reports.figures.periods import in_words
from preceptor.reports.figures.registry import definition_of
from preceptor.reports.figures.slugs import slugs
from preceptor.reports.models import Census, FigureValue
from preceptor.standing.institutions import packs_for
from preceptor.training.models import Course
from preceptor.web.localised import localised
from preceptor.web.shown.job import failure_of, is_ended, shown_job, visible_jobs

Shown = dict[str, Any]
FREEZE, REPORT = "census.freeze", "report.write"
TASKS = (FREEZE, REPORT)

CHAPTERS: dict[str, tuple[tuple[Definition, ...], Callable[[], str]]] = {
    "situation": (situation.FIGURES, lambda: _("Situation of the degree point")),
    "strength": (strength.FIGURES, lambda: _("Directions and supervisors")),
    "admission": (admission.FIGURES, lambda: _("Admission")),
    "training": (training.FIGURES, lambda: _("Courses, training and theses")),
    "completeness": (completeness.FIGURES, lambda: _("Quality of the records")),
    "reconciliation": (reconciliation.FIGURES, lambda: _("Reconciliation")),
}
OTHER = "other"


def reader_language() -> Language:
    """The reader's language as the reports name it."""
    return "en" if get_language() == "en" else "zh"


def lines_of(user: Any) -> list[Shown]:
    """The censuses as lines, newest first; one query."""
    rows = readable_censuses(user).select_related("institution").annotate(Count("figures"))
    return [
        {
            "census": row,
            "url": reverse("census", args=[row.pk]),
            "report_url": reverse("report", args=[row.pk]),
            "check_url": f"{reverse('censuses')}?check={row.pk}",
            "institution": localised(row.institution, "name"),
            "rows": f"{rows_in(row):,}",
            "figures": row.figures__count,
            "journal": row.manifest["journal"],
        }
        for row in rows.order_by("-day", "-edition", "institution")
    ]


def rows_in(census: Census) -> int:
    """How many rows were frozen, over all tables."""
    return sum(entry.get("rows", 0) for entry in census.manifest["files"].values())


def jobs_of(user: Any, tasks: Collection[str] = TASKS, **given: Any) -> list[Shown]:
    """What the office asked for: what waits or runs, and what failed within the last day.

    `given` narrows to jobs with these arguments.
    """
    wanted = {f"arguments__kwargs__{name}": value for name, value in given.items()}
    fresh = Q(finished_at__gte=timezone.now() - timedelta(days=1))
    rows = visible_jobs(user, tasks).filter(**wanted).exclude(state=JobState.DONE)
    return [_job(row) for row in rows.filter(fresh | ~Q(state=JobState.FAILED))[:5]]


def _job(row: Job) -> Shown:
    given = row.arguments["kwargs"]
    titles = {
        FREEZE: _("Freezing %(day)s") % {"day": given.get("day", "")},
        REPORT: _("Writing the report"),
    }
    shown = shown_job(row, titles[row.task], f"{reverse('censuses')}?job={row.key}")
    if is_ended(row):
        shown["note"] = failure_of(row)
    return shown


def chapter_of(figure: FigureValue) -> str:
    """The chapter in which the figure is defined; `other` for one that is no longer defined."""
    definition = definition_of(figure.key)
    for name, (definitions, _title) in CHAPTERS.items():
        if definition in definitions:
            return name
    return OTHER


class Names:
    """Names for what figures are broken down by, in the reader's language, read when needed."""

    def __init__(self, user: Any, census: Census) -> None:
        self.user = user
        self.census = census
        self.language = reader_language()

    @cached_property
    def _directions(self) -> dict[str, str]:
        return _directions(self.user)

    @cached_property
    def _courses(self) -> dict[str, str]:
        return _courses(self.census)

    @cached_property
    def _rules(self) -> dict[str, str]:
        return _rules(self.user)

    @cached_property
    def _units(self) -> dict[str, str]:
        units = visible_units(self.user).filter(institution=self.census.institution_id)
        return {unit.code: localised(unit, "name") for unit in units}

    @cached_property
    def _points(self) -> dict[str, str]:
        points = DegreePoint.objects.filter(institution=self.census.institution_id)
        return {point.code: localised(point, "name") for point in points}

    def title(self, figure: FigureValue) -> str:
        """What the figure counts, with the name of its part."""
        if not part_of(figure.key):
            return title_of(figure.key, self.language)
        frame = _frame(definition_of(figure.key))
        names: Mapping[str, str] = {}
        if frame == "direction":
            names = self._directions
        elif frame in ("rule", "panel_rule"):
            names = self._rules
        elif frame == "found":
            names = self._courses
        return title_of(figure.key, self.language, names)

    def line(self, figure: FigureValue) -> Shown:
        """A figure as a line: title with its part, scope, period, value with unit."""
        return {
            "title": self.title(figure),
            "key": figure.key,
            "url": reverse("figure", args=[figure.pk]),
            "value": value_of(figure),
            "is_known": figure.value is not None,
            "unit": unit_words(figure.unit, self.language),
            "period": in_words(figure.period, self.language),
            "nature": nature_of(figure),
            "scope": self.scope(figure),
            "records": f"{figure.records:,}",
            "note": note_words(figure.note, self.language),
        }

    def scope(self, figure: FigureValue) -> str:
        """The degree point, or the unit within it."""
        point, _slash, unit = figure.scope.partition("/")
        return self._units.get(unit, unit) if unit else self._points.get(point, point)


def _frame(definition: Definition | None) -> str:
    """What the figure is broken down by; a quotient like what it divides."""
    if isinstance(definition, Quotient):
        definition = definition_of(definition.dividend)
    return definition.frame if isinstance(definition, Figure) else ""


def _directions(user: Any) -> dict[str, str]:
    rows = visible_disciplines(user).filter(level=DisciplineLevel.DIRECTION).order_by("code", "pk")
    entries = {entry.pk: entry for entry in rows}
    named = slugs([(entry.pk, entry.code, entry.name_en) for entry in entries.values()])
    return {slug: localised(entries[key], "name") for key, slug in named}


def _courses(census: Census) -> dict[str, str]:
    rows = Course.objects.filter(institution=census.institution_id)
    return {course.code.lower(): localised(course, "name") for course in rows}


def _rules(user: Any) -> dict[str, str]:
    language = get_language() or ""
    packs = packs_for(user)
    return {rule.id: rule.title.within(language) for pack in packs for rule in pack.rules.values()}


def nature_of(figure: FigureValue) -> str:
    """Whether the figure counts what happened in a period, or what was so on a day."""
    return _("flow") if figure.nature == "flow" else _("stock")


def value_of(figure: FigureValue) -> str:
    """The value as printed, thousands apart; the words for an unknown one."""
    text = written(figure.value, figure.key, reader_language())
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.lstrip("-").isdecimal() else text


def chapters_of(figures: list[FigureValue]) -> dict[str, list[FigureValue]]:
    """The figures by chapter, in the order of the report; chapters without figures are left out."""
    found: dict[str, list[FigureValue]] = {name: [] for name in [*CHAPTERS, OTHER]}
    for figure in figures:
        found[chapter_of(figure)].append(figure)
    return {name: rows for name, rows in found.items() if rows}


def chapter_title(name: str) -> str:
    """What a chapter is called."""
    return CHAPTERS[name][1]() if name in CHAPTERS else _("No longer defined")
