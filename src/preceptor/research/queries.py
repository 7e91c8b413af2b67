"""Named reads of papers and projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.db.models.functions import Lower, Trim

from preceptor.base.together import Question, Set, answer

from .models import Authorship, Paper, Project, ProjectMember

#: What people write before a DOI.
_LEADS = (
    "", "doi:", "doi: ", "doi ", "https://doi.org/", "http://doi.org/", "https://dx.doi.org/",
    "http://dx.doi.org/", "doi.org/",
)  # fmt: skip


@dataclass(frozen=True)
class JointPaper:
    """A paper on which a person and another are authors."""

    paper: Paper
    person: int
    other: int


@dataclass(frozen=True)
class JointProject:
    """A project on which a person and another work."""

    project: Project
    person: int
    other: int


def joint_papers(
    persons: Collection[int], others: Collection[int], since: date | None = None
) -> list[JointPaper]:
    """The papers that any of the persons wrote with any of the others, published on the day
    `since` or later; those without a day are always among them. By paper, then by person.

    One query for any number of persons: the others are few, the persons may be many.
    """
    return answer(joint_papers_asked(persons, others, since))


def joint_papers_asked(
    persons: Collection[int], others: Collection[int], since: date | None = None
) -> Question[list[JointPaper]]:
    """What `joint_papers` tells; one set."""
    dated = Q() if since is None else Q(paper__published_on=None) | Q(
        paper__published_on__gte=since
    )  # fmt: skip
    theirs = Authorship.objects.filter(person__in=others).order_by().values("paper")
    rows = Authorship.objects.filter(dated, paper__in=theirs).select_related("paper")
    [found] = yield [Set(rows.order_by("paper_id", "person_id"))]
    authors: dict[int, list[int]] = defaultdict(list)
    papers: dict[int, Paper] = {}
    for row in found:
        papers[row.paper_id] = row.paper
        authors[row.paper_id].append(row.person_id)
    return [
        JointPaper(papers[key], person, other)
        for key, people in authors.items()
        for person, other in _pairs(people, set(persons), set(others))
    ]


def bare_doi(text: str) -> str:
    """The DOI in a text, in small letters and without what leads to it (`doi:`, an address); empty
    where there is none."""
    place = text.find("10.")
    return text[place:].strip().lower() if place >= 0 else ""


def papers_by_doi_asked(
    persons: Collection[int], other: int, dois: Iterable[str], since: date
) -> Question[list[JointPaper]]:
    """The papers of any of the persons that bear one of the DOIs, however it is written, as written
    with the other who names them; published on the day `since` or later, or without a known day. One
    set; none without a DOI."""
    bare = sorted({found for text in dois if (found := bare_doi(text))})
    if not bare:
        return []
    dated = Q(paper__published_on=None) | Q(paper__published_on__gte=since)
    rows = Authorship.objects.filter(dated, person__in=persons).exclude(person=other)
    rows = rows.alias(written=Lower(Trim("paper__doi")))
    rows = rows.filter(written__in=[lead + doi for doi in bare for lead in _LEADS])
    [written] = yield [Set(rows.select_related("paper").order_by("paper_id", "person_id"))]
    return [JointPaper(row.paper, row.person_id, other) for row in written]


def joint_projects(
    persons: Collection[int], others: Collection[int], since: date | None = None
) -> list[JointProject]:
    """The projects on which any of the persons works or worked with any of the others, still open
    or ended on the day `since` or later. By project, then by person. One query."""
    return answer(joint_projects_asked(persons, others, since))


def joint_projects_asked(
    persons: Collection[int], others: Collection[int], since: date | None = None
) -> Question[list[JointProject]]:
    """What `joint_projects` tells; one set."""
    dated = Q() if since is None else Q(project__ends_on=None) | Q(project__ends_on__gte=since)
    theirs = ProjectMember.objects.filter(person__in=others).values("project")
    rows = ProjectMember.objects.filter(dated, project__in=theirs).select_related("project")
    [found] = yield [Set(rows.order_by("project_id", "person_id"))]
    members: dict[int, list[int]] = defaultdict(list)
    projects: dict[int, Project] = {}
    for row in found:
        projects[row.project_id] = row.project
        members[row.project_id].append(row.person_id)
    return [
        JointProject(projects[key], person, other)
        for key, people in members.items()
        for person, other in _pairs(people, set(persons), set(others))
    ]


def _pairs(people: Iterable[int], persons: set[int], others: set[int]) -> Iterable[tuple[int, int]]:
    """Who of the persons meets whom of the others; nobody meets himself."""
    named = list(people)
    return (
        (person, other)
        for person in named
        if person in persons
        for other in named
        if other in others and other != person
    )
