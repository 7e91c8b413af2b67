"""Records in the shape of the subject schema: what is missing stays missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.db.models import Prefetch, prefetch_related_objects
from django.test.utils import CaptureQueriesContext

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.policy import Batch
from preceptor.standing.packs import in_force
from preceptor.standing.queries import Standing, counts, panel_standings, standing_of
from preceptor.standing.records import enrolment_records, panel_records, thesis_records
from preceptor.standing.schema import SCHEMA
from preceptor.standing.verdicts import LOADERS
from preceptor.standing.waiving import granted
from preceptor.training.actions import (
    NewEnrolment,
    NewSeat,
    compose_panels,
    enrol,
    record_checks,
    record_milestones,
    record_reviews,
    record_rotations,
    record_theses,
)
from preceptor.training.models import (
    Enrolment,
    Milestone,
    Panel,
    Rotation,
    SimilarityCheck,
    Thesis,
    ThesisReview,
)

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

DEFENCE = date(2024, 6, 1)
A_DAY = timedelta(days=1)


def crowd(cast: Cast, count: int) -> list[Enrolment]:
    """So many trainees, each with rotations, milestones, a thesis and a panel."""
    rows = enrol(
        institution=cast.institution, by=OPERATOR,
        entries=[
            NewEnrolment(
                student_number=f"M{number:04}", person=cast.persons["S1"], unit=cast.general,
                direction=cast.medicine, cohort=2021, cohort_on=date(2021, 9, 1), state="training",
                mode="full_time",
            )
            for number in range(count)
        ],
    )  # fmt: skip
    place: dict[str, Any] = {"institution": cast.institution, "by": OPERATOR}
    first, last = date(2022, 1, 1), date(2022, 6, 1)
    record_rotations(
        rotations=[
            Rotation(enrolment=row, department="外科", start_month=first, end_month=last, kind="specialty")
            for row in rows
        ], **place,
    )  # fmt: skip
    record_milestones(
        milestones=[Milestone(enrolment=row, kind="proposal", held_on=first) for row in rows],
        **place,
    )
    theses = [Thesis(enrolment=row, title_zh="题目") for row in rows]
    record_theses(theses=theses, **place)
    record_checks(
        checks=[SimilarityCheck(thesis=row, similarity_e4=900) for row in theses], **place
    )
    record_reviews(
        reviews=[ThesisReview(thesis=row, number=1, is_blind=True) for row in theses], **place
    )
    panels = [
        Panel(
            number=f"M{row.pk}", institution=cast.institution, enrolment=row, stage="midterm",
            sits_on=last,
        )
        for row in rows
    ]  # fmt: skip
    seats = [NewSeat(cast.persons[key], "member") for key in ("T1", "T2", "T3")]
    compose_panels(panels=[(panel, seats) for panel in panels], **place)
    return rows


def subjects(subject: str, rows: list[Enrolment]) -> list[Any]:
    keys = [row.pk for row in rows]
    if subject == "enrolment":
        return list(Enrolment.objects.filter(pk__in=keys))
    model: Any = Thesis if subject == "thesis" else Panel
    return list(model.objects.filter(enrolment__in=keys).select_related("enrolment"))


def asked(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


@pytest.mark.parametrize(("subject", "most"), [("enrolment", 1), ("thesis", 3), ("panel", 2)])
def test_loaders_ask_as_often_for_fifty_records_as_for_one(
    cast: Cast, subject: str, most: int
) -> None:
    rows = subjects(subject, crowd(cast, 50))
    assert len(rows) == 50
    one = asked(lambda: LOADERS[subject](rows[:1], today()))
    many = asked(lambda: LOADERS[subject](rows, today()))
    assert one == many == most


@pytest.mark.parametrize("subject", ["enrolment", "thesis", "panel"])
def test_what_loaders_give_is_what_the_schema_knows(cast: Cast, subject: str) -> None:
    rows = subjects(subject, crowd(cast, 2))
    batch = Batch.from_records(SCHEMA, subject, LOADERS[subject](rows, today()), on=today())
    assert list(batch.keys) == [str(row.pk) for row in rows]


def test_what_a_page_has_read_is_not_read_again(cast: Cast) -> None:
    row = crowd(cast, 1)[0]
    plain = Enrolment.objects.select_related("institution").get(pk=row.pk)
    read = Enrolment.objects.select_related("institution", "thesis").get(pk=row.pk)
    prefetch_related_objects([read], "rotations", "milestones", Prefetch("waivers", granted()))
    records = enrolment_records([plain], today())
    assert asked(lambda: enrolment_records([read], today())) == 0
    assert enrolment_records([read], today()) == records
    packs = in_force(cast.institution)

    def standing(enrolment: Enrolment) -> Standing:
        return standing_of(enrolment, today(), "zh", packs=packs, with_panels=False)

    assert standing(read).requirements == standing(plain).requirements
    assert asked(lambda: standing(read)) == 2  # checks and reviews of the thesis
    assert asked(lambda: standing(plain)) > 2


def test_an_enrolment_read_once_is_judged_by_what_was_recorded_since(cast: Cast) -> None:
    """Nothing that the judging reads is kept on the record."""
    row = Enrolment.objects.select_related("institution").get(pk=cast.gu.pk)
    before = enrolment_records([row], today())[0]["milestones"]
    held = Milestone(enrolment=row, kind="midterm", held_on=date(2023, 1, 5), outcome="pass")
    record_milestones(institution=cast.institution, milestones=[held], by=OPERATOR)
    assert len(enrolment_records([row], today())[0]["milestones"]) == len(before) + 1


def test_counting_and_standing_ask_a_fixed_number_of_times(cast: Cast) -> None:
    few = crowd(cast, 1)
    of_one = asked(lambda: counts(cast.institution, today()))
    alone = Enrolment.objects.select_related("institution").get(pk=few[0].pk)
    one_panel = asked(lambda: standing_of(alone, today(), "zh"))
    more = enrolled_panels(cast, alone, 12)
    assert asked(lambda: counts(cast.institution, today())) == of_one
    assert asked(lambda: standing_of(alone, today(), "zh")) == one_panel
    assert len(standing_of(alone, today(), "zh").panels) == 13
    panels = list(Panel.objects.filter(pk__in=more).select_related("enrolment", "institution"))
    one = asked(lambda: panel_standings(panels[:1], today(), "zh"))
    assert asked(lambda: panel_standings(panels, today(), "zh")) == one


def enrolled_panels(cast: Cast, enrolment: Enrolment, count: int) -> list[int]:
    panels = [
        Panel(number=f"Z{n}", institution=cast.institution, enrolment=enrolment, stage="midterm")
        for n in range(count)
    ]
    seats = [NewSeat(cast.persons[key], "member") for key in ("T1", "T2", "T3")]
    compose_panels(
        institution=cast.institution, panels=[(panel, seats) for panel in panels], by=OPERATOR
    )
    return [panel.pk for panel in panels]


def test_a_trainee_without_rows_has_empty_lists_and_no_dates(cast: Cast) -> None:
    record = enrolment_records([cast.shen], today())[0]
    assert record["training"] == []
    assert (record["event_on"], record["planned_on"]) == (None, None)
    assert record["cohort_on"] == date(2021, 9, 1)


def test_what_had_not_happened_by_the_day_does_not_count_on_it(cast: Cast) -> None:
    day = date(2022, 6, 1)
    record = enrolment_records([cast.lin], day)[0]
    assert len(record["training"]) == 10
    assert record["milestones"] == []
    record = enrolment_records([cast.lin], day + A_DAY)[0]
    assert [row["kind"] for row in record["milestones"]] == ["proposal"]


def test_an_outcome_or_kind_not_recorded_is_unknown(cast: Cast) -> None:
    Milestone.objects.create(enrolment=cast.shen, kind="midterm", held_on=DEFENCE)
    Rotation.objects.create(
        enrolment=cast.shen, department="内科", start_month=DEFENCE, end_month=DEFENCE, kind=None
    )
    record = enrolment_records([cast.shen], today())[0]
    assert [row["outcome"] for row in record["milestones"]] == ["pass", None]
    assert [row["kind"] for row in record["training"]] == [None]


@pytest.mark.parametrize(
    ("held", "planned", "event"),
    [(DEFENCE, None, DEFENCE), (DEFENCE + A_DAY, DEFENCE + A_DAY, None)],
)
def test_a_defence_set_for_a_later_day_is_planned_and_not_yet_an_event(
    cast: Cast, held: date, planned: date | None, event: date | None
) -> None:
    Milestone.objects.create(enrolment=cast.shen, kind="defence", held_on=held)
    thesis = Thesis.objects.create(enrolment=cast.shen, title_zh="题目")
    for record in (
        enrolment_records([cast.shen], DEFENCE)[0], thesis_records([thesis], DEFENCE)[0],
    ):  # fmt: skip
        assert record["event_on"] == event
        assert planned is None or record["planned_on"] == planned


def test_of_two_defences_the_last_one_counts(cast: Cast) -> None:
    for attempt, day in enumerate((date(2024, 3, 1), DEFENCE), start=1):
        Milestone.objects.create(enrolment=cast.shen, kind="defence", attempt=attempt, held_on=day)
    assert enrolment_records([cast.shen], today())[0]["event_on"] == DEFENCE


@pytest.fixture
def thesis(cast: Cast) -> Thesis:
    made = Thesis(enrolment=cast.lin, title_zh="题目")
    record_theses(institution=cast.institution, theses=[made], by=OPERATOR)
    return made


def checked(thesis: Thesis, attempt: int, similarity: int, on: date | None) -> None:
    SimilarityCheck.objects.create(
        thesis=thesis, attempt=attempt, similarity_e4=similarity, checked_on=on
    )


def test_a_thesis_not_yet_checked_has_no_similarity_never_zero(thesis: Thesis) -> None:
    record = thesis_records([thesis], DEFENCE)[0]
    assert record["similarity"] is None
    assert record["reviews"] == []


def test_the_last_check_by_the_day_counts_exactly(thesis: Thesis) -> None:
    checked(thesis, 1, 3001, date(2024, 3, 1))
    checked(thesis, 2, 3000, DEFENCE)
    checked(thesis, 3, 9, DEFENCE + A_DAY)
    assert thesis_records([thesis], date(2024, 3, 1))[0]["similarity"] == Decimal("0.3001")
    assert thesis_records([thesis], DEFENCE)[0]["similarity"] == Decimal("0.3000")


def test_a_check_or_review_of_unknown_day_counts(thesis: Thesis) -> None:
    checked(thesis, 1, 0, None)
    ThesisReview.objects.create(thesis=thesis, number=1, is_blind=None)
    ThesisReview.objects.create(thesis=thesis, number=2, is_blind=True, returned_on=DEFENCE + A_DAY)
    record = thesis_records([thesis], DEFENCE)[0]
    assert record["similarity"] == Decimal(0)
    assert [row["is_blind"] for row in record["reviews"]] == [None]


def test_a_panel_without_a_day_has_no_event(cast: Cast) -> None:
    panel = Panel.objects.select_related("enrolment").get(pk=cast.panel.pk)
    panel.sits_on = None
    record = panel_records([panel], DEFENCE)[0]
    assert (record["event_on"], record["planned_on"]) == (None, None)
    assert len(record["members"]) == 3
