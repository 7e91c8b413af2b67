"""A run over an institution judges in short turns: others write in between, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.db.models import F

from preceptor.base.actors import OPERATOR
from preceptor.base.deeds import deed
from preceptor.base.journal import first_broken
from preceptor.base.models import Job, JobState, JournalEntry
from preceptor.base.queue.worker import Worker
from preceptor.base.today import today
from preceptor.policy import Verdict, reference
from preceptor.standing import rounds, runs, tallies
from preceptor.standing.actions import end_force, evaluate_all, put_in_force
from preceptor.standing.asking import ask_evaluation
from preceptor.standing.choices import RunCause
from preceptor.standing.models import Finding, FindingChange, StandingRun, StandingTally
from preceptor.standing.packs import in_force
from preceptor.standing.queries import as_of
from preceptor.standing.rechecking import EvaluatorsDiffer
from preceptor.training.actions import NewEnrolment, correct_enrolment, enrol, record_rotations
from preceptor.training.models import Enrolment, Rotation
from standing.test_bindings import DOCTORATE, OWN, SOURCE
from standing.test_findings import check_everybody
from standing.test_nightly import behind, verdict_on
from standing.test_storing import counted, kept

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

A_DAY = timedelta(days=1)
CHANGED = SOURCE.replace('version = "2023.1"', 'version = "2026.9"')


def evaluate(cast: Cast, on: date | None = None, **more: Any) -> int:
    return evaluate_all(institution=cast.institution, on=on or today(), by=OPERATOR, **more)


def train(cast: Cast, trainee: Enrolment) -> None:
    """The deed of somebody: the trainee has been trained for as long as the rule asks."""
    row = Rotation(
        enrolment=trainee, department="内科", start_month=date(2021, 9, 1),
        end_month=date(2023, 8, 1), kind="specialty",
    )  # fmt: skip
    record_rotations(institution=cast.institution, rotations=[row], by=OPERATOR)


def put(cast: Cast, pack: str, text: str, since: date | None = None) -> None:
    put_in_force(
        institution=cast.institution, pack=pack, valid_from=since or today(), by=OPERATOR,
        text=text,
    )  # fmt: skip


def beside(work: Callable[[], Any]) -> Future[Any]:
    """The work, done on a thread and a connection of its own; its `result` waits for it."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    return future


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], list[int]]:
    """Chunks of one record; what is given is done once, after the first of them. What comes back
    has one entry for each time that others were let in."""

    def let(work: Callable[[], Any]) -> list[int]:
        times = list[int]()

        def then() -> None:
            times.append(len(times))
            if len(times) == 1:
                work()

        monkeypatch.setattr(runs, "CHUNK", 1)
        monkeypatch.setattr(runs, "let_others_write", then)
        return times

    return let


def test_a_deed_on_another_trainee_goes_through_in_the_middle_of_a_run_and_nothing_is_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    middle, done = threading.Event(), threading.Event()

    def stop() -> None:
        middle.set()
        assert done.wait(30)

    monkeypatch.setattr(runs, "CHUNK", 1)
    monkeypatch.setattr(runs, "let_others_write", stop)
    before, last = StandingRun.objects.count(), Enrolment.objects.latest("pk")
    behind(cast.lin)
    running = beside(lambda: evaluate(cast))
    try:
        assert middle.wait(30)
        train(cast, last)
        assert not running.done()
        assert verdict_on(last) == "pass"
        assert verdict_on(cast.lin) == "pass"
        assert kept() == counted()
        assert StandingRun.objects.count() == before
    finally:
        done.set()
        running.result(60)
    assert StandingRun.objects.count() == before + 1
    assert {row.cause for row in FindingChange.objects.filter(enrolment=last)} == {"record"}
    assert (check_everybody() > 0, kept()) == (True, counted())
    assert first_broken() is None


def test_who_waits_for_the_turn_has_it_before_a_run_of_many_chunks_is_over(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [
        NewEnrolment(
            student_number=f"X{number:03}", person=cast.persons["S1"], unit=cast.general,
            direction=cast.medicine, cohort=2022, cohort_on=date(2022, 9, 1), state="training",
            mode="full_time",
        )
        for number in range(30)
    ]  # fmt: skip
    enrol(institution=cast.institution, entries=entries, by=OPERATOR)
    monkeypatch.setattr(runs, "CHUNK", 1)
    whole, begun = rounds.settle_trainees, threading.Event()

    def then_set(*given: Any) -> Any:
        begun.set()
        return whole(*given)

    monkeypatch.setattr(runs, "settle_trainees", then_set)
    before = StandingRun.objects.count()
    running = beside(lambda: evaluate(cast))
    assert begun.wait(30)
    for trainee in (cast.gu, cast.lin):
        train(cast, trainee)
        assert StandingRun.objects.count() == before
    running.result(60)
    assert StandingRun.objects.count() == before + 1
    assert (check_everybody() > 0, kept()) == (True, counted())


def test_a_run_and_a_deed_on_the_same_trainee_do_not_wait_for_each_other_for_ever(
    cast: Cast,
) -> None:
    behind(cast.gu)
    held = Finding.objects.filter(enrolment=cast.gu).count()
    with deed(OPERATOR):
        correct_enrolment(
            enrolment=cast.gu, by=OPERATOR, reason="核对", cohort=2020, cohort_on=date(2020, 9, 1)
        )
        # On PostgreSQL the run stores what it says of the trainee, whose row the deed holds.
        running = beside(lambda: evaluate(cast))
        wait([running], timeout=3)
    assert running.result(60) == 4
    assert Finding.objects.filter(enrolment=cast.gu).count() == held
    assert verdict_on(cast.gu) == "pass"
    assert (check_everybody() > 0, kept()) == (True, counted())


def test_where_packs_change_in_the_middle_nobody_is_judged_by_the_old_ones_in_the_end(
    cast: Cast, between: Any
) -> None:
    times = between(lambda: put(cast, DOCTORATE, CHANGED))
    records = evaluate(cast)
    assert records == 4
    assert len(times) > 3
    hashes = {pack.hash for pack in in_force(cast.institution)}
    assert set(Finding.objects.values_list("hash", flat=True)) == hashes
    run = StandingRun.objects.latest("pk")
    assert (run.records, run.sampled) == (4, 4)
    assert JournalEntry.objects.filter(verb="standing.evaluate").latest("number").after == {
        "records": 4
    }


def test_a_pack_of_one_unit_that_begins_in_the_middle_binds_those_judged_before(
    cast: Cast, between: Any
) -> None:
    first = Enrolment.objects.earliest("pk")
    between(
        lambda: put_in_force(
            institution=cast.institution, pack="yunting/own", valid_from=today(), by=OPERATOR,
            text=OWN, unit=first.unit,
        )
    )  # fmt: skip
    evaluate(cast)
    concerned = Finding.objects.filter(pack="yunting/own")
    assert {row.enrolment for row in concerned} == set(Enrolment.objects.filter(unit=first.unit))
    assert (check_everybody() > 0, kept()) == (True, counted())


def test_a_pack_that_ends_in_the_middle_leaves_no_verdict(cast: Cast, between: Any) -> None:
    put(cast, "yunting/own", OWN, today() - 9 * A_DAY)
    evaluate(cast)
    assert Finding.objects.filter(pack="yunting/own").exists()
    between(
        lambda: end_force(
            institution=cast.institution, pack="yunting/own", last_day=today() - A_DAY,
            by=OPERATOR,
        )
    )  # fmt: skip
    evaluate(cast)
    assert not Finding.objects.filter(pack="yunting/own").exists()
    assert (check_everybody() > 0, kept()) == (True, counted())


def test_a_run_that_is_stopped_by_a_wrong_answer_leaves_what_was_checked_before_it(
    cast: Cast, between: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = Enrolment.objects.order_by("pk")
    for row in (first, second, third):
        behind(row)
    before, lines = StandingRun.objects.count(), JournalEntry.objects.count()
    wrong = {"training.clinical": (Verdict.PENDING, ["nothing"])}
    between(lambda: monkeypatch.setattr(reference, "evaluate", lambda *_given: wrong))
    with pytest.raises(EvaluatorsDiffer, match=rf"enrolment {second.pk} .*these records"):
        evaluate(cast)
    assert [verdict_on(row) for row in (first, second, third)] == ["pass", "fail", "fail"]
    assert kept() == counted()
    assert (StandingRun.objects.count(), JournalEntry.objects.count()) == (before, lines)


def test_a_run_of_an_earlier_day_beside_one_of_a_later_takes_the_later_day(
    cast: Cast, between: Any
) -> None:
    last = (today().replace(day=1) + 300 * A_DAY).replace(day=1)
    row = Rotation(
        enrolment=cast.lin, department="内科", start_month=today().replace(day=1), end_month=last,
        kind="specialty",
    )  # fmt: skip
    record_rotations(institution=cast.institution, rotations=[row], by=OPERATOR)
    earned = verdict_on(cast.lin)
    between(lambda: evaluate(cast, last))
    evaluate(cast)
    assert as_of(cast.institution) == last
    assert list(StandingRun.objects.order_by("-pk").values_list("on", flat=True)[:2]) == [last] * 2
    assert (earned, verdict_on(cast.lin)) == ("fail", "pass")


def test_a_run_of_a_later_day_judges_again_whom_one_of_an_earlier_day_judged_meanwhile(
    cast: Cast, between: Any
) -> None:
    last = (today().replace(day=1) + 300 * A_DAY).replace(day=1)
    row = Rotation(
        enrolment=cast.lin, department="内科", start_month=today().replace(day=1), end_month=last,
        kind="specialty",
    )  # fmt: skip
    record_rotations(institution=cast.institution, rotations=[row], by=OPERATOR)
    between(lambda: evaluate(cast))
    evaluate(cast, last)
    assert as_of(cast.institution) == last
    assert (verdict_on(cast.lin), kept()) == ("pass", counted())


def test_a_request_made_in_the_middle_of_a_run_is_not_taken_for_answered(
    cast: Cast, between: Any
) -> None:
    between(lambda: ask_evaluation(cast.institution, RunCause.ASKED))
    evaluate(cast)
    assert Job.objects.get(task="standing.evaluate").state == JobState.QUEUED
    evaluate(cast)
    assert not Job.objects.filter(task="standing.evaluate").exists()


def test_a_pack_that_begins_while_a_worker_judges_is_judged_by_before_its_job_is_done(
    cast: Cast, between: Any
) -> None:
    between(lambda: put(cast, "yunting/own", OWN))
    ask_evaluation(cast.institution, RunCause.TIME)
    assert Worker().run_due() == 1
    job = Job.objects.get(task="standing.evaluate")
    assert (job.state, job.result) == (JobState.DONE, {"records": 4})
    assert Finding.objects.filter(pack="yunting/own").exists()
    assert (check_everybody() > 0, kept()) == (True, counted())


def test_a_worker_that_lost_its_job_does_not_say_that_everybody_was_judged(
    cast: Cast, between: Any
) -> None:
    before = StandingRun.objects.count()
    behind(cast.gu)
    between(lambda: Job.objects.update(attempt=F("attempt") + 1))
    ask_evaluation(cast.institution, RunCause.TIME)
    assert Worker().run_due() == 1
    assert StandingRun.objects.count() == before
    assert (verdict_on(cast.gu), kept()) == ("pass", counted())


def test_counts_of_one_unit_that_are_wrong_are_counted_again_though_somebody_writes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    StandingTally.objects.filter(unit=cast.cancer, rule="training.clinical").update(count=99)
    last = Enrolment.objects.latest("pk")
    monkeypatch.setattr(tallies, "let_others_write", lambda: train(cast, last))
    assert tallies.recount(cast.institution) == 1
    assert verdict_on(last) == "pass"
    assert kept() == counted()
    monkeypatch.undo()
    assert tallies.recount(cast.institution) == 0
