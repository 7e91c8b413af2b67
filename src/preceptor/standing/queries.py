"""Who stands where: counts by rule, one trainee in full, one panel in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from preceptor.cases.choices import BodyKind
from preceptor.cases.models import Body, Item
from preceptor.institutions.models import Unit
from preceptor.policy import Explanation, Pack, Verdict, Whole, whole
from preceptor.training.models import Enrolment, Panel, Thesis

from .committee import committee_records, composition_of, composition_record
from .models import PackInForce, StandingRun
from .packs import force_on, in_force_in
from .population import in_chunks, is_judged, subjects_on, with_relations
from .records import Record, milestones_of, panel_records
from .steps import Step, next_kind, next_step
from .verdicts import LOADERS, PacksOf, explained, judge_all

#: The order in which counts are told.
ORDER = (
    Verdict.PASS,
    Verdict.FAIL,
    Verdict.PENDING,
    Verdict.NOT_APPLICABLE,
    Verdict.WAIVED,
)


@dataclass(frozen=True)
class RuleCount:
    """How many records stand where against one rule."""

    rule: str
    pack: str
    subject: str
    counts: dict[str, int]


def counts(
    institution: Unit, on: date, *, packs: Sequence[Pack] | None = None, rule: str | None = None
) -> list[RuleCount]:
    """For each rule how many records pass, fail, are pending, not applicable or waived, by the
    packs in force on the day, or by those given."""
    force = force_on(institution.pk, on)
    asked = force.packs() if packs is None else packs
    packs_of = force.of if packs is None else _everywhere(packs)
    found = []
    for subject in dict.fromkeys(subject for pack in asked for subject in pack.subjects):
        found += _subject_counts(institution, asked, packs_of, subject, on)
    found.sort(key=lambda count: [pack.id for pack in asked].index(count.pack))
    return [count for count in found if rule in (None, count.rule)]


def _everywhere(packs: Sequence[Pack]) -> PacksOf:
    """The same packs for every unit."""
    return lambda _unit: packs


def _subject_counts(
    institution: Unit, packs: Sequence[Pack], packs_of: PacksOf, subject: str, on: date
) -> list[RuleCount]:
    totals: dict[tuple[str, str], Counter[str]] = {
        (pack.id, known.id): Counter() for pack in packs for known in pack.rules_of(subject)
    }
    if subject in LOADERS:
        rows = with_relations(subjects_on(institution, subject, on), subject)
        for chunk in in_chunks(rows):
            for judged in judge_all(packs_of, subject, chunk, on):
                for known in judged.result.rules:
                    totals[judged.pack.id, known.id].update(judged.result.counts(known.id))
    return [
        RuleCount(known, pack, subject, {verdict.value: total[verdict.value] for verdict in ORDER})
        for (pack, known), total in totals.items()
    ]


def judging_institutions() -> QuerySet[Unit]:
    """The institutions that ever put a pack into force."""
    return Unit.objects.filter(pk__in=PackInForce.objects.values("institution")).order_by("pk")


def as_of(institution: Unit) -> date | None:
    """The day of the last evaluation of the whole institution; None before the first. Deeds keep
    what they touch up to date since then."""
    return as_of_all([institution.pk])


def as_of_all(institutions: Collection[int] | QuerySet[Unit]) -> date | None:
    """The oldest day of the last evaluations of the institutions; None where there was none.
    One query."""
    return min(as_of_each(institutions).values(), default=None)


def as_of_each(institutions: Collection[int] | QuerySet[Unit]) -> dict[int, date]:
    """The day of the last evaluation of each institution that had one; one query."""
    runs = StandingRun.objects.filter(institution__in=institutions).order_by()
    last = runs.values("institution").annotate(last=Max("pk")).values("last")
    rows = StandingRun.objects.filter(pk__in=last)
    return {row.institution_id: row.on for row in rows}


@dataclass(frozen=True)
class Standing:
    """Where a trainee or a panel stands on a day: every requirement, explained."""

    on: date
    verdict: Whole
    requirements: list[Explanation]
    packs: list[tuple[str, str, str]]
    step: Step | None = None
    panels: list[PanelStanding] = field(default_factory=list)

    def of(self, *verdicts: Verdict) -> list[Explanation]:
        """The requirements with one of these verdicts."""
        return [known for known in self.requirements if known.verdict in verdicts]


@dataclass(frozen=True)
class PanelStanding:
    """A panel and what the rules say of it; `members` as they were on the day of the sitting, in
    the order of their seats."""

    panel: Panel
    verdict: Whole
    requirements: list[Explanation]
    members: list[Record] = field(default_factory=list)


def explanations(
    packs_of: PacksOf,
    subject: str,
    rows: Sequence[Any],
    on: date,
    language: str,
    step: str | None = None,
    records: Sequence[Record] | None = None,
) -> list[list[Explanation]]:
    """For each row, in the order given, its explained verdicts; rules that do not concern it are
    left out. The rows come with what `judge_all` asks for."""
    found: dict[int, list[Explanation]] = {id(row): [] for row in rows}
    for judged in judge_all(packs_of, subject, rows, on, records):
        for index, row in enumerate(judged.rows):
            found[id(row)] += [
                known
                for known in explained(judged, index, language, step)
                if known.verdict != Verdict.NOT_APPLICABLE
            ]
    return [found[id(row)] for row in rows]


def _theses(enrolment: Enrolment) -> list[Thesis]:
    """The thesis, if there is one; one query unless it was read with the trainee."""
    if Enrolment.thesis.is_cached(enrolment):
        return [enrolment.thesis] if hasattr(enrolment, "thesis") else []
    return list(Thesis.objects.filter(enrolment=enrolment).select_related("enrolment"))


def standing_of(
    enrolment: Enrolment,
    on: date,
    language: str,
    *,
    packs: Sequence[Pack] | None = None,
    with_panels: bool = True,
) -> Standing:
    """A trainee's standing, evaluated afresh: trainee, thesis and panels; a fixed number of queries.

    A trainee for another degree than the packs speak of has no requirements. `packs` are those in
    force, where they were read already; without panels these are left out.
    """
    if not is_judged(enrolment):
        packs = []
    elif packs is None:
        packs = in_force_in(enrolment.institution_id, enrolment.unit_id, on)
    packs_of = _everywhere(packs)
    milestones = milestones_of([enrolment])[enrolment.pk]
    kind = next_kind(milestones, on)
    requirements = explanations(packs_of, "enrolment", [enrolment], on, language, kind)[0]
    for found in explanations(packs_of, "thesis", _theses(enrolment), on, language, kind):
        requirements += found
    panels = Panel.objects.filter(enrolment=enrolment).select_related("enrolment")
    shown = list(panels) if with_panels else []
    return Standing(
        on=on,
        verdict=whole(requirements),
        requirements=requirements,
        packs=[(pack.id, pack.version, pack.hash) for pack in packs],
        step=next_step(enrolment, milestones, requirements, on),
        panels=panel_standings(shown, on, language, packs),
    )


def panel_standings(
    panels: Sequence[Panel], on: date, language: str, packs: Sequence[Pack] | None = None
) -> list[PanelStanding]:
    """What the rules say of the panels of one institution, in the order given.

    `panels` come with their enrolment; one of a trainee for another degree has no requirements.
    """
    if not panels:
        return []
    packs_of = force_on(panels[0].institution_id, on).of if packs is None else _everywhere(packs)
    known = {
        panel.pk: record for panel, record in zip(panels, panel_records(panels, on), strict=True)
    }
    judged = [panel for panel in panels if is_judged(panel.enrolment)]
    records = [known[panel.pk] for panel in judged]
    explained_panels = explanations(packs_of, "panel", judged, on, language, records=records)
    found = dict(zip((panel.pk for panel in judged), explained_panels, strict=True))
    return [
        PanelStanding(
            panel,
            whole(found.get(panel.pk, [])),
            found.get(panel.pk, []),
            known[panel.pk]["members"],
        )
        for panel in panels
    ]


def committee_standing(
    body: Body, item: Item | None, on: date, language: str, *, is_open: bool = True
) -> tuple[list[Explanation], list[Explanation]]:
    """What the rules in force on the day say of the degree evaluation committee as it is composed on
    that day (nothing where it is not `is_open`), and of one of its decisions, each explained; none
    for another body. `item` comes with its sitting and body."""
    if body.kind != BodyKind.DEGREE:
        return [], []
    composed = [composition_of(body, on)] if is_open else []
    decided = [] if item is None else [item]
    records = [composition_record(body, on) for _one in composed] + committee_records(decided, on)
    packs_of, rows = force_on(body.institution_id, on).of, [*composed, *decided]
    found = explanations(packs_of, "committee", rows, on, language, records=records)
    return (found[0] if composed else []), (found[-1] if decided else [])
