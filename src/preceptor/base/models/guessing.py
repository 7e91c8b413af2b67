"""How often somebody tried links or keys that do not exist."""

from __future__ import annotations

from django.db import models

from ..privacy import NOT_PERSONAL


class Guessing(models.Model):
    """The attempts from one address since `since`. The address itself is nowhere: `whence` is a keyed
    digest of it, `what` tells links and keys apart. Kept for a day."""

    privacy = NOT_PERSONAL

    what = models.CharField(max_length=10)
    whence = models.CharField(max_length=64)
    since = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["what", "whence"], name="guessing_of_address")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.count}"
