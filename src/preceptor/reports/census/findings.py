"""The verdicts as they stood on the day, evaluated at the freeze by the packs in force on the day.

Stored findings speak of today; a census asks the rules again, as of its own day. Trainees are
those enrolled on the day, theses also those checked within the year, panels those that sat
within the year or have no day yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from preceptor.policy import Verdict
from preceptor.standing.packs import Force, force_on
from preceptor.standing.population import in_chunks, subjects_on, with_relations
from preceptor.standing.verdicts import OF_TRAINEES, Judged, judge_all
from preceptor.training.models import Panel, Thesis

from .moment import Moment
from .table import columns

COLUMNS = columns(
    enrolment_id="key",
    thesis_id="key",
    panel_id="key",
    subject="text",
    rule="text",
    kind="text",
    verdict="text",
    pack="text",
    version="text",
    hash="text",
)

Row = tuple[Any, ...]


def _theses(moment: Moment) -> QuerySet[Thesis]:
    checked = Thesis.objects.filter(
        enrolment__institution=moment.institution,
        similarity_checks__checked_on__range=(moment.year_start, moment.day),
    )
    enrolled = subjects_on(moment.institution, "thesis", moment.day)
    return Thesis.objects.filter(Q(pk__in=enrolled.values("pk")) | Q(pk__in=checked.values("pk")))


def _panels(moment: Moment) -> QuerySet[Panel]:
    within = Q(sits_on__range=(moment.year_start, moment.day)) | Q(sits_on=None)
    return Panel.objects.filter(within, institution=moment.institution)


def _subjects(moment: Moment, subject: str) -> QuerySet[Any]:
    if subject == "thesis":
        rows: QuerySet[Any] = _theses(moment)
    elif subject == "panel":
        rows = _panels(moment)
    else:
        rows = subjects_on(moment.institution, subject, moment.day)
    return with_relations(rows, subject)


def _rows(judged: Judged) -> Iterator[Row]:
    """The verdicts of the rules that concern a record."""
    pack = (judged.pack.id, judged.pack.version, judged.pack.hash)
    for rule in judged.pack.rules_of(judged.subject):
        for index, subject in enumerate(judged.rows):
            verdict = judged.result.verdict(rule.id, index)
            if verdict != Verdict.NOT_APPLICABLE:
                keys = _keys(judged.subject, subject)
                yield (*keys, judged.subject, rule.id, rule.kind, verdict.value, *pack)


def _keys(subject: str, row: Any) -> tuple[int, int | None, int | None]:
    """Trainee, thesis and panel that a verdict is on."""
    if subject == "enrolment":
        return row.pk, None, None
    return (
        row.enrolment_id,
        row.pk if subject == "thesis" else None,
        row.pk if subject == "panel" else None,
    )


def _of_subject(force: Force, moment: Moment, subject: str) -> Iterator[Row]:
    if any(pack.rules_of(subject) for pack in force.contents()):
        for chunk in in_chunks(_subjects(moment, subject)):
            for judged in judge_all(force.of, subject, chunk, moment.day):
                yield from _rows(judged)


def findings(moment: Moment) -> Iterator[Row]:
    """One row for each rule and record, in the order of the columns; the key is a running number.

    Raises PackError or InputRefused when a pack in force cannot be read.
    """
    number, force = 0, force_on(moment.institution.pk, moment.day)
    for subject in OF_TRAINEES:
        for row in _of_subject(force, moment, subject):
            number += 1
            yield (number, *row)
