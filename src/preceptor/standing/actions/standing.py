"""Every write to stored verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection

from preceptor.base.actors import Actor
from preceptor.base.deeds import Touched, deed
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution
from preceptor.policy import VERDICTS, Pack, Verdict
from preceptor.training.models import Enrolment, Panel, PanelSeat, Thesis

from ..models import Finding
from ..packs import in_force
from ..population import CHUNK, enrolled, in_chunks, panels_judged, subjects_on, with_relations
from ..verdicts import LOADERS, Judged, judge

OUTSIDE = Verdict.NOT_APPLICABLE.code
#: The columns of a finding, in the order of `_rows`.
COLUMNS = (
    "enrolment_id", "panel_id", "student_number", "subject", "rule", "kind", "verdict", "missing",
    "pack", "version", "hash", "since", "as_of",
)  # fmt: skip


def _rows(judged: Judged, on: Any) -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS for every verdict but "not applicable"."""
    pack, subject = judged.pack, judged.subject
    trainees = [
        (found.pk, found.student_number)
        for found in (_enrolment_of(subject, row) for row in judged.rows)
    ]
    panels = [row.pk if subject == "panel" else None for row in judged.rows]
    for rule in pack.rules_of(subject):
        missing = _missing(judged, rule.id)
        for index, code in enumerate(judged.result.verdicts[rule.id].tolist()):
            if code != OUTSIDE:
                yield (
                    trainees[index][0], panels[index], trainees[index][1], subject, rule.id,
                    rule.kind, VERDICTS[code].value, missing.get(index, ""), pack.id,
                    pack.version, pack.hash, on, on,
                )  # fmt: skip


def _missing(judged: Judged, rule: str) -> dict[int, str]:
    """The names that keep the rule pending, by the place of the record."""
    if not judged.result.counts(rule)[Verdict.PENDING.value]:
        return {}
    names: dict[int, list[str]] = {}
    for name, mask in judged.result.missing_masks(rule).items():
        for index in mask.nonzero()[0].tolist():
            names.setdefault(index, []).append(name)
    return {index: ", ".join(found)[:300] for index, found in names.items()}


def _enrolment_of(subject: str, row: Any) -> Enrolment:
    found: Enrolment = row if subject == "enrolment" else row.enrolment
    return found


def _statement() -> str:
    quote = connection.ops.quote_name
    columns, marks = ", ".join(map(quote, COLUMNS)), ", ".join("%s" for _column in COLUMNS)
    return f"INSERT INTO {quote(Finding._meta.db_table)} ({columns}) VALUES ({marks})"


def _store(packs: Sequence[Pack], subject: str, rows: Sequence[Any], on: date) -> None:
    """Write the verdicts of the rows.

    Past the model, because there are some ten findings to a record and a million records.
    """
    day = connection.ops.adapt_datefield_value(on)
    with connection.cursor() as cursor:
        for pack in packs:
            fresh = list(_rows(judge(pack, subject, rows, on), day))
            if fresh:
                cursor.executemany(_statement(), fresh)


def evaluate_all(*, institution: Unit, on: date, by: Actor) -> int:
    """Judge every trainee, thesis and panel of the institution afresh; gives how many records.

    Raises PermissionDenied, and PackError when a pack in force is wrong; then the old verdicts stay.
    """
    may_keep_institution(by, institution).demand()
    packs, judged = in_force(institution), 0
    with deed(by) as act:
        _take_turns([institution.pk])
        Finding.objects.filter(enrolment__institution=institution).delete()
        for subject in LOADERS:
            rows = with_relations(subjects_on(institution, subject, on), subject)
            for chunk in in_chunks(rows):
                _store(packs, subject, chunk, on)
                judged += len(chunk)
        act.write("standing.evaluate", "institution", institution.pk, after={"records": judged})
    return judged


def _sliced(keys: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _panels_of(touched: Touched) -> set[int]:
    panels = set(touched.get("panel", ()))
    for keys in _sliced(touched.get("person", ())):
        panels.update(PanelSeat.objects.filter(person__in=keys).values_list("panel_id", flat=True))
    for keys in _sliced(touched.get("enrolment", ())):
        panels.update(Panel.objects.filter(enrolment__in=keys).values_list("pk", flat=True))
    return panels


def _institutions_of(touched: Touched, panels: set[int]) -> set[int]:
    found: set[int] = set()
    for keys in _sliced(touched.get("enrolment", ())):
        rows = Enrolment.objects.filter(pk__in=keys)
        found.update(rows.values_list("institution_id", flat=True).distinct())
    for keys in _sliced(panels):
        of_panels = Panel.objects.filter(pk__in=keys)
        found.update(of_panels.values_list("institution_id", flat=True).distinct())
    return found


def _take_turns(institutions: Iterable[int]) -> None:
    """Let one transaction at a time judge an institution.

    Two at once would each delete what was there before and store their own verdicts, so that a
    rule had two on one record; and neither would see what the other has written.
    """
    rows = Unit.objects.select_for_update(no_key=True).filter(pk__in=set(institutions))
    list(rows.order_by("pk").values_list("pk"))


def reevaluate(touched: Touched) -> None:
    """Judge the touched records again, inside the transaction that touched them.

    Raises PackError when a pack in force is wrong; then nothing of the deed is written.
    """
    if not any(touched.values()):
        return
    _take_turns(_institutions_of(touched, _panels_of(touched)))
    on, packs = today(), dict[int, list[Pack]]()
    for keys in _sliced(touched.get("enrolment", ())):
        Finding.objects.filter(enrolment__in=keys, subject__in=("enrolment", "thesis")).delete()
        trainees = list(enrolled(on).filter(pk__in=keys))
        _judge_again(packs, "enrolment", trainees, on)
        theses = Thesis.objects.filter(enrolment__in=[row.pk for row in trainees])
        _judge_again(packs, "thesis", list(with_relations(theses, "thesis")), on)
    for keys in _sliced(_panels_of(touched)):
        Finding.objects.filter(panel__in=keys).delete()
        _judge_again(
            packs, "panel", list(with_relations(panels_judged(), "panel").filter(pk__in=keys)), on
        )


def _judge_again(packs: dict[int, list[Pack]], subject: str, rows: list[Any], on: date) -> None:
    """Store the verdicts of the rows, each by the packs of its own institution."""
    by_institution: dict[int, list[Any]] = {}
    for row in rows:
        owner = row.institution_id if subject != "thesis" else row.enrolment.institution_id
        by_institution.setdefault(owner, []).append(row)
    for owner, owned in by_institution.items():
        if owner not in packs:
            packs[owner] = in_force(Unit.objects.get(pk=owner))
        _store(packs[owner], subject, owned, on)
