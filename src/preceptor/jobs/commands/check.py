"""`preceptor check`: how many stand where against each rule."""

from __future__ import annotations

from datetime import date

import click
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.standing.packs import find, in_force_at
from preceptor.standing.queries import ORDER, counts

from .common import (
    DAY,
    WRONG_USE,
    chosen_institution,
    format_option,
    institution_option,
    print_json,
    print_table,
    refuse,
)


@click.command()
@click.option("--pack", default=None, help="Id or file of a pack; those in force when not given.")
@click.option("--rule", default=None, help="Id of one rule, for example training.clinical.")
@click.option("--on", type=DAY, default=None, help="The day to judge; today when not given.")
@institution_option
@format_option
def check(
    pack: str | None, rule: str | None, on: date | None, code: str | None, output: str
) -> None:
    """Count for each rule the records that pass, fail, are pending, not applicable or waived.

    Asked are the doctoral trainees enrolled on the day, their theses, and all panels.
    """
    place, day = chosen_institution(code), on or today()
    packs = [find(pack)] if pack else None
    known = [
        each
        for found in (in_force_at([place.pk], day) if packs is None else packs)
        for each in found.rules
    ]
    if rule is not None and rule not in known:
        refuse(
            _("There is no rule “%(rule)s”. Rules here: %(known)s.")
            % {"rule": rule, "known": ", ".join(known)},
            WRONG_USE,
        )
    found = counts(place, day, packs=packs, rule=rule)
    if output == "json":
        print_json([{"rule": row.rule, **row.counts} for row in found])
        return
    verdicts = [verdict.value for verdict in ORDER]
    print_table(["rule", *verdicts], [[row.rule, *map(row.counts.get, verdicts)] for row in found])
