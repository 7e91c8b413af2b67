"""Who guides the person concerned, declared ties, and posts in that person's hospital or college."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.institutions.models import Unit
from preceptor.institutions.queries import relations_on, units_below
from preceptor.people.choices import CapacityKind, TieKind
from preceptor.people.models import Capacity, Tie
from preceptor.training.models import Enrolment, Placement

from .circle import Circle
from .conflict import Evidence, Sign
from .words import LANGUAGES, day_text, said

POSTS = (CapacityKind.STAFF, CapacityKind.PHYSICIAN)
TIES = {
    TieKind.KINSHIP: _("Declared kinship with %(other)s."),
    TieKind.FINANCIAL: _("Declared financial interest with %(other)s."),
    TieKind.DISPUTE: _("Declared dispute with %(other)s."),
    TieKind.OTHER: _("Declared tie with %(other)s."),
}
POST = _("Holds a post at %(unit)s since %(day)s, where the trainee is placed.")
POST_THERE = _("Holds a post at %(unit)s since %(day)s, where the person concerned works.")


def _both(template: str | Promise, noun: str, key: int, **places: str) -> Evidence:
    zh, en = (said(template, language, **places) for language in LANGUAGES)
    return Evidence(zh, en, noun, key)


def own_signs(circle: Circle) -> Iterator[Sign]:
    """The person concerned, and whoever guides or guided that person, whatever the day. No query."""
    own = _both(circle.is_self, circle.noun, circle.key)
    yield Sign(circle.person.pk, "self", own, circle.since, is_final=True)
    for one in circle.guides:
        evidence = _both(
            one.says, circle.noun, circle.key, day=day_text(one.since), end=day_text(one.until)
        )
        yield Sign(one.person.pk, "supervisor", evidence, one.since)


def tie_signs(circle: Circle, on: date) -> Iterator[Sign]:
    """Ties to one of the circle that were declared from either side and hold on the day. One query.

    A tie binds even where only the supervisor is tied, and never leads from somebody to himself.
    """
    members = list(circle.persons)
    rows = Tie.objects.on(on).filter(Q(person__in=members) | Q(other__in=members))
    for row in rows.defer("note"):
        for person, other in ((row.person_id, row.other_id), (row.other_id, row.person_id)):
            if other in circle.persons:
                kind = TieKind(str(row.kind))
                evidence = circle.evidence(TIES[kind], other, "tie", row.pk)
                yield Sign(person, kind.value, evidence, row.valid_from)


def unit_signs(circle: Circle, persons: Collection[int], on: date) -> Iterator[Sign]:
    """Who holds a post in the hospital or college of the person concerned on the day: in it, in a part
    of it, or, for somebody placed in a part, above that part but below the institution. Three queries
    at most."""
    units = _home(circle, on)
    says = POST if circle.enrolment is not None else POST_THERE
    posts = Capacity.objects.on(on).filter(kind__in=POSTS, unit__in=units, person__in=persons)
    for row in posts.select_related("unit").order_by("valid_from", "pk"):
        zh, en = (
            said(says, language, unit=_name(row.unit, language), day=day_text(row.valid_from))
            for language in LANGUAGES
        )
        yield Sign(
            row.person_id, "same_unit", Evidence(zh, en, "unit", row.unit_id), row.valid_from
        )


def _name(unit: Unit, language: str) -> str:
    return unit.name_en if language == "en" and unit.name_en else unit.name_zh


def _home(circle: Circle, on: date) -> frozenset[int]:
    home = _placed(circle.enrolment, on) or circle.unit
    if circle.enrolment is None and home == circle.institution:
        return frozenset()
    below = relations_on(on)
    upper = {home}
    while more := {high for high, lows in below.items() if upper.intersection(lows)} - upper:
        upper |= more
    # Whoever works at the university as a whole is of no hospital.
    upper -= {circle.institution}
    return units_below([home], relations=below) | frozenset(upper)


def _placed(enrolment: Enrolment | None, on: date) -> int | None:
    if enrolment is None:
        return None
    placed = Placement.objects.on(on).filter(enrolment=enrolment).values_list("unit_id", flat=True)
    return placed.first()
