"""What is asked of the queue: nothing lost, nothing done twice, nothing done before its time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

import queue_jobs
from preceptor.base.models import Job, JobState, JournalEntry
from preceptor.base.queue import clock, lease
from preceptor.base.queue.backend import LeaseBackend
from preceptor.base.queue.backlog import backlog
from preceptor.base.queue.tasks import enqueue, job
from preceptor.base.queue.worker import Attempt, Pace, Worker

pytestmark = pytest.mark.database
MINUTE = timedelta(minutes=1)


def lines(verb: str = "noted") -> int:
    return JournalEntry.objects.filter(verb=verb).count()


def make_due(stored: Job) -> None:
    Job.objects.filter(pk=stored.pk).update(run_at=clock.after(-MINUTE))


def let_lease_end(stored: Job) -> None:
    Job.objects.filter(pk=stored.pk).update(leased_until=clock.after(-MINUTE))


def taken(worker: str = "first") -> Job:
    found = lease.take(worker, MINUTE)
    assert found is not None
    return found


@pytest.mark.django_db
def test_a_job_runs_and_its_result_is_read_back_through_the_tasks_interface() -> None:
    asked = queue_jobs.add.enqueue(2, more=3)
    assert asked.status == TaskResultStatus.READY
    assert Worker().run_due() == 1
    asked.refresh()
    assert (asked.status, asked.return_value, asked.attempts) == (
        TaskResultStatus.SUCCESSFUL, 5, 1,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_key_that_was_never_given_has_no_result() -> None:
    backend = queue_jobs.add.get_backend()
    assert isinstance(backend, LeaseBackend)
    for key in ("d9a3a8a0-0000-4000-8000-000000000000", "not a key"):
        with pytest.raises(TaskResultDoesNotExist):
            backend.get_result(key)


@pytest.mark.django_db(transaction=True)
def test_what_was_asked_in_a_transaction_that_failed_is_never_run() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue_jobs.note.enqueue("lost")
        raise ZeroDivisionError
    assert Worker().run_due() == 0
    assert lines() == 0


@pytest.mark.django_db(transaction=True)
def test_another_worker_sees_a_job_only_after_the_commit() -> None:
    with transaction.atomic():
        queue_jobs.note.enqueue("soon")
        assert elsewhere(lambda: Job.objects.exists()) is False
    assert elsewhere(lambda: Job.objects.exists()) is True


@pytest.mark.django_db
def test_asking_twice_while_it_waits_gives_the_same_job() -> None:
    first = enqueue("test_note", {"text": "a"}, unique_key="note-a")
    second = enqueue("test_note", {"text": "a"}, unique_key="note-a")
    other = enqueue("test_note", {"text": "b"}, unique_key="note-b")
    assert first.id == second.id != other.id
    assert Worker().run_due() == 2
    again = enqueue("test_note", {"text": "a"}, unique_key="note-a")
    assert again.id != first.id


@pytest.mark.django_db(transaction=True)
def test_asking_at_the_same_moment_from_many_places_makes_one_job() -> None:
    together = threading.Barrier(6)
    keys: list[str] = []

    def ask() -> None:
        together.wait()
        keys.append(enqueue("test_note", {"text": "a"}, unique_key="note-a").id)

    threads = [threading.Thread(target=lambda: closing(ask)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 6
    assert len(set(keys)) == 1
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_the_most_urgent_goes_first_and_then_who_asked_first() -> None:
    for text, priority in (("a", 0), ("b", 50), ("c", 0), ("d", -50)):
        enqueue("test_note", {"text": text}, priority=priority)
    Worker().run_due()
    noted = JournalEntry.objects.filter(verb="noted").order_by("number")
    assert [line.subject_key for line in noted] == ["b", "a", "c", "d"]


@pytest.mark.django_db
def test_a_job_waits_for_its_time() -> None:
    asked = enqueue("test_note", {"text": "later"}, run_at=timezone.now() + MINUTE)
    assert Worker().run_due() == 0
    make_due(Job.objects.get(key=asked.id))
    assert Worker().run_due() == 1


@pytest.mark.django_db
def test_a_failed_attempt_is_retried_after_a_growing_pause_and_given_up_at_the_last() -> None:
    asked = enqueue("test_break", {"text": "no such unit"})
    stored = Job.objects.get(key=asked.id)
    for attempt in (1, 2, 3):
        make_due(stored)
        assert Worker().run_due() == 1
        stored.refresh_from_db()
        assert stored.attempt == attempt
        if attempt < 3:
            assert stored.state == JobState.QUEUED
            assert stored.run_at - clock.now() > lease.pause_before(attempt) - timedelta(seconds=3)
    assert stored.state == JobState.FAILED
    assert stored.error.startswith("builtins.ValueError: no such unit")
    assert "queue_jobs.py" in stored.error
    assert lines() == 0
    asked.refresh()
    assert asked.errors[0].exception_class is ValueError


def test_the_pause_doubles_and_never_passes_half_an_hour() -> None:
    pauses = [lease.pause_before(attempt).total_seconds() for attempt in (1, 2, 3, 9, 10, 10_000)]
    assert pauses == [5, 10, 20, 1280, 1800, 1800]


@pytest.mark.django_db
def test_what_the_rules_refuse_is_not_asked_again() -> None:
    asked = enqueue("test_refuse")
    assert Worker().run_due() == 1
    stored = Job.objects.get(key=asked.id)
    assert (stored.state, stored.attempt) == (JobState.FAILED, 1)
    assert "The thesis has no similarity check." in stored.error


@pytest.mark.django_db
def test_a_job_of_a_name_that_is_not_known_here_fails_with_that_name() -> None:
    asked = queue_jobs.add.enqueue(1, more=1)
    Job.objects.filter(key=asked.id).update(task="gone.for.ever", most_attempts=1)
    Worker().run_due()
    stored = Job.objects.get(key=asked.id)
    assert stored.state == JobState.FAILED
    assert "gone.for.ever" in stored.error
    with pytest.raises(LookupError, match="gone"):
        enqueue("gone")


def test_a_job_name_belongs_to_one_function() -> None:
    with pytest.raises(ValueError, match="test_note"):
        job("test_note")(queue_jobs.add.func)


@pytest.mark.django_db
def test_no_other_worker_gets_a_leased_job_until_its_lease_ends() -> None:
    queue_jobs.note.enqueue("a")
    first = taken("first")
    assert lease.take("second", MINUTE) is None
    let_lease_end(first)
    second = taken("second")
    assert (second.pk, second.attempt, second.worker) == (first.pk, 2, "second")


@pytest.mark.django_db
def test_a_renewed_lease_is_held_and_a_lost_one_cannot_be_renewed() -> None:
    queue_jobs.note.enqueue("a")
    first = taken("first")
    let_lease_end(first)
    assert lease.renew(first, MINUTE)
    assert lease.take("second", MINUTE) is None
    let_lease_end(first)
    taken("second")
    assert not lease.renew(first, MINUTE)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_lease_leaves_neither_effect_nor_result() -> None:
    asked = queue_jobs.note.enqueue("a")
    first = taken("first")
    let_lease_end(first)
    second = taken("second")
    with Attempt(first, Pace()) as attempt:
        attempt.perform()
    assert lines() == 0
    assert Job.objects.get(key=asked.id).state == JobState.RUNNING
    with Attempt(second, Pace()) as attempt:
        attempt.perform()
    assert lines() == 1
    stored = Job.objects.get(key=asked.id)
    assert (stored.state, stored.attempt, stored.worker) == (JobState.DONE, 2, "second")


@pytest.mark.django_db(transaction=True)
def test_a_failure_of_a_worker_that_lost_its_lease_does_not_count() -> None:
    asked = enqueue("test_break", {"text": "late"})
    first = taken("first")
    let_lease_end(first)
    taken("second")
    with Attempt(first, Pace()) as attempt:
        attempt.perform()
    stored = Job.objects.get(key=asked.id)
    assert (stored.state, stored.error, stored.worker) == (JobState.RUNNING, "", "second")


@pytest.mark.django_db(transaction=True)
def test_long_work_that_settles_with_its_effect_is_refused_with_it_too() -> None:
    queue_jobs.note_at_the_end.enqueue("a")
    first = taken("first")
    let_lease_end(first)
    second = taken("second")
    for held in (first, second):
        with Attempt(held, Pace()) as attempt:
            attempt.perform()
    assert lines() == 1
    assert Job.objects.get(pk=first.pk).result == {"settled": "a"}


@pytest.mark.django_db
def test_settling_outside_a_worker_changes_nothing() -> None:
    queue_jobs.note.enqueue("a")
    lease.settle("by a page")
    assert Job.objects.get().state == JobState.QUEUED


@pytest.mark.django_db
def test_a_job_that_takes_down_every_worker_is_given_up() -> None:
    asked = queue_jobs.note.enqueue("a")
    for _ in range(3):
        let_lease_end(taken())
    assert lease.take("fourth", MINUTE) is None
    assert lease.give_up_lapsed() == 1
    stored = Job.objects.get(key=asked.id)
    assert stored.state == JobState.FAILED
    asked.refresh()
    assert asked.errors[0].exception_class is lease.WorkerStopped


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_keeps_a_long_job_from_being_taken_again() -> None:
    pace = Pace(lease=timedelta(seconds=0.6), heartbeat=timedelta(seconds=0.1))
    queue_jobs.sleep_without_writing.enqueue(1.5)
    held = lease.take("first", pace.lease)
    assert held is not None
    stolen: list[Job | None] = []

    def watch() -> None:
        for _ in range(12):
            time.sleep(0.1)
            stolen.append(lease.take("thief", pace.lease))

    thief = threading.Thread(target=lambda: closing(watch))
    thief.start()
    with Attempt(held, pace) as attempt:
        attempt.perform()
    thief.join()
    assert stolen == [None] * 12
    held.refresh_from_db()
    assert (held.state, held.attempt) == (JobState.DONE, 1)


@pytest.mark.django_db(transaction=True)
def test_many_workers_do_each_job_once() -> None:
    for number in range(40):
        queue_jobs.note.enqueue(f"n{number}")
    workers = [threading.Thread(target=lambda: closing(Worker().run_due)) for _ in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    keys = list(JournalEntry.objects.filter(verb="noted").values_list("subject_key", flat=True))
    assert sorted(keys) == sorted(f"n{number}" for number in range(40))
    assert set(Job.objects.values_list("state", "attempt")) == {(JobState.DONE, 1)}


@pytest.mark.django_db
def test_the_health_page_can_tell_how_long_the_oldest_has_waited() -> None:
    assert backlog().oldest_wait is None
    stored = Job.objects.get(key=queue_jobs.note.enqueue("a").id)
    make_due(stored)
    enqueue("test_note", {"text": "b"}, run_at=timezone.now() + MINUTE)
    now = backlog()
    assert (now.waiting, now.running, now.failed) == (2, 0, 0)
    assert now.oldest_wait is not None
    assert MINUTE <= now.oldest_wait < 2 * MINUTE


def test_arguments_that_are_no_json_are_refused_when_asked() -> None:
    with pytest.raises(TypeError, match="date"):
        queue_jobs.note.enqueue(timezone.now().date())


def elsewhere(question: Callable[[], Any]) -> Any:
    """The answer on a connection of its own."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: closing(lambda: answers.append(question())))
    thread.start()
    thread.join()
    return answers[0]


def closing(work: Callable[[], Any]) -> None:
    try:
        work()
    finally:
        connection.close()


SHORT = "Pace(lease=timedelta(seconds=2), heartbeat=timedelta(seconds=0.5), poll=timedelta(seconds=0.1))"
PROGRAM = f"""
import django; django.setup()
from datetime import timedelta
import queue_jobs
from preceptor.base.queue.worker import Pace, Worker
Worker(pace={SHORT}).run()
"""


@contextmanager
def worker_process(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until, f"in vain waited until {what}"
        time.sleep(0.05)


def is_done(key: str) -> bool:
    return Job.objects.filter(key=key, state=JobState.DONE).exists()


def test_a_job_whose_worker_is_killed_in_the_middle_is_done_once_by_the_next(
    process_environment: dict[str, str], tmp_path: Path
) -> None:
    begun, go_on = tmp_path / "begun", tmp_path / "go"
    asked = queue_jobs.note_then_wait_for_file.enqueue("once", str(begun), str(go_on))
    with worker_process(process_environment) as first:
        wait_until(begun.exists, "the first worker was in the middle")
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert lines() == 0
    assert Job.objects.get(key=asked.id).state == JobState.RUNNING
    go_on.touch()
    with worker_process(process_environment):
        wait_until(lambda: is_done(asked.id), "the next worker had done it")
    stored = Job.objects.get(key=asked.id)
    assert (stored.attempt, stored.result) == (2, "once")
    assert lines() == 1


def test_a_worker_that_slept_through_its_lease_does_not_write_after_waking(
    process_environment: dict[str, str], tmp_path: Path
) -> None:
    begun, go_on = tmp_path / "begun", tmp_path / "go"
    asked = queue_jobs.wait_for_file_then_note.enqueue("once", str(begun), str(go_on))
    with worker_process(process_environment) as sleeper:
        wait_until(begun.exists, "the first worker was in the middle")
        sleeper.send_signal(signal.SIGSTOP)
        go_on.touch()
        with worker_process(process_environment):
            wait_until(lambda: is_done(asked.id), "the next worker had done it")
            sleeper.send_signal(signal.SIGCONT)
            after = queue_jobs.add.enqueue(1, more=1)
            wait_until(lambda: is_done(after.id), "both workers went on")
        sleeper.send_signal(signal.SIGTERM)
        assert sleeper.wait(timeout=20) == 0
    assert lines() == 1
    assert Job.objects.get(key=asked.id).attempt == 2


def test_a_worker_asked_to_end_finishes_the_job_at_hand_and_takes_no_other(
    process_environment: dict[str, str], tmp_path: Path
) -> None:
    begun, go_on = tmp_path / "begun", tmp_path / "go"
    first = queue_jobs.wait_for_file_then_note.enqueue("one", str(begun), str(go_on))
    second = queue_jobs.note.enqueue("two")
    with worker_process(process_environment) as process:
        wait_until(begun.exists, "the worker was in the middle")
        os.kill(process.pid, signal.SIGTERM)
        time.sleep(0.3)
        assert process.poll() is None
        go_on.touch()
        assert process.wait(timeout=20) == 0
    assert is_done(first.id)
    assert Job.objects.get(key=second.id).state == JobState.QUEUED
    assert lines() == 1


def test_validation_errors_count_as_refusals() -> None:
    from preceptor.base.queue.worker import NEVER_RETRIED

    assert issubclass(ValidationError, NEVER_RETRIED)
