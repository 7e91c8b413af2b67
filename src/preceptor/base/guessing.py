"""Links and keys that do not exist are tried from one address only so often.

What was tried is counted in the database, so that all web processes count together. A guess is
hopeless at any rate; the limit keeps the noise of guessing away from the pages and out of the logs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import Guessing

#: So many that lead nowhere, and then none at all until so long after the first of them.
MOST = 30
WINDOW = timedelta(minutes=10)
KEPT = timedelta(days=1)


class Guessed(StrEnum):
    """What is tried."""

    LINK = "link"
    KEY = "key"


def paused_until(what: Guessed, address: str) -> datetime | None:
    """Until when nothing of the kind is answered to the address; None where it is. One query."""
    rows = Guessing.objects.filter(what=what, whence=_whence(address), count__gte=MOST)
    since = rows.filter(since__gt=timezone.now() - WINDOW).values_list("since", flat=True).first()
    return None if since is None else since + WINDOW


def note_guess(what: Guessed, address: str) -> None:
    """Count one that led nowhere. Of many at once each is counted."""
    now = timezone.now()
    row = Guessing(what=what, whence=_whence(address), since=now)
    with transaction.atomic():
        Guessing.objects.bulk_create([row], ignore_conflicts=True)
        own = Guessing.objects.filter(what=what, whence=row.whence)
        own.filter(since__lte=now - WINDOW).update(since=now, count=0)
        own.update(count=F("count") + 1)


def forget_guesses() -> int:
    """Forget what was counted longer ago than a day; gives of how many addresses."""
    return Guessing.objects.filter(since__lt=timezone.now() - KEPT).delete()[0]


def _whence(address: str) -> str:
    return salted_hmac("preceptor.base.guessing", address, algorithm="sha256").hexdigest()
