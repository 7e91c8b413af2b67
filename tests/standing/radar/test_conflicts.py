"""What ties a person to a trainee is found, with its evidence, on exactly the days on which it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.cases.kinds.kind import Conflicts
from preceptor.cases.models import Case, CaseKind, Item, Sitting
from preceptor.institutions.actions import open_unit
from preceptor.people.actions import (
    NewPerson,
    declare_tie,
    give_capacities,
    register_persons,
)
from preceptor.people.models import Capacity, Person
from preceptor.research.actions import NewPaper, NewProject, record_papers, record_projects
from preceptor.standing.radar import Conflict, conflicts
from preceptor.training.actions import NewSeat, compose_panels
from preceptor.training.models import MilestoneCase, Panel, Supervision

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

ON = date(2024, 6, 1)
A_DAY = timedelta(days=1)
RULE = Conflicts()


@pytest.fixture
def expert(cast: Cast) -> Person:
    """闻人清, of whom the registers hold nothing else."""
    new = NewPerson("expert", "E1", "闻人清", "Wenren Qing")
    return register_persons(institution=cast.institution, persons=[new], by=OPERATOR)["E1"]


def found(
    cast: Cast, person: Person, on: date = ON, rule: Conflicts = RULE, panel: Panel | None = None
) -> dict[str, Conflict]:
    """The conflicts of one person with 林知远, by kind."""
    listed = conflicts([person], cast.lin, on, rule, panel)[person.pk]
    assert len({one.kind for one in listed}) == len(listed)
    return {one.kind: one for one in listed}


def wrote(cast: Cast, published_on: date | None, *authors: Person, number: str = "A1") -> None:
    new = NewPaper(number, f"论文 {number}", authors, published_on)
    record_papers(institution=cast.institution, papers=[new], by=OPERATOR)


def worked(
    cast: Cast, starts_on: date, ends_on: date | None, *members: Person, number: str = "G1"
) -> None:
    new = NewProject(number, f"课题 {number}", members, starts_on, ends_on)
    record_projects(institution=cast.institution, projects=[new], by=OPERATOR)


def sat(cast: Cast, person: Person, sits_on: date | None, **columns: object) -> Panel:
    row = Panel(
        number=f"P{Panel.objects.count()}", institution=cast.institution, enrolment=cast.lin,
        stage="midterm", sits_on=sits_on, **columns,
    )  # fmt: skip
    seats = [NewSeat(person, "member")]
    compose_panels(institution=cast.institution, panels=[(row, seats)], by=OPERATOR)
    return row


def crowd(cast: Cast, count: int) -> list[Person]:
    new = [NewPerson("expert", f"X{place}", f"专家{place}") for place in range(count)]
    return list(register_persons(institution=cast.institution, persons=new, by=OPERATOR).values())


def test_a_stranger_has_no_conflict(cast: Cast, expert: Person) -> None:
    assert conflicts([expert], cast.lin, ON, RULE) == {expert.pk: []}


def test_the_trainee_is_blocked_whatever_the_rule_says(cast: Cast) -> None:
    nothing = Conflicts(blocks=(), warns=())
    assert found(cast, cast.persons["S1"], rule=nothing)["self"].level == "block"
    assert found(cast, cast.persons["T1"], rule=nothing) == {}


def test_the_supervisor_is_blocked_with_the_day_since_when(cast: Cast) -> None:
    shown = found(cast, cast.persons["T1"])["supervisor"]
    assert shown.level == "block"
    assert shown.since == Supervision.objects.get(enrolment=cast.lin).valid_from
    assert (shown.evidence[0].noun, shown.evidence[0].key) == ("enrolment", cast.lin.pk)


def test_a_former_supervisor_stays_blocked_for_ever(cast: Cast, expert: Person) -> None:
    Supervision.objects.create(
        enrolment=cast.lin, person=expert, role="co", valid_from=date(2009, 1, 1),
        valid_to=date(2009, 2, 1),
    )  # fmt: skip
    assert found(cast, expert)["supervisor"].level == "block"
    assert "2009-02-01" in found(cast, expert)["supervisor"].evidence[0].text_en


def test_the_supervisor_of_another_trainee_is_no_conflict(cast: Cast, expert: Person) -> None:
    Supervision.objects.create(
        enrolment=cast.shen, person=expert, role="main", valid_from=date(2021, 9, 1)
    )
    assert found(cast, expert) == {}


def test_kinship_binds_in_both_directions_to_trainee_and_supervisor(cast: Cast) -> None:
    for place, person in enumerate(crowd(cast, 4)):
        other = cast.persons["S1" if place < 2 else "T1"]
        pair = (other, person) if place % 2 else (person, other)
        declare_tie(person=pair[0], other=pair[1], kind="kinship", by=OPERATOR, valid_from=ON)
        shown = found(cast, person)["kinship"]
        assert (shown.level, shown.since) == ("block", ON)
        assert other.name_zh in shown.evidence[0].text_zh
        assert found(cast, person, ON - A_DAY) == {}


def test_kinship_with_somebody_else_is_no_conflict(cast: Cast, expert: Person) -> None:
    declare_tie(person=expert, other=cast.persons["T2"], kind="kinship", by=OPERATOR, valid_from=ON)
    assert found(cast, expert) == {}


def test_a_declared_dispute_is_taken_as_kinship_is_unless_the_rule_names_it(
    cast: Cast, expert: Person
) -> None:
    declare_tie(person=expert, other=cast.persons["S1"], kind="dispute", by=OPERATOR, valid_from=ON)
    assert found(cast, expert)["dispute"].level == "block"
    named = replace(RULE, warns=("dispute",))
    assert found(cast, expert, rule=named)["dispute"].level == "warn"


def test_a_post_in_the_trainees_hospital_warns_while_it_is_held(cast: Cast, expert: Person) -> None:
    ward = open_unit(
        upper=cast.general, code="YT-01-W", kind="department", name_zh="心内科", name_en="Ward",
        valid_from=date(2000, 1, 1), by=OPERATOR,
    )  # fmt: skip
    post = Capacity(
        person=expert, unit=ward, kind="physician", valid_from=date(2020, 1, 1), valid_to=ON
    )
    give_capacities(institution=cast.institution, capacities=[post], by=OPERATOR)
    assert found(cast, expert)["same_unit"].level == "warn"
    assert found(cast, expert, ON + A_DAY) == {}


def test_a_post_elsewhere_or_at_the_university_as_a_whole_is_no_conflict(cast: Cast) -> None:
    for person, unit in zip(crowd(cast, 2), (cast.cancer, cast.institution), strict=True):
        post = Capacity(person=person, unit=unit, kind="staff", valid_from=date(2020, 1, 1))
        give_capacities(institution=cast.institution, capacities=[post], by=OPERATOR)
        assert found(cast, person) == {}


PAPERS = (
    (date(2021, 6, 2), date(2024, 6, 2), True),
    (date(2021, 6, 2), date(2024, 6, 3), False),
    (date(2024, 6, 9), date(2024, 6, 2), True),
    # There is no 29 February 2023: the three years end with the month.
    (date(2020, 2, 29), date(2023, 2, 28), True),
    (date(2020, 2, 29), date(2023, 3, 1), False),
    (date(2021, 2, 28), date(2024, 2, 28), True),
    (date(2021, 2, 28), date(2024, 2, 29), False),
)


def test_a_joint_paper_counts_until_the_last_day_of_the_years(cast: Cast) -> None:
    for person, (published_on, on, counts) in zip(crowd(cast, 7), PAPERS, strict=True):
        wrote(cast, published_on, person, cast.persons["S1"], number=f"A{person.pk}")
        shown = found(cast, person, on)
        assert list(shown) == (["coauthor"] if counts else []), (published_on, on)
        if counts:
            assert shown["coauthor"].since == published_on
            assert shown["coauthor"].evidence[0].noun == "paper"


def test_a_paper_with_a_supervisor_counts_as_one_with_the_trainee(
    cast: Cast, expert: Person
) -> None:
    wrote(cast, ON, expert, cast.persons["T1"])
    assert cast.persons["T1"].name_zh in found(cast, expert)["coauthor"].evidence[0].text_zh
    assert cast.persons["T1"].name_en in found(cast, expert)["coauthor"].evidence[0].text_en


def test_a_paper_with_somebody_else_is_no_conflict(cast: Cast, expert: Person) -> None:
    wrote(cast, ON, expert, cast.persons["T2"])
    assert found(cast, expert) == {}


def test_a_paper_without_a_day_warns_even_where_joint_papers_block(
    cast: Cast, expert: Person
) -> None:
    wrote(cast, None, expert, cast.persons["S1"])
    strict = replace(RULE, blocks=("coauthor",), warns=())
    shown = found(cast, expert, rule=strict)["coauthor"]
    assert (shown.level, shown.since) == ("warn", None)


def test_a_paper_of_which_only_the_year_is_known_may_be_as_late_as_december(
    cast: Cast, expert: Person
) -> None:
    wrote(cast, date(2021, 1, 1), expert, cast.persons["S1"])
    strict = replace(RULE, blocks=("coauthor",), warns=())
    levels = [
        [one.level for one in conflicts([expert], cast.lin, on, strict)[expert.pk]]
        for on in (date(2024, 1, 1), date(2024, 1, 2), date(2024, 12, 31), date(2025, 1, 1))
    ]
    assert levels == [["block"], ["warn"], ["warn"], []]


PROJECTS = (
    (None, ON, True),
    (date(2021, 6, 1), ON, True),
    (date(2021, 6, 1), ON + A_DAY, False),
    (date(2020, 2, 29), date(2023, 2, 28), True),
    (date(2020, 2, 29), date(2023, 3, 1), False),
)


def test_a_joint_project_counts_while_it_runs_and_for_the_years_after(cast: Cast) -> None:
    for person, (ends_on, on, counts) in zip(crowd(cast, 5), PROJECTS, strict=True):
        worked(cast, date(2015, 1, 1), ends_on, cast.persons["T1"], person, number=f"G{person.pk}")
        assert list(found(cast, person, on)) == (["project"] if counts else []), (ends_on, on)


def test_who_sat_on_an_earlier_panel_of_the_trainee_is_warned_of_for_a_year(
    cast: Cast, expert: Person
) -> None:
    panel = sat(cast, expert, date(2023, 6, 1))
    assert found(cast, expert)["panel"].evidence[0].key == panel.pk
    assert found(cast, expert, ON + A_DAY) == {}
    assert found(cast, expert, panel=panel) == {}


def test_a_panel_of_which_nobody_recorded_whether_it_sat_still_warns(
    cast: Cast, expert: Person
) -> None:
    sat(cast, expert, None, planned_on=date(2024, 3, 1))
    strict = replace(RULE, blocks=("panel",), warns=())
    shown = found(cast, expert, rule=strict)["panel"]
    assert (shown.level, shown.since) == ("warn", None)
    assert found(cast, expert, date(2024, 3, 1)) == {}


def test_a_member_of_a_round_set_aside_is_blocked_until_the_case_ends(
    cast: Cast, expert: Person
) -> None:
    sitting = Sitting.objects.create(
        institution=cast.institution, unit=cast.general, title_zh="答辩", title_en="Defence",
        board="training.panel",
    )  # fmt: skip
    first = sat(cast, expert, date(2020, 1, 1), sitting=sitting)
    kind = CaseKind.objects.create(
        institution=cast.institution, name="defence", version="1", hash="0" * 64, content="",
        title_zh="答辩", title_en="Defence", port="training.milestone", valid_from=ON,
    )  # fmt: skip
    case = Case.objects.create(
        institution=cast.institution, unit=cast.general, kind=kind, title_zh="答辩",
        title_en="Defence", state="running",
    )  # fmt: skip
    asked = MilestoneCase.objects.create(
        case=case, enrolment=cast.lin, milestone="midterm", panel=first
    )
    Item.objects.create(
        sitting=sitting, place=1, case=case, title_zh="表决", decided_at=timezone.now()
    )
    assert found(cast, expert) == {}
    asked.panel = None
    asked.save()
    assert found(cast, expert)["panel"].level == "block"
    case.state = "granted"
    case.save()
    assert found(cast, expert) == {}


@pytest.mark.database
def test_three_hundred_persons_take_as_many_queries_as_one(cast: Cast) -> None:
    people = crowd(cast, 300)
    for place, person in enumerate(people[:40]):
        wrote(cast, ON, person, cast.persons["S1"], number=f"A{place}")
        declare_tie(
            person=person, other=cast.persons["T1"], kind="kinship", by=OPERATOR, valid_from=ON
        )
        sat(cast, person, date(2024, 1, 1))
    counted = []
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as taken:
            shown = conflicts(some, cast.lin, ON, RULE)
        counted.append(len(taken))
    assert counted[0] == counted[1] <= 10
    assert sum(len(one) for one in shown.values()) == 120
