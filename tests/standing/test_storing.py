"""What is stored of verdicts: only what differs is written, with what ended the old one."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.policy import Verdict, reference
from preceptor.standing import runs
from preceptor.standing.actions import evaluate_all
from preceptor.standing.choices import ChangeCause, RunCause
from preceptor.standing.due import said, worst
from preceptor.standing.models import Finding, FindingChange, Standing, StandingRun, StandingTally
from preceptor.standing.queries import as_of, as_of_all
from preceptor.standing.rechecking import EvaluatorsDiffer
from preceptor.standing.tallies import recount
from preceptor.training import actions
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Enrolment, Milestone, Rotation, SimilarityCheck, Thesis
from preceptor.web.shown.verdicts import own, whole_of
from standing.test_findings import ACTS, SEQUENCES, any_trainee, check_everybody

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

A_DAY = timedelta(days=1)
CLINICAL = {"rule": "training.clinical", "pack": "yunting/clinical-doctorate"}


def evaluate(cast: Cast, on: date | None = None, cause: RunCause = RunCause.ASKED) -> int:
    return evaluate_all(institution=cast.institution, on=on or today(), by=OPERATOR, cause=cause)


def rotate(cast: Cast, enrolment: Enrolment, first: date, last: date) -> Rotation:
    row = Rotation(
        enrolment=enrolment, department="内科", start_month=first, end_month=last, kind="specialty"
    )
    actions.record_rotations(institution=cast.institution, rotations=[row], by=OPERATOR)
    return row


def counted() -> Counter[tuple[int, str, str, str]]:
    """All verdicts counted by hand."""
    found: Counter[tuple[int, str, str, str]] = Counter()
    for row in Finding.objects.select_related("enrolment"):
        key = row.enrolment.unit_id, row.rule, row.pack, said(row.verdict, row.kind)
        found[key] += 1
    for standing in Standing.objects.select_related("enrolment"):
        found[standing.enrolment.unit_id, "", "", standing.whole] += 1
    return found


def kept() -> Counter[tuple[int, str, str, str]]:
    rows = StandingTally.objects.values_list("unit", "rule", "pack", "verdict", "count")
    return Counter({(unit, rule, pack, verdict): n for unit, rule, pack, verdict, n in rows})


def check_wholes() -> None:
    """The stored whole is that of the stored verdicts, as the list always showed it."""
    for row in Enrolment.objects.all():
        found = own(Finding.objects.filter(enrolment=row))
        standing = Standing.objects.filter(enrolment=row).first()
        if standing is None:
            assert found == []
            continue
        from preceptor.standing.due import gates_ahead
        from preceptor.standing.packs import content

        ahead = gates_ahead(row.state, row.milestones.all())
        waits = frozenset(
            one.rule for one in found if content(one.hash).rules[one.rule].gate in ahead
        )
        whole = whole_of(found, waits)
        assert whole is not None
        assert standing.whole == whole.verdict
        assert standing.is_waived == any(one.verdict == "waived" for one in found)
        assert (standing.unit_id, standing.direction_id, standing.cohort) == (
            row.unit_id, row.direction_id, row.cohort,
        )  # fmt: skip


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=SEQUENCES)
def test_after_any_actions_counts_and_standings_are_those_of_the_verdicts(
    cast: Cast, sequence: list[Any]
) -> None:
    from django.db import transaction

    with transaction.atomic():
        for act, a, b in sequence:
            act(cast, a, b)
        assert kept() == counted()
        assert sum(kept().values()) > 0
        check_wholes()
        assert recount(cast.institution) == 0
        transaction.set_rollback(True)


def test_an_evaluation_that_finds_nothing_new_writes_no_verdict(cast: Cast) -> None:
    before = list(Finding.objects.order_by("pk").values())
    standings = list(Standing.objects.order_by("pk").values())
    evaluate(cast, today() + 3 * A_DAY)
    assert list(Finding.objects.order_by("pk").values()) == before
    assert list(Standing.objects.order_by("pk").values()) == standings
    assert not FindingChange.objects.exists()
    run = StandingRun.objects.latest("pk")
    assert (run.changed, run.records, run.on) == (0, 4, today() + 3 * A_DAY)


def test_a_verdict_that_changed_leaves_what_stood_before_with_its_cause(cast: Cast) -> None:
    Finding.objects.filter(enrolment=cast.lin).update(since=date(2023, 5, 4))
    old = Finding.objects.get(enrolment=cast.lin, **CLINICAL)
    rotate(cast, cast.lin, date(2023, 4, 1), date(2023, 8, 1))
    new = Finding.objects.get(enrolment=cast.lin, **CLINICAL)
    assert (old.verdict, new.verdict, new.since, new.as_of) == ("fail", "pass", today(), today())
    change = FindingChange.objects.get(enrolment=cast.lin, **CLINICAL)
    assert (change.verdict, change.since, change.until) == ("fail", date(2023, 5, 4), today())
    assert change.cause == ChangeCause.RECORD
    assert change.hash == old.hash


def test_a_verdict_that_stays_keeps_its_first_day_though_another_name_is_missing(
    cast: Cast,
) -> None:
    first = date(2023, 5, 4)
    Finding.objects.filter(panel=cast.panel).update(since=first, as_of=first, missing="other")
    actions.change_seat(
        seat=cast.panel.seats.order_by("pk")[0], by=OPERATOR, reason="更正", role="member"
    )
    row = Finding.objects.get(panel=cast.panel, rule="panel.midterm")
    assert (row.verdict, row.since, row.as_of) == ("pending", first, today())
    assert row.missing != "other"
    assert not FindingChange.objects.exists()


def test_what_time_alone_changes_is_found_by_a_run_and_ended_the_day_before(cast: Cast) -> None:
    last = (today().replace(day=1) + 300 * A_DAY).replace(day=1)
    rotate(cast, cast.lin, today().replace(day=1), last)
    assert Finding.objects.get(enrolment=cast.lin, **CLINICAL).verdict == "fail"
    evaluate(cast, last, RunCause.TIME)
    row = Finding.objects.get(enrolment=cast.lin, **CLINICAL)
    assert (row.verdict, row.since) == ("pass", last)
    change = FindingChange.objects.get(enrolment=cast.lin, **CLINICAL)
    assert (change.until, change.cause) == (last - A_DAY, ChangeCause.TIME)
    run = StandingRun.objects.latest("pk")
    assert (run.changed, run.cause, as_of(cast.institution)) == (1, "time", last)


def test_verdicts_on_who_left_are_closed_and_leave_no_standing_and_no_count(cast: Cast) -> None:
    asked = Finding.objects.filter(enrolment=cast.shen).count()
    assert asked == FindingChange.objects.count() + asked > 0
    actions.change_state(
        enrolment=cast.shen, to=EnrolmentState.WITHDRAWN, on=today(), reason="申请", by=OPERATOR
    )
    assert not Standing.objects.filter(enrolment=cast.shen).exists()
    assert FindingChange.objects.filter(enrolment=cast.shen).count() == asked
    assert not StandingTally.objects.filter(unit=cast.cancer).exists()
    assert kept() == counted()


def test_a_trainee_who_leaves_by_a_day_to_come_is_closed_by_the_run_of_that_day(
    cast: Cast,
) -> None:
    from preceptor.training.models import StateSpan

    StateSpan.objects.filter(enrolment=cast.shen).update(valid_to=today())
    asked = Finding.objects.filter(enrolment=cast.shen).count()
    evaluate(cast, today() + A_DAY, RunCause.TIME)
    closed = FindingChange.objects.filter(enrolment=cast.shen)
    assert [(row.cause, row.until) for row in closed] == [(ChangeCause.TIME, today())] * asked
    assert not Finding.objects.filter(enrolment=cast.shen).exists()
    assert kept() == counted()


def test_who_moves_is_counted_where_she_is_now_also_by_panel(cast: Cast) -> None:
    actions.change_state(
        enrolment=cast.lin, to=EnrolmentState.WITHDRAWN, on=today(), reason="x", by=OPERATOR
    )
    panels = Finding.objects.filter(enrolment=cast.lin).count()
    assert panels > 0
    actions.move(
        enrolment=cast.lin, unit=cast.cancer, direction=cast.medicine, on=today(), reason="转院",
        by=OPERATOR,
    )  # fmt: skip
    assert kept() == counted()
    rows = StandingTally.objects.filter(unit=cast.cancer, rule__startswith="panel.")
    assert sum(row.count for row in rows) == panels


def test_what_is_not_due_is_open_and_becomes_pending_or_failed_when_its_step_is_near(
    cast: Cast,
) -> None:
    assert Standing.objects.get(enrolment=cast.lin).whole == "open"
    step = Milestone(enrolment=cast.lin, kind="predefence", planned_on=today() + 60 * A_DAY)
    actions.record_milestones(institution=cast.institution, milestones=[step], by=OPERATOR)
    assert Standing.objects.get(enrolment=cast.lin).whole == "fail"
    assert kept() == counted()


def test_a_thesis_counts_for_the_standing_of_its_trainee(cast: Cast) -> None:
    place: dict[str, Any] = {"institution": cast.institution, "by": OPERATOR}
    thesis = Thesis(enrolment=cast.gu, title_zh="题目")
    actions.record_theses(theses=[thesis], **place)
    check = SimilarityCheck(thesis=thesis, attempt=1, similarity_e4=3001, checked_on=today())
    step = Milestone(enrolment=cast.gu, kind="defence", planned_on=today() + A_DAY)
    actions.record_milestones(milestones=[step], **place)
    actions.record_checks(checks=[check], **place)
    assert Finding.objects.get(rule="thesis.similarity").verdict == "fail"
    assert Standing.objects.get(enrolment=cast.gu).whole == "fail"


def test_the_worst_of_all_is_the_whole() -> None:
    assert worst(["pass", "open", "warn"]) == "warn"
    assert worst(["open", "pending", "warn"]) == "pending"
    assert worst(["waived"]) == worst([]) == "pass"


def test_counts_that_went_astray_are_set_right_by_the_next_run(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    row = StandingTally.objects.filter(rule="training.clinical").first()
    assert row is not None
    StandingTally.objects.filter(pk=row.pk).update(count=99)
    evaluate(cast)
    assert kept() == counted()
    assert "1 counts of verdicts were wrong" in caplog.text


def test_a_difference_between_the_evaluators_stores_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotation = Rotation(
        enrolment=cast.gu, department="内科", start_month=date(2021, 9, 1),
        end_month=date(2023, 8, 1), kind="specialty",
    )  # fmt: skip
    rotation.save()
    before, runs = list(Finding.objects.order_by("pk").values()), StandingRun.objects.count()
    wrong = {"training.clinical": (Verdict.PENDING, ["nothing"])}
    monkeypatch.setattr(reference, "evaluate", lambda *_given: wrong)
    with pytest.raises(EvaluatorsDiffer, match=r"training\.clinical"):
        evaluate(cast)
    assert list(Finding.objects.order_by("pk").values()) == before
    assert StandingRun.objects.count() == runs
    monkeypatch.undo()
    evaluate(cast)
    assert Finding.objects.get(enrolment=cast.gu, **CLINICAL).verdict == "pass"
    assert StandingRun.objects.latest("pk").sampled > 0


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_run_in_small_chunks_stores_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    before = set(Finding.objects.values_list("enrolment", "panel", "rule", "verdict", "missing"))
    wholes = set(Standing.objects.values_list("pk", "whole"))
    Finding.objects.all().delete()
    Standing.objects.all().delete()
    monkeypatch.setattr(runs, "CHUNK", size)
    evaluate(cast)
    after = set(Finding.objects.values_list("enrolment", "panel", "rule", "verdict", "missing"))
    assert after == before
    assert set(Standing.objects.values_list("pk", "whole")) == wholes
    assert kept() == counted()


def test_a_run_asks_as_often_for_thirty_trainees_as_for_three(cast: Cast) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            evaluate(cast)
        return len(captured)

    evaluate(cast)
    of_three = asked()
    entries = [
        actions.NewEnrolment(
            student_number=f"X{number:03}", person=cast.persons["S1"], unit=cast.general,
            direction=cast.medicine, cohort=2022, cohort_on=date(2022, 9, 1), state="training",
            mode="full_time",
        )
        for number in range(27)
    ]  # fmt: skip
    actions.enrol(institution=cast.institution, entries=entries, by=OPERATOR)
    assert asked() == of_three


def test_lists_are_as_of_the_last_run_of_the_oldest_institution(cast: Cast) -> None:
    assert as_of(cast.institution) == today()
    assert as_of_all([cast.institution.pk, cast.general.pk]) == today()
    StandingRun.objects.create(
        institution=cast.general, on=date(2024, 1, 1), cause="time", records=0, changed=0, sampled=0
    )
    assert as_of_all([cast.institution.pk, cast.general.pk]) == date(2024, 1, 1)
    assert as_of_all([]) is None


def test_any_act_of_the_others_keeps_what_is_stored_true(cast: Cast) -> None:
    for number, act in enumerate(ACTS[:6]):
        act(cast, number, number + 1)
    assert check_everybody() > 0
    assert any_trainee(0) == cast.lin
