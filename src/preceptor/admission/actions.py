"""Every write to applications."""

from __future__ import annotations

from collections.abc import Sequence

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution

from .models import Application


def record_applications(
    *, institution: Unit, applications: Sequence[Application], by: Actor
) -> None:
    """Record applications of a yearly cycle. Raises PermissionDenied."""
    may_keep_institution(by, institution).demand()
    with deed(by) as act:
        Application.objects.bulk_create(applications, batch_size=500)
        for row in applications:
            after = {"year": row.year, "direction": row.direction_id, "outcome": row.outcome}
            act.write("application.record", "application", row.pk, after=after)
