"""Who may see and keep papers and projects."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.people.models import Capacity

from .models import Authorship, Paper, Project, ProjectMember


def visible_papers(user: Any) -> QuerySet[Paper]:
    """Papers of the institutions that the user reads whole, those with an author who holds a
    capacity in the user's units today, and the user's own."""
    reach = scope(user)
    if reach.everything:
        return Paper.objects.all()
    written = Authorship.objects.filter(_persons(reach.parts, reach.person)).order_by()
    return Paper.objects.filter(
        Q(institution__in=reach.institutions) | Q(pk__in=written.values("paper"))
    )


def visible_projects(user: Any) -> QuerySet[Project]:
    """Projects of the institutions that the user reads whole, those with a member who holds a
    capacity in the user's units today, and the user's own."""
    reach = scope(user)
    if reach.everything:
        return Project.objects.all()
    shared = ProjectMember.objects.filter(_persons(reach.parts, reach.person))
    return Project.objects.filter(
        Q(institution__in=reach.institutions) | Q(pk__in=shared.values("project"))
    )


def _persons(units: Collection[int], person: int | None) -> Q:
    posted = Capacity.objects.on(today()).filter(unit__in=units)
    return Q(person=person) | Q(person__in=posted.values("person"))


def may_keep_research(
    user: Any, institution: Unit, groups: Collection[Collection[int]] = ()
) -> Permit:
    """Whether the user may record papers or projects of the institution, each with the keys of its
    persons: the office any, the keeper of a unit those with somebody of that unit. One query for
    the keeper of a unit, none for others."""
    reach = scope(user)
    if reach.keeps(institution.pk):
        return GRANTED
    if reach.kept and groups:
        posted = Capacity.objects.on(today()).filter(
            unit__in=reach.kept, person__in={person for group in groups for person in group}
        )
        own = set(posted.values_list("person_id", flat=True))
        if all(own.intersection(group) for group in groups):
            return GRANTED
    return refused(
        _(
            "Only the graduate school office, or the secretary of a unit of which somebody took "
            "part, may record this."
        )
    )
