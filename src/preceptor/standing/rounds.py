"""Judging some trainees or panels and storing what is said of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from preceptor.training.models import Enrolment, Panel, Thesis

from .models import Finding, Standing
from .storing import Round
from .verdicts import Judged, PacksOf, judge_all
from .waiving import granted
from .wholes import store_wholes

#: The subjects that make up the standing of a trainee; panels are judged for themselves.
OWN = ("enrolment", "thesis")


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
