from __future__ import annotations

from django.db import models

from preceptor.base.privacy import Privacy

from .account import Account


class SavedSearch(models.Model):
    """A search that an account kept under a name; `listing` is the list's address name, `query` its
    filters as in the address."""

    privacy = {
        "account": Privacy.BASIC,
        "listing": Privacy.BASIC,
        "name": Privacy.BASIC,
        "query": Privacy.BASIC,
    }

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="searches")
    listing = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "saved searches"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "listing", "name"], name="saved_search_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
