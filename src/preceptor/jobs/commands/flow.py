"""`preceptor flow`: how many postdocs were in station, came and went between two days."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import click
from django.utils.translation import gettext as _

from preceptor.base.errors import InputRefused
from preceptor.fellows.flow import GROUPS, By, FlowRow
from preceptor.fellows.flow import flow as flow_of
from preceptor.fellows.models import Station
from preceptor.institutions.models import Unit

from .common import (
    DAY,
    chosen_institution,
    institution_option,
    print_json,
    print_table,
    reader_language,
)

_COUNTS = (
    "start", "entries", "transfers_in", "changes_in", "exits", "early_exits", "withdrawals",
    "transfers_out", "changes_out", "end",
)  # fmt: skip


@click.command()
@click.option("--from", "first", type=DAY, required=True, help="The first day, included.")
@click.option("--to", "last", type=DAY, required=True, help="The last day, included.")
@click.option("--station", "name", default=None, metavar="CODE", help="Only this station.")
@click.option("--by", type=click.Choice([one for one in GROUPS if one]), default=None,
              help="A row for each, instead of one for all.")  # fmt: skip
@institution_option
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def flow(
    first: date, last: date, name: str | None, by: By | None, code: str | None, as_json: bool
) -> None:
    """Postdocs in station before the first day and after the last, and who came and went between."""
    place = chosen_institution(code)
    station = _station(place, name) if name else None
    rows = flow_of(first=first, last=last, institution=place, station=station, by=by or "")
    if as_json:
        found = [asdict(row) for row in rows]
        print_json({"from": first, "to": last, "by": by or "", "rows": found})
        return
    print_table(_head(), [[_name(row), *_numbers(row)] for row in rows])


def _station(place: Unit, name: str) -> Station:
    found = Station.objects.filter(institution=place, code=name).first()
    if found is None:
        raise InputRefused(
            _("%(institution)s has no station with the code “%(code)s”.")
            % {"institution": place.name_zh, "code": name}
        )
    return found


def _head() -> list[str]:
    return [
        "", _("Start"), _("Entered"), _("Moved in"), _("Changed to"), _("Exited"),
        _("Exited early"), _("Withdrawn"), _("Moved out"), _("Changed from"), _("End"),
    ]  # fmt: skip


def _numbers(row: FlowRow) -> list[int]:
    return [getattr(row, name) for name in _COUNTS]


def _name(row: FlowRow) -> str:
    named = row.name_en if reader_language() == "en" else row.name_zh
    return named or _("All postdocs")
