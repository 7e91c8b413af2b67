"""`preceptor explain`: where one trainee or one panel stands, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from django.utils import translation
from django.utils.translation import gettext as _

from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.policy import Explanation, WaiverNote
from preceptor.standing.queries import panel_standings, standing_of
from preceptor.training.models import Enrolment, Panel

from .common import (
    DAY,
    chosen_institution,
    format_option,
    institution_option,
    print_json,
    reader_language,
)

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def _enrolment(place: Unit, number: str) -> Enrolment:
    rows = Enrolment.objects.select_related("institution", "person")
    found = rows.filter(institution=place, student_number=number).first()
    if found is None:
        raise InputRefused(
            _("No trainee has the student number %(number)s. Look it up in the list of trainees.")
            % {"number": number}
        )
    return found


def _panel(place: Unit, number: str) -> Panel:
    rows = Panel.objects.select_related("institution", "enrolment")
    found = rows.filter(institution=place, number=number).first()
    if found is None:
        raise InputRefused(
            _("There is no panel %(number)s. Look it up in the list of panels.")
            % {"number": number}
        )
    return found


def requirement(known: Explanation) -> dict[str, Any]:
    """One explained verdict as plain data."""
    return {
        "rule": known.rule,
        "title": known.title,
        "kind": known.kind,
        "gate": known.gate,
        "verdict": known.verdict.value,
        "text": known.text,
        "missing": list(known.missing),
        "rows": list(known.rows),
        "needed": known.needed,
        "citation": known.citation,
        "evidence": str(known.evidence),
        "waiver": waiver(known.waiver) if known.waiver else None,
    }


def waiver(note: WaiverNote) -> dict[str, Any]:
    """The waiver that lets a fail stand as plain data."""
    return {
        "from": note.since.isoformat(),
        "to": note.until.isoformat(),
        "paper": note.paper,
        "signers": list(note.signers),
        "text": note.text,
    }


def _print(answer: dict[str, Any]) -> None:
    click.echo(f"{answer['number']}  {answer['on']}  {answer['verdict']}")
    for known in answer["requirements"]:
        click.echo(f"  {known['rule']}: {known['verdict']}. {known['text']}")


@click.command()
@click.argument("kind", type=click.Choice(["enrolment", "panel"]))
@click.argument("number")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default=None, help="Language of the answer."
)
@click.option("--on", type=DAY, default=None, help="The day to judge; today when not given.")
@institution_option
@format_option
def explain(
    kind: str, number: str, lang: str | None, on: date | None, code: str | None, output: str
) -> None:
    """Explain where the enrolment with the student NUMBER, or the panel NUMBER, stands."""
    place, day = chosen_institution(code), on or today()
    language = LANGUAGES[lang] if lang else reader_language()
    with translation.override(language):
        if kind == "enrolment":
            standing = standing_of(_enrolment(place, number), day, language)
            verdict, requirements = standing.verdict, standing.requirements
        else:
            found = panel_standings([_panel(place, number)], day, language)[0]
            verdict, requirements = found.verdict, found.requirements
    answer = {
        "kind": kind,
        "number": number,
        "on": day.isoformat(),
        "verdict": verdict.value,
        "requirements": [requirement(known) for known in requirements],
    }
    print_json(answer) if output == "json" else _print(answer)
