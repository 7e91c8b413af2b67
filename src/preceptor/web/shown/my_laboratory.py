"""What a principal investigator comes for: what is left under the own charter, and what waits."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from preceptor.base.today import today
from preceptor.base.together import Question, Set, kept_at, together
from preceptor.cases.choices import CaseState
from preceptor.fellows.access import visible_laboratories
from preceptor.fellows.charter import terms_of
from preceptor.fellows.models import Appointment, Laboratory, Tranche
from preceptor.people.access import scope
from preceptor.web.localised import localised
from preceptor.web.shown.appointment import ahead_of
from preceptor.web.shown.charter import authorities_asked, resting
from preceptor.web.shown.laboratory import cases_about_laboratory
from preceptor.web.shown.requests import requests_asked

Shown = dict[str, Any]
WAITING = (CaseState.DRAFT, CaseState.RUNNING, CaseState.RETURNED)
#: So many requests stand on the first page; all are on that of the laboratory.
MOST = 5


def my_laboratories(user: Any) -> Question[list[Shown]]:
    """The open laboratories that the reader leads, with limits, requests under way and the days to
    come of the appointment; three rounds at most, nothing and one set for everybody else."""
    person = scope(user).person
    if person is None:
        return []
    rows = visible_laboratories(user).filter(head=person, closed_on=None).select_related("unit")
    [found] = yield [Set(rows.order_by("pk"))]
    return (yield from together(*(_shown(row, user) for row in found)))


def _shown(row: Laboratory, user: Any) -> Question[Shown]:
    requests, authorities, terms = yield from together(
        requests_asked(user, cases_about_laboratory(row, user).filter(state__in=WAITING), MOST),
        authorities_asked(row, today()),
        _terms(row),
    )
    # The reader leads the laboratory, and sees each of the own terms.
    appointment = next((one for one in reversed(terms) if one.person_id == row.head_id), None)
    return {
        "name": localised(row.unit, "name"),
        "url": reverse("laboratory", args=[row.pk]),
        "ask_url": reverse("laboratory_ask", args=[row.pk]),
        "rest": resting(row, today(), terms),
        "authorities": authorities,
        "requests": requests,
        "appointment": appointment,
        "ahead": ahead_of(appointment) if appointment is not None else [],
    }


def _terms(row: Laboratory) -> Question[list[Appointment]]:
    """The terms of the laboratory with their tranches, the last one last."""
    [found] = yield [Set(terms_of(row))]
    yield from kept_at(found, "tranches", Tranche.objects.all())
    return list(found)
