"""The backend of the Django Tasks interface that keeps jobs in the database."""

from __future__ import annotations

import uuid
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.signals import task_enqueued
from django_tasks.utils import normalize_json

from preceptor.base.models import Job, JobState

from .tasks import LeaseTask, name_of, task_named

P = ParamSpec("P")
T = TypeVar("T")

_STATUS = {
    JobState.QUEUED: TaskResultStatus.READY,
    JobState.RUNNING: TaskResultStatus.RUNNING,
    JobState.DONE: TaskResultStatus.SUCCESSFUL,
    JobState.FAILED: TaskResultStatus.FAILED,
}


class LeaseBackend(BaseTaskBackend):
    """Stores what is asked for in the caller's transaction; workers lease it after the commit."""

    task_class = LeaseTask
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(
        self,
        task: Task[P, T],
        args: P.args,  # type: ignore[valid-type]
        kwargs: P.kwargs,  # type: ignore[valid-type]
    ) -> TaskResult[T]:
        """Store the job; while one with its unique key waits or runs, give that one back."""
        self.validate_task(task)
        job = put(new_job(task, list(args), dict(kwargs)))
        result = result_of(job, task)
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """The job by its key. Raises TaskResultDoesNotExist for a key that was never given."""
        try:
            job = Job.objects.get(key=result_id)
        except (Job.DoesNotExist, ValidationError):
            raise TaskResultDoesNotExist(result_id) from None
        return result_of(job, task_named(job.task))


def new_job(task: Task[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Job:
    """The row for a task, not yet stored; due at once by the database's clock unless deferred."""
    limits = task if isinstance(task, LeaseTask) else LeaseTask(func=task.func)
    return Job(
        key=uuid.uuid4(),
        task=name_of(task),
        queue=task.queue_name,
        priority=task.priority,
        arguments={"args": normalize_json(args), "kwargs": normalize_json(kwargs)},
        unique_key=limits.unique_key,
        most_attempts=limits.most_attempts,
        run_at=task.run_after or Now(),
        created_at=Now(),
    )


def put(job: Job) -> Job:
    """Store the job, or give the one that holds its key or unique key; safe against racing."""
    while True:
        Job.objects.bulk_create([job], ignore_conflicts=True)
        held = _holder(job)
        if held is not None:
            return held


def waiting(unique_key: str) -> int | None:
    """The job that waits under the key, by its number; None when none does."""
    held = Job.objects.filter(unique_key=unique_key, state=JobState.QUEUED)
    return held.values_list("pk", flat=True).first()


def withdraw(job: int) -> int:
    """Drop the job of the number while it waits, because its work is done; gives how many. One
    that runs already is left to end."""
    return Job.objects.filter(pk=job, state=JobState.QUEUED).delete()[0]


def _holder(job: Job) -> Job | None:
    stored = Job.objects.filter(key=job.key).first()
    if stored is not None or job.unique_key is None:
        return stored
    alive = [JobState.QUEUED, JobState.RUNNING]
    return Job.objects.filter(unique_key=job.unique_key, state__in=alive).first()


def result_of(job: Job, task: Task[..., Any]) -> TaskResult[Any]:
    """The job as the Tasks interface shows it. Earlier workers' names are not kept: empty."""
    result: TaskResult[Any] = TaskResult(
        task=task,
        id=str(job.key),
        status=_STATUS[JobState(job.state)],
        enqueued_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.started_at,
        args=job.arguments["args"],
        kwargs=job.arguments["kwargs"],
        backend=task.backend,
        errors=_errors(job),
        worker_ids=[""] * (job.attempt - 1) + [job.worker] if job.attempt else [],
    )
    object.__setattr__(result, "_return_value", job.result)
    return result


def _errors(job: Job) -> list[TaskError]:
    if not job.error:
        return []
    return [TaskError(exception_class_path=job.error.partition(":")[0], traceback=job.error)]
