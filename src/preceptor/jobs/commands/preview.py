"""`preceptor preview`: whom a planned change of a pack would concern."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import click
from django.db.models import Q
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.policy import Pack
from preceptor.standing.preview.compare import Comparison, Flip
from preceptor.standing.preview.counting import TO, Counts
from preceptor.standing.preview.decisions import decided_otherwise
from preceptor.standing.preview.explaining import clauses, key_of
from preceptor.standing.preview.planned import first_day_changed, planned_side, read_planned
from preceptor.standing.preview.sides import Side, present_side

from .common import (
    DAY,
    chosen_institution,
    format_option,
    institution_option,
    print_json,
    print_table,
    reader_language,
)

Line = dict[str, Any]
#: How many persons are explained at a time.
CHUNK = 500


@click.command()
@click.argument("overlay", type=click.Path(path_type=Path))
@click.option("--on", type=DAY, default=None, help="The day to judge; today when not given.")
@institution_option
@format_option
def preview(overlay: Path, on: date | None, code: str | None, output: str) -> None:
    """Tell who would stand otherwise under the pack or the change of a pack in OVERLAY.

    The base of a change is the pack in force of its id, else the one that ships. Nothing is
    written. Where the change reaches back, the decisions that it would have made otherwise are
    listed too.
    """
    place, day = chosen_institution(code), on or today()
    present = present_side(place, day)
    pack, base = read_planned(overlay, present)
    planned = planned_side(present, pack, base.id if base else "")
    comparison = Comparison(place, present, planned, day)
    counts = Counts()
    codes = _codes(place)
    persons = list(_persons(counts.counted(comparison.flips()), planned, day, codes))
    answer = {
        "pack": pack.id, "version": pack.version, "hash": pack.hash,
        "base": {"id": base.id, "version": base.version, "hash": base.hash} if base else None,
        "institution": place.code, "on": day.isoformat(), "records": comparison.records,
        "flips": len(persons), **_named(counts.plain(), codes), "persons": persons,
        "decisions": list(_decisions(place, present, planned, base, pack)),
    }  # fmt: skip
    print_json(answer) if output == "json" else _print(answer)


def _codes(place: Unit) -> dict[int, str]:
    """The codes of the institution and its units."""
    rows = Unit.objects.filter(Q(pk=place.pk) | Q(institution=place))
    return dict(rows.values_list("pk", "code"))


def _persons(flips: Iterator[Flip], side: Side, on: date, codes: dict[int, str]) -> Iterator[Line]:
    while some := list(islice(flips, CHUNK)):
        yield from _explained(some, side, on, codes)


def _explained(flips: list[Flip], side: Side, on: date, codes: dict[int, str]) -> Iterator[Line]:
    said = clauses(flips, side, on, reader_language())
    for flip in flips:
        known = said.get(key_of(flip))
        yield {
            "number": flip.enrolment.student_number,
            "panel": flip.panel.number if flip.panel else None,
            "unit": codes[flip.enrolment.unit_id],
            "cohort": flip.enrolment.cohort,
            "rule": flip.rule,
            "before": flip.before.value,
            "after": flip.after.value,
            "text": known.text if known else _("The rule would no longer be there."),
        }


def _decisions(
    place: Unit, present: Side, planned: Side, base: Pack | None, pack: Pack
) -> Iterator[Line]:
    force = {one.pack.hash for one in present.bindings}
    since = first_day_changed(base if base and base.hash in force else None, pack, None)
    if since is None or since >= today():
        return
    for found in decided_otherwise(place, present, planned, since, today()):
        yield {
            "on": found.on.isoformat(),
            "step": found.step,
            "number": found.enrolment.student_number,
            "panel": found.panel.number if found.panel else None,
            "rule": found.rule,
            "before": found.before.value,
            "after": found.after.value,
        }


def _named(counts: Line, codes: dict[int, str]) -> Line:
    """The counts with the codes of the units in the place of their keys."""
    units = {codes[int(key)]: found for key, found in counts["units"].items()}
    trainees = counts.pop("persons")
    return {"trainees": trainees, **counts, "units": dict(sorted(units.items()))}


def _print(answer: Line) -> None:
    click.echo(f"{answer['pack']} {answer['version']}  {answer['institution']}  {answer['on']}")
    said = {"flips": answer["flips"], "trainees": answer["trainees"]}
    click.echo(_("%(flips)s verdicts would change; trainees concerned: %(trainees)s.") % said)
    tables = (
        (["before", "after", "verdicts"], _rows({"": answer["changes"]}, 1)),
        (["rule", "before", "after", "verdicts"], _rows(answer["rules"], 0)),
        (["unit", "before", "after", "verdicts"], _rows(answer["units"], 0)),
        (["cohort", "before", "after", "verdicts"], _rows(answer["cohorts"], 0)),
        (["on", "number", "step", "panel", "rule", "before", "after"], _lines(answer)),
    )
    for heads, rows in tables:
        if rows:
            click.echo("")
            print_table(heads, rows)
    click.echo("")
    for line in answer["persons"]:
        about = f"{line['number']} {line['panel']}" if line["panel"] else line["number"]
        click.echo(f"{about}  {line['rule']}: {line['before']} → {line['after']}. {line['text']}")


def _rows(groups: dict[str, dict[str, int]], first: int) -> list[list[Any]]:
    """A row for each change of each group; from the column `first` on."""
    return [
        [key, *change.split(TO), count][first:]
        for key, found in groups.items()
        for change, count in found.items()
    ]


def _lines(answer: Line) -> list[list[Any]]:
    return [
        [line["on"], line["number"], line["step"], line["panel"] or "-", line["rule"],
         line["before"], line["after"]]
        for line in answer["decisions"]
    ]  # fmt: skip
