"""What if: the same judgement on a changed copy of a record; nothing is written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from preceptor.base import journal
from preceptor.base.actors import OPERATOR
from preceptor.base.dates import month_end, months_between
from preceptor.policy import Verdict
from preceptor.standing.months import training_months
from preceptor.standing.queries import standing_of
from preceptor.standing.whatif import (
    SupposedMilestone,
    SupposedRotation,
    Supposition,
    WhatIf,
    what_if,
    with_rotations,
)
from preceptor.training.actions import record_milestones, record_rotations
from preceptor.training.choices import MilestoneKind, Outcome, RotationKind
from preceptor.training.models import Milestone, Rotation, Thesis

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
database = [pytest.mark.django_db, pytest.mark.database]

ON = date(2023, 12, 31)
FIVE_MORE = SupposedRotation("specialty", date(2023, 4, 1), date(2023, 8, 1))


def verdicts(found: WhatIf, rule: str) -> tuple[Verdict, Verdict]:
    [beside] = [one for one in found.requirements if one.rule == rule]
    assert beside.before and beside.after
    return beside.before.verdict, beside.after.verdict


class TestOfTheCast:
    pytestmark = database

    def test_five_more_months_make_nineteen_into_twenty_four(self, cast: Cast) -> None:
        found = what_if(cast.lin, Supposition(rotations=(FIVE_MORE,)), ON, "en")
        assert verdicts(found, "training.clinical") == (Verdict.FAIL, Verdict.PASS)
        assert found.on == ON
        [clinical] = [one for one in found.requirements if one.rule == "training.clinical"]
        assert clinical.before and "19" in clinical.before.text
        assert clinical.after and "24" in clinical.after.text
        assert clinical.is_changed

    def test_four_more_months_are_said_but_do_not_suffice(self, cast: Cast) -> None:
        four = SupposedRotation("specialty", date(2023, 4, 1), date(2023, 7, 1))
        found = what_if(cast.lin, Supposition(rotations=(four,)), ON, "en")
        assert verdicts(found, "training.clinical") == (Verdict.FAIL, Verdict.FAIL)
        [clinical] = [one for one in found.requirements if one.rule == "training.clinical"]
        assert clinical.is_moved
        assert not clinical.is_changed

    def test_months_that_are_recorded_already_do_not_count_twice(self, cast: Cast) -> None:
        again = SupposedRotation("specialty", date(2021, 9, 1), date(2022, 12, 1))
        found = what_if(cast.lin, Supposition(rotations=(again,)), ON, "en")
        assert not any(one.is_moved for one in found.requirements)

    def test_it_says_what_the_rules_say_once_the_rotation_is_recorded(self, cast: Cast) -> None:
        supposed = what_if(cast.lin, Supposition(rotations=(FIVE_MORE,)), ON, "zh-hans").after
        rotation = Rotation(
            enrolment=cast.lin, department="心血管内科", start_month=FIVE_MORE.first,
            end_month=FIVE_MORE.last, kind=RotationKind.SPECIALTY,
        )  # fmt: skip
        record_rotations(institution=cast.institution, rotations=[rotation], by=OPERATOR)
        recorded = standing_of(cast.lin, ON, "zh-hans", with_panels=False)
        said = {known.rule: known.text for known in recorded.requirements}
        assert {known.rule: known.text for known in supposed.requirements} == said
        assert supposed.verdict == recorded.verdict

    def test_it_says_what_the_rules_say_once_the_step_is_recorded(self, cast: Cast) -> None:
        step = SupposedMilestone("midterm", date(2023, 6, 1))
        supposed = what_if(cast.lin, Supposition(milestones=(step,)), ON, "en").after
        assert supposed.step and supposed.step.kind == "clinical_exam"
        row = Milestone(
            enrolment=cast.lin, kind=MilestoneKind.MIDTERM, held_on=step.on, outcome=Outcome.PASS
        )
        record_milestones(institution=cast.institution, milestones=[row], by=OPERATOR)
        recorded = standing_of(cast.lin, ON, "en", with_panels=False)
        said = [(known.rule, known.text) for known in recorded.requirements]
        assert [(known.rule, known.text) for known in supposed.requirements] == said
        assert recorded.step and recorded.step.kind == supposed.step.kind

    def test_a_step_taken_out_of_turn_breaks_their_order(self, cast: Cast) -> None:
        early = SupposedMilestone("midterm", date(2022, 6, 1))
        found = what_if(cast.lin, Supposition(milestones=(early,)), ON, "en")
        assert verdicts(found, "milestones.order") == (Verdict.PENDING, Verdict.FAIL)

    @pytest.mark.parametrize(
        ("similarity", "verdict"), [("0.3000", Verdict.PASS), ("0.3001", Verdict.FAIL)]
    )
    def test_a_thesis_at_the_ceiling_passes_and_one_above_it_fails(
        self, cast: Cast, similarity: str, verdict: Verdict
    ) -> None:
        Thesis.objects.create(enrolment=cast.lin, title_zh="论文")
        found = what_if(cast.lin, Supposition(similarity=Decimal(similarity)), ON, "en")
        assert verdicts(found, "thesis.similarity") == (Verdict.PENDING, verdict)

    def test_without_a_thesis_a_similarity_can_be_supposed_all_the_same(self, cast: Cast) -> None:
        found = what_if(cast.gu, Supposition(similarity=Decimal("0.12")), ON, "en")
        [similarity] = [one for one in found.requirements if one.rule == "thesis.similarity"]
        assert similarity.before is None
        assert similarity.after and similarity.after.verdict is Verdict.PASS

    def test_what_lies_ahead_is_judged_as_of_its_end_on_both_sides(self, cast: Cast) -> None:
        ahead = SupposedRotation("specialty", date(2024, 1, 1), date(2024, 5, 1))
        found = what_if(cast.lin, Supposition(rotations=(ahead,)), ON, "en")
        assert found.on == found.before.on == found.after.on == date(2024, 5, 31)
        assert verdicts(found, "training.clinical") == (Verdict.FAIL, Verdict.PASS)

    def test_nothing_supposed_changes_nothing(self, cast: Cast) -> None:
        found = what_if(cast.lin, Supposition(), ON, "en")
        assert Supposition().is_empty
        assert found.before.requirements
        assert not any(one.is_moved for one in found.requirements)

    def test_nothing_is_written_and_the_journal_stays_as_it_is(self, cast: Cast) -> None:
        head, rows = journal.head(), (Rotation.objects.count(), Milestone.objects.count())
        step = SupposedMilestone("defence", ON)
        supposed = Supposition((FIVE_MORE,), (step,), Decimal("0.5"))
        with CaptureQueriesContext(connection) as captured:
            what_if(cast.lin, supposed, ON, "en")
        assert len(captured) <= 10
        verbs = {query["sql"].lstrip("(").split()[0] for query in captured}
        assert verbs == {"SELECT"}
        assert journal.head() == head
        assert (Rotation.objects.count(), Milestone.objects.count()) == rows
        assert not Thesis.objects.exists()


MONTHS = st.dates(date(2021, 1, 1), date(2022, 12, 1)).map(lambda day: day.replace(day=1))
SPANS = st.tuples(
    MONTHS, st.integers(0, 14), st.sampled_from([*RotationKind.values, None])
)  # fmt: skip


def _rotation(span: tuple[date, int, str | None]) -> Rotation:
    first, length, kind = span
    last = months_between(first, date(2025, 1, 1))[length]
    return Rotation(department="内科", start_month=first, end_month=last, kind=kind)


@given(st.lists(SPANS, max_size=4), SPANS.filter(lambda span: span[2] is not None))
def test_a_supposed_rotation_counts_as_if_it_had_been_recorded(
    recorded: list[tuple[date, int, str | None]], added: tuple[date, int, str | None]
) -> None:
    rotations, more = [_rotation(span) for span in recorded], _rotation(added)
    day = month_end(date(2025, 1, 1))
    assert more.kind
    supposed = SupposedRotation(more.kind, more.start_month, more.end_month)
    changed = with_rotations(training_months(rotations, day), [supposed])
    expected = training_months([*rotations, more], day)
    assert [(row["month"], row["kind"], row["months"]) for row in changed] == [
        (row["month"], row["kind"], row["months"]) for row in expected
    ]
