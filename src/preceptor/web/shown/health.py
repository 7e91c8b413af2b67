"""How the installation is: each part, whether it works, and one line to say so. No personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preceptor.base.journal import head
from preceptor.base.queue.backlog import backlog

#: A due job that waited longer than this has no worker.
LONGEST_WAIT = timedelta(minutes=5)


@dataclass(frozen=True)
class Part:
    """One part of the installation; `fact` is a number or word for machines."""

    key: str
    title: str | Promise
    works: bool
    text: str
    fact: str | int | None = None


def parts() -> list[Part]:
    """Database, tables, worker, journal; only the database when it does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return [_database(), _tables(), _worker(), _journal()]
    except DatabaseError:
        text = _("The database does not answer. Start it, or check DATABASE_URL.")
        return [Part("database", gettext_lazy("Database"), False, text)]


def _database() -> Part:
    text = _("Answers.")
    return Part("database", gettext_lazy("Database"), True, text, connection.vendor)


def _tables() -> Part:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    text = _("All migrations are applied.")
    if missing:
        text = _("%(count)s migrations are missing. Run: preceptor migrate") % {"count": missing}
    return Part("migrations", gettext_lazy("Tables"), not missing, text, missing)


def _worker() -> Part:
    found = backlog()
    waited = found.oldest_wait or timedelta()
    works = waited <= LONGEST_WAIT
    text = _("%(waiting)s jobs wait, %(running)s run, %(failed)s failed.") % {
        "waiting": found.waiting,
        "running": found.running,
        "failed": found.failed,
    }
    if not works:
        minutes = int(waited.total_seconds() // 60)
        text = _("A job has waited for %(minutes)s minutes. Start: preceptor worker") % {
            "minutes": minutes
        }
    return Part("worker", gettext_lazy("Background work"), works, text, int(waited.total_seconds()))


def _journal() -> Part:
    number = head().number
    text = _("The last line is number %(number)s.") % {"number": number}
    return Part("journal", gettext_lazy("Journal"), True, text, number)
