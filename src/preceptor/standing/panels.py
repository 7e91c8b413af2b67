"""The list of panels: who is meant by a text, and which stand how as a whole."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from preceptor.people.queries import begins, matches_name
from preceptor.training.models import Panel

from .models import Finding


def matching_panels(rows: QuerySet[Panel], text: str) -> QuerySet[Panel]:
    """Panels whose number begins with the text, or of a trainee so named or numbered."""
    found = begins("number", text) | begins("enrolment__student_number", text)
    return rows.filter(
        found if text.isdecimal() else found | Q(enrolment__person__in=matches_name(text))
    )


def panels_said(verdict: str) -> Q:
    """Panels whose verdict as a whole is this (fail, pending, warn, pass): the worst of their rules,
    as stored."""
    found = Finding.objects.filter(panel=OuterRef("pk"))
    fails = Q(Exists(found.filter(verdict="fail", kind="block")))
    waits = Q(Exists(found.filter(verdict="pending").exclude(kind="inform")))
    warns = Q(Exists(found.filter(verdict="fail", kind="warn")))
    wanted = {
        "fail": fails,
        "pending": ~fails & waits,
        "warn": ~fails & ~waits & warns,
        "pass": ~fails & ~waits & ~warns & Q(Exists(found)),
    }
    return wanted[verdict]
