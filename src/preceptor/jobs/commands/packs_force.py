"""`preceptor packs force` and `packs end`: which packs bind an institution, from when and until when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from django.utils.translation import gettext as _

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused
from preceptor.institutions.models import Unit
from preceptor.policy.writing import write_pack
from preceptor.standing.actions import end_force, put_in_force
from preceptor.standing.models import PackInForce
from preceptor.standing.packs import find

from .common import DAY, chosen_institution, format_option, institution_option, print_json

unit_option = click.option(
    "--unit", "unit_code", default=None, help="Code of the one unit that it binds, with all below."
)


def _unit(root: Unit, code: str | None) -> Unit | None:
    """The unit of the code within the institution; None without a code. Raises InputRefused."""
    if code is None:
        return None
    found = Unit.objects.filter(institution=root, code=code).first()
    if found is None:
        raise InputRefused(_("There is no unit with the code %(code)s.") % {"code": code})
    return found


def _say(row: PackInForce, output: str, sentence: str) -> None:
    answer = {
        "pack": row.pack,
        "version": row.version,
        "hash": row.hash,
        "layer": row.layer,
        "unit": row.unit.code if row.unit else None,
        "from": row.in_force_from.isoformat(),
        "to": row.in_force_to.isoformat() if row.in_force_to else None,
    }
    if output == "json":
        print_json(answer)
    else:
        click.echo(sentence)


@click.command()
@click.argument("pack", metavar="ID")
@click.option("--from", "since", type=DAY, required=True, help="The first day on which it binds.")
@unit_option
@institution_option
@format_option
def force(pack: str, since: date, unit_code: str | None, code: str | None, output: str) -> None:
    """Put the pack ID (or a file) into force from a day on; the worker then judges everybody anew.

    Statutes and what ministries or provinces made are put into force only here.
    """
    place = chosen_institution(code)
    found = find(pack)
    text = None if found.id == pack else _whole(pack)
    row = put_in_force(
        institution=place, unit=_unit(place, unit_code), pack=found.id, valid_from=since,
        text=text, by=OPERATOR,
    )  # fmt: skip
    said = _("%(pack)s, version %(version)s, binds from %(day)s.")
    _say(row, output, said % {"pack": row.pack, "version": row.version, "day": since})


def _whole(path: str) -> str:
    """The whole text of the pack in a file: an overlay is written out over its base."""
    found = find(path)
    return write_pack(found.content) if found.extends else Path(path).read_text(encoding="utf-8")


@click.command()
@click.argument("pack", metavar="ID")
@click.option("--to", "last_day", type=DAY, required=True, help="The last day on which it binds.")
@unit_option
@institution_option
@format_option
def end(pack: str, last_day: date, unit_code: str | None, code: str | None, output: str) -> None:
    """End the force of the pack ID after a day; what was judged by it stays derivable."""
    place = chosen_institution(code)
    row = end_force(
        institution=place, unit=_unit(place, unit_code), pack=pack, last_day=last_day, by=OPERATOR
    )
    said = _("%(pack)s binds until %(day)s.")
    _say(row, output, said % {"pack": pack, "day": last_day})
