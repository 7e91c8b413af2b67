"""Every write to papers and projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from .access import may_keep_research
from .models import Authorship, Paper, Project, ProjectMember

#: So many keys are asked for in one query.
SLICE = 900
R = TypeVar("R", Paper, Project)


@dataclass(frozen=True)
class NewPaper:
    """A paper to be recorded, its authors in their order; an unknown day is None."""

    number: str
    title: str
    authors: Sequence[Person]
    published_on: date | None = None
    journal: str = ""
    doi: str = ""
    source: str = ""


@dataclass(frozen=True)
class NewProject:
    """A project to be recorded, the head first; an open end is None."""

    number: str
    title: str
    members: Sequence[Person]
    starts_on: date
    ends_on: date | None = None
    source: str = ""


def record_papers(*, institution: Unit, papers: Sequence[NewPaper], by: Actor) -> list[Paper]:
    """Record papers with their authors; one recorded already under its number is given unchanged.

    Raises PermissionDenied, InputRefused for a paper without authors or with one twice, and
    RuleBroken when a number names another paper.
    """
    groups = [[person.pk for person in new.authors] for new in papers]
    may_keep_research(by, institution, groups).demand()
    _demand_persons([(new.number, group) for new, group in zip(papers, groups, strict=True)])
    with deed(by) as act:
        held = _held(Paper, institution, [(new.number, new.title) for new in papers])
        fresh = [new for new in papers if new.number not in held]
        rows = Paper.objects.bulk_create(
            [
                Paper(
                    institution=institution, number=new.number, title=new.title,
                    journal=new.journal, doi=new.doi, published_on=new.published_on,
                    source=new.source,
                )
                for new in fresh
            ],
            batch_size=500,
        )  # fmt: skip
        Authorship.objects.bulk_create(
            [
                Authorship(paper=row, person=person, place=place)
                for row, new in zip(rows, fresh, strict=True)
                for place, person in enumerate(new.authors, start=1)
            ],
            batch_size=500,
        )
        for row, new in zip(rows, fresh, strict=True):
            after = {"number": new.number, "authors": len(new.authors)}
            act.write("paper.record", "paper", row.pk, after=after)
        act.touch("person", {person.pk for new in fresh for person in new.authors})
    found = held | {row.number: row for row in rows}
    return [found[new.number] for new in papers]


def record_projects(
    *, institution: Unit, projects: Sequence[NewProject], by: Actor
) -> list[Project]:
    """Record projects with their members; one recorded already under its number is given unchanged.

    Raises PermissionDenied, InputRefused for a project without members, with one twice or that
    ends before it starts, and RuleBroken when a number names another project.
    """
    groups = [[person.pk for person in new.members] for new in projects]
    may_keep_research(by, institution, groups).demand()
    _demand_persons([(new.number, group) for new, group in zip(projects, groups, strict=True)])
    _demand_days(projects)
    with deed(by) as act:
        held = _held(Project, institution, [(new.number, new.title) for new in projects])
        fresh = [new for new in projects if new.number not in held]
        rows = Project.objects.bulk_create(
            [
                Project(
                    institution=institution, number=new.number, title=new.title,
                    starts_on=new.starts_on, ends_on=new.ends_on, source=new.source,
                )
                for new in fresh
            ],
            batch_size=500,
        )  # fmt: skip
        ProjectMember.objects.bulk_create(
            [
                ProjectMember(project=row, person=person, is_head=place == 0)
                for row, new in zip(rows, fresh, strict=True)
                for place, person in enumerate(new.members)
            ],
            batch_size=500,
        )
        for row, new in zip(rows, fresh, strict=True):
            after = {"number": new.number, "members": len(new.members)}
            act.write("project.record", "project", row.pk, after=after)
        act.touch("person", {person.pk for new in fresh for person in new.members})
    found = held | {row.number: row for row in rows}
    return [found[new.number] for new in projects]


def _demand_persons(groups: Sequence[tuple[str, Sequence[int]]]) -> None:
    for number, persons in groups:
        if not persons or len(set(persons)) < len(persons):
            raise InputRefused(
                _("%(number)s: name at least one person, and each person once.")
                % {"number": number}
            )


def _demand_days(projects: Sequence[NewProject]) -> None:
    for new in projects:
        if new.ends_on is not None and new.ends_on < new.starts_on:
            raise InputRefused(
                _("Project %(number)s ends before it starts. Correct one of the two days.")
                % {"number": new.number}
            )


def _held(model: type[R], institution: Unit, named: Sequence[tuple[str, str]]) -> dict[str, R]:
    """Those recorded already, by number. Raises RuleBroken when a number names something else, or
    two of those given."""
    titles = dict(named)
    if len(titles) < len(named):
        raise RuleBroken(_("Two of those to be recorded bear the same number."))
    found: dict[str, R] = {}
    numbers = sorted(titles)
    for start in range(0, len(numbers), SLICE):
        some = numbers[start : start + SLICE]
        for row in model.objects.filter(institution=institution, number__in=some):
            found[row.number] = row
    for number, row in found.items():
        if row.title != titles[number]:
            raise RuleBroken(
                _("Number %(number)s is taken: it names “%(title)s”.")
                % {"number": number, "title": row.title}
            )
    return found
