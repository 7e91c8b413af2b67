"""`preceptor migrate`: tables and static files as this version needs them."""

from __future__ import annotations

import click

from preceptor.base.preparing import prepare


@click.command()
def migrate() -> None:
    """Make or change the tables of the database and collect the static files."""
    prepare()
    click.echo("The database and the static files are ready.")
