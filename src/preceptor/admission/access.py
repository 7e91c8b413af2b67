"""Who may see applications."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from preceptor.people.access import scope

from .models import Application


def visible_applications(user: Any) -> QuerySet[Application]:
    """Applications to the user's units; to the whole institution for its own office."""
    reach = scope(user)
    if reach.everything:
        return Application.objects.all()
    return Application.objects.filter(reach.within("unit", "institution"))
