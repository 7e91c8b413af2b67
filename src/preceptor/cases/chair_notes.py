"""What whoever runs a sitting is told before it: declared ties, and who was not reached."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from preceptor.base.today import today
from preceptor.people.models import Account, Person, Tie

from .models import Sitting, SittingSeat


def ties_at(sitting: Sitting, about: Collection[int]) -> list[Tie]:
    """The ties declared today between somebody seated and one of the persons whom items are about;
    of what kind they are stands with the person and not here. One query, none for nobody."""
    if not about:
        return []
    seated = SittingSeat.objects.filter(sitting=sitting, released_at=None).values("person")
    rows = Tie.objects.on(today()).filter(
        Q(person__in=seated, other__in=about) | Q(other__in=seated, person__in=about)
    )
    return list(rows.select_related("person", "other").defer("kind", "note"))


def unreached(sitting: Sitting) -> list[Person]:
    """Who was invited and did not answer, without account and address: no letter could go. One
    query."""
    seats = sitting.seats.filter(released_at=None, invited_at__isnull=False, answer="")
    with_account = Account.objects.filter(is_active=True).exclude(email="").values("person")
    missing = seats.exclude(person__in=with_account).filter(
        Q(person__contact=None) | Q(person__contact__email="")
    )
    return [seat.person for seat in missing.select_related("person")]
