"""The institutions that a reader belongs to, and the packs in force there."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from preceptor.institutions.access import visible_units
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.policy import Pack

from .packs import in_force_at


def institutions_of(user: Any) -> QuerySet[Unit]:
    """The institutions in which the user has a role or is recorded as a person, by code."""
    reach = scope(user)
    roots = visible_units(user).filter(institution=None).order_by("code")
    if reach.everything:
        return roots
    # As subqueries: a join with units or persons would give an institution many times.
    placed = Unit.objects.filter(pk__in=reach.units, institution__isnull=False)
    whole = reach.institutions | reach.staff_institutions
    near = Q(pk__in=whole) | Q(pk__in=placed.values("institution"))
    if reach.person is not None:
        near |= Q(pk__in=Unit.objects.filter(persons=reach.person).values("pk"))
    return roots.filter(near)


def packs_for(user: Any) -> list[Pack]:
    """The packs in force at the reader's institutions, each once, in the order of their ids."""
    return in_force_at(institutions_of(user), relations=scope(user).relations)
