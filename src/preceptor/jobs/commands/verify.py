"""`preceptor verify`: whether the journal and the censuses are as they were written."""

from __future__ import annotations

import sys

import click
from django.utils.translation import gettext as _

from preceptor.base import journal

from .common import NO, format_option, print_json


@click.command()
@format_option
def verify(output: str) -> None:
    """Check the chain of the journal and every file of every census; ends with 1 on a fault."""
    from preceptor.reports.census.verify import verify as faults_of
    from preceptor.reports.models import Census

    broken = journal.first_broken()
    censuses = [
        {
            "day": row.day,
            "edition": row.edition,
            "problems": [str(fault) for fault in faults_of(row)],
        }
        for row in Census.objects.select_related("institution")
    ]
    if output == "json":
        lines = {"lines": journal.head().number, "first_broken": broken}
        print_json({"journal": lines, "censuses": censuses})
    else:
        _print(broken, censuses)
    if broken is not None or any(row["problems"] for row in censuses):
        sys.exit(NO)


def _print(broken: int | None, censuses: list[dict[str, object]]) -> None:
    if broken is None:
        click.echo(_("The journal is whole: %(lines)s lines.") % {"lines": journal.head().number})
    else:
        click.echo(_("Line %(line)s of the journal does not follow.") % {"line": broken})
    for row in censuses:
        problems = row["problems"] or [_("as it was frozen")]
        click.echo(f"{row['day']} ({row['edition']}): {'; '.join(map(str, problems))}")  # type: ignore[call-overload]
