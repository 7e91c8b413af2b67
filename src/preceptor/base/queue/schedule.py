"""Recurring jobs. Each scheduled time is enqueued once, however many workers watch."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from . import clock
from .backend import new_job, put
from .tasks import LeaseTask, task_named

#: Turns "name@instant" into the job's key, which is unique for ever: once done, never again.
NAMESPACE = uuid.UUID("8f1b1f3a-6a0e-5d55-9a4f-0c1f6f0f5b1e")

LastDue = Callable[[datetime], datetime]


@dataclass(frozen=True)
class Recurring:
    """A registered job that comes due again and again; `last_due` gives its latest instant."""

    name: str
    last_due: LastDue


_recurring: dict[str, Recurring] = {}


def recur(name: str, last_due: LastDue) -> None:
    """Have the job of that name run at each instant that `last_due` gives.

    An instant missed while no worker ran is made up for once; older ones are not. Raises
    LookupError when no such job is registered.
    """
    task_named(name)
    _recurring[name] = Recurring(name, last_due)


def cancel(name: str) -> None:
    """Have the job recur no longer."""
    _recurring.pop(name, None)


def every(interval: timedelta) -> LastDue:
    """Due at each whole multiple of the interval since 1970."""
    start = datetime(1970, 1, 1, tzinfo=UTC)
    return lambda now: start + (now - start) // interval * interval


def daily(at: time) -> LastDue:
    """Due once a day at that time of the installation's time zone."""

    def last_due(now: datetime) -> datetime:
        zone = timezone.get_default_timezone()
        due = datetime.combine(now.astimezone(zone).date(), at, zone)
        return due if due <= now else datetime.combine(due.date() - timedelta(days=1), at, zone)

    return last_due


class Watch:
    """One worker's look at the schedule; it remembers what it has enqueued already."""

    def __init__(self) -> None:
        self._enqueued: dict[str, datetime] = {}

    def enqueue_due(self) -> int:
        """Enqueue what has come due by the database's clock; how many new instants were seen."""
        if not _recurring:
            return 0
        now, seen = clock.now(), 0
        for recurring in list(_recurring.values()):
            due = recurring.last_due(now)
            if self._enqueued.get(recurring.name) != due:
                _put(recurring.name, due)
                self._enqueued[recurring.name] = due
                seen += 1
        return seen


def _put(name: str, due: datetime) -> None:
    key = f"{name}@{due.astimezone(UTC).isoformat()}"
    task = task_named(name).using(run_after=due)
    if isinstance(task, LeaseTask):
        task = replace(task, unique_key=key)
    job = new_job(task, [], {})
    job.key = uuid.uuid5(NAMESPACE, key)
    put(job)
