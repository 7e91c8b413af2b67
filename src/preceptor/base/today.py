"""The day it is."""

from __future__ import annotations

from datetime import date

from django.utils import timezone


def today() -> date:
    """Today in the institution's time zone."""
    return timezone.localdate()
