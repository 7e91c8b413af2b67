"""What the law and rules of other countries ask of panels and reviews, read from the records."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.policy import Batch, Verdict, evaluate
from preceptor.standing.packs import find
from preceptor.standing.records import panel_records, thesis_records
from preceptor.standing.schema import SCHEMA
from preceptor.training.actions import NewSeat, compose_panels, record_milestones, record_theses
from preceptor.training.models import Milestone, Panel, Supervision, Thesis, ThesisReview

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

SITTING = date(2025, 6, 1)
A_DAY = timedelta(days=1)


def panel(cast: Cast, *seated: str, **columns: Any) -> Panel:
    """A defence panel of the cast's first trainee, read as the pages read it."""
    row = Panel(
        **{
            "number": f"L{Panel.objects.count()}", "institution": cast.institution,
            "enrolment": cast.lin, "stage": "defence", "sits_on": SITTING, **columns,
        }
    )  # fmt: skip
    seats = [NewSeat(cast.persons[key], "member") for key in seated]
    compose_panels(institution=cast.institution, panels=[(row, seats)], by=OPERATOR)
    return Panel.objects.select_related("enrolment").get(pk=row.pk)


@pytest.mark.parametrize(
    ("sits_on", "planned_on", "has_sat"),
    [
        (SITTING, None, True),
        (SITTING + A_DAY, None, False),
        (SITTING - A_DAY, SITTING - A_DAY, True),
        (None, SITTING + A_DAY, False),
        (None, SITTING, None),
        (None, None, False),
    ],
)
def test_a_panel_has_sat_when_its_day_has_come_and_nobody_knows_of_a_planned_day_gone_by(
    cast: Cast, sits_on: date | None, planned_on: date | None, has_sat: bool | None
) -> None:
    row = panel(cast, "T1", sits_on=sits_on, planned_on=planned_on)
    assert panel_records([row], SITTING)[0]["has_sat"] is has_sat


def test_a_member_who_guides_the_trainee_is_known_as_supervisor(cast: Cast) -> None:
    Supervision.objects.all().delete()
    row = panel(cast, "T1", "T2")

    def guiding() -> list[bool | None]:
        members = panel_records([row], SITTING)[0]["members"]
        return [seat["is_supervisor"] for seat in members]

    assert guiding() == [None, None]
    guided = Supervision.objects.create(
        enrolment=cast.lin, person=cast.persons["T1"], role="main", valid_from=date(2021, 9, 1)
    )
    assert guiding() == [True, False]
    Supervision.objects.filter(pk=guided.pk).update(valid_to=SITTING - A_DAY)
    assert guiding() == [None, None]


def test_votes_and_ties_that_no_record_holds_stay_unknown(cast: Cast) -> None:
    record = panel_records([panel(cast, "T1", "T2", "T3")], SITTING)[0]
    batch = Batch.from_records(SCHEMA, "panel", [record], SITTING)
    for name in ("votes_for", "votes_cast", "recommended_on"):
        assert batch.columns[name].code(0) is None
    members = batch.lists["members"].columns
    for name in ("is_coauthor", "is_from_abroad", "has_joint_paper", "joint_paper_years"):
        assert [members[name].code(place) for place in range(3)] == [None] * 3
    result = evaluate(find("cn/degrees-law"), batch)
    assert result.verdict("law.defence.vote", 0) is Verdict.PENDING
    assert result.verdict("law.defence.size", 0) is Verdict.FAIL


def test_a_panel_to_come_is_not_asked_for_votes(cast: Cast) -> None:
    record = panel_records([panel(cast, "T1")], SITTING - A_DAY)[0]
    batch = Batch.from_records(SCHEMA, "panel", [record], SITTING - A_DAY)
    result = evaluate(find("cn/degrees-law"), batch)
    assert result.verdict("law.defence.vote", 0) is Verdict.NOT_APPLICABLE


@pytest.fixture
def thesis(cast: Cast) -> Thesis:
    made = Thesis(enrolment=cast.lin, title_zh="题目")
    record_theses(institution=cast.institution, theses=[made], by=OPERATOR)
    return made


def reviewed(thesis: Thesis, **columns: Any) -> None:
    number = ThesisReview.objects.filter(thesis=thesis).count() + 1
    ThesisReview.objects.create(thesis=thesis, number=number, **columns)


def in_time(thesis: Thesis) -> list[bool | None]:
    read = Thesis.objects.select_related("enrolment").get(pk=thesis.pk)
    return [row["is_before_defence"] for row in thesis_records([read], SITTING)[0]["reviews"]]


def test_a_review_counts_as_before_the_defence_by_its_day(cast: Cast, thesis: Thesis) -> None:
    reviewed(thesis, returned_on=SITTING - 2 * A_DAY)
    reviewed(thesis, returned_on=SITTING - A_DAY)
    reviewed(thesis, outcome="pass")
    reviewed(thesis)
    assert in_time(thesis) == [True, True, True, None]
    held = Milestone(enrolment=cast.lin, kind="defence", held_on=SITTING - 2 * A_DAY, attempt=9)
    record_milestones(institution=cast.institution, milestones=[held], by=OPERATOR)
    assert in_time(thesis) == [True, False, None, None]


def test_the_outcome_of_a_review_is_known_and_its_opinion_is_not(thesis: Thesis) -> None:
    reviewed(thesis, outcome="fail", returned_on=SITTING)
    record = thesis_records([thesis], SITTING)[0]
    assert record["reviews"][0]["outcome"] == "fail"
    batch = Batch.from_records(SCHEMA, "thesis", [record], SITTING)
    reviews = batch.lists["reviews"].columns
    assert [reviews[name].code(0) for name in ("opinion", "score", "is_re_review")] == [None] * 3
    result = evaluate(find("shandong-university/blind-review"), batch)
    assert result.verdict("review.opinions", 0) is Verdict.PASS
    assert result.verdict("review.second_look", 0) is Verdict.PENDING
