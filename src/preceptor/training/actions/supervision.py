"""The write that gives trainees their supervisors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.records import retract, supersede
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution
from preceptor.people.models import Person

from ..choices import SupervisionRole
from ..models import Enrolment, Supervision
from .enrolment import SLICE
from .progress import demand_own_trainees


def assign_supervisors(
    *, institution: Unit, pairs: Sequence[tuple[Enrolment, Person]], by: Actor,
    role: SupervisionRole = SupervisionRole.MAIN, on: date | None = None, source: str = "",
) -> None:  # fmt: skip
    """Give trainees a supervisor from the day on (their first day when none is given).

    A present supervisor of the same role ends the day before; the same one again changes nothing.
    Of several for one trainee the last counts. Raises PermissionDenied, and RuleBroken for a
    trainee of another institution.
    """
    may_keep_institution(by, institution).demand()
    demand_own_trainees(institution, [enrolment for enrolment, _person in pairs])
    wanted = {enrolment.pk: (enrolment, person) for enrolment, person in pairs}
    with deed(by) as act:
        present = _present_supervisors(sorted(wanted), role)
        fresh = []
        for enrolment, person in wanted.values():
            held = present.get(enrolment.pk)
            if held and held.person_id == person.pk:
                continue
            start = on or enrolment.cohort_on
            if held:
                _end_supervision(held, start)
            fresh.append(
                Supervision(
                    enrolment=enrolment, person=person, role=role, valid_from=start, source=source
                )
            )
            before = {"supervisor": held.person_id} if held else None
            act.write(
                "supervision.assign", "enrolment", enrolment.pk, before=before,
                after={"supervisor": person.pk, "role": role.value, "from": start},
            )  # fmt: skip
        Supervision.objects.bulk_create(fresh, batch_size=500)


def _present_supervisors(enrolments: list[int], role: str) -> dict[int, Supervision]:
    """The open supervision of each; the trainees stay locked, so that two at once end it once."""
    found = {}
    for start in range(0, len(enrolments), SLICE):
        some = enrolments[start : start + SLICE]
        locked = Enrolment.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk")
        rows = Supervision.objects.known().filter(
            role=role, valid_to=None, enrolment__in=list(locked.values_list("pk", flat=True))
        )
        found.update({row.enrolment_id: row for row in rows})
    return found


def _end_supervision(held: Supervision, start: date) -> None:
    if held.valid_from >= start:
        retract(held)
    else:
        supersede(held, valid_to=start - timedelta(days=1))
