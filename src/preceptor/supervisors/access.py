"""Who may see supervisor qualifications."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from preceptor.people.access import scope

from .models import SupervisorQualification


def visible_qualifications(user: Any) -> QuerySet[SupervisorQualification]:
    """Qualifications in the user's units, and the user's own."""
    reach = scope(user)
    if reach.everything:
        return SupervisorQualification.objects.all()
    return SupervisorQualification.objects.filter(
        reach.within("unit", "person__institution") | Q(person=reach.person)
    )
