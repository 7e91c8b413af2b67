"""Full addresses of pages, as they stand in letters."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def public_url(name: str, *keys: object) -> str:
    """The full address of a page by its name and what stands in it."""
    return f"{settings.PUBLIC_ADDRESS.rstrip('/')}{reverse(name, args=keys)}"
