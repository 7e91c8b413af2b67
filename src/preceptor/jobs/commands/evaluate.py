"""`preceptor evaluate`: the verdicts of a pack on records by the million, written to a file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.policy import VERDICTS, Pack
from preceptor.standing.packs import find
from preceptor.standing.verdicts import LOADERS

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

if TYPE_CHECKING:
    from preceptor.standing.bulk.judging import Summary
    from preceptor.standing.bulk.run import Source


@click.command()
@click.option("--pack", "name", required=True, help="Id or file of the pack.")
@click.option(
    "--parquet", "folder", type=click.Path(path_type=Path), default=None,
    help="Folder of the records; those of the database when not given.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), required=True,
    help="File of the verdicts: .parquet or .csv.",
)  # fmt: skip
@click.option("--subject", default=None, help="One subject; all that are there when not given.")
@click.option("--on", type=DAY, default=None, help="The day to judge; today when not given.")
@click.option(
    "--seed", type=int, default=None,
    help="Which records are judged again as a check; others in each run when not given.",
)  # fmt: skip
@institution_option
@format_option
def evaluate(
    name: str, folder: Path | None, out: Path, subject: str | None, on: date | None,
    seed: int | None, code: str | None, output: str,
) -> None:  # fmt: skip
    """Judge all records by a pack and write a row for each record and rule.

    The records are those of a folder of Parquet files (`preceptor packs schema` prints their
    columns), or, through a fast reader, the trainees and theses of an institution. Some are judged
    again by the definition of the rule language: at any difference nothing is written.
    """
    # The engines for bulk work are loaded by this command alone.
    from preceptor.standing.bulk.run import evaluate_to

    pack, day, start = find(name), on or today(), time.perf_counter()
    with _sources(pack, folder, code, subject, day) as sources:
        summary = evaluate_to(out, pack, sources, seed)
    _print(pack, summary, day, time.perf_counter() - start, output)


@contextmanager
def _sources(
    pack: Pack, folder: Path | None, code: str | None, subject: str | None, on: date
) -> Iterator[list[Source]]:
    if subject is not None and subject not in pack.subjects:
        refuse(
            _("The pack has no rules on “%(subject)s”. It speaks of: %(known)s.")
            % {"subject": subject, "known": ", ".join(pack.subjects)},
            WRONG_USE,
        )
    if folder is not None:
        yield _of_folder(pack, folder, subject, on)
        return
    from preceptor.standing.bulk.database import Snapshot

    with Snapshot(chosen_institution(code), on) as snapshot:
        subjects = [one for one in pack.subjects if subject in (None, one) and one in LOADERS]
        yield [snapshot.source(pack, one) for one in subjects]


def _of_folder(pack: Pack, folder: Path, subject: str | None, on: date) -> list[Source]:
    from preceptor.standing.bulk.parquet import RECORDS, Folder
    from preceptor.standing.bulk.run import Source

    found = Folder(folder)
    subjects = [subject] if subject else found.subjects(pack) or pack.subjects[:1]
    return [
        Source(one, found.count(pack, one), RECORDS, found.chunks(pack, one, on))
        for one in subjects
    ]


def _print(pack: Pack, found: Summary, on: date, seconds: float, output: str) -> None:
    answer: dict[str, Any] = {
        "pack": pack.id,
        "version": pack.version,
        "hash": pack.hash,
        "on": on.isoformat(),
        "records": found.records,
        "sampled": found.sampled,
        "seed": found.seed,
        "seconds": round(seconds, 3),
        "rules": {rule: dict(counts) for rule, counts in found.counts.items()},
    }
    if output == "json":
        print_json(answer)
        return
    click.echo(
        _(
            "%(pack)s %(version)s on %(on)s: %(records)s records in %(seconds)s seconds; "
            "%(sampled)s were judged again and came out the same."
        )
        % answer
    )
    verdicts = [verdict.value for verdict in VERDICTS]
    rows = [[rule, *map(counts.get, verdicts)] for rule, counts in found.counts.items()]
    print_table(["rule", *verdicts], rows)
