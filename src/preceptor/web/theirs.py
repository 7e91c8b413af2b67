"""What lies here of a reader without a role, or of a postdoc: where the frame of every page leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, QuerySet, Subquery

from preceptor.calls.models import CallApplication
from preceptor.cases.access import own_seats, visible_bodies
from preceptor.fellows.access import (
    visible_appointments,
    visible_incubations,
    visible_laboratories,
    visible_postdocs,
)
from preceptor.fellows.models import Postdoc
from preceptor.institutions.choices import UnitKind
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.people.models import Account, Person
from preceptor.training.access import visible_enrolments


@dataclass(frozen=True)
class Theirs:
    """The lists, by the name of their address, in which such a reader finds something, and the newest
    own application and own term as a postdoc, by key; None where there is none."""

    institution: Unit | None = None
    lists: frozenset[str] = frozenset()
    application: int | None = None
    term: int | None = None


def theirs(user: Account) -> Theirs:
    """What lies here for an account that has no role, or that of a trainee alone. One query; the
    institution is that of its person, or the first university where the account has no person."""
    person = scope(user).person
    if person is None:
        first = Unit.objects.filter(kind=UnitKind.UNIVERSITY, institution=None).first()
        return Theirs(first)
    homes = Person.objects.filter(pk=person).values("institution")
    lists = _lists(user)
    marks: dict[str, Any] = {f"has_{name}": Exists(rows.order_by()) for name, rows in lists.items()}
    applications = CallApplication.objects.filter(person=person).order_by("-pk")
    terms = Postdoc.objects.filter(person=person).order_by("-pk")
    marks["application"], marks["term"] = _newest(applications), _newest(terms)
    row: Any = Unit.objects.filter(pk__in=homes).annotate(**marks).get()
    found = frozenset(name for name in lists if getattr(row, f"has_{name}"))
    return Theirs(row, found, row.application, row.term)


def _newest(rows: QuerySet[Any]) -> Any:
    return Subquery(rows.values("pk")[:1])


def _lists(user: Account) -> dict[str, QuerySet[Any]]:
    postdocs = visible_postdocs(user)
    return {
        "enrolments": visible_enrolments(user),
        "sittings": own_seats(user),
        "bodies": visible_bodies(user),
        "stations": postdocs,
        "postdocs": postdocs,
        "incubations": visible_incubations(user),
        "laboratories": visible_laboratories(user),
        "appointments": visible_appointments(user),
    }
