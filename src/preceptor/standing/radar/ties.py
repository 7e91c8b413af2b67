"""Who guides the person concerned, declared ties, and posts in that person's hospital or college."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.base.together import Question, Set
from preceptor.institutions.models import Unit, UnitRelation
from preceptor.institutions.queries import right_below, units_below
from preceptor.people.choices import CapacityKind, TieKind
from preceptor.people.models import Capacity, Tie
from preceptor.training.models import Placement

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


def tie_signs(circle: Circle, on: date) -> Question[list[Sign]]:
    """Ties to one of the circle that were declared from either side and hold on the day. One set.

    A tie binds even where only the supervisor is tied, and never leads from somebody to himself.
    """
    members = list(circle.persons)
    rows = Tie.objects.on(on).filter(Q(person__in=members) | Q(other__in=members))
    [ties] = yield [Set(rows.defer("note"))]
    return [
        _declared(circle, tie, person, other)
        for tie in ties
        for person, other in ((tie.person_id, tie.other_id), (tie.other_id, tie.person_id))
        if other in circle.persons
    ]


def _declared(circle: Circle, tie: Tie, person: int, other: int) -> Sign:
    kind = TieKind(str(tie.kind))
    evidence = circle.evidence(TIES[kind], other, "tie", tie.pk)
    return Sign(person, kind.value, evidence, tie.valid_from)


def unit_signs(circle: Circle, persons: Collection[int], on: date) -> Question[list[Sign]]:
    """Who holds a post in the hospital or college of the person concerned on the day: in it, in a part
    of it, or, for somebody placed in a part, above that part but below the institution. Three sets."""
    posts = Capacity.objects.on(on).filter(kind__in=POSTS, person__in=persons)
    placed, relations, held = yield [
        Set(Placement.objects.on(on).filter(enrolment=circle.enrolment), ("unit",)),
        Set(UnitRelation.objects.on(on).order_by(), ("upper", "lower")),
        Set(posts.select_related("unit").order_by("pk")),
    ]
    home = placed[0][0] if placed else circle.unit
    units = _home(circle, home, right_below(relations))
    held.sort(key=lambda row: (row.valid_from or date.min, row.pk))
    return [_post(circle, row) for row in held if row.unit_id in units]


def _post(circle: Circle, row: Capacity) -> Sign:
    says = POST if circle.enrolment is not None else POST_THERE
    zh, en = (
        said(says, language, unit=_name(row.unit, language), day=day_text(row.valid_from))
        for language in LANGUAGES
    )
    return Sign(row.person_id, "same_unit", Evidence(zh, en, "unit", row.unit_id), row.valid_from)


def _name(unit: Unit, language: str) -> str:
    return unit.name_en if language == "en" and unit.name_en else unit.name_zh


def _home(circle: Circle, home: int, below: Mapping[int, Sequence[int]]) -> frozenset[int]:
    if circle.enrolment is None and home == circle.institution:
        return frozenset()
    upper = {home}
    while more := {high for high, lows in below.items() if upper.intersection(lows)} - upper:
        upper |= more
    # Whoever works at the university as a whole is of no hospital.
    upper -= {circle.institution}
    return units_below([home], relations=below) | frozenset(upper)
