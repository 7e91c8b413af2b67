"""Judging many records and storing what is said: of the records touched, or of an institution."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from preceptor.institutions.models import Unit
from preceptor.training.models import Enrolment, Panel, Thesis

from .choices import ChangeCause, RunCause
from .models import Finding, Standing, StandingRun
from .packs import force_on
from .population import enrolled_on, in_chunks, panels_judged
from .rechecking import recheck
from .storing import Round
from .tallies import add, recount
from .verdicts import Judged, PacksOf, judge_all
from .waiving import granted
from .wholes import store_wholes

#: The subjects that make up the standing of a trainee; panels are judged for themselves.
OWN = ("enrolment", "thesis")

logger = logging.getLogger(__name__)


def settle_trainees(
    turn: Round,
    packs_of: PacksOf,
    trainees: Sequence[Enrolment],
    findings: QuerySet[Finding],
    standings: QuerySet[Standing],
) -> list[Judged]:
    """Judge the trainees and their theses and store what is said; a fixed number of queries.

    `findings` and `standings` are what may be stored of these and of those judged no more.
    """
    prefetch_related_objects(trainees, "milestones", Prefetch("waivers", granted()))
    judged = judge_all(packs_of, "enrolment", trainees, turn.on)
    judged += judge_all(packs_of, "thesis", _theses(trainees), turn.on)
    turn.store(findings, judged)
    turn.tallied.update(store_wholes(standings, trainees, judged, turn.on))
    return judged


def _theses(trainees: Sequence[Enrolment]) -> list[Thesis]:
    """Their theses, each with its trainee as read already; one query."""
    by_key = {row.pk: row for row in trainees}
    found = list(Thesis.objects.filter(enrolment__in=by_key).order_by("pk"))
    for thesis in found:
        thesis.enrolment = by_key[thesis.enrolment_id]
    return found


def settle_panels(
    turn: Round, packs_of: PacksOf, panels: Sequence[Panel], findings: QuerySet[Finding]
) -> list[Judged]:
    """Judge the panels, which come with their enrolment, and store what is said; `findings` are
    what may be stored of these and of those judged no more."""
    prefetch_related_objects(panels, Prefetch("waivers", granted()))
    judged = judge_all(packs_of, "panel", panels, turn.on)
    turn.store(findings, judged)
    return judged


class Run:
    """An evaluation of a whole institution on a day, in chunks: memory does not grow with it."""

    def __init__(self, institution: Unit, on: date) -> None:
        self.institution, self.force = institution, force_on(institution.pk, on)
        hashes = frozenset(pack.hash for pack in self.force.contents())
        self.turn = Round(on, ChangeCause.TIME, is_run=True, hashes=hashes)
        self.records = self.sampled = 0

    def settle(self, cause: RunCause) -> StandingRun:
        """Judge everybody and every panel; store what differs, the counts, and the run itself.

        Raises EvaluatorsDiffer when the reference interpreter says otherwise of a sampled record.
        """
        self._trainees()
        self._panels()
        add(self.turn.tallied)
        if wrong := recount(self.institution):
            logger.warning("%s: %s counts of verdicts were wrong.", self.institution.code, wrong)
        return StandingRun.objects.create(
            institution=self.institution, on=self.turn.on, cause=cause, records=self.records,
            changed=self.turn.changed, sampled=self.sampled,
        )  # fmt: skip

    def _trainees(self) -> None:
        findings = Finding.objects.filter(enrolment__institution=self.institution, subject__in=OWN)
        standings = Standing.objects.filter(institution=self.institution)
        for chunk, span in _spans(enrolled_on(self.institution, self.turn.on)):
            stored = findings.filter(**{f"enrolment_id__{end}": key for end, key in span.items()})
            wholes = standings.filter(**{f"pk__{end}": key for end, key in span.items()})
            self._count(settle_trainees(self.turn, self.force.of, chunk, stored, wholes), chunk)

    def _panels(self) -> None:
        findings = Finding.objects.filter(panel__institution=self.institution)
        rows = panels_judged().filter(institution=self.institution).select_related("enrolment")
        for chunk, span in _spans(rows):
            stored = findings.filter(**{f"panel_id__{end}": key for end, key in span.items()})
            self._count(settle_panels(self.turn, self.force.of, chunk, stored), chunk)

    def _count(self, judged: Sequence[Judged], chunk: Sequence[Any]) -> None:
        theses = {row.pk for one in judged if one.subject == "thesis" for row in one.rows}
        self.records += len(chunk) + len(theses)
        self.sampled += sum(recheck(one, self.turn.on) for one in judged)


def _spans(rows: QuerySet[Any]) -> Iterator[tuple[Sequence[Any], dict[str, int]]]:
    """The rows in chunks by key, each with the span of keys up to its end; the last span has no
    end and no rows. What is stored of a key in the span and not judged is found by it."""
    last = 0
    for chunk in in_chunks(rows):
        yield chunk, {"gt": last, "lte": chunk[-1].pk}
        last = chunk[-1].pk
    yield [], {"gt": last}
