"""A person who could be seated, with what decides about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from preceptor.people.models import Person
from preceptor.training.choices import SeatRole
from preceptor.training.models import PanelSeat

from ..radar import Conflict
from .free import Engagement

CHAIR, MEMBER = SeatRole.CHAIR.value, SeatRole.MEMBER.value
#: Seats that a repair never touches.
APART = (SeatRole.SECRETARY, SeatRole.ADVISER)
STATED = (
    "stated_title", "stated_series", "stated_level", "stated_doctoral_supervisor",
    "stated_outside_unit", "stated_outside_institution", "stated_degree_committee",
    "stated_clinical_work", "field",
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """Somebody for a voting seat. `seat` is the one held now, `stated` what would be stated of a
    newcomer. `blocked` and `busy` keep the person off, `warned` counts conflicts that only warn,
    `load` the other sittings of the calendar year; `engagements` and `conflicts` are what shows it."""

    person: Person
    seat: PanelSeat | None = None
    stated: Mapping[str, Any] = field(default_factory=dict)
    blocked: bool = False
    busy: bool = False
    warned: int = 0
    load: int = 0
    engagements: Sequence[Engagement] = ()
    conflicts: Sequence[Conflict] = ()

    @property
    def key(self) -> int:
        """The key of the person."""
        return self.person.pk

    @property
    def role(self) -> str | None:
        """The role held now; empty where the seat states none, None for who holds no seat."""
        return None if self.seat is None else self.seat.role or ""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles in which the person could sit."""
        return (CHAIR, MEMBER, "") if self.role == "" else (CHAIR, MEMBER)

    def seated(self, role: str) -> PanelSeat:
        """The seat in the role, not saved."""
        own = self.stated if self.seat is None else {n: getattr(self.seat, n) for n in STATED}
        return PanelSeat(
            pk=self.seat.pk if self.seat else None, person=self.person, role=role or None, **own
        )
