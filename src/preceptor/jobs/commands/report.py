"""`preceptor report`: the yearly report of the degree-granting point."""

from __future__ import annotations

from pathlib import Path

import click
from django.utils.translation import gettext as _

from preceptor.base.actors import OPERATOR

from .common import WRONG_USE, chosen_institution, institution_option, refuse

FORMATS, LANGUAGES = ("html", "docx", "pdf"), ("zh", "en")


def _choice(text: str, allowed: tuple[str, ...], name: str) -> list[str]:
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    wrong = [part for part in wanted if part not in allowed]
    if wrong or not wanted:
        refuse(
            _("--%(name)s takes %(allowed)s, separated by commas, not “%(text)s”.")
            % {"name": name, "allowed": ", ".join(allowed), "text": text},
            WRONG_USE,
        )
    return wanted


@click.command()
@click.argument("year", type=click.IntRange(1900, 2200))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=None,
              help="Folder for the documents; report/YEAR under PRECEPTOR_HOME when not given.")  # fmt: skip
@click.option(
    "--format", "formats", default=",".join(FORMATS), show_default=True, help="Documents to write."
)
@click.option(
    "--lang",
    "languages",
    default=",".join(LANGUAGES),
    show_default=True,
    help="Languages to write.",
)
@institution_option
def report(year: int, out: Path | None, formats: str, languages: str, code: str | None) -> None:
    """Write the report of YEAR from the latest census of that year's last day."""
    from preceptor.reports.actions import write_report
    from preceptor.reports.queries import census_of, report_folder

    wanted = _choice(formats, FORMATS, "format")
    spoken = _choice(languages, LANGUAGES, "lang")
    census = census_of(chosen_institution(code), year=year)
    folder = out or report_folder(census.institution, year)
    for path in write_report(census, languages=spoken, formats=wanted, folder=folder, by=OPERATOR):
        click.echo(path)
