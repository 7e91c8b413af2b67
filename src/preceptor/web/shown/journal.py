"""Lines of the journal about one record, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.actors import OPERATOR
from preceptor.base.models import JournalEntry
from preceptor.institutions.models import Discipline, Unit
from preceptor.people.models import Person
from preceptor.standing.choices import WaiverState
from preceptor.training.choices import (
    EnrolmentState,
    MilestoneKind,
    Outcome,
    PeriodKind,
    RotationKind,
    RotationResult,
    StudyMode,
    SupervisionRole,
)
from preceptor.training.models import Course
from preceptor.web.localised import localised

MOST = 200
_OPERATOR = _("System operator, at the command line")
Words = str | Promise

VERBS: dict[str, Words] = {
    "enrolment.enter": _("Enrolled"),
    "enrolment.state": _("State changed"),
    "enrolment.move": _("Moved to another unit or direction"),
    "enrolment.correct": _("Enrolment corrected"),
    "enrolment.period": _("Length of study changed"),
    "supervision.assign": _("Supervisor assigned"),
    "rotation.record": _("Rotation recorded"),
    "rotation.change": _("Rotation corrected"),
    "milestone.record": _("Step recorded"),
    "milestone.change": _("Step corrected"),
    "course.record": _("Course result recorded"),
    "thesis.record": _("Thesis recorded"),
    "thesis.change": _("Thesis corrected"),
    "similarity.record": _("Similarity check recorded"),
    "similarity.change": _("Similarity check corrected"),
    "review.record": _("Review recorded"),
    "waiver.ask": _("Waiver asked for"),
    "waiver.sign": _("Waiver signed"),
    "waiver.refuse": _("Waiver refused"),
    "waiver.withdraw": _("Waiver withdrawn"),
    "agreement.join": _("Put under an agreement"),
    "agreement.leave": _("Left an agreement"),
    "dual.enrol": _("Entered into a joint programme"),
    "dual.leave": _("Left a joint programme"),
}

#: What a column is called; one that is not here is shown by its name.
COLUMNS: dict[str, Words] = {
    "student_number": _("Student number"),
    "cohort": _("Cohort"),
    "cohort_on": _("Rules of the cohort of"),
    "mode": _("Mode of study"),
    "unit": _("Unit"),
    "direction": _("Direction"),
    "state": _("State"),
    "kind": _("Kind"),
    "supervisor": _("Supervisor"),
    "role": _("Role"),
    "course": _("Course"),
    "department": _("Department"),
    "result": _("Result"),
    "outcome": _("Result"),
    "title": _("Title"),
    "title_zh": _("Title"),
    "title_en": _("English title"),
    "on": _("Day"),
    "held_on": _("Day"),
    "planned_on": _("Planned day"),
    "checked_on": _("Day"),
    "attempt": _("Attempt"),
    "from": pgettext_lazy("first day", "From"),
    "to": pgettext_lazy("last day", "To"),
    "start_month": _("First month"),
    "end_month": _("Last month"),
    "similarity_e4": _("Similarity rate"),
    "number": _("Number"),
    "is_blind": _("Blind review"),
    "waiver": _("Waiver"),
    "rule": _("Rule"),
    "panel": _("Panel number"),
    "paper": _("Paper"),
}

#: The words for the values of a column.
VALUES: dict[str, Mapping[Any, Words]] = {
    "state": dict(EnrolmentState.choices),
    "mode": dict(StudyMode.choices),
    "role": dict(SupervisionRole.choices),
    "outcome": dict(Outcome.choices),
    "result": dict(RotationResult.choices),
    "is_blind": {True: _("yes"), False: _("no")},
    "waiver": dict(WaiverState.choices),
}

#: What the kind is a kind of, by the record that the verb speaks of.
KINDS: dict[str, Mapping[Any, Words]] = {
    "enrolment": dict(PeriodKind.choices),
    "rotation": dict(RotationKind.choices),
    "milestone": dict(MilestoneKind.choices),
}

#: Columns that hold the key of another record.
RECORDS: dict[str, type[Model]] = {
    "unit": Unit,
    "direction": Discipline,
    "supervisor": Person,
    "course": Course,
}

Names = dict[str, dict[int, str]]


def journal_of(kind: str, key: int) -> list[dict[str, Any]]:
    """The latest lines about the record, newest first; at most MOST.

    One query, and one for each kind of record that the lines name by its key.
    """
    lines = JournalEntry.objects.filter(subject_kind=kind, subject_key=str(key))
    found = list(lines.order_by("-number")[:MOST])
    names = _names(found)
    return [
        {
            "number": line.number,
            "at": line.at,
            "actor": _OPERATOR if line.actor_key == OPERATOR.actor_key else line.actor_name,
            "verb": VERBS.get(line.verb, line.verb),
            "reason": line.reason,
            "changes": _changes(line, names),
        }
        for line in found
    ]


def _names(lines: Iterable[JournalEntry]) -> Names:
    """The names of the records that the lines speak of, by column and key."""
    keys: dict[str, set[int]] = {}
    for line in lines:
        for column, value in [*(line.before or {}).items(), *(line.after or {}).items()]:
            if column in RECORDS and isinstance(value, int):
                keys.setdefault(column, set()).add(value)
    return {
        column: {
            key: localised(row, "name")
            for key, row in RECORDS[column]._default_manager.in_bulk(wanted).items()
        }
        for column, wanted in keys.items()
    }


def _changes(line: JournalEntry, names: Names) -> list[dict[str, Any]]:
    before, after = line.before or {}, line.after or {}
    return [
        {
            "name": COLUMNS.get(column, column),
            "before": _value(line, column, before.get(column), names),
            "after": _value(line, column, after.get(column), names),
        }
        for column in dict.fromkeys([*before, *after])
        if before.get(column) != after.get(column)
    ]


def _value(line: JournalEntry, column: str, value: Any, names: Names) -> Any:
    """The value in words where there are any; None stays None."""
    if column in RECORDS:
        return names.get(column, {}).get(value, value)
    if column == "similarity_e4" and value is not None:
        return f"{value / 100:.2f} %"
    words = KINDS.get(line.verb.partition(".")[0], {}) if column == "kind" else VALUES.get(column)
    return (words or {}).get(value, value)
