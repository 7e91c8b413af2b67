"""Supervision, declared ties, and posts in the trainee's own hospital or college."""

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
from preceptor.training.choices import SupervisionRole
from preceptor.training.models import Enrolment, Placement

from .circle import Circle
from .conflict import Evidence, Sign
from .words import LANGUAGES, day_text, said

POSTS = (CapacityKind.STAFF, CapacityKind.PHYSICIAN)
SELF = _("This is the trainee.")
GUIDES = {
    SupervisionRole.MAIN: _("Guides the trainee as main supervisor since %(day)s."),
    SupervisionRole.CO: _("Guides the trainee as co-supervisor since %(day)s."),
}
GUIDED = _("Guided the trainee from %(day)s to %(end)s.")
TIES = {
    TieKind.KINSHIP: _("Declared kinship with %(other)s."),
    TieKind.FINANCIAL: _("Declared financial interest with %(other)s."),
    TieKind.DISPUTE: _("Declared dispute with %(other)s."),
    TieKind.OTHER: _("Declared tie with %(other)s."),
}
POST = _("Holds a post at %(unit)s since %(day)s, where the trainee is placed.")


def _both(template: str | Promise, noun: str, key: int, **places: str) -> Evidence:
    zh, en = (said(template, language, **places) for language in LANGUAGES)
    return Evidence(zh, en, noun, key)


def own_signs(circle: Circle) -> Iterator[Sign]:
    """The trainee, and whoever guides or guided the trainee, whatever the day. No query."""
    key = circle.enrolment.pk
    yield Sign(
        circle.trainee.pk, "self", _both(SELF, "enrolment", key), circle.enrolment.cohort_on,
        is_final=True,
    )  # fmt: skip
    for row in circle.supervisions:
        template = GUIDES[SupervisionRole(row.role)] if row.valid_to is None else GUIDED
        evidence = _both(
            template, "enrolment", key, day=day_text(row.valid_from), end=day_text(row.valid_to)
        )
        yield Sign(row.person_id, "supervisor", evidence, row.valid_from)


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
    """Who holds a post in the trainee's hospital or college on the day: in it, in a part of it, or,
    for a trainee placed in a part, above that part but below the institution. Three queries."""
    units = _home(circle.enrolment, on)
    posts = Capacity.objects.on(on).filter(kind__in=POSTS, unit__in=units, person__in=persons)
    for row in posts.select_related("unit").order_by("valid_from", "pk"):
        zh, en = (
            said(POST, language, unit=_name(row.unit, language), day=day_text(row.valid_from))
            for language in LANGUAGES
        )
        yield Sign(
            row.person_id, "same_unit", Evidence(zh, en, "unit", row.unit_id), row.valid_from
        )


def _name(unit: Unit, language: str) -> str:
    return unit.name_en if language == "en" and unit.name_en else unit.name_zh


def _home(enrolment: Enrolment, on: date) -> frozenset[int]:
    placed = Placement.objects.on(on).filter(enrolment=enrolment).values_list("unit_id", flat=True)
    home = placed.first() or enrolment.unit_id
    below = relations_on(on)
    upper = {home}
    while more := {high for high, lows in below.items() if upper.intersection(lows)} - upper:
        upper |= more
    # Whoever works at the university as a whole is of no hospital.
    upper -= {enrolment.institution_id}
    return units_below([home], relations=below) | frozenset(upper)
