"""`preceptor freeze` and `preceptor figures`: the state of a day, and its numbers."""

from __future__ import annotations

from datetime import date

import click

from preceptor.base.actors import OPERATOR

from .common import (
    DAY,
    chosen_institution,
    format_option,
    institution_option,
    print_json,
    print_table,
)


@click.command()
@click.argument("day", type=DAY)
@institution_option
@format_option
def freeze(day: date, code: str | None, output: str) -> None:
    """Freeze the state of DAY (YYYY-MM-DD) for good; a second freeze of a day is a new edition."""
    from preceptor.reports.actions import freeze as freeze_day

    census = freeze_day(chosen_institution(code), day, by=OPERATOR)
    answer = {
        "day": census.day,
        "edition": census.edition,
        "folder": census.folder,
        "manifest_hash": census.manifest_hash,
        "figures": census.figures.count(),
    }
    if output == "json":
        print_json(answer)
    else:
        print_table(["day", "edition", "figures", "folder"],
                    [[census.day, census.edition, answer["figures"], census.folder]])  # fmt: skip


@click.command()
@click.option(
    "--census", "day", type=DAY, default=None, help="Day of the census; the latest when not given."
)
@institution_option
@format_option
def figures(day: date | None, code: str | None, output: str) -> None:
    """Print every figure of a census with its unit, nature and number of records."""
    from preceptor.reports.queries import census_of

    census = census_of(chosen_institution(code), day=day)
    rows = [
        {
            "key": figure.key, "scope": figure.scope, "period": figure.period,
            "nature": figure.nature, "value": plain(figure.value), "unit": figure.unit,
            "records": figure.records,
        }
        for figure in census.figures.all()
    ]  # fmt: skip
    if output == "json":
        print_json(rows)
    elif rows:
        print_table(list(rows[0]), [list(row.values()) for row in rows])


def plain(value: object) -> int | float | None:
    """A stored value as the number that is printed: whole where it is whole."""
    if value is None:
        return None
    number = float(str(value))
    return int(number) if number.is_integer() else number
