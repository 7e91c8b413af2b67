"""Who may see applications, and who sets the quota lines of which layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.institutions.choices import RegulationLayer
from preceptor.institutions.models import Regulation, Unit
from preceptor.institutions.queries import name_of
from preceptor.people.access import may_keep_institution, scope

from .models import Application, QuotaLine


@dataclass(frozen=True)
class Delegation:
    """The paper by which the university left a programme its own quota line, and who directs it."""

    paper: Regulation
    director: int | None = None

    def holds_in(self, year: int) -> bool:
        """Whether the paper holds on some day of the year; one of unknown first day does not."""
        first = self.paper.effective_from or self.paper.issued_on
        if first is None or first > date(year, 12, 31):
            return False
        return self.paper.effective_to is None or self.paper.effective_to >= date(year, 1, 1)


#: Gives the delegation of the programme whose unit this is; None where there is none.
FindDelegation = Callable[[Unit], Delegation | None]
_find: list[FindDelegation] = []


def register_delegations(find: FindDelegation) -> None:
    """Name who knows the delegations of programmes; the last one registered counts."""
    _find[:] = [find]


def delegation_in(unit: Unit, year: int) -> Delegation | None:
    """The delegation that holds for the unit in the year; None where there is none, or nobody in
    this installation knows of any."""
    found = _find[0](unit) if _find else None
    return found if found is not None and found.holds_in(year) else None


def visible_applications(user: Any) -> QuerySet[Application]:
    """Applications to the user's units; to the whole institution for its own office."""
    reach = scope(user)
    if reach.everything:
        return Application.objects.all()
    return Application.objects.filter(reach.within("unit", "institution"))


def visible_quota_lines(user: Any) -> QuerySet[QuotaLine]:
    """Quota lines of the user's units; of the whole institution for its own office."""
    reach = scope(user)
    if reach.everything:
        return QuotaLine.objects.all()
    return QuotaLine.objects.filter(reach.within("unit", "institution"))


def may_set_quota_line(user: Any, unit: Unit, year: int, layer: str) -> Permit:
    """Whether the user may set the quota line of the unit for the year, as decided by the layer.

    The university sets lines, unless it left the line to the programme; a programme sets its own by
    its director or the office, only under a delegation that holds in the year.
    """
    found = delegation_in(unit, year)
    if layer == RegulationLayer.UNIVERSITY:
        if found is not None:
            return refused(
                _(
                    "The university left this line to %(unit)s by “%(paper)s”; the programme sets it."
                )
                % {"unit": name_of(unit), "paper": found.paper.title_zh}
            )
        return may_keep_institution(user, unit.institution or unit)
    if layer != RegulationLayer.PROGRAMME:
        return refused(_("A quota line is set by the university, or by a programme on its own."))
    if found is None:
        return refused(
            _(
                "No delegation of the university to %(unit)s holds in %(year)s; the university decides."
            )
            % {"unit": name_of(unit), "year": year}
        )
    person = scope(user).person
    if person is not None and person == found.director:
        return GRANTED
    permit = may_keep_institution(user, unit.institution or unit)
    if permit:
        return permit
    return refused(_("Only the director of the programme, or the office, sets its quota line."))
