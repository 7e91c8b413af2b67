"""`preceptor packs show`: a pack as it holds on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from django.utils.translation import gettext as _

from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.policy import Pack, Text
from preceptor.policy.describing import BINDS, KINDS, value_text
from preceptor.policy.head import LAYER_TITLES
from preceptor.policy.parameters import Parameter
from preceptor.policy.rules import Rule
from preceptor.policy.sources import Evidence
from preceptor.policy.types import day_number
from preceptor.standing.models import PackInForce
from preceptor.standing.packs import Force, find, force_on

from .common import (
    DAY,
    chosen_institution,
    format_option,
    institution_option,
    print_json,
    reader_language,
)
from .database import has_table

#: A content, and the one unit that it binds with all below; None: it binds the institution.
Content = tuple[Unit | None, Pack]


@click.command()
@click.argument("pack", metavar="ID")
@click.option("--on", type=DAY, default=None, help="The day; today when not given.")
@institution_option
@format_option
def show(pack: str, on: date | None, code: str | None, output: str) -> None:
    """Show the pack ID (or a file) as it holds on a day: values, rules, and where each stands.

    What the institution has put into force is shown, and what its units have by other values; else
    the file that lies here.
    """
    day = on or today()
    contents = contents_in_force(pack, code, day)
    first, *others = contents or [(None, find(pack))]
    answer = _answer(*first, day, is_held=bool(contents))
    answer["units"] = [_answer(*other, day, is_held=True) for other in others]
    print_json(answer) if output == "json" else _print(answer)


def contents_in_force(pack: str, code: str | None, day: date) -> list[Content]:
    """The contents of the pack on the day: that of the institution, then those of its units that
    are judged by another, in the order of their codes; none without one, or without a database."""
    if not has_table(PackInForce._meta.db_table):
        return []
    try:
        place = chosen_institution(code)
    except InputRefused:
        if code is not None:
            raise
        return []
    force = force_on(place.pk, day)
    own = _content(force, pack, None)
    usual = own.hash if own else None
    units = Unit.objects.filter(pk__in={known.unit for known in force.bindings if known.unit})
    found = [(unit, _content(force, pack, unit)) for unit in units.order_by("code")]
    others = [(unit, held) for unit, held in found if held is not None and held.hash != usual]
    first: list[Content] = [] if own is None else [(None, own)]
    return [*first, *others]


def _content(force: Force, pack: str, unit: Unit | None) -> Pack | None:
    packs = force.of(unit.pk if unit else None)
    return next((known for known in packs if known.id == pack), None)


def _answer(unit: Unit | None, pack: Pack, day: date, *, is_held: bool) -> dict[str, Any]:
    """A content with its values and rules; `unit` is the code of the one unit that it binds, with
    all below, and None where it binds the institution or is not in force."""
    return {
        "pack": pack.id,
        "version": pack.version,
        "hash": pack.hash,
        "title": pack.title.within(reader_language()),
        "layer": pack.layer,
        "on": day.isoformat(),
        "in_force": is_held,
        "unit": unit.code if unit else None,
        "unit_name": Text(unit.name_zh, unit.name_en or unit.name_zh).within(reader_language())
        if unit
        else None,
        "parameters": [parameter_data(pack, one, day) for one in pack.parameters.values()],
        "rules": [rule_data(pack, rule, day) for rule in pack.rules.values()],
    }


def parameter_data(pack: Pack, parameter: Parameter, day: date) -> dict[str, Any]:
    """A parameter with its value on the day; a value of None says that there is none yet."""
    language = reader_language()
    step = parameter.step_on(day_number(day))
    found: dict[str, Any] = {
        "name": parameter.name,
        "title": parameter.title.within(language),
        "bind": parameter.bind,
        "value": value_text(parameter, step, pack.schema).within(language) if step else None,
    }
    if step is not None:
        found |= {
            "from": step.since.isoformat(),
            "citation": step.citation.text(language),
            "evidence": step.evidence,
            "from_evidence": step.from_evidence,
            "layer": step.layer,
            "pack": step.pack,
        }
    return found


def rule_data(pack: Pack, rule: Rule, day: date) -> dict[str, Any]:
    """A rule with its conditions as written, and whether it is in force on the day."""
    since, until = rule.since, rule.until
    return {
        "rule": rule.id,
        "title": rule.title.within(reader_language()),
        "subject": rule.subject,
        "kind": rule.kind,
        "gate": rule.gate,
        "when": rule.when.text if rule.when else None,
        "require": rule.require.text,
        "from": since.isoformat() if since else None,
        "to": until.isoformat() if until else None,
        "in_force": (since is None or since <= day) and (until is None or day <= until),
        "layer": pack.layer,
        "citation": rule.citation.text(reader_language()),
        "evidence": rule.evidence,
    }


def _print(answer: dict[str, Any]) -> None:
    _print_content(answer)
    for other in answer["units"]:
        click.echo("")
        _print_content(other)


def _held(answer: dict[str, Any]) -> str:
    if answer["unit"] is None:
        return _("in force") if answer["in_force"] else _("not put into force")
    return _("in force for %(unit)s (%(code)s) and all below it") % {
        "unit": answer["unit_name"],
        "code": answer["unit"],
    }


def _print_content(answer: dict[str, Any]) -> None:
    layer = LAYER_TITLES[answer["layer"]].within(reader_language())
    click.echo(f"{answer['pack']} {answer['version']}  {answer['title']}")
    click.echo(f"  {layer}; {answer['on']}: {_held(answer)}; {answer['hash']}")
    click.echo(_("Parameters"))
    for known in answer["parameters"]:
        _print_parameter(known)
    click.echo(_("Rules"))
    for known in answer["rules"]:
        _print_rule(known)


def _print_parameter(known: dict[str, Any]) -> None:
    value = known["value"] or _("no value yet")
    told = _("%(title)s: %(value)s") % {"title": known["title"], "value": value}
    click.echo(f"  {known['name']}  {told}")
    if known["value"] is None:
        return
    bind = BINDS[known["bind"]].within(reader_language())
    since = _("from %(day)s (evidence %(level)s)") % {
        "day": known["from"],
        "level": known["from_evidence"],
    }
    click.echo(f"    {since}; {bind}; {_stands(known)}; {known['pack']}")


def _print_rule(known: dict[str, Any]) -> None:
    language = reader_language()
    kind = KINDS[known["kind"]].within(language)
    layer = LAYER_TITLES[known["layer"]].within(language)
    ended = "" if known["in_force"] else "; " + _("not in force on this day")
    gate = f" ({known['gate']})" if known["gate"] else ""
    click.echo(f"  {known['rule']}  {known['title']}")
    click.echo(f"    {kind}{gate}; {layer}; {_stands(known)}{ended}")
    if known["when"]:
        click.echo("    " + _("when: %(condition)s") % {"condition": known["when"]})
    click.echo(f"    {known['require']}")


def _stands(known: dict[str, Any]) -> str:
    level: Evidence = known["evidence"]
    return _("%(citation)s (evidence %(level)s)") % {"citation": known["citation"], "level": level}
