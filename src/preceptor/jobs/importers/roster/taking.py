"""Taking in a workbook: a preview that writes nothing, or all of it in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.files import keep
from preceptor.base.models import StoredFile
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution

from .decision import Decision, Status, refusal
from .known import Known
from .panel_rows import decide_seats, write_seats
from .reader import read_roster
from .refusals import Kind, Refusal, say
from .rows import MilestoneRow, Roster, RotationRow, SeatRow, ThesisRow, TraineeRow
from .thesis_rows import decide_theses, write_theses
from .tracing import write_lineage
from .trainees import decide_trainees, write_trainees
from .training_rows import decide_milestones, decide_rotations, write_milestones, write_rotations

#: So many new and changed rows are listed one by one; all are counted.
LISTED = 200


@dataclass
class Plan:
    """What a workbook would do: a decision for each row that can be taken, and the refusals."""

    trainees: list[Decision[TraineeRow]] = field(default_factory=list)
    rotations: list[Decision[RotationRow]] = field(default_factory=list)
    milestones: list[Decision[MilestoneRow]] = field(default_factory=list)
    theses: list[Decision[ThesisRow]] = field(default_factory=list)
    seats: list[Decision[SeatRow]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def __iter__(self) -> Iterator[Decision[Any]]:
        return chain(self.trainees, self.rotations, self.milestones, self.theses, self.seats)


def plan_of(roster: Roster, known: Known) -> Plan:
    """Compare every row with what the institution knows; nothing is written."""
    known.read_trainees(_numbers(roster))
    known.read_panels({row.panel_number for row in roster.seats})
    known.read_supervisors({row.supervisor_number or "" for row in roster.trainees})
    trainees, refused_trainees = decide_trainees(roster.trainees, known)
    present = {decision.row.student_number for decision in trainees} | known.enrolments.keys()
    orphans = [_without_trainee(row) for rows in _tables(roster) for row in rows
               if row.student_number not in present]  # fmt: skip
    seats, refused_seats = decide_seats(_of(roster.seats, present), known)
    return Plan(
        trainees=trainees,
        rotations=decide_rotations(_of(roster.rotations, present), known),
        milestones=decide_milestones(_of(roster.milestones, present), known),
        theses=decide_theses(_of(roster.theses, present), known),
        seats=seats,
        refusals=[*roster.refusals, *refused_trainees, *orphans, *refused_seats],
    )


def _tables(roster: Roster) -> tuple[Sequence[Any], ...]:
    """The tables whose rows speak of a trainee by number."""
    return roster.rotations, roster.milestones, roster.theses, roster.seats


def _numbers(roster: Roster) -> set[str]:
    tables = (roster.trainees, *_tables(roster))
    return {row.student_number for rows in tables for row in rows}


def _without_trainee(row: Any) -> Refusal:
    """A row of a trainee who is not known and whose own row in this workbook was refused."""
    message = say(
        gettext_lazy(
            "Student %(number)s is not enrolled, and the trainee's own row was refused. "
            "Mend that row first."
        ),
        number=row.student_number,
    )
    return refusal(row, "student_number", Kind.UNKNOWN_STUDENT, message)


def _of(rows: Sequence[Any], present: set[str]) -> list[Any]:
    """The rows of trainees who are known or about to be."""
    return [row for row in rows if row.student_number in present]


def carry_out(plan: Plan, known: Known, file: StoredFile, by: Actor) -> None:
    """Write the plan through the actions of training, in one transaction."""
    with deed(by) as act:
        write_trainees(plan.trainees, known, by)
        write_rotations(plan.rotations, known, by)
        write_milestones(plan.milestones, known, by)
        write_theses(plan.theses, known, by)
        write_seats(plan.seats, known, by)
        write_lineage(plan, known, file)
        counted = Counter(decision.status.value for decision in plan)
        act.write("roster.take", "file", file.sha256, after=dict(counted))


def import_roster(
    file: Path, *, institution: Unit, by: Actor, name: str | None = None, dry_run: bool = False
) -> dict[str, Any]:
    """Take in the workbook and say what came of each row, as plain data.

    With `dry_run` nothing is written. Raises PermissionDenied, and WorkbookRefused when the file
    is no workbook of the form; then nothing is written either.
    """
    may_keep_institution(by, institution).demand()
    known = Known(institution)
    with file.open("rb") as source:
        roster = read_roster(
            source, directions=set(known.directions), known_students=known.students,
            max_bytes=settings.ROSTER_MAX_BYTES,
        )  # fmt: skip
    plan = plan_of(roster, known)
    answer = answer_of(plan) | {"file": roster.sha256, "name": name or file.name, "problem": None}
    if not dry_run and any(decision.status != Status.UNCHANGED for decision in plan):
        with file.open("rb") as source:
            stored = keep(source, name or file.name)
        carry_out(plan, known, stored, by)
    return answer


def answer_of(plan: Plan) -> dict[str, Any]:
    """The plan as plain data: counts, counts by sheet, refusals in both languages, first rows."""
    counted = Counter(decision.status.value for decision in plan)
    sheets: dict[str, Counter[str]] = {}
    for decision in plan:
        sheets.setdefault(decision.row.sheet, Counter())[decision.status.value] += 1
    for refused in plan.refusals:
        sheets.setdefault(refused.sheet, Counter())["refused"] += 1
    names = [status.value for status in Status]
    return {
        **{name: counted[name] for name in names},
        "refused": [_refused(refused) for refused in plan.refusals],
        "by_sheet": [
            {"sheet": sheet, **{name: count[name] for name in [*names, "refused"]}}
            for sheet, count in sheets.items()
        ],
        "new": [_new(each) for each in plan if each.status == Status.NEW][:LISTED],
        "changes": [line for each in plan for line in _changed(each)][:LISTED],
    }


def _refused(refused: Refusal) -> dict[str, Any]:
    messages = {}
    for key, language in (("message_zh", "zh-hans"), ("message_en", "en")):
        with translation.override(language):
            messages[key] = str(refused.message)
    where = {"sheet": refused.sheet, "row": refused.row, "column": refused.column}
    return where | {"kind": refused.kind.value, **messages, "value": refused.value}


def _new(decision: Decision[Any]) -> dict[str, Any]:
    row = decision.row
    name = getattr(row, "name", None) or getattr(row, "expert_name", None) or ""
    return {"sheet": row.sheet, "row": row.row, "number": row.student_number, "name": name}


def _changed(decision: Decision[Any]) -> Iterator[dict[str, Any]]:
    if decision.status != Status.CHANGED:
        return
    row = decision.row
    for name, (before, after) in decision.changes.items():
        cell = row.cells.get(name)
        yield {
            "sheet": row.sheet, "row": row.row, "column": cell.header if cell else name,
            "number": row.student_number, "field": name,
            "before": None if before is None else str(before), "after": str(after),
        }  # fmt: skip
