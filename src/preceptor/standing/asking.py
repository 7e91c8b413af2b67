"""Asking for an evaluation of an institution; `jobs` does it."""

from __future__ import annotations

from preceptor.base.queue.tasks import enqueue
from preceptor.institutions.models import Unit

from .choices import RunCause

#: The name of the job.
EVALUATE = "standing.evaluate"


def key_of(institution: Unit) -> str:
    """What makes two requests for an evaluation of the institution the same one."""
    return f"{EVALUATE}:{institution.pk}"


def ask_evaluation(institution: Unit, cause: RunCause) -> None:
    """Have the institution evaluated once the caller's transaction is committed; while such a job
    waits, no second one is made."""
    arguments = {"institution": institution.pk, "cause": str(cause)}
    enqueue(EVALUATE, arguments, unique_key=key_of(institution))
