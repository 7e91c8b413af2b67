"""What happens on the very day of the sitting: a project that ends, a panel that sits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.cases.kinds.kind import Conflicts
from preceptor.people.actions import NewPerson, register_persons
from preceptor.people.models import Person
from preceptor.research.actions import NewProject, record_projects
from preceptor.standing.radar import Conflict, conflicts
from preceptor.training.actions import NewSeat, compose_panels
from preceptor.training.models import Panel

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

ON, BEGUN = date(2024, 6, 1), date(2022, 1, 1)


@pytest.fixture
def expert(cast: Cast) -> Person:
    """闻人清, of whom the registers hold nothing else."""
    new = NewPerson("expert", "E1", "闻人清", "Wenren Qing")
    return register_persons(institution=cast.institution, persons=[new], by=OPERATOR)["E1"]


def found(cast: Cast, person: Person) -> dict[str, Conflict]:
    return {one.kind: one for one in conflicts([person], cast.lin, ON, Conflicts())[person.pk]}


@pytest.mark.parametrize(
    ("ends_on", "since"),
    [(ON - timedelta(days=1), ON - timedelta(days=1)), (ON, BEGUN), (None, BEGUN)],
)
def test_a_project_goes_on_through_its_last_day(
    cast: Cast, expert: Person, ends_on: date | None, since: date
) -> None:
    members = (expert, cast.persons["T1"])
    new = NewProject("G1", "课题", members, BEGUN, ends_on)
    record_projects(institution=cast.institution, projects=[new], by=OPERATOR)
    assert found(cast, expert)["project"].since == since


@pytest.mark.parametrize(("days", "is_earlier"), [(1, True), (0, False), (-1, False)])
def test_a_panel_of_the_same_day_is_no_earlier_panel(
    cast: Cast, expert: Person, days: int, is_earlier: bool
) -> None:
    row = Panel(
        number="P1", institution=cast.institution, enrolment=cast.lin, stage="midterm",
        sits_on=ON - timedelta(days=days),
    )  # fmt: skip
    seats = [NewSeat(expert, "member")]
    compose_panels(institution=cast.institution, panels=[(row, seats)], by=OPERATOR)
    assert ("panel" in found(cast, expert)) is is_earlier
