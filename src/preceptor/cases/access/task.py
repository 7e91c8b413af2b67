"""What waits on whom: directly, by role, and for those for whom somebody acts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from preceptor.people.access import scope

from ..models import Task
from ..tasks import holdings


def visible_tasks(user: Any) -> QuerySet[Task]:
    """The open tasks that wait on the user, directly, by role or for those for whom the user acts.
    The operator sees all of them."""
    if scope(user).everything:
        return Task.objects.filter(done_at=None)
    branches = [branch.values("pk") for held in holdings(user) for branch in held.branches()]
    if not branches:
        return Task.objects.none()
    first, *others = branches
    return Task.objects.filter(pk__in=first.union(*others, all=True) if others else first)
