"""Who wrote a work with an applicant is found by the works that the applicant names."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.calls.actions import add_work
from preceptor.calls.models import Call, CallApplication
from preceptor.cases.kinds.kind import Conflicts
from preceptor.people.actions import NewPerson, register_persons
from preceptor.people.models import Account, Person
from preceptor.research.actions import NewPaper, record_papers
from preceptor.standing.radar import Conflict, circle_of_case, conflicts_with
from small_calls import began

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "call_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
RULE = Conflicts()
LATELY = today() - timedelta(days=90)


@pytest.fixture
def expert(cast: Cast) -> Person:
    """闻人清, of whom the registers hold nothing else."""
    new = NewPerson("expert", "E1", "闻人清", "Wenren Qing")
    return register_persons(institution=cast.institution, persons=[new], by=OPERATOR)["E1"]


@pytest.fixture
def application(call: Call, applicant: Account) -> CallApplication:
    """Begun, and not yet handed in."""
    return began(call, applicant, "叶知秋")


def wrote(cast: Cast, author: Person, doi: str, on: date | None = LATELY) -> None:
    new = NewPaper("A1", "肠道菌群与肝硬化", [author], on, doi=doi)
    record_papers(institution=cast.institution, papers=[new], by=OPERATOR)


def names(application: CallApplication, applicant: Account, doi: str) -> None:
    add_work(
        application=application, by=applicant, kind="paper", title="肠道菌群与肝硬化",
        year=LATELY.year, doi=doi,
    )  # fmt: skip


def found(application: CallApplication, person: Person) -> dict[str, Conflict]:
    circle = circle_of_case(application.case_id)
    assert circle is not None
    return {tie.kind: tie for tie in conflicts_with(circle, [person], today(), RULE)[person.pk]}


@pytest.mark.parametrize(
    ("named", "recorded"),
    [
        ("10.5555/Gut.7", "10.5555/gut.7"),
        ("https://doi.org/10.5555/gut.7", "10.5555/gut.7"),
        ("doi: 10.5555/gut.7 ", "https://dx.doi.org/10.5555/GUT.7"),
    ],
)
def test_a_member_who_wrote_a_work_that_the_applicant_names_is_found_however_the_doi_is_written(
    cast: Cast, application: CallApplication, applicant: Account, expert: Person, named: str,
    recorded: str,
) -> None:  # fmt: skip
    wrote(cast, expert, recorded)
    assert "coauthor" not in found(application, expert)
    names(application, applicant, named)
    tie = found(application, expert)["coauthor"]
    assert (tie.level, tie.since) == ("warn", LATELY)
    [evidence] = tie.evidence
    assert "肠道菌群与肝硬化" in evidence.text_zh
    assert application.person.name_zh in evidence.text_zh
    assert evidence.noun == "paper"


def test_a_work_without_doi_or_written_long_ago_ties_nobody(
    cast: Cast, application: CallApplication, applicant: Account, expert: Person
) -> None:
    wrote(cast, expert, "10.5555/gut.7", date(2001, 5, 4))
    names(application, applicant, "10.5555/gut.7")
    assert "coauthor" not in found(application, expert)


def test_texts_that_are_no_doi_tie_nobody(
    cast: Cast, application: CallApplication, applicant: Account, expert: Person
) -> None:
    wrote(cast, expert, "in print")
    names(application, applicant, "in print")
    assert "coauthor" not in found(application, expert)
    assert "coauthor" not in found(application, application.person)


def test_one_work_named_and_recorded_of_both_is_told_once(
    cast: Cast, application: CallApplication, applicant: Account, expert: Person
) -> None:
    new = NewPaper(
        "A2", "肠道菌群与肝硬化", [expert, application.person], LATELY, doi="10.5555/gut.7"
    )
    record_papers(institution=cast.institution, papers=[new], by=OPERATOR)
    names(application, applicant, "10.5555/gut.7")
    assert len(found(application, expert)["coauthor"].evidence) == 1
