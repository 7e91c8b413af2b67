"""What a reader may see of each side of a dual degree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from preceptor.joint.access import nouns_seen_by_partner, seen_by_partner
from preceptor.joint.choices import Noun
from preceptor.joint.models import DualEnrolment
from preceptor.people.access import scope
from preceptor.training.access import may_view_enrolment, visible_enrolments
from preceptor.training.models import Enrolment


@dataclass(frozen=True)
class Sight:
    """What the reader may see of a side: the enrolment and its state, its courses, its standing; and
    whether its own page is open to the reader."""

    state: bool
    courses: bool
    standing: bool
    enrolment: bool = False


def known_enrolments(user: Any) -> QuerySet[Enrolment]:
    """The enrolments that the user may see, and those of partners that an agreement in force shows."""
    own = visible_enrolments(user).order_by()
    seen = Q(pk__in=own.values("pk")) | seen_by_partner(user, Noun.TRAINEES)
    return Enrolment.objects.filter(seen)


def sight_of(user: Any, dual: DualEnrolment, enrolment: Enrolment | None) -> Sight:
    """What the user may see of the side of this enrolment: all of the own degree, of an enrolment
    that the user may view, and of a side that has none yet; else what an agreement in force shows.

    The rules of a side are told only to who may see its standing.
    """
    persons = {side.person_id for side in (dual.home, dual.partner) if side is not None}
    may = enrolment is not None and bool(may_view_enrolment(user, enrolment))
    if may or enrolment is None or scope(user).person in persons:
        return Sight(state=True, courses=True, standing=True, enrolment=may)
    nouns = (Noun.TRAINEES, Noun.COURSES, Noun.STANDING)
    shown = nouns_seen_by_partner(user, enrolment.pk, nouns)
    return Sight(*(noun in shown for noun in nouns))
