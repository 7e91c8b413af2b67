"""Who guides a trainee, now and before."""

from __future__ import annotations

from datetime import date
from typing import Any

from preceptor.training.models import Enrolment
from preceptor.web.localised import localised


def supervisors_of(enrolment: Enrolment, on: date) -> list[dict[str, Any]]:
    """Supervisors, present ones first: name, role, since, until (None: open), is_present."""
    rows = enrolment.supervisions.known().select_related("person").order_by("-role")
    found = [
        {
            "name": localised(row.person, "name"),
            "person": row.person_id,
            "role": row.get_role_display(),
            "since": row.valid_from,
            "until": row.valid_to,
            "is_present": row.is_true_on(on),
        }
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one["is_present"], one["since"]))
