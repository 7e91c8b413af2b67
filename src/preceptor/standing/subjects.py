"""What the rules in force say of one record, or of a page of records, of any subject."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import override

from preceptor.policy import VERDICTS, Explanation, Verdict

from .fellows import NOUNS
from .packs import Relations, forces_on
from .population import with_relations
from .queries import explanations
from .verdicts import PacksOf, judge_all


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
    subject: str,
    rows: Sequence[Any],
    on: date,
    language: str,
    step: str | None = None,
    relations: Relations | None = None,
) -> list[list[Explanation]]:
    """As `explain_record` for each row, in the order given; a fixed number of queries, whatever the
    number of rows and institutions, one fewer where the `relations` of units on the day were read
    already."""
    keys = [row.pk for row in rows]
    fresh = with_relations(NOUNS[subject].all_rows().filter(pk__in=keys), subject).in_bulk()
    return explain_read(subject, [fresh[key] for key in keys], on, language, step, relations)


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
    packs_of = _packs_of(subject, rows, on, relations)
    # Names within the records are read in the language too.
    with override("zh-hans" if language.startswith("zh") else language):
        return explanations(packs_of, subject, rows, on, language, step)


class Judgement(NamedTuple):
    """What one rule says of a record, without words about why."""

    rule: str
    title: str
    kind: str
    gate: str | None
    verdict: Verdict


def judgements(
    subject: str, rows: Sequence[Any], on: date, language: str, relations: Relations | None = None
) -> list[list[Judgement]]:
    """The verdicts that `explain_read` explains, of each row in the order given, in no order of their
    own: for lists, which show the weightiest of many rows and explain none of them."""
    found: dict[int, list[Judgement]] = {id(row): [] for row in rows}
    spoken = "zh" if language.startswith("zh") else "en"
    packs_of = _packs_of(subject, rows, on, relations)
    for judged in judge_all(packs_of, subject, rows, on):
        for rule in judged.pack.rules_of(subject):
            title = rule.title.within(spoken)
            codes = judged.result.verdicts[rule.id]
            for row, code in zip(judged.rows, codes, strict=True):
                verdict = VERDICTS[code]
                if verdict is not Verdict.NOT_APPLICABLE:
                    one = Judgement(rule.id, title, rule.kind, rule.gate, verdict)
                    found[id(row)].append(one)
    return [found[id(row)] for row in rows]


def _packs_of(subject: str, rows: Sequence[Any], on: date, relations: Relations | None) -> PacksOf:
    noun = NOUNS[subject]
    roots = {noun.unit(row): noun.institution(row) for row in rows}
    forces = forces_on(set(roots.values()), on, relations) if rows else {}
    return lambda unit: forces[roots[unit]].of(unit)
