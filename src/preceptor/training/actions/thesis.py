"""Every write to theses, similarity checks and reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.institutions.models import Unit

from ..models import SimilarityCheck, Thesis, ThesisReview
from .progress import change, demand_training, of_trainee


def record_theses(*, institution: Unit, theses: Sequence[Thesis], by: Actor) -> None:
    """Record theses with their titles. Raises PermissionDenied."""
    demand_training(by, institution, [row.enrolment for row in theses])
    with deed(by) as act:
        Thesis.objects.bulk_create(theses, batch_size=500)
        for row in theses:
            act.write("thesis.record", "enrolment", row.enrolment_id, after={"title": row.title_zh})
        act.touch("enrolment", [row.enrolment_id for row in theses])


def change_thesis(*, thesis: Thesis, by: Actor, reason: str, **columns: Any) -> None:
    """Correct a thesis; nothing is written when nothing differs."""
    change(thesis, "thesis.change", of_trainee(thesis.enrolment), by, reason, columns)


def record_checks(*, institution: Unit, checks: Sequence[SimilarityCheck], by: Actor) -> None:
    """Record similarity checks, in ten-thousandths. Raises PermissionDenied."""
    demand_training(by, institution, [row.thesis.enrolment for row in checks])
    with deed(by) as act:
        SimilarityCheck.objects.bulk_create(checks, batch_size=500)
        for row in checks:
            after = {"similarity_e4": row.similarity_e4, "on": row.checked_on}
            act.write("similarity.record", "enrolment", row.thesis.enrolment_id, after=after)
        act.touch("enrolment", [row.thesis.enrolment_id for row in checks])


def change_check(*, check: SimilarityCheck, by: Actor, reason: str, **columns: Any) -> None:
    """Correct a similarity check; nothing is written when nothing differs."""
    change(check, "similarity.change", of_trainee(check.thesis.enrolment), by, reason, columns)


def record_reviews(*, institution: Unit, reviews: Sequence[ThesisReview], by: Actor) -> None:
    """Record that reviews came back, without who wrote them. Raises PermissionDenied."""
    demand_training(by, institution, [row.thesis.enrolment for row in reviews])
    with deed(by) as act:
        ThesisReview.objects.bulk_create(reviews, batch_size=500)
        for row in reviews:
            after = {"number": row.number, "is_blind": row.is_blind}
            act.write("review.record", "enrolment", row.thesis.enrolment_id, after=after)
        act.touch("enrolment", [row.thesis.enrolment_id for row in reviews])
