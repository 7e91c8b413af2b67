"""`preceptor panel repair`: the smallest change after which a panel satisfies every rule."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.models import Person
from preceptor.people.queries import numbered
from preceptor.training.models import Panel

from .common import (
    DAY,
    NO,
    chosen_institution,
    institution_option,
    lang_option,
    print_json,
    speak,
)


@click.group()
def panel() -> None:
    """Panels: what is wrong with a composition, and what would mend it."""


def _panel(place: Unit, number: str) -> Panel:
    rows = Panel.objects.select_related("institution", "enrolment__person", "sitting")
    found = rows.filter(institution=place, number=number).first()
    if found is None:
        raise InputRefused(
            _("There is no panel “%(number)s”. Look it up in the list of panels.")
            % {"number": number[:80]}
        )
    return found


def _persons(place: Unit, numbers: tuple[str, ...]) -> list[int]:
    return [_person(place, number).pk for number in numbers]


def _person(place: Unit, number: str) -> Person:
    found = numbered(place.pk, number)
    if found is None:
        raise InputRefused(
            _("Nobody has the staff number “%(number)s”. Look it up in the list of persons.")
            % {"number": number[:80]}
        )
    return found


def _verdict(verdict: str) -> str:
    titles = {
        "fail": pgettext("verdict", "not met"),
        "pending": pgettext("verdict", "pending"),
        "waived": pgettext("verdict", "waived"),
        "pass": pgettext("verdict", "met"),
    }
    return titles[verdict]


def _print(answer: dict[str, Any], tongue: str) -> None:
    click.echo(f"{answer['number']}  {answer['day']}")
    if not answer["is_feasible"]:
        _print_obstacles(answer, tongue)
        return
    if not answer["changes"]:
        click.echo(_("Nothing has to change."))
    else:
        count = answer["objective"]["changes"]
        click.echo(ngettext("%(count)s change:", "%(count)s changes:", count) % {"count": count})
    for change in answer["changes"]:
        click.echo(f"  {change['text'][tongue]}")
    if answer["changes"] and not answer["is_optimal"]:
        click.echo(_("The time was over before it was proven that no smaller change would do."))
    click.echo(_("What the rules then say:"))
    for known in answer["rules"]:
        words = {"verdict": _verdict(known["verdict"]), "text": known["text"][tongue]}
        click.echo(f"  {known['rule']}: " + _("%(verdict)s. %(text)s") % words)


def _print_obstacles(answer: dict[str, Any], tongue: str) -> None:
    if not answer["conflicting"]:
        click.echo(_("The time was over before a composition was found. Try again with --seconds."))
        return
    click.echo(_("No composition satisfies all of these; without any one of them there is one:"))
    for known in answer["conflicting"]:
        click.echo(f"  {known['name']}: {known['title'][tongue]}")


@panel.command()
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@lang_option
@click.option("--on", type=DAY, default=None, help="The day to judge; today when not given.")
@click.option("--keep", multiple=True, help="Staff number of somebody who must sit.")
@click.option("--without", multiple=True, help="Staff number of somebody who must not sit.")
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 600),
    default=20.0,
    show_default=True,
    help="How long to search at most.",
)
@institution_option
def repair(
    number: str, as_json: bool, lang: str | None, on: date | None, keep: tuple[str, ...],
    without: tuple[str, ...], seconds: float, code: str | None,
) -> None:  # fmt: skip
    """The smallest change of the panel NUMBER that satisfies every rule; nothing is written."""
    from preceptor.standing.repair.repairing import repair as repaired

    side = speak(lang)
    place = chosen_institution(code)
    found = repaired(
        _panel(place, number), on or today(), keep=_persons(place, keep),
        without=_persons(place, without), seconds=seconds,
    )  # fmt: skip
    answer = found.as_json()
    if as_json:
        print_json(answer)
    else:
        _print(answer, side)
    if not found.is_feasible:
        raise SystemExit(NO)
