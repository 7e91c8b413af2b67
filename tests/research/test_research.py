"""Papers and projects are recorded once, by who may, and joint ones are found in one query."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.people.models import Account
from preceptor.research.access import visible_papers, visible_projects
from preceptor.research.actions import NewPaper, NewProject, record_papers, record_projects
from preceptor.research.models import Authorship, Paper, Project
from preceptor.research.queries import joint_papers, joint_projects

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

DAY = date(2024, 6, 1)


def paper(cast: Cast, number: str, *authors: str, on: date | None = DAY) -> NewPaper:
    people = [cast.persons[key] for key in authors]
    return NewPaper(number, f"论文 {number}", people, on)


def record(cast: Cast, *papers: NewPaper, by: Any = OPERATOR) -> list[Paper]:
    return record_papers(institution=cast.institution, papers=papers, by=by)


def test_a_paper_keeps_its_authors_in_their_order_and_a_line_in_the_journal(cast: Cast) -> None:
    row = record(cast, paper(cast, "A1", "T1", "S1"))[0]
    kept = Authorship.objects.filter(paper=row).values_list("person", "place")
    assert list(kept) == [(cast.persons["T1"].pk, 1), (cast.persons["S1"].pk, 2)]
    assert JournalEntry.objects.filter(verb="paper.record", subject_key=str(row.pk)).count() == 1


def test_recorded_twice_a_paper_is_there_once(cast: Cast) -> None:
    first = record(cast, paper(cast, "A1", "T1"))
    assert record(cast, paper(cast, "A1", "T1"), paper(cast, "A2", "T1"))[0] == first[0]
    assert Paper.objects.count() == 2
    assert Authorship.objects.count() == 2


def test_a_number_that_names_another_paper_is_refused_and_nothing_is_written(cast: Cast) -> None:
    record(cast, paper(cast, "A1", "T1"))
    other = NewPaper("A1", "别的论文", [cast.persons["T1"]])
    with pytest.raises(RuleBroken):
        record(cast, paper(cast, "A2", "T1"), other)
    assert Paper.objects.count() == 1


@pytest.mark.parametrize("authors", [(), ("T1", "T1")])
def test_a_paper_needs_authors_each_of_them_once(cast: Cast, authors: tuple[str, ...]) -> None:
    with pytest.raises(InputRefused):
        record(cast, paper(cast, "A1", *authors))


def test_a_project_that_ends_before_it_starts_is_refused(cast: Cast) -> None:
    new = NewProject("G1", "课题", [cast.persons["T1"]], DAY, date(2024, 5, 31))
    with pytest.raises(InputRefused):
        record_projects(institution=cast.institution, projects=[new], by=OPERATOR)
    assert not Project.objects.exists()


def test_the_secretary_records_papers_of_the_own_hospital_only(
    cast: Cast, office: Account, secretary: Account, neighbour: Account
) -> None:
    record(cast, paper(cast, "A1", "S3"), by=office)
    record(cast, paper(cast, "A2", "T2", "S3"), by=secretary)
    for account in (neighbour,):
        with pytest.raises(PermissionDenied):
            record(cast, paper(cast, "A3", "T2"), by=account)
    with pytest.raises(PermissionDenied):
        record(cast, paper(cast, "A3", "S3"), by=secretary)
    assert not Paper.objects.filter(number="A3").exists()


def test_each_sees_the_papers_within_reach_and_the_own(
    cast: Cast, office: Account, secretary: Account, trainee: Account, stranger: Account
) -> None:
    record(cast, paper(cast, "A1", "T2"), paper(cast, "A2", "S1"), paper(cast, "A3", "S3"))

    def seen(account: Account) -> list[str]:
        return sorted(visible_papers(account).values_list("number", flat=True))

    assert seen(office) == ["A1", "A2", "A3"]
    assert seen(secretary) == ["A1"]
    assert seen(trainee) == ["A2"]
    assert seen(stranger) == []


def test_projects_are_seen_by_their_members(
    cast: Cast, trainee: Account, stranger: Account
) -> None:
    new = NewProject("G1", "课题", [cast.persons["T1"], cast.persons["S1"]], DAY)
    record_projects(institution=cast.institution, projects=[new], by=OPERATOR)
    assert visible_projects(trainee).get().members.get(is_head=True).person == cast.persons["T1"]
    assert not visible_projects(stranger).exists()


@pytest.mark.database
def test_joint_papers_are_found_in_one_query_with_those_of_unknown_day(
    cast: Cast, django_assert_num_queries: Callable[[int], Any]
) -> None:
    record(
        cast, paper(cast, "A1", "T1", "S1", "T2"), paper(cast, "A2", "T2", "S1", on=None),
        paper(cast, "A3", "T2", "S1", on=date(2024, 5, 31)), paper(cast, "A4", "T2", "T3"),
    )  # fmt: skip
    people = {key: person.pk for key, person in cast.persons.items()}
    with django_assert_num_queries(1):
        found = joint_papers(list(people.values()), [people["S1"]], DAY)
    assert [(one.paper.number, one.person) for one in found] == [
        ("A1", people["T1"]), ("A1", people["T2"]), ("A2", people["T2"]),
    ]  # fmt: skip


@pytest.mark.database
def test_joint_projects_are_those_open_or_ended_since(
    cast: Cast, django_assert_num_queries: Callable[[int], Any]
) -> None:
    pair = [cast.persons["T1"], cast.persons["S1"]]
    ends = {"G1": None, "G2": DAY, "G3": date(2024, 5, 31)}
    new = [NewProject(key, key, pair, date(2020, 1, 1), end) for key, end in ends.items()]
    record_projects(institution=cast.institution, projects=new, by=OPERATOR)
    with django_assert_num_queries(1):
        found = joint_projects([pair[0].pk], [pair[1].pk], DAY)
    assert [one.project.number for one in found] == ["G1", "G2"]
