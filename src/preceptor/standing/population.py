"""Whom the rules are asked about: trainees enrolled on a day, their theses, and the panels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from preceptor.institutions.models import Unit
from preceptor.training.models import Enrolment, Panel, StateSpan, Thesis
from preceptor.training.states import ENROLLED

M = TypeVar("M", bound=Model)
CHUNK = 2000


def enrolled_on(institution: Unit, on: date) -> QuerySet[Enrolment]:
    """Trainees of the institution who are enrolled and studying on the day."""
    spans = StateSpan.objects.on(on).filter(state__in=ENROLLED)
    return Enrolment.objects.filter(
        institution=institution, degree_level="doctor", pk__in=spans.values("enrolment")
    )


def subjects_on(institution: Unit, subject: str, on: date) -> QuerySet[Any]:
    """The records of a subject of rules: of trainees enrolled on the day, and all panels."""
    if subject == "enrolment":
        return enrolled_on(institution, on)
    if subject == "thesis":
        enrolled = enrolled_on(institution, on)
        return Thesis.objects.filter(enrolment__in=enrolled.values("pk"))
    if subject == "panel":
        return Panel.objects.filter(institution=institution)
    return Enrolment.objects.none()


def with_relations(rows: QuerySet[Any], subject: str) -> QuerySet[Any]:
    """The rows with what their loader reads of them."""
    return rows if subject == "enrolment" else rows.select_related("enrolment")


def in_chunks(rows: QuerySet[M], size: int = CHUNK) -> Iterator[Sequence[M]]:
    """The rows in order of their key, a bounded number at a time."""
    last = 0
    while True:
        chunk = list(rows.filter(pk__gt=last).order_by("pk")[:size])
        if not chunk:
            return
        yield chunk
        last = chunk[-1].pk
