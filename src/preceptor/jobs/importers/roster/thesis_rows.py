"""Thesis rows: a title and a similarity check each."""

from __future__ import annotations

from collections.abc import Sequence

from preceptor.base.actors import Actor
from preceptor.training.actions import change_check, change_thesis, record_checks, record_theses
from preceptor.training.models import SimilarityCheck, Thesis

from .decision import Decision, Status, compared
from .known import Known
from .rows import ThesisRow
from .training_rows import SOURCE, reason_of


def decide_theses(rows: Sequence[ThesisRow], known: Known) -> list[Decision[ThesisRow]]:
    """Each row as new, changed or unchanged, in the order given.

    The same day with another rate is a correction of that check, another day with the same rate
    a correction of the day; where both differ the thesis was checked again.
    """
    left = {number: list(known.checks[record.pk]) for number, record in known.enrolments.items()}
    return [_decision(row, known, left.get(row.student_number, [])) for row in rows]


def _decision(row: ThesisRow, known: Known, left: list[SimilarityCheck]) -> Decision[ThesisRow]:
    record = known.enrolments.get(row.student_number)
    thesis = known.theses.get(record.pk) if record else None
    if thesis is None:
        return Decision(row, Status.NEW)
    titled = {"title": (thesis.title_zh, row.title)}
    if row.similarity is None:
        return compared(row, None, titled)
    check = _matching(row, left)
    if check is None:
        return Decision(row, Status.NEW, None, compared(row, None, titled).changes)
    left.remove(check)
    return compared(row, check, titled | {
        "similarity": (check.similarity_e4, row.similarity),
        "checked_on": (check.checked_on, row.checked_on),
        "precision": (check.checked_precision, row.precision),
    })  # fmt: skip


def _matching(row: ThesisRow, left: list[SimilarityCheck]) -> SimilarityCheck | None:
    def agreement(check: SimilarityCheck) -> int:
        same_rate = check.similarity_e4 == row.similarity
        same_day = row.checked_on is None or check.checked_on == row.checked_on
        return 2 * same_rate + same_day

    best = max(left, key=agreement, default=None)
    return best if best is not None and agreement(best) else None


def write_theses(decisions: Sequence[Decision[ThesisRow]], known: Known, by: Actor) -> None:
    """Record new theses and checks, and correct changed ones."""
    _write_new_theses(decisions, known, by)
    _write_new_checks(decisions, known, by)
    for decision in decisions:
        _write_change(decision, known, by)


def _write_new_theses(decisions: Sequence[Decision[ThesisRow]], known: Known, by: Actor) -> None:
    fresh: dict[int, Thesis] = {}
    for decision in decisions:
        enrolment = known.enrolments[decision.row.student_number]
        if enrolment.pk not in known.theses:
            title = decision.row.title or ""
            fresh.setdefault(
                enrolment.pk, Thesis(enrolment=enrolment, title_zh=title, source=SOURCE)
            )
    record_theses(institution=known.institution, theses=list(fresh.values()), by=by)
    known.theses.update(fresh)


def _write_new_checks(decisions: Sequence[Decision[ThesisRow]], known: Known, by: Actor) -> None:
    checks = []
    for decision in decisions:
        row = decision.row
        if decision.status != Status.NEW or row.similarity is None:
            continue
        enrolment = known.enrolments[row.student_number]
        done = known.checks[enrolment.pk]
        check = SimilarityCheck(
            thesis=_thesis(known, enrolment.pk, enrolment),
            attempt=1 + max((each.attempt for each in done), default=0),
            similarity_e4=row.similarity,
            checked_on=row.checked_on,
            checked_precision=row.precision or "day",
            source=SOURCE,
        )
        done.append(check)
        checks.append(check)
        decision.record = check
    record_checks(institution=known.institution, checks=checks, by=by)


def _thesis(known: Known, key: int, enrolment: object) -> Thesis:
    thesis = known.theses[key]
    thesis.enrolment = enrolment  # type: ignore[assignment]
    return thesis


def _write_change(decision: Decision[ThesisRow], known: Known, by: Actor) -> None:
    row, after = decision.row, decision.after
    enrolment = known.enrolments[row.student_number]
    thesis = _thesis(known, enrolment.pk, enrolment)
    if "title" in after:
        change_thesis(thesis=thesis, by=by, reason=reason_of(row), title_zh=after["title"])
    names = {
        "similarity": "similarity_e4", "checked_on": "checked_on", "precision": "checked_precision",
    }  # fmt: skip
    columns = {names[name]: value for name, value in after.items() if name in names}
    if columns and decision.status == Status.CHANGED:
        decision.record.thesis = thesis
        change_check(check=decision.record, by=by, reason=reason_of(row), **columns)
