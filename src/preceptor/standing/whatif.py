"""What if: one trainee's standing with something added that has not happened; nothing is written.

The records are loaded as always and a changed copy of them is judged by the same code, beside the
unchanged one, both as of the same day.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, prefetch_related_objects

from preceptor.base.dates import month_end, months_between
from preceptor.base.together import answer, kept_at, together
from preceptor.policy import Explanation, Pack, Verdict, whole
from preceptor.training.choices import MilestoneKind, Outcome
from preceptor.training.models import Enrolment, Milestone, Rotation, Thesis

from .months import highest
from .packs import in_force_in
from .population import is_judged
from .queries import Standing
from .records import Record, enrolment_records, milestones_of, thesis_records
from .steps import next_kind, next_step
from .verdicts import explained, judge
from .waiving import alive


@dataclass(frozen=True)
class SupposedRotation:
    """A rotation that might be added: its kind, and its first and last month (their first days)."""

    kind: str
    first: date
    last: date


@dataclass(frozen=True)
class SupposedMilestone:
    """A step that might be passed on a day."""

    kind: str
    on: date


@dataclass(frozen=True)
class Supposition:
    """What is added to the records; `similarity` is a share (0.12 for 12 %) of a new check."""

    rotations: tuple[SupposedRotation, ...] = ()
    milestones: tuple[SupposedMilestone, ...] = ()
    similarity: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is supposed."""
        return not self.rotations and not self.milestones and self.similarity is None

    def last_day(self, on: date) -> date:
        """The day by which all of it has happened, or `on` where that is later."""
        ends = [month_end(rotation.last) for rotation in self.rotations]
        return max([on, *ends, *(step.on for step in self.milestones)])


@dataclass(frozen=True)
class Beside:
    """One requirement before and after; None where the rule does not concern the record."""

    rule: str
    before: Explanation | None
    after: Explanation | None

    @property
    def is_changed(self) -> bool:
        """Whether the verdict differs."""
        return _verdict(self.before) is not _verdict(self.after)

    @property
    def is_moved(self) -> bool:
        """Whether anything that is said differs, as a count that rises but does not suffice."""
        return self.is_changed or _text(self.before) != _text(self.after)


@dataclass(frozen=True)
class WhatIf:
    """The standing as recorded and as it would be, both as of `on`, without panels."""

    on: date
    before: Standing
    after: Standing

    @property
    def requirements(self) -> list[Beside]:
        """Every requirement of either side, in the order of the changed standing."""
        before = {known.rule: known for known in self.before.requirements}
        after = {known.rule: known for known in self.after.requirements}
        rules = dict.fromkeys((*after, *before))
        return [Beside(rule, before.get(rule), after.get(rule)) for rule in rules]


def _verdict(known: Explanation | None) -> Verdict:
    return known.verdict if known else Verdict.NOT_APPLICABLE


def _text(known: Explanation | None) -> str:
    return known.text if known else ""


def what_if(enrolment: Enrolment, supposed: Supposition, on: date, language: str) -> WhatIf:
    """The trainee's standing without and with what is supposed.

    Both are judged as of the day by which all of it would have happened, with what is recorded
    and planned until then, by the packs that bind the trainee on that day. A fixed number of
    queries, none of which writes. Raises PackError when a pack in force is wrong.
    """
    day = supposed.last_day(on)
    packs = in_force_in(enrolment.institution_id, enrolment.unit_id, day)
    used = packs if is_judged(enrolment) else []
    enrolment = _with_records(enrolment)
    steps = milestones_of([enrolment])[enrolment.pk]
    own = enrolment_records([enrolment], day)[0]
    thesis = _thesis(enrolment)
    about = thesis_records([thesis], day)[0] if thesis else None
    before = _standing(enrolment, own, (thesis, about), steps, day, language, used)
    added = [_milestone(enrolment, step, steps) for step in supposed.milestones]
    held = _held(supposed)
    if thesis is None and supposed.similarity is not None:
        thesis, about = Thesis(enrolment=enrolment), _blank(own)
    other = None if about is None else _other_thesis(about, supposed, held)
    changed = _other(own, added, supposed, held)
    after = _standing(enrolment, changed, (thesis, other), [*steps, *added], day, language, used)
    return WhatIf(day, before, after)


def _with_records(enrolment: Enrolment) -> Enrolment:
    """The trainee with what both standings ask, read once; a copy, so that the caller's own trainee does
    not keep what may change."""
    kept = dict(getattr(enrolment, "_prefetched_objects_cache", {}))
    enrolment = copy(enrolment)
    enrolment._prefetched_objects_cache = kept  # type: ignore[attr-defined]
    rows = {"rotations": Rotation.objects.all(), "milestones": Milestone.objects.all()}
    answer(together(*(kept_at([enrolment], name, some) for name, some in rows.items())))
    prefetch_related_objects([enrolment], Prefetch("waivers", alive()))
    return enrolment


def _thesis(enrolment: Enrolment) -> Thesis | None:
    found = Thesis.objects.filter(enrolment=enrolment).first()
    if found is not None:
        # What was read of the trainee is not read again of the thesis.
        found.enrolment = enrolment
    return found


def _standing(
    enrolment: Enrolment,
    own: Record,
    thesis: tuple[Thesis | None, Record | None],
    steps: Sequence[Milestone],
    on: date,
    language: str,
    packs: Sequence[Pack],
) -> Standing:
    kind = next_kind(steps, on)
    requirements = _explained("enrolment", enrolment, own, on, language, packs, kind)
    if thesis[0] is not None and thesis[1] is not None:
        requirements += _explained("thesis", thesis[0], thesis[1], on, language, packs, kind)
    return Standing(
        on=on,
        verdict=whole(requirements),
        requirements=requirements,
        packs=[(pack.id, pack.version, pack.hash) for pack in packs],
        step=next_step(enrolment, steps, requirements, on),
    )


def _explained(
    subject: str,
    row: Enrolment | Thesis,
    record: Record,
    on: date,
    language: str,
    packs: Sequence[Pack],
    step: str | None,
) -> list[Explanation]:
    found: list[Explanation] = []
    for pack in packs:
        if pack.rules_of(subject):
            said = explained(judge(pack, subject, [row], on, [record]), 0, language, step)
            found += [known for known in said if known.verdict is not Verdict.NOT_APPLICABLE]
    return found


def _other(
    record: Record, added: Sequence[Milestone], supposed: Supposition, held: date | None
) -> Record:
    """A copy of the trainee's record with what is supposed."""
    return {
        **record,
        "training": with_rotations(record["training"], supposed.rotations),
        "milestones": [*record["milestones"], *(_row(step) for step in added)],
        "event_on": _later(record["event_on"], held),
        "planned_on": _later(record["planned_on"], held),
    }


def _other_thesis(record: Record, supposed: Supposition, held: date | None) -> Record:
    """A copy of the thesis's record with the supposed check and day of the defence."""
    changed: Record = {
        "event_on": _later(record["event_on"], held),
        "planned_on": _later(record["planned_on"], held),
    }
    if supposed.similarity is not None:
        changed["similarity"] = supposed.similarity
    return record | changed


def _blank(own: Record) -> Record:
    """The record of a thesis of which nothing is recorded yet."""
    dates = {name: own[name] for name in ("cohort_on", "event_on", "planned_on")}
    return {"key": own["key"], "similarity": None, "reviews": [], **dates}


def with_rotations(months: Sequence[Record], rotations: Sequence[SupposedRotation]) -> list[Record]:
    """The months of training with those of the rotations; where several cover a month it has the
    highest kind, as in `training_months`."""
    found = {row["month"]: row for row in months}
    for rotation in rotations:
        for month in months_between(rotation.first, rotation.last):
            row = found.get(month)
            kind = rotation.kind if row is None else highest((row["kind"], rotation.kind))
            name = f"{month:%Y-%m}" if row is None else row["name"]
            found[month] = {"name": name, "month": month, "months": 1, "kind": kind}
    return [found[month] for month in sorted(found)]


def _milestone(
    enrolment: Enrolment, step: SupposedMilestone, known: Sequence[Milestone]
) -> Milestone:
    """The step as a row that is never saved; its attempt follows those recorded."""
    attempt = 1 + max((row.attempt for row in known if row.kind == step.kind), default=0)
    return Milestone(
        enrolment=enrolment, kind=step.kind, held_on=step.on, outcome=Outcome.PASS,
        attempt=min(attempt, 99),
    )  # fmt: skip


def _row(step: Milestone) -> Record:
    return {
        "name": f"{MilestoneKind(step.kind).label} {step.attempt}",
        "kind": step.kind,
        "attempt": step.attempt,
        "day": step.held_on,
        "outcome": step.outcome,
    }


def _held(supposed: Supposition) -> date | None:
    """The day of the supposed defence, if one is supposed."""
    days = [step.on for step in supposed.milestones if step.kind == MilestoneKind.DEFENCE]
    return max(days, default=None)


def _later(recorded: date | None, supposed: date | None) -> date | None:
    return max((day for day in (recorded, supposed) if day is not None), default=None)
