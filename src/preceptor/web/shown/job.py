"""Background work that a page asked for: who may see it, and how it is shown."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from preceptor.base.models import Job, JobState
from preceptor.base.today import today
from preceptor.people.access import scope
from preceptor.people.choices import RoleKind
from preceptor.people.models import Role

Shown = dict[str, Any]
ENDED = (JobState.DONE, JobState.FAILED)
STATES = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
}


def office_institutions(user: Any) -> frozenset[int]:
    """The institutions of whose office the user is; none for everyone else."""
    reach = scope(user)
    if RoleKind.OFFICE not in reach.kinds:
        return frozenset()
    return reach.institutions & reach.kept


def visible_jobs(user: Any, tasks: Collection[str]) -> QuerySet[Job]:
    """Jobs that the user asked for, or another account of the same office, newest first."""
    roots = office_institutions(user)
    if not roots:
        return Job.objects.none()
    colleagues = Role.objects.on(today()).filter(kind=RoleKind.OFFICE, unit__in=roots)
    accounts = {user.pk, *colleagues.values_list("account", flat=True)}
    asked = Job.objects.filter(task__in=tasks, arguments__kwargs__account__in=list(accounts))
    return asked.order_by("-created_at", "-pk")


def job_named(user: Any, key: uuid.UUID, tasks: Collection[str]) -> Job | None:
    """The job of the key when the user may see it."""
    return visible_jobs(user, tasks).filter(key=key).first()


def lock(job: Job) -> None:
    """Have whoever asks about the same job at the same time wait until this transaction ends."""
    Job.objects.select_for_update().get(pk=job.pk)


def is_ended(job: Job) -> bool:
    """Whether nothing more will happen to it."""
    return job.state in ENDED


def shown_job(job: Job, title: str, url: str) -> Shown:
    """What parts/job.html takes."""
    notes = {
        "waiting": _("It begins as soon as a worker is free. You may leave this page."),
        "running": _("You may leave this page; the work goes on."),
    }
    state = STATES[JobState(job.state)]
    return {"title": title, "state": state, "url": url, "note": notes.get(state, "")}


def failure_of(job: Job) -> str:
    """What to tell the office of a job that failed: the refusal where it was one, else what to do."""
    name, _mark, rest = job.error.partition(": ")
    refusal = rest.partition("\n\n")[0].strip()
    if name.startswith("preceptor.base.errors.") and refusal:
        return refusal
    return _(
        "It stopped because of a fault, and nothing was written. Try once more; if it stops again, "
        "give the number %(number)s to the operator."
    ) % {"number": job.key}
