"""Asking for a repair as a job, and finding the last one that was asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from preceptor.base.models import Job
from preceptor.base.queue.tasks import enqueue
from preceptor.people.models import Account, Person
from preceptor.training.choices import SeatRole
from preceptor.training.models import Panel

from ..supposing import supposed_seats
from .pool import pool_of
from .problem import with_seats

TASK = "panel.repair"


@dataclass(frozen=True)
class Asked:
    """A composition as it was being chosen when its repair was asked for: the persons by key with their
    roles, and the day planned."""

    roles: Mapping[int, str]
    planned_on: date | None

    def as_json(self) -> dict[str, Any]:
        """As arguments of the job."""
        seats = [[key, role] for key, role in sorted(self.roles.items())]
        return {"seats": seats, "planned_on": str(self.planned_on or "")}

    @classmethod
    def of(cls, seats: Collection[tuple[int, str]], planned_on: str) -> Asked:
        """From the arguments of a job."""
        roles = {int(key): SeatRole(role).value for key, role in seats}
        return cls(roles, date.fromisoformat(planned_on) if planned_on else None)


def ask_repair(panel: Panel, user: Account, asked: Asked | None = None) -> None:
    """Ask for a repair of the composition, by default of the one that is written; while one of the same
    composition is under way, no other is begun."""
    arguments = {"panel": panel.pk, "account": user.pk, **(asked.as_json() if asked else {})}
    mark = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()[:16]
    enqueue(TASK, arguments, unique_key=f"{TASK}:{panel.pk}:{user.pk}:{mark}")


def last_job(panel: Panel, user: Account) -> Job | None:
    """The last repair of the panel that the user asked for; None where there is none."""
    rows = Job.objects.filter(
        task=TASK, arguments__kwargs__panel=panel.pk, arguments__kwargs__account=user.pk
    )
    return rows.order_by("-created_at", "-pk").first()


def asked_in(job: Job) -> Asked | None:
    """The composition of which the job works out the repair; None where it is the one written."""
    arguments = job.arguments["kwargs"]
    if arguments.get("seats") is None:
        return None
    return Asked.of(arguments["seats"], arguments["planned_on"])


def mended_by(asked: Asked, found: Mapping[str, Any]) -> Asked:
    """The composition after the changes of a repair, as its job answered them."""
    roles = dict(asked.roles)
    for change in found["changes"]:
        if change["kind"] in ("replace", "remove") and change["out"]:
            roles.pop(change["out"]["key"], None)
        if change["kind"] != "remove" and change["person"]:
            roles[change["person"]["key"]] = change["role"] or SeatRole.MEMBER.value
    return Asked(roles, asked.planned_on)


def as_asked(panel: Panel, asked: Asked, on: date) -> Panel:
    """A copy of the panel as if the composition were written; nothing is. Who is not of the institution
    is left out."""
    made = copy(panel)
    made.planned_on = asked.planned_on
    persons = Person.objects.filter(institution=panel.institution_id, pk__in=asked.roles)
    pool = {one.key: one for one in pool_of(panel, on, persons.defer("birth_on"))}
    known = pool.keys() | {seat.person_id for seat in panel.seats.all()}
    roles = {key: role for key, role in asked.roles.items() if key in known}
    return with_seats(made, supposed_seats(made, pool, roles))
