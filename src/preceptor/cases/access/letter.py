"""Who may ask for outside letters, and who reads them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.people.access import scope
from preceptor.people.models import Account

from ..choices import BodyRole, CaseState
from ..models import Case, Item, Letter
from ..registry import Withholding, port_named, port_of, ports
from ..rivals import apart, competes
from .case import has_task, is_staff, may_act, may_view_case, tasked
from .footing import footing_kept
from .holding import staff_reach
from .sitting import own_seats


def may_ask_letter(user: Any, case: Case) -> Permit:
    """Whether the user may ask somebody outside for a letter about the request, or take that back:
    who acts at its stage or keeps it, while it is under way; never who asks, nor whom it is about."""
    if is_own(user, case):
        return refused(_("Letters about a request are asked for by others than who makes it."))
    if _is_withheld(user, case):
        return refused(_("With you the applicant would work: others ask for the letters."))
    permit = may_view_case(user, case)
    if not permit:
        return permit
    if case.state != CaseState.RUNNING:
        return refused(_("The request is not under way; no letter is asked for now."))
    reach = scope(user)
    if reach.keeps(case.unit_id) or staff_reach(user).holds(case) or may_act(user, case):
        return GRANTED
    return refused(_("Only who keeps the request, or acts at its stage, asks for letters."))


def is_own(user: Any, case: Case) -> bool:
    """Whether the request is the user's own: made by the user, or about the user's person."""
    if not isinstance(user, Account):
        return False
    own = user.person_id is not None and user.person_id == case.person_id
    return own or user.pk == case.asked_by_id


def may_read_letters(user: Any, case: Case) -> Permit:
    """Whether the user reads the letters about the request; the same answer as `visible_letters`."""
    if is_own(user, case) or _is_rival(user, case) or _is_withheld(user, case):
        return refused(_("The letters about this request are not for you to read."))
    if is_staff(user, case) or _judges(user, case):
        return GRANTED
    return refused(_("The letters about this request are not for you to read."))


def visible_letters(user: Any) -> QuerySet[Letter]:
    """The letters about requests that the user keeps, reads for the unit, or judges: by a task, or
    with a seat on the board. Never those about a request of the user's own, of
    who competes with it, or of an applicant who would work with the user."""
    reach = scope(user)
    if reach.everything:
        return Letter.objects.all()
    if not isinstance(user, Account) or not user.is_active:
        return Letter.objects.none()
    seen = Q(case__in=tasked(user).values("case")) | Q(case__in=seated(user).values("case"))
    seen |= reach.within("case__unit", "case__institution")
    staff = staff_reach(user)
    if staff.kinds:
        seen |= staff.within("case__unit", "case__institution", "case__kind")
    own = Q(case__asked_by=user.pk)
    if user.person_id is not None:
        own |= Q(case__person=user.person_id) | _withheld(user.person_id)
    rows = Letter.objects.filter(seen & apart(user, "case"), case__submitted_at__isnull=False)
    return rows.exclude(own)


def _withheld(person: int) -> Q:
    """The condition on letters that a port keeps them from the person."""
    named = [port_named(name) for name in ports()]
    found = Q(pk__in=())
    for port in named:
        if isinstance(port, Withholding):
            found |= Q(case__in=port.withheld(person))
    return found


def _is_rival(user: Any, case: Case) -> bool:
    kept, reach = footing_kept(user, case), scope(user)
    if kept is not None:
        return kept.is_rival
    return reach.person is not None and not reach.everything and competes(case, [reach.person])


def _is_withheld(user: Any, case: Case) -> bool:
    kept = footing_kept(user, case)
    if kept is not None:
        return kept.is_withheld
    person, port = scope(user).person, port_of(case)
    if person is None or scope(user).everything or not isinstance(port, Withholding):
        return False
    return port.withheld(person).filter(case=case.pk).exists()


def _judges(user: Any, case: Case) -> bool:
    if not isinstance(user, Account) or not user.is_active:
        return False
    kept = footing_kept(user, case)
    if has_task(user, case):
        return True
    return seated(user).filter(case=case).exists() if kept is None else kept.is_seated


def seated(user: Account) -> QuerySet[Item]:
    """The items of panels at which the user has a seat with a vote, or as the secretary."""
    seats = own_seats(user).exclude(role=BodyRole.ADVISER)
    return Item.objects.filter(sitting__in=seats.values("sitting"), case__isnull=False)
