"""Bringing the database and the static files to what this version needs."""

from __future__ import annotations

from django.core.management import call_command


def prepare() -> None:
    """Make or change the tables, and collect the static files; what is done is not done again."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
