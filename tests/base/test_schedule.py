"""Recurring jobs come due at their instants, each of them once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection

import queue_jobs
from preceptor.base.models import Job, JobState
from preceptor.base.queue import clock, schedule
from preceptor.base.queue.worker import Worker

pytestmark = pytest.mark.database


@pytest.fixture
def hourly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Of all recurring jobs only this one."""
    monkeypatch.setattr(schedule, "_recurring", {})
    schedule.recur(queue_jobs.count.job_name, schedule.every(timedelta(hours=1)))
    yield
    schedule.cancel(queue_jobs.count.job_name)


@pytest.mark.django_db
def test_a_scheduled_instant_is_enqueued_once_however_many_workers_watch(hourly: None) -> None:
    watches = [schedule.Watch() for _ in range(3)]
    assert [watch.enqueue_due() for watch in watches] == [1, 1, 1]
    assert [watch.enqueue_due() for watch in watches] == [0, 0, 0]
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_a_scheduled_instant_that_was_done_is_not_done_again_by_a_worker_started_later(
    hourly: None,
) -> None:
    schedule.Watch().enqueue_due()
    assert Worker().run_due() == 1
    schedule.Watch().enqueue_due()
    assert Worker().run_due() == 0
    assert [job.state for job in Job.objects.all()] == [JobState.DONE]


@pytest.mark.django_db
def test_the_next_instant_is_a_job_of_its_own(
    hourly: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = schedule.Watch()
    for hours in (0, 1, 1, 2):
        at = datetime(2024, 3, 1, 8, 30, tzinfo=UTC) + timedelta(hours=hours)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        watch.enqueue_due()
    due = [job.run_at.hour for job in Job.objects.order_by("run_at")]
    assert due == [8, 9, 10]


def test_a_daily_job_is_due_at_the_local_time_of_the_installation() -> None:
    due = schedule.daily(time(2, 0))
    before = datetime(2023, 12, 31, 17, 59, tzinfo=UTC)
    assert due(before) == datetime(2023, 12, 30, 18, 0, tzinfo=UTC)
    assert due(before + timedelta(minutes=1)) == datetime(2023, 12, 31, 18, 0, tzinfo=UTC)


def test_a_job_that_is_not_registered_cannot_recur() -> None:
    with pytest.raises(LookupError, match="no_such_job"):
        schedule.recur("no_such_job", schedule.every(timedelta(hours=1)))


@pytest.mark.django_db
def test_the_clock_of_the_queue_is_the_databases() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        (told,) = cursor.fetchone()
    if isinstance(told, str):
        told = datetime.fromisoformat(told).replace(tzinfo=UTC)
    assert abs(clock.now() - told) < timedelta(seconds=5)
