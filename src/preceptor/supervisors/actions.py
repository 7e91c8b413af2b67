"""Every write to supervisor qualifications."""

from __future__ import annotations

from collections.abc import Sequence

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution
from preceptor.people.actions import SLICE, demand_own

from .models import SupervisorQualification

_COMPARED = (
    "person_id", "unit_id", "direction_id", "degree_level", "degree_type", "is_external", "state",
    "trained_on", "engaged_on", "valid_from", "valid_to",
)  # fmt: skip


def record_qualifications(
    *, institution: Unit, qualifications: Sequence[SupervisorQualification], by: Actor
) -> None:
    """Record the right of persons to supervise; one recorded already is left out.

    Raises PermissionDenied, and RuleBroken for a person of another institution.
    """
    may_keep_institution(by, institution).demand()
    demand_own(institution, [row.person_id for row in qualifications])
    with deed(by) as act:
        held = _held({row.person_id for row in qualifications})
        fresh = [row for row in qualifications if _values(row) not in held]
        SupervisorQualification.objects.bulk_create(fresh, batch_size=500)
        for row in fresh:
            after = {"level": row.degree_level, "direction": row.direction_id, "state": row.state}
            act.write("qualification.record", "person", row.person_id, after=after)
        act.touch("person", [row.person_id for row in fresh])


def _values(row: SupervisorQualification) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _COMPARED)


def _held(persons: set[int]) -> set[tuple[object, ...]]:
    keys, found = sorted(persons), set[tuple[object, ...]]()
    for start in range(0, len(keys), SLICE):
        rows = SupervisorQualification.objects.known().filter(
            person__in=keys[start : start + SLICE]
        )
        found.update(rows.values_list(*_COMPARED))
    return found
