from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.privacy import Privacy
from preceptor.people.models import Account


class CalendarFeed(models.Model):
    """A secret address at which a calendar programme reads the own sittings and deadlines of an account;
    shown once, only its digest is kept. An account has one at a time."""

    privacy = {
        "account": Privacy.BASIC,
        "digest": Privacy.BASIC,
        "language": Privacy.BASIC,
        "revoked_at": Privacy.BASIC,
    }

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(revoked_at=None), name="one_feed_of_account"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.created_at:%Y-%m-%d}"
