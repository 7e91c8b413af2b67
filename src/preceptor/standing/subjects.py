"""What the rules in force say of one record, or of a page of records, of any subject."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import override

from preceptor.policy import Explanation

from .fellows import NOUNS
from .packs import Relations, forces_on
from .population import with_relations
from .queries import explanations


def explain_record(
    subject: str, row: Any, on: date, language: str, step: str | None = None
) -> list[Explanation]:
    """What the rules in force on the day say of one record, what holds back the `step` first.

    `subject` is one of `fellows.NOUNS` (applicant, board, postdoc, station, appointment) and `row` its
    row as the database has it. Rules that do not concern it are left out. Raises KeyError for another
    subject, and PackError when packs in force cannot be read.
    """
    return explain_rows(subject, [row], on, language, step)[0]


def explain_rows(
    subject: str, rows: Sequence[Any], on: date, language: str, step: str | None = None
) -> list[list[Explanation]]:
    """As `explain_record` for each row, in the order given; a fixed number of queries, whatever the
    number of rows and institutions."""
    keys = [row.pk for row in rows]
    fresh = with_relations(NOUNS[subject].all_rows().filter(pk__in=keys), subject).in_bulk()
    return explain_read(subject, [fresh[key] for key in keys], on, language, step)


def explain_read(
    subject: str,
    rows: Sequence[Any],
    on: date,
    language: str,
    step: str | None = None,
    relations: Relations | None = None,
) -> list[list[Explanation]]:
    """As `explain_rows`, of rows that a page has just read through `with_relations`, in two queries.

    What is prefetched of them is not read again, nor the `relations` of units on the day where the
    reader's scope has them.
    """
    noun = NOUNS[subject]
    roots = {noun.unit(row): noun.institution(row) for row in rows}
    forces = forces_on(set(roots.values()), on, relations) if rows else {}

    def packs_of(unit: int) -> Sequence[Any]:
        return forces[roots[unit]].of(unit)

    # Names within the records are read in the language too.
    with override("zh-hans" if language.startswith("zh") else language):
        return explanations(packs_of, subject, rows, on, language, step)
