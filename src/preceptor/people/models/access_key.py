from __future__ import annotations

from django.db import models

from preceptor.base.privacy import Privacy

from .account import Account


class AccessKey(models.Model):
    """A key with which a program acts for an account; shown once, only its digest is kept."""

    privacy = {
        "account": Privacy.BASIC,
        "name": Privacy.BASIC,
        "digest": Privacy.BASIC,
        "may_write": Privacy.BASIC,
        "expires_on": Privacy.BASIC,
        "revoked_at": Privacy.BASIC,
        "last_used_on": Privacy.BASIC,
    }

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="access_keys")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(default=False)
    expires_on = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
