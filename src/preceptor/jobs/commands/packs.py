"""`preceptor packs`: check, show, and put into force; print the schema that packs may speak of."""

from __future__ import annotations

import click

from .packs_check import check
from .packs_force import end, force
from .packs_schema import schema
from .packs_show import show


@click.group()
def packs() -> None:
    """Check packs of rules, show one, put one into force, or print what rules may speak of."""


for command in (check, end, force, schema, show):
    packs.add_command(command)
