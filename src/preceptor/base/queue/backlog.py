"""What the queue holds, for the health page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Min, Q

from preceptor.base.models import Job, JobState

from . import clock


@dataclass(frozen=True)
class Backlog:
    """Counts of jobs by state, and how long the oldest due one has waited (None: none waits)."""

    waiting: int
    running: int
    failed: int
    oldest_wait: timedelta | None


def backlog() -> Backlog:
    """The state of the queue now, by the database's clock."""
    now = clock.now()
    due = Q(state=JobState.QUEUED, run_at__lte=now)
    oldest = Job.objects.aggregate(oldest=Min("run_at", filter=due))["oldest"]
    return Backlog(
        waiting=Job.objects.filter(state=JobState.QUEUED).count(),
        running=Job.objects.filter(state=JobState.RUNNING).count(),
        failed=Job.objects.filter(state=JobState.FAILED).count(),
        oldest_wait=None if oldest is None else now - oldest,
    )
