"""`preceptor charter`: what the head of a laboratory may decide alone, what is left, and the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.fellows.charter import Authority, authority, ledger
from preceptor.fellows.choices import LimitKind, LimitPeriod
from preceptor.fellows.models import Laboratory, LimitUse
from preceptor.institutions.models import Unit

from .common import (
    DAY,
    chosen_institution,
    institution_option,
    print_json,
    print_table,
    reader_language,
)
from .explain import LANGUAGES


def _laboratory(place: Unit, code: str) -> Laboratory:
    rows = Laboratory.objects.select_related("unit", "head", "programme")
    found = rows.filter(institution=place, unit__code=code).first()
    if found is None:
        raise InputRefused(
            _("There is no laboratory %(code)s. Look up the code of its unit in the list.")
            % {"code": code}
        )
    return found


def _limit(known: Authority) -> dict[str, Any]:
    """One authority as plain data; without a limit everything besides the kind is null."""
    limit = known.limit
    return {
        "kind": known.kind.value,
        "title": str(known.kind.label),
        "most": known.most,
        "period": known.period.value if known.period else None,
        "used": known.used,
        "left": known.left,
        "from": limit.valid_from.isoformat() if limit else None,
        "to": limit.valid_to.isoformat() if limit and limit.valid_to else None,
        "paper": limit.paper if limit else None,
    }


def _use(row: LimitUse) -> dict[str, Any]:
    """One line of the ledger as plain data."""
    return {
        "kind": row.kind,
        "amount": row.amount,
        "used_before": row.used_before,
        "most": row.most,
        "is_within": row.is_within,
        "on": row.decided_on.isoformat(),
        "case": row.case.number if row.case else None,
        "by": row.by_name,
        "note": row.note,
        "returns": row.returns_id,
    }


def _print(laboratory: Laboratory, found: list[Authority], rows: list[LimitUse], on: date) -> None:
    click.echo(f"{laboratory.unit.code}  {laboratory.unit.name_zh}  {laboratory.head}  {on}")
    head = [
        pgettext("charter", "Authority"), pgettext("charter", "Limit"),
        pgettext("charter", "Counted"), pgettext("charter", "Used"), pgettext("charter", "Left"),
    ]  # fmt: skip
    none = pgettext("charter", "no authority")
    print_table(
        head,
        [
            [one.kind.label, none, "", "", ""]
            if one.period is None
            else [one.kind.label, one.most, LimitPeriod(one.period).label, one.used, one.left]
            for one in found
        ],
    )
    if not rows:
        click.echo(_("Nothing was decided under this charter yet."))
        return
    head = [
        pgettext("charter", "Day"), pgettext("charter", "Authority"), pgettext("charter", "Amount"),
        pgettext("charter", "Used before"), pgettext("charter", "Decided by"),
    ]  # fmt: skip
    print_table(
        head,
        [
            [row.decided_on, LimitKind(row.kind).label, row.amount, row.used_before, _who(row)]
            for row in rows
        ],
    )


def _who(row: LimitUse) -> str:
    if row.is_within:
        return row.by_name
    return _("%(name)s, above the head") % {"name": row.by_name}


@click.command()
@click.argument("lab")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default=None, help="Language of the answer."
)
@click.option("--on", type=DAY, default=None, help="The day asked about; today when not given.")
@institution_option
def charter(lab: str, as_json: bool, lang: str | None, on: date | None, code: str | None) -> None:
    """The charter of the laboratory in the unit LAB: limits, use, and every decision."""
    day = on or today()
    with translation.override(LANGUAGES[lang] if lang else reader_language()):
        laboratory = _laboratory(chosen_institution(code), lab)
        found = authority(laboratory, day)
        rows = list(ledger(laboratory).filter(decided_on__lte=day))
        if not as_json:
            _print(laboratory, found, rows, day)
            return
        unit = laboratory.unit
        answer = {
            "laboratory": unit.code,
            "name": {"zh": unit.name_zh, "en": unit.name_en},
            "head": {"zh": laboratory.head.name_zh, "en": laboratory.head.name_en},
            "on": day.isoformat(),
            "authority": [_limit(one) for one in found],
            "ledger": [_use(row) for row in rows],
        }
    print_json(answer)
