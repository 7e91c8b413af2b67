"""`preceptor packs`: check pack files, show a pack, print the schema that packs may speak of."""

from __future__ import annotations

import click

from .packs_check import check
from .packs_schema import schema
from .packs_show import show


@click.group()
def packs() -> None:
    """Check packs of rules, show one, or print what their rules may speak of."""


for command in (check, schema, show):
    packs.add_command(command)
