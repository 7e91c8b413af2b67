"""Asking for a repair as a job, and finding the last one that was asked for."""

from __future__ import annotations

from preceptor.base.models import Job
from preceptor.base.queue.tasks import enqueue
from preceptor.people.models import Account
from preceptor.training.models import Panel

TASK = "panel.repair"


def ask_repair(panel: Panel, user: Account) -> None:
    """Ask for a repair; while one is under way, no other is begun."""
    arguments = {"panel": panel.pk, "account": user.pk}
    enqueue(TASK, arguments, unique_key=f"{TASK}:{panel.pk}:{user.pk}")


def last_job(panel: Panel, user: Account) -> Job | None:
    """The last repair of the panel that the user asked for; None where there is none."""
    rows = Job.objects.filter(
        task=TASK, arguments__kwargs__panel=panel.pk, arguments__kwargs__account=user.pk
    )
    return rows.order_by("-created_at", "-pk").first()
