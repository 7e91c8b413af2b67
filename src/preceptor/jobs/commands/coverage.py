"""`preceptor coverage`: disciplines with a doctoral right beside the postdoctoral stations in them."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.fellows.models import Station
from preceptor.fellows.queries import Coverage
from preceptor.fellows.queries import coverage as coverage_of

from .common import (
    DAY,
    chosen_institution,
    institution_option,
    print_json,
    print_table,
    reader_language,
)


@click.command()
@click.option("--on", "on", type=DAY, default=None, help="On which day; today when not given.")
@institution_option
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def coverage(on: date | None, code: str | None, as_json: bool) -> None:
    """The first-level disciplines with a doctoral right, and which of them have a mobile station."""
    found = coverage_of(chosen_institution(code), on or today())
    if as_json:
        print_json(_plain(found))
        return
    is_english = reader_language() == "en"
    rows = [
        [
            row.discipline.code,
            row.discipline.name_en if is_english else row.discipline.name_zh,
            ", ".join(one.code for one in row.stations) or _("none"),
        ]
        for row in found.rows
    ]
    print_table([_("Code"), _("Discipline"), _("Stations")], rows)
    said = _("%(covered)s of %(disciplines)s disciplines have a mobile station.")
    click.echo(said % {"covered": found.covered, "disciplines": found.disciplines})


def _plain(found: Coverage) -> dict[str, Any]:
    return {
        "on": found.on,
        "covered": found.covered,
        "disciplines": found.disciplines,
        "rows": [
            {
                "code": row.discipline.code,
                "name": {"zh": row.discipline.name_zh, "en": row.discipline.name_en},
                "stations": [_station(one) for one in row.stations],
            }
            for row in found.rows
        ],
        "besides": [_station(one) for one in found.besides],
    }


def _station(one: Station) -> dict[str, Any]:
    return {"code": one.code, "number": one.number, "name": {"zh": one.name_zh, "en": one.name_en}}
