"""Whom the rules are asked about: trainees enrolled on a day, their theses, the panels, what the
degree evaluation committee decides, and fellows with their applications, boards and stations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from preceptor.institutions.choices import DegreeLevel
from preceptor.institutions.models import Unit
from preceptor.training.models import Enrolment, Panel, StateSpan, Thesis
from preceptor.training.states import ENROLLED

from .committee import committee_items
from .fellows import NOUNS

M = TypeVar("M", bound=Model)
CHUNK = 2000


def is_judged(enrolment: Enrolment) -> bool:
    """Whether the packs speak of the trainee: those that ship are for doctors."""
    return enrolment.degree_level == DegreeLevel.DOCTOR


def _studying(on: date) -> QuerySet[StateSpan]:
    return StateSpan.objects.on(on).filter(state__in=ENROLLED)


def enrolled(on: date) -> QuerySet[Enrolment]:
    """Doctoral trainees of all institutions who are enrolled and studying on the day."""
    # Asked trainee by trainee: a list of all who are enrolled would be made again for each chunk.
    spans = _studying(on).filter(enrolment=OuterRef("pk"))
    return Enrolment.objects.filter(Exists(spans), degree_level=DegreeLevel.DOCTOR)


def enrolled_on(institution: Unit, on: date) -> QuerySet[Enrolment]:
    """Doctoral trainees of the institution who are enrolled and studying on the day."""
    return enrolled(on).filter(institution=institution)


def panels_judged() -> QuerySet[Panel]:
    """The panels of doctoral trainees, whatever became of the trainee."""
    return Panel.objects.filter(enrolment__degree_level=DegreeLevel.DOCTOR)


def subjects_on(institution: Unit, subject: str, on: date) -> QuerySet[Any]:
    """The records of a subject of rules: of trainees enrolled on the day, doctoral panels, the items
    that the degree evaluation committee votes on, and of fellows (`fellows.NOUNS`). Trainees of
    joint programmes are judged one by one, by two institutions (`dual.audit`)."""
    if subject == "enrolment":
        return enrolled_on(institution, on)
    if subject == "thesis":
        return Thesis.objects.filter(
            Exists(_studying(on).filter(enrolment=OuterRef("enrolment"))),
            enrolment__institution=institution,
            enrolment__degree_level=DegreeLevel.DOCTOR,
        )
    if subject == "panel":
        return panels_judged().filter(institution=institution)
    if subject == "committee":
        return committee_items(institution)
    if subject in NOUNS:
        return NOUNS[subject].rows(institution, on)
    return Enrolment.objects.none()


def with_relations(rows: QuerySet[Any], subject: str) -> QuerySet[Any]:
    """The rows with what their loader reads of them."""
    if subject == "committee":
        return rows.select_related("sitting__body").defer("summary", "sitting__record")
    if subject in NOUNS:
        return NOUNS[subject].related(rows)
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
