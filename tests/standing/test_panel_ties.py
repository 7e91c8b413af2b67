"""How panels voted and what ties their members to those whom they judge, read from the registers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from panel_cast import experts, voted
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions import (
    NewSittingSeat,
    give_seat,
    plan_sitting,
    put_on_agenda,
    set_up_body,
)
from preceptor.cases.kinds.kind import Share, Voting
from preceptor.cases.models import Item
from preceptor.people.actions import keep_contact
from preceptor.people.models import Person
from preceptor.policy import Batch, Verdict, evaluate
from preceptor.research.actions import NewPaper, record_papers
from preceptor.standing.packs import find
from preceptor.standing.records import panel_records
from preceptor.standing.schema import SCHEMA
from preceptor.standing.ties import Joint
from preceptor.training.actions import NewSeat, compose_panels
from preceptor.training.models import Panel

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

DAY = date(2025, 6, 1)
A_DAY = timedelta(days=1)
ONE, OTHER, THIRD = 1, 2, 3


def panel(cast: Cast, persons: list[Person], **columns: Any) -> Panel:
    """A defence panel of 林知远, read as the pages read it."""
    row = Panel(
        **{
            "number": f"T{Panel.objects.count()}", "institution": cast.institution,
            "enrolment": cast.lin, "stage": "defence", "sits_on": DAY, **columns,
        }
    )  # fmt: skip
    seats = [
        NewSeat(person, "member" if place else "chair") for place, person in enumerate(persons)
    ]
    compose_panels(institution=cast.institution, panels=[(row, seats)], by=OPERATOR)
    return Panel.objects.select_related("enrolment").get(pk=row.pk)


def decided(cast: Cast, in_favour: int, size: int = 5) -> Panel:
    """A defence panel that has sat and voted, on a sitting of its own."""
    judges = experts(cast)[:size]
    row = panel(cast, judges)
    sitting = plan_sitting(
        institution=cast.institution, unit=cast.general, title_zh="答辩会", title_en="Defence",
        seats=[
            NewSittingSeat(one, "member" if place else "chair") for place, one in enumerate(judges)
        ],
        starts_at=timezone.now(), board="training.panel", by=OPERATOR,
    )  # fmt: skip
    put_on_agenda(
        sitting=sitting, title_zh="是否通过", voting=Voting(Share(2, 3, of="all")), by=OPERATOR
    )
    Panel.objects.filter(pk=row.pk).update(sitting=sitting)
    voted(sitting, in_favour, OPERATOR)
    return Panel.objects.select_related("enrolment").get(pk=row.pk)


def verdict(row: Panel, on: date) -> Verdict:
    """What the law says of the vote."""
    batch = Batch.from_records(SCHEMA, "panel", panel_records([row], on), on)
    return evaluate(find("cn/degrees-law"), batch).verdict("law.defence.vote", 0)


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize(("in_favour", "expected"), [(4, Verdict.PASS), (3, Verdict.FAIL)])
def test_the_law_judges_a_defence_by_the_votes_of_its_own_sitting(
    cast: Cast, in_favour: int, expected: Verdict
) -> None:
    row = decided(cast, in_favour)
    record = panel_records([row], today())[0]
    assert (record["votes_for"], record["votes_cast"]) == (in_favour, 5)
    assert verdict(row, today()) is expected
    earlier = panel_records([row], today() - A_DAY)[0]
    assert (earlier["votes_for"], earlier["votes_cast"]) == (None, None)
    assert verdict(row, today() - A_DAY) is Verdict.PENDING


@pytest.mark.django_db
def test_votes_that_are_still_open_and_those_of_another_panel_are_not_known(cast: Cast) -> None:
    row = decided(cast, 5, size=3)
    other = panel(cast, [cast.persons["T1"]])
    assert panel_records([other], today())[0]["votes_for"] is None
    Item.objects.update(state="open", decided_at=None)
    assert panel_records([row], today())[0]["votes_for"] is None


@pytest.mark.django_db
def test_whence_a_member_comes_is_known_where_a_country_is_recorded(cast: Cast) -> None:
    persons = [cast.persons[key] for key in ("T1", "T2", "T3")]
    keep_contact(person=persons[0], country="DK", by=OPERATOR)
    keep_contact(person=persons[1], country="CN", by=OPERATOR)
    keep_contact(person=persons[2], email="fang@example.edu", by=OPERATOR)
    members = panel_records([panel(cast, persons)], DAY)[0]["members"]
    assert [one["is_from_abroad"] for one in members] == [True, False, None]


@pytest.mark.django_db
def test_who_votes_in_the_degree_committee_on_that_day_is_one_of_its_members(cast: Cast) -> None:
    body = set_up_body(
        institution=cast.institution, unit=cast.institution, code="DEC", kind="degree",
        name_zh="学位评定委员会", name_en="Degree Evaluation Committee", opened_on=DAY - 9 * A_DAY,
        by=OPERATOR,
    )  # fmt: skip
    persons = [cast.persons[key] for key in ("T1", "T2", "T3")]
    for person, role, first in (
        (persons[0], "member", DAY),
        (persons[1], "adviser", DAY),
        (persons[2], "member", DAY + A_DAY),
    ):
        give_seat(body=body, person=person, role=role, valid_from=first, by=OPERATOR)

    def sitting(on: date) -> list[bool | None]:
        members = panel_records([panel(cast, persons, sits_on=on)], on)[0]["members"]
        return [one["is_degree_committee"] for one in members]

    assert sitting(DAY) == [True, False, False]
    assert sitting(DAY - A_DAY) == [False, False, False]


@pytest.mark.django_db
def test_papers_with_the_trainee_and_with_the_supervisor_are_told_apart(cast: Cast) -> None:
    lin, guide, second, third = (cast.persons[key] for key in ("S1", "T1", "T2", "T3"))
    papers = [
        NewPaper("P1", "心力衰竭随访", published_on=DAY - 400 * A_DAY, authors=(guide, second)),
        NewPaper("P2", "瓣膜病队列", published_on=DAY - 30 * A_DAY, authors=(lin, guide)),
    ]
    record_papers(institution=cast.institution, papers=papers, by=OPERATOR)
    members = panel_records([panel(cast, [second, third])], DAY)[0]["members"]
    assert [one["has_joint_paper"] for one in members] == [True, None]
    assert [one["joint_paper_years"] for one in members] == [1, None]
    assert [one["is_coauthor"] for one in members] == [False, None]


@pytest.mark.parametrize(
    ("published", "years"),
    [
        (date(2020, 6, 1), 5),
        (date(2020, 6, 2), 4),
        (DAY, 0),
        (None, None),
    ],
)
def test_years_since_a_joint_paper_are_complete_years(
    published: date | None, years: int | None
) -> None:
    joint = Joint({ONE: {9: published}, OTHER: {9: published}}, ONE, [OTHER], DAY)
    assert joint.exists is True
    assert joint.years == years


def test_of_several_joint_papers_the_last_one_counts_unless_one_is_of_unknown_day() -> None:
    own = {8: date(2019, 1, 1), 9: date(2024, 1, 1)}
    assert Joint({ONE: own, OTHER: own}, ONE, [OTHER], DAY).years == 1
    own = own | {7: None}
    assert Joint({ONE: own, OTHER: own}, ONE, [OTHER], DAY).years is None


def test_a_paper_that_is_not_out_yet_is_none_and_without_a_register_nothing_is_known() -> None:
    out, ahead = {8: DAY - A_DAY}, {9: DAY + A_DAY}
    known = Joint({ONE: out | ahead, OTHER: {7: DAY - A_DAY} | ahead}, ONE, [OTHER], DAY)
    assert (known.exists, known.years) == (False, None)
    assert Joint({ONE: out}, ONE, [OTHER], DAY).exists is None
    assert Joint({OTHER: out}, ONE, [OTHER], DAY).exists is None
    assert Joint({ONE: out, OTHER: {7: DAY}}, ONE, [OTHER, THIRD], DAY).exists is None
    assert Joint({ONE: out}, ONE, [], DAY).exists is None
