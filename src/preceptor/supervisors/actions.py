"""Every write to supervisor qualifications."""

from __future__ import annotations

from collections.abc import Sequence

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution

from .models import SupervisorQualification


def record_qualifications(
    *, institution: Unit, qualifications: Sequence[SupervisorQualification], by: Actor
) -> None:
    """Record the right of persons to supervise. Raises PermissionDenied."""
    may_keep_institution(by, institution).demand()
    with deed(by) as act:
        SupervisorQualification.objects.bulk_create(qualifications, batch_size=500)
        for row in qualifications:
            after = {"level": row.degree_level, "direction": row.direction_id, "state": row.state}
            act.write("qualification.record", "person", row.person_id, after=after)
        act.touch("person", [row.person_id for row in qualifications])
