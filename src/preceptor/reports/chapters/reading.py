"""What the chapters read: the figures of one census, its registers and the rules of its day."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import RuleBroken

from ..census.folders import folder_of
from ..census.manifest import RULES
from ..documents.labels import written_date
from ..documents.model import Column, FigureEntry, FigureNumber, Language, Runs, runs
from ..figures.base import Base, opened
from ..figures.naming import (
    choices_of,
    figure_words,
    note_words,
    population_of,
    title_of,
    unit_words,
    written,
)
from ..figures.periods import in_words, last_day_of
from ..figures.views import REGISTERS
from ..models import Census, FigureValue

Json = dict[str, Any]


class Point(NamedTuple):
    code: str
    discipline: str
    name: str


class Direction(NamedTuple):
    """A direction of the day; `goal` is empty where it is not written in the report's language."""

    code: str
    slug: str
    name: str
    goal: str
    has_goal: bool


class Place(NamedTuple):
    scope: str
    name: str


class TaughtCourse(NamedTuple):
    code: str
    name: str
    kind: str


def address_of(figure: FigureValue) -> str:
    """The path of the figure's page."""
    return f"/figures/{figure.pk}/"


@dataclass
class Reading:
    """A census read for a report in one language; remembers which figures were printed."""

    census: Census
    language: Language
    point: Point
    directions: list[Direction]
    hospitals: list[Place]
    courses: list[TaughtCourse]
    rules: Json
    panel_numbers: dict[int, str]
    figures: dict[tuple[str, str], FigureValue]
    printed: dict[str, FigureEntry] = field(default_factory=dict)

    def say(self, zh: str, en: str) -> str:
        """The words of the report's language."""
        return zh if self.language == "zh" else en

    def figure(self, key: str, scope: str = "") -> FigureValue | None:
        """The figure of the scope, else of the degree point; None where the census has none."""
        return self.figures.get((key, scope or self.point.code))

    @property
    def everywhere(self) -> str:
        """The scope of what is counted for the institution as a whole."""
        return self.census.institution.code

    @property
    def written_day(self) -> str:
        """The day of the census in words."""
        return written_date(self.language, self.census.day)

    def parts(self, key: str) -> list[str]:
        """What the institution's figure is broken down by, in the order of its list of choices."""
        known = choices_of(key)
        return [part for part in known if (f"{key}.{part}", self.everywhere) in self.figures]

    def number(self, key: str, scope: str = "", *, strong: bool = False) -> Runs:
        """A computed number with its link, its line in the annex remembered.

        Where the census has no such figure, the words for what is not on record.
        """
        figure = self.figure(key, scope)
        if figure is None:
            return runs(written(None, key, self.language))
        return (self.linked(figure, strong=strong),)

    def linked(self, figure: FigureValue, text: str = "", *, strong: bool = False) -> FigureNumber:
        """The figure's value, or another text that rests on it, linked to its page."""
        entry = self.entry(figure)
        self.printed.setdefault(entry.target, entry)
        return FigureNumber(
            figure.key, text or figure_words(figure, self.language),
            url=address_of(figure), unit=unit_words(figure.unit, self.language),
            note=f"{in_words(figure.period, self.language)} {note_words(figure.note, self.language)}".strip(),
            anchor=entry.target, strong=strong,
        )  # fmt: skip

    def entry(self, figure: FigureValue) -> FigureEntry:
        """The figure's line of the annex."""
        language = self.language
        value = "" if figure.value is None else written(figure.value, figure.key, language)
        return FigureEntry(
            figure.key, title_of(figure.key, language, self.names), value,
            unit_words(figure.unit, language), "flow" if figure.nature == "flow" else "stock",
            population_of(figure.key, language), self.scope_words(figure.scope),
            in_words(figure.period, language), figure.records, url=address_of(figure),
            anchor=f"{figure.key}@{figure.scope}@{figure.period}",
        )  # fmt: skip

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of what figures are broken down by: directions, courses, rules."""
        return {
            **{direction.slug: direction.name for direction in self.directions},
            **{course.code.lower(): course.name for course in self.courses},
            **{rule["id"]: rule["title"][self.language] for rule in self.rules["rules"]},
        }

    @cached_property
    def _scopes(self) -> dict[str, str]:
        return {place.scope: place.name for place in self.hospitals}

    def scope_words(self, scope: str) -> str:
        """The degree point, or the unit within it, by name."""
        point, slash, unit = scope.partition("/")
        if scope == self.everywhere:
            institution = self.census.institution
            return self.say(institution.name_zh, institution.name_en)
        if not slash:
            return self.point.name if point == self.point.code else point
        return f"{self.point.name} · {self._scopes.get(scope, unit)}"

    def dated(self, key: str, scope: str = "") -> str:
        """The date of a stock or the window of a flow, as running text."""
        figure = self.figure(key, scope)
        if figure is None:
            return ""
        last = last_day_of(figure.period)
        if last is None or figure.nature == "flow":
            return in_words(figure.period, self.language)
        return self.say("截至 ", "as of ") + written_date(self.language, last)

    def name_column(self, zh: str, en: str) -> Column:
        return Column(self.say(zh, en))

    def number_column(self, zh: str, en: str, unit: str = "") -> Column:
        return Column(self.say(zh, en), "end", unit_words(unit, self.language) if unit else "")


def read(census: Census, language: Language) -> Reading:
    """The census for a report in the language.

    Raises RuleBroken when it holds no degree point for the professional doctorate.
    """
    folder = folder_of(census)
    with opened(folder, census.day, REGISTERS) as base:
        point = _point(base, language, census)
        return Reading(
            census=census, language=language, point=point,
            directions=_directions(base, language, point), hospitals=_hospitals(base, language, point),
            courses=_courses(base, language, point),
            rules=json.loads((folder / RULES).read_bytes()),
            panel_numbers=dict(base.rows("SELECT key, number FROM panels")),
            figures={(row.key, row.scope): row for row in census.figures.all()},
        )  # fmt: skip


def _point(base: Base, language: Language, census: Census) -> Point:
    rows = base.rows(
        f"SELECT points.code, d.code, points.name_{language} FROM points"
        " JOIN disciplines d ON d.key = points.discipline_id ORDER BY points.code LIMIT 1"
    )
    if not rows:
        raise RuleBroken(
            _(
                "The census of %(day)s holds no degree point for the professional doctorate. "
                "Enter one, then freeze the day again."
            )
            % {"day": census.day}
        )
    return Point(*rows[0])


def _directions(base: Base, language: Language, point: Point) -> list[Direction]:
    return [
        Direction(*row)
        for row in base.rows(
            f"SELECT code, slug, name_{language}, coalesce(goal_{language}, ''),"
            " coalesce(goal_zh, '') <> ''"
            " FROM directions_on_day WHERE point = ? ORDER BY code",
            point.code,
        )
    ]


def _hospitals(base: Base, language: Language, point: Point) -> list[Place]:
    """The university hospitals of the day, in the order in which they were entered."""
    rows = base.rows(
        f"SELECT code, name_{language} FROM units WHERE kind = 'hospital' AND key IN ("
        "SELECT lower_id FROM unit_relations WHERE kind IN ('affiliated', 'part_of')"
        " AND valid_from <= getvariable('day')"
        " AND (valid_to IS NULL OR valid_to >= getvariable('day'))) ORDER BY key"
    )
    return [Place(f"{point.code}/{code}", name) for code, name in rows]


def _courses(base: Base, language: Language, point: Point) -> list[TaughtCourse]:
    return [
        TaughtCourse(*row)
        for row in base.rows(
            f"SELECT taught.code, c.name_{language}, taught.kind FROM taught"
            " JOIN courses c ON c.key = taught.record WHERE point = ? ORDER BY taught.code",
            point.code,
        )
    ]
