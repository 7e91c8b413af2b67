"""Who may see and keep standing bodies and their advice."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.access import KEEPING, READING, Scope, may_keep, scope
from preceptor.people.choices import RoleKind

from ..choices import AdviceState, BodyKind, BodyRole
from ..models import Advice, Body, BodySeat
from ..rivals import apart

#: Who speaks for a body besides the officers who keep it.
LEADING = (BodyRole.CHAIR, BodyRole.DEPUTY_CHAIR, BodyRole.SECRETARY)


def _seated(person: int | None) -> QuerySet[BodySeat]:
    """The seats that the person holds today; nobody holds any."""
    seats = BodySeat.objects.on(today())
    return seats.none() if person is None else seats.filter(person=person)


def _institutions_read(reach: Scope) -> Q:
    """The institutions in which the user acts as an officer, in whichever unit."""
    if not reach.kinds & READING:
        return Q(pk__in=())
    units = Unit.objects.filter(pk__in=reach.units, institution__isnull=False)
    return Q(institution__in=reach.institutions) | Q(institution__in=units.values("institution"))


def visible_bodies(user: Any) -> QuerySet[Body]:
    """Standing bodies of the institutions in which the user is an officer, and those in which the
    user has a seat today. A guidance committee is seen by its own person, its members, and the
    officers of its unit alone."""
    reach = scope(user)
    if reach.everything:
        return Body.objects.all()
    seen = Q(pk__in=_seated(reach.person).values("body"))
    seen |= _institutions_read(reach) & ~Q(kind=BodyKind.GUIDANCE)
    seen |= reach.within("unit", "institution")
    if reach.person is not None:
        seen |= Q(person=reach.person)
    return Body.objects.filter(seen)


def may_view_body(user: Any, body: Body) -> Permit:
    """Whether the user may see the body; the same answer as `visible_bodies`."""
    if visible_bodies(user).filter(pk=body.pk).exists():
        return GRANTED
    return refused(_("This body is outside what you may see."))


def may_set_up_body(user: Any, unit: Unit) -> Permit:
    """Whether the user may set up a body of the unit: the office, or the unit's secretary."""
    return may_keep(user, unit)


def may_keep_body(user: Any, body: Body) -> Permit:
    """Whether the user may write to the body: its seats, charter, meetings. The office, and for
    bodies of a unit its secretary. A closed body is kept no more."""
    if body.closed_on is not None and body.closed_on < today():
        return refused(_("This body was closed; its records stay as they are."))
    return may_keep(user, body.unit)


def keeps_any(user: Any) -> bool:
    """Whether the user keeps the records of some unit, and so may set up a body."""
    reach = scope(user)
    return reach.everything or bool(reach.kinds & KEEPING)


def may_advise(user: Any, body: Body) -> Permit:
    """Whether the user may record advice of the body: who keeps it, and who leads it today."""
    permit = may_keep_body(user, body)
    if permit or (body.closed_on is not None and body.closed_on < today()):
        return permit
    if _seated(scope(user).person).filter(body=body, role__in=LEADING).exists():
        return GRANTED
    return refused(
        _("The chair or the secretary of the body, or who keeps it, records its advice.")
    )


def visible_advice(user: Any) -> QuerySet[Advice]:
    """Advice of bodies of the units that the user reads, of those in which the user has a seat
    today, and advice that concerns the user or is the user's to follow up; none about a request that
    competes with the user's own."""
    reach = scope(user)
    if reach.everything:
        return Advice.objects.all()
    seen = reach.within("body__unit", "body__institution")
    seen |= Q(owner_unit__in=reach.units)
    if reach.person is not None:
        seen |= Q(body__in=_seated(reach.person).values("body"))
        seen |= Q(person=reach.person) | Q(owner=reach.person)
    return Advice.objects.filter(seen & apart(user, "case"))


def may_view_advice(user: Any, advice: Advice) -> Permit:
    """Whether the user may read the advice; the same answer as `visible_advice`."""
    if visible_advice(user).filter(pk=advice.pk).exists():
        return GRANTED
    return refused(_("This advice is outside what you may see."))


def may_report_on_advice(user: Any, advice: Advice) -> Permit:
    """Whether the user may say what came of the advice: whose task it is, a keeper of the unit
    whose task it is, and who keeps the body; not once it is done or declined."""
    if advice.state != AdviceState.OPEN:
        return refused(_("What came of this advice is recorded already."))
    reach = scope(user)
    is_owner = reach.person is not None and advice.owner_id == reach.person
    keeps = reach.keeps(advice.owner_unit_id) if advice.owner_unit_id is not None else False
    if is_owner or keeps or reach.keeps(advice.body.unit_id):
        return GRANTED
    return refused(_("Whoever follows up the advice, or keeps the body, says what came of it."))


def advice_to_follow(user: Any) -> QuerySet[Advice]:
    """Open advice that is the user's to follow up: by name, or as keeper of the unit named."""
    reach = scope(user)
    mine = Q(pk__in=())
    if reach.person is not None:
        mine |= Q(owner=reach.person)
    if reach.kinds & {RoleKind.SECRETARY, RoleKind.OFFICE}:
        mine |= Q(owner=None, owner_unit__in=reach.kept)
    return Advice.objects.filter(mine, state=AdviceState.OPEN)
