"""`preceptor kinds`: which kinds of requests hold, putting the shipped ones into force, checking a text."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from preceptor.base.actors import OPERATOR
from preceptor.cases.actions import adopt_calendar, adopt_kinds
from preceptor.cases.kinds.checking import checked_kind
from preceptor.cases.models import CaseKind
from preceptor.cases.queries import kinds_on

from .common import (
    DAY,
    chosen_institution,
    format_option,
    institution_option,
    print_json,
    print_table,
    reader_language,
)


@click.group()
def kinds() -> None:
    """Kinds of requests: list them, put the shipped ones into force, check a text."""


def _plain(row: CaseKind) -> dict[str, Any]:
    return {
        "kind": row.name,
        "version": row.version,
        "hash": row.hash,
        "title": {"zh": row.title_zh, "en": row.title_en},
        "from": row.valid_from.isoformat() if row.valid_from else None,
        "to": row.valid_to.isoformat() if row.valid_to else None,
    }


def _say(rows: list[CaseKind], output: str) -> None:
    if output == "json":
        print_json({"kinds": [_plain(row) for row in rows]})
        return
    if not rows:
        click.echo(
            _("No kind of request is in force. Put the shipped ones into force: kinds adopt.")
        )
        return
    is_english = reader_language() == "en"
    head = [_("Kind"), _("Version"), _("Title"), _("From")]
    print_table(
        head,
        [
            [row.name, row.version, row.title_en if is_english else row.title_zh, row.valid_from]
            for row in rows
        ],
    )


@kinds.command("list")
@institution_option
@format_option
def list_kinds(code: str | None, output: str) -> None:
    """The kinds of requests in force today."""
    _say(list(kinds_on(chosen_institution(code))), output)


@kinds.command()
@click.option("--from", "since", type=DAY, required=True, help="The first day on which they hold.")
@click.option("--folder", default="yunting", help="Which of the shipped folders.")
@institution_option
@format_option
def adopt(since: date, folder: str, code: str | None, output: str) -> None:
    """Put the shipped kinds into force from a day on, and enter the official calendars that ship."""
    place = chosen_institution(code)
    rows = adopt_kinds(institution=place, folder=folder, valid_from=since, by=OPERATOR)
    adopt_calendar(institution=place, by=OPERATOR)
    _say(rows, output)


@kinds.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option
def check(file: Path, output: str) -> None:
    """Read a kind from a TOML FILE and walk it: every fault with its line, or that it ends everywhere."""
    kind = checked_kind(file.read_text(encoding="utf-8"), file.name)
    if output == "json":
        print_json({"kind": kind.name, "version": kind.version, "stages": len(kind.stages)})
        return
    said = _("%(kind)s %(version)s: %(count)s stages, every way ends.")
    click.echo(said % {"kind": kind.name, "version": kind.version, "count": len(kind.stages)})
