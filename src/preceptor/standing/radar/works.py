"""Joint papers and joint projects with the trainee or a supervisor."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.base.dates import month_end
from preceptor.base.together import Question, together
from preceptor.base.years import earliest_within, last_day_of_years
from preceptor.research.models import Paper
from preceptor.research.queries import (
    JointPaper,
    JointProject,
    joint_papers_asked,
    joint_projects_asked,
    papers_by_doi_asked,
)

from .circle import Circle
from .conflict import Sign
from .words import day_text

PAPER = _("Wrote “%(title)s” with %(other)s, published on %(day)s.")
PAPER_ROUGHLY = _(
    "Wrote “%(title)s” with %(other)s, published on %(day)s or later in that month or year: the "
    "exact day is not recorded."
)
PAPER_NOT_DATED = _("Wrote “%(title)s” with %(other)s; the day is not recorded.")
PROJECT = _("Works with %(other)s on project %(number)s “%(title)s”, since %(day)s.")
PROJECT_ENDED = _(
    "Worked with %(other)s on project %(number)s “%(title)s”, which ended on %(day)s."
)


def paper_signs(
    circle: Circle, persons: Collection[int], on: date, years: int
) -> Question[list[Sign]]:
    """Who wrote a paper with one of the circle within so many years, or without a known day; also one
    that the person concerned names, where the registers know but the other author of it.

    One set, and one for the works that are named.
    """
    # A day known only as its year is kept as the first of January: look a year further back.
    since = earliest_within(on, years + 1)
    written, named = yield from together(
        joint_papers_asked(persons, list(circle.persons), since),
        papers_by_doi_asked(persons, circle.person.pk, circle.named, since),
    )
    signs = (_paper_sign(circle, joint, on, years) for joint in [*written, *named])
    return [sign for sign in signs if sign is not None]


def _latest(day: date) -> date:
    """The latest day that may be meant: the first of a month or year may stand for all of it."""
    if day.day != 1:
        return day
    return date(day.year, 12, 31) if day.month == 1 else month_end(day)


def _paper_sign(circle: Circle, joint: JointPaper, on: date, years: int) -> Sign | None:
    paper, day = joint.paper, joint.paper.published_on
    if day is None:
        return _of_paper(circle, joint, PAPER_NOT_DATED, None, is_certain=False)
    if last_day_of_years(day, years) >= on:
        return _of_paper(circle, joint, PAPER, paper, is_certain=True)
    if last_day_of_years(_latest(day), years) >= on:
        return _of_paper(circle, joint, PAPER_ROUGHLY, paper, is_certain=False)
    return None


def _of_paper(
    circle: Circle,
    joint: JointPaper,
    template: str | Promise,
    dated: Paper | None,
    *,
    is_certain: bool,
) -> Sign:
    day = dated.published_on if dated else None
    evidence = circle.evidence(
        template, joint.other, "paper", joint.paper.pk, title=joint.paper.title, day=day_text(day)
    )
    return Sign(joint.person, "coauthor", evidence, day, is_certain)


def project_signs(
    circle: Circle, persons: Collection[int], on: date, years: int
) -> Question[list[Sign]]:
    """Who works on a project with one of the circle, or did until so many years ago. One set."""
    since = earliest_within(on, years)
    found = yield from joint_projects_asked(persons, list(circle.persons), since)
    return [
        _project_sign(circle, joint, on)
        for joint in found
        if joint.project.ends_on is None or last_day_of_years(joint.project.ends_on, years) >= on
    ]


def _project_sign(circle: Circle, joint: JointProject, on: date) -> Sign:
    project = joint.project
    is_over = project.ends_on is not None and project.ends_on < on
    day = project.ends_on if is_over else project.starts_on
    evidence = circle.evidence(
        PROJECT_ENDED if is_over else PROJECT, joint.other, "project", project.pk,
        number=project.number, title=project.title, day=day_text(day),
    )  # fmt: skip
    return Sign(joint.person, "project", evidence, day)
