"""`preceptor import roster`: take in the office workbook."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.actors import OPERATOR

from .common import (
    NO,
    chosen_institution,
    format_option,
    institution_option,
    print_json,
    print_table,
)


def _spoken(refusal: dict[str, Any]) -> dict[str, Any]:
    key = "message_zh" if (get_language() or "").startswith("zh") else "message_en"
    kept = {name: refusal[name] for name in ("sheet", "row", "column", "kind")}
    return kept | {"message": refusal[key]}


def _print(answer: dict[str, Any]) -> None:
    click.echo(
        _("New %(taken)s, changed %(changed)s, unchanged %(unchanged)s, refused %(refused)s.")
        % {**answer, "refused": len(answer["refused"])}
    )
    if answer["refused"]:
        head = ["sheet", "row", "column", "kind", "message"]
        print_table(head, [[row[name] for name in head] for row in answer["refused"]])


@click.group(name="import")
def imports() -> None:
    """Take in files that an office keeps."""


@imports.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would happen and write nothing.")
@institution_option
@format_option
def roster(file: Path, dry_run: bool, code: str | None, output: str) -> None:
    """Take in the workbook FILE: faulty rows are refused and listed, all others taken."""
    from preceptor.jobs.importers.roster.taking import import_roster

    found = import_roster(file, institution=chosen_institution(code), by=OPERATOR, dry_run=dry_run)
    kept = {name: found[name] for name in ("taken", "unchanged", "changed")}
    answer = kept | {
        "refused": [_spoken(row) for row in found["refused"]],
        "by_sheet": found["by_sheet"],
    }
    print_json(answer) if output == "json" else _print(answer)
    if not any(kept.values()):
        sys.exit(NO)
