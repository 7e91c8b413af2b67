"""Leases on jobs. Every change of a running job is fenced: it names the attempt that makes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django_tasks.utils import normalize_json

from preceptor.base.models import Job, JobState

from . import clock

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=30)
STOPPED = "preceptor.base.queue.lease.WorkerStopped: Every worker that took this job stopped in it."


class LeaseLost(Exception):
    """Another worker has the job now; what this one did for it must not be kept."""


class WorkerStopped(Exception):
    """The worker ended without a word: killed, or its machine went down."""


@dataclass
class Held:
    """A job as the worker that runs it holds it; `settled` once its end is written."""

    job: Job
    settled: bool = False


_held: ContextVar[Held | None] = ContextVar("held", default=None)


def take(worker: str, length: timedelta) -> Job | None:
    """Lease the next job that is due, or whose lease ran out; None when there is none.

    Higher priority first, then the longest due. Two workers never get the same attempt.
    """
    if not _takeable().exists():
        return None
    with transaction.atomic():
        job = (
            _takeable()
            .select_for_update(skip_locked=True)
            .order_by("-priority", "run_at", "pk")
            .first()
        )
        if job is None:
            return None
        Job.objects.filter(pk=job.pk).update(
            state=JobState.RUNNING,
            attempt=F("attempt") + 1,
            worker=worker,
            started_at=Now(),
            leased_until=clock.after(length),
        )
        job.refresh_from_db()
    return job


def _lapsed() -> Q:
    return Q(state=JobState.RUNNING, leased_until__lt=Now())


def _takeable() -> QuerySet[Job]:
    due = Q(state=JobState.QUEUED, run_at__lte=Now())
    return Job.objects.filter(due | (_lapsed() & Q(attempt__lt=F("most_attempts"))))


def _mine(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)


def renew(job: Job, length: timedelta) -> bool:
    """Hold the job for `length` from now; False when it is no longer this worker's."""
    return bool(_mine(job).update(leased_until=clock.after(length)))


def give_up_lapsed() -> int:
    """Fail the jobs whose last attempt was cut short by the end of its worker; how many."""
    lost = Job.objects.filter(_lapsed(), attempt__gte=F("most_attempts"))
    if not lost.exists():
        return 0
    return lost.update(state=JobState.FAILED, error=STOPPED, leased_until=None, finished_at=Now())


@contextmanager
def hold(job: Job) -> Iterator[Held]:
    """While open, `settle` ends this job."""
    held = Held(job)
    token = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(token)


def settle(result: Any = None) -> None:
    """Mark the running job done, in the caller's transaction: its effect and its end are one.

    Raises LeaseLost, which rolls the effect back, when another worker has the job. Outside a
    worker it does nothing, so that an action may be called from a page as well.
    """
    held = _held.get()
    if held is not None and not held.settled:
        complete(held.job, result)
        held.settled = True


def complete(job: Job, result: Any) -> None:
    """Mark the job done with its result (JSON). Raises LeaseLost when it is not this worker's."""
    if not _mine(job).update(
        state=JobState.DONE,
        result=normalize_json(result),
        error="",
        leased_until=None,
        finished_at=Now(),
    ):
        raise LeaseLost(f"Attempt {job.attempt} of job {job.key} ({job.task}) was overtaken.")


def pause_before(attempt: int) -> timedelta:
    """How long to wait after that many failed attempts: doubled each time, up to half an hour."""
    doublings: int = min(attempt - 1, 20)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def fail(job: Job, error: str, *, for_good: bool) -> bool:
    """Write down why the attempt failed; retried after a pause while attempts are left.

    `for_good` leaves no further attempt. False when the job is no longer this worker's.
    """
    if for_good or job.attempt >= job.most_attempts:
        end = {"state": JobState.FAILED, "finished_at": Now()}
    else:
        end = {"state": JobState.QUEUED, "run_at": clock.after(pause_before(job.attempt))}
    return bool(_mine(job).update(error=error, leased_until=None, **end))
