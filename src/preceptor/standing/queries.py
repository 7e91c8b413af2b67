"""Who stands where: counts by rule, one trainee in full, one panel in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from preceptor.institutions.models import Unit
from preceptor.policy import Explanation, Pack, Verdict, Whole, whole
from preceptor.training.models import Enrolment, Panel, Thesis

from .packs import in_force
from .population import in_chunks, is_judged, subjects_on, with_relations
from .records import Record, milestones_of, panel_records
from .steps import Step, next_kind, next_step
from .verdicts import LOADERS, explained, judge

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
    """For each rule how many records pass, fail, are pending, not applicable or waived."""
    found = []
    for pack in packs if packs is not None else in_force(institution):
        for subject in pack.subjects:
            found += _subject_counts(institution, pack, subject, on)
    return [count for count in found if rule in (None, count.rule)]


def _subject_counts(institution: Unit, pack: Pack, subject: str, on: date) -> list[RuleCount]:
    totals: dict[str, Counter[str]] = {known.id: Counter() for known in pack.rules_of(subject)}
    if subject in LOADERS:
        rows = with_relations(subjects_on(institution, subject, on), subject)
        for chunk in in_chunks(rows):
            result = judge(pack, subject, chunk, on).result
            for known, total in totals.items():
                total.update(result.counts(known))
    return [
        RuleCount(
            known, pack.id, subject, {verdict.value: total[verdict.value] for verdict in ORDER}
        )
        for known, total in totals.items()
    ]


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


def _explanations(
    packs: Sequence[Pack],
    subject: str,
    rows: Sequence[Any],
    on: date,
    language: str,
    step: str | None = None,
    records: Sequence[Record] | None = None,
) -> list[list[Explanation]]:
    """For each row its explained verdicts; rules that do not concern it are left out."""
    found: list[list[Explanation]] = [[] for _row in rows]
    speaking = [pack for pack in packs if rows and pack.rules_of(subject)]
    if speaking:
        loaded = LOADERS[subject](rows, on) if records is None else records
        for pack in speaking:
            judged = judge(pack, subject, rows, on, loaded)
            for index in range(len(rows)):
                found[index] += [
                    known
                    for known in explained(judged, index, language, step)
                    if known.verdict != Verdict.NOT_APPLICABLE
                ]
    return found


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
        packs = in_force(enrolment.institution)
    milestones = milestones_of([enrolment])[enrolment.pk]
    kind = next_kind(milestones, on)
    requirements = _explanations(packs, "enrolment", [enrolment], on, language, kind)[0]
    for found in _explanations(packs, "thesis", _theses(enrolment), on, language, kind):
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
    force = packs if packs is not None else in_force(panels[0].institution)
    known = {
        panel.pk: record for panel, record in zip(panels, panel_records(panels, on), strict=True)
    }
    judged = [panel for panel in panels if is_judged(panel.enrolment)]
    records = [known[panel.pk] for panel in judged]
    explained_panels = _explanations(force, "panel", judged, on, language, records=records)
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
