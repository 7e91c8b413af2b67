"""Before a request is made: about whom, and of which kinds the reader may make one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.permits import GRANTED, first_refusal
from preceptor.base.today import today
from preceptor.cases.access import may_open, visible_kinds
from preceptor.cases.kinds.kind import Kind
from preceptor.cases.queries import kind_of_row, kinds_on
from preceptor.fellows.access import visible_laboratories, visible_postdocs
from preceptor.people.access import scope
from preceptor.training.access import may_ask_for, visible_enrolments
from preceptor.training.asking import permits_of
from preceptor.training.models import Enrolment, Milestone
from preceptor.training.states import ENROLLED
from preceptor.web.addresses import address
from preceptor.web.filters.enrolment import LAST_KEY, matching
from preceptor.web.forms.case_about import ABOUT
from preceptor.web.localised import localised
from preceptor.web.shown.case_place import within
from preceptor.web.shown.retake import attempts_in, retake_text

Shown = dict[str, Any]
#: So many trainees are offered; a longer list is narrowed by the search.
MOST = 20


def _rows(user: Any) -> QuerySet[Enrolment]:
    return visible_enrolments(user).select_related("person", "unit", "institution", "direction")


def enrolment_for(user: Any, key: str) -> Enrolment | None:
    """The trainee about whom the request is: the one named, else the reader's own only enrolment;
    None where it has to be chosen first."""
    rows = _rows(user)
    if key.isascii() and key.isdecimal() and int(key) <= LAST_KEY:
        return rows.filter(pk=int(key)).first()
    person = scope(user).person
    if person is None:
        return None
    own = list(rows.filter(person=person)[:2])
    return own[0] if len(own) == 1 else None


def trainees_for(user: Any, query: Mapping[str, str]) -> Shown:
    """Trainees to choose from, found by the text of the query; the kind asked for is kept."""
    text = str(query.get("q", ""))[:60]
    found = matching(_rows(user).filter(state__in=ENROLLED), text).order_by("student_number", "pk")
    page, kind = reverse("case_new"), str(query.get("kind", ""))[:60]
    rows = list(found[: MOST + 1])
    return {
        "text": text,
        "kind": kind,
        "is_cut": len(rows) > MOST,
        "elsewhere": elsewhere(user),
        "no_trainee": not rows and not text,
        "trainees": [
            {
                "name": localised(row.person, "name"),
                "note": f"{row.student_number} · {localised(row.unit, 'name')}",
                "url": address(page, {"enrolment": row.pk, "kind": kind}),
            }
            for row in rows[:MOST]
        ],
    }


def elsewhere(user: Any) -> list[Shown]:
    """Where the reader makes the requests that are not about a trainee: the own open terms as a postdoc
    and the laboratories that the reader leads. Two queries; none without a person."""
    person = scope(user).person
    if person is None:
        return []
    terms = visible_postdocs(user).filter(person=person, left_on=None).select_related("station")
    led = visible_laboratories(user).filter(head=person, closed_on=None).select_related("unit")
    return [
        {
            "title": _("As a postdoc: assessment, extension, exit, transfer"),
            "note": localised(row.station, "name"),
            "url": reverse("postdoc", args=[row.pk]) + "#acts",
            "icon": "school",
        }
        for row in terms.order_by("pk")
    ] + [
        {
            "title": _("For my laboratory, under its charter"),
            "note": localised(row.unit, "name"),
            "url": reverse("laboratory_ask", args=[row.pk]),
            "icon": "compass",
        }
        for row in led.order_by("pk")
    ]


def kind_asked(user: Any, enrolment: Enrolment, name: str) -> Kind | None:
    """The kind in force of this name, of which requests are made on this page; None for none."""
    row = visible_kinds(user).filter(pk__in=kinds_on(enrolment.institution), name=name).first()
    if row is None or row.port not in ABOUT:
        return None
    return kind_of_row(row)


def offers_of(user: Any, enrolment: Enrolment) -> list[Shown]:
    """The kinds of request that can be made about the trainee, first those that can be made now; with
    the reason where the reader may not make one, or nobody could."""
    asking = may_ask_for(user, enrolment)
    page = reverse("case_new")
    kinds = [kind_of_row(row) for row in kinds_on(enrolment.institution) if row.port in ABOUT]
    now = permits_of(enrolment, kinds, today())
    unit, person = enrolment.unit_id, enrolment.person_id
    attempts = list(enrolment.milestones.order_by("attempt"))
    found = []
    for kind in kinds:
        permit = may_open(user, kind, enrolment.institution_id, unit, person)
        permit = first_refusal(permit, asking, now.get(kind.name, GRANTED))
        found.append(
            {
                "title": within(kind.title),
                "about": within(kind.about),
                "url": address(page, {"enrolment": enrolment.pk, "kind": kind.name}),
                "permit": permit,
                "documents": [within(one.title) for one in kind.documents if one.required],
                "days": _time(kind),
                "retake": _retake(enrolment, attempts, kind),
            }
        )
    return sorted(found, key=lambda offer: not offer["permit"])


def _retake(enrolment: Enrolment, attempts: list[Milestone], kind: Kind) -> str:
    """What is left after failed attempts; empty where none failed."""
    found = attempts_in(enrolment, attempts, kind)
    return retake_text(found) if found else ""


def _time(kind: Kind) -> str:
    """How many stages it takes."""
    return _("%(count)s stages") % {"count": len(kind.stages)}
