"""Who may see and keep the registers of units, directions, regulations and platforms.

These registers name no trainee and are public inside the house: whoever is signed in reads them.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from preceptor.base.actors import Operator

from .models import Discipline, Platform, Regulation, Unit


def _signed_in(user: Any) -> bool:
    if isinstance(user, Operator):
        return True
    return bool(getattr(user, "is_authenticated", False) and getattr(user, "is_active", False))


def visible_units(user: Any) -> QuerySet[Unit]:
    """All units for whoever is signed in; none for a stranger."""
    return Unit.objects.all() if _signed_in(user) else Unit.objects.none()


def visible_disciplines(user: Any) -> QuerySet[Discipline]:
    """All catalogue entries for whoever is signed in; none for a stranger."""
    return Discipline.objects.all() if _signed_in(user) else Discipline.objects.none()


def visible_regulations(user: Any) -> QuerySet[Regulation]:
    """All regulations for whoever is signed in; none for a stranger."""
    return Regulation.objects.all() if _signed_in(user) else Regulation.objects.none()


def visible_platforms(user: Any) -> QuerySet[Platform]:
    """All platforms for whoever is signed in; none for a stranger."""
    return Platform.objects.all() if _signed_in(user) else Platform.objects.none()
