"""Who may see and keep incubations between medicine and engineering."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.people.access import scope

from ..models import Incubation, IncubationMember, IncubationStage
from .station import may_keep_fellows


def _carried(user: Any) -> Q:
    """Incubations in which the user is of the team, owns a stage or is the postdoc."""
    person = scope(user).person
    if person is None:
        return Q(pk__in=[])
    team = IncubationMember.objects.filter(person=person)
    stages = IncubationStage.objects.filter(owner=person).order_by()
    return (
        Q(pk__in=team.values("incubation"))
        | Q(pk__in=stages.values("incubation"))
        | Q(postdoc__person=person)
    )


def visible_incubations(user: Any) -> QuerySet[Incubation]:
    """Incubations of the units whose fellows the user reads, and those that the user carries."""
    reach = scope(user)
    if reach.everything:
        return Incubation.objects.all()
    return Incubation.objects.filter(Q(unit__in=reach.fellows_read) | _carried(user))


def may_view_incubation(user: Any, incubation: Incubation) -> Permit:
    """Whether the user may see the incubation; the same answer as `visible_incubations`."""
    if scope(user).reads_fellows(incubation.unit_id):
        return GRANTED
    if Incubation.objects.filter(_carried(user), pk=incubation.pk).exists():
        return GRANTED
    return refused(_("This incubation is outside what you may see."))


def may_keep_incubation(user: Any, incubation: Incubation) -> Permit:
    """Whether the user may write to the incubation: who keeps the unit's fellows, and its team."""
    if Incubation.objects.filter(_carried(user), pk=incubation.pk).exists():
        return GRANTED
    return may_keep_fellows(user, incubation.unit)
