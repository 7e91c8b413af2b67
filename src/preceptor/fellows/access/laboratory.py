"""Who may see and keep laboratories, and who decides for them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.institutions.queries import name_of
from preceptor.people.access import scope

from ..models import LabMember, Laboratory
from .programme import directs, may_decide_above, stands_above


def visible_laboratories(user: Any) -> QuerySet[Laboratory]:
    """Laboratories of the units where the user reads fellows, of the programmes the user directs,
    those the user leads, and those the user works in today."""
    reach = scope(user)
    rows = Laboratory.objects.all()
    if reach.everything:
        return rows
    seen = Q(unit__in=reach.fellows_read)
    if reach.person is not None:
        places = LabMember.objects.on(today()).filter(person=reach.person).order_by()
        seen |= Q(head=reach.person) | Q(programme__director=reach.person)
        seen |= Q(pk__in=places.values("laboratory"))
    return rows.filter(seen)


def may_view_laboratory(user: Any, laboratory: Laboratory) -> Permit:
    """Whether the user may see the laboratory; the same answer as `visible_laboratories`."""
    if visible_laboratories(user).filter(pk=laboratory.pk).exists():
        return GRANTED
    return refused(_("This laboratory is outside what you may see."))


def leads(user: Any, laboratory: Laboratory) -> bool:
    """Whether the user is the head of the laboratory."""
    person = scope(user).person
    return person is not None and person == laboratory.head_id


def may_view_money(user: Any, laboratory: Laboratory) -> Permit:
    """Whether the user may read the account, the charter and its ledger: the head, who stands above
    the head, and who reads fellows in the unit; a member who only works there may not."""
    reach = scope(user)
    is_reader = reach.everything or laboratory.unit_id in reach.fellows_read
    if is_reader or leads(user, laboratory) or directs(user, laboratory.programme):
        return GRANTED
    if stands_above(user, laboratory.programme, laboratory.head_id):
        return GRANTED
    return refused(_("The account and the charter are read by the head and those above."))


def may_keep_laboratory(user: Any, laboratory: Laboratory) -> Permit:
    """Whether the user may keep the members and things of the laboratory: its head, the director of
    its programme, and who keeps fellows in its unit; nobody once it is closed."""
    if laboratory.closed_on is not None:
        return refused(_("The laboratory is closed; its records do not change any more."))
    reach = scope(user)
    keeps = reach.everything or laboratory.unit_id in reach.fellows
    if keeps or leads(user, laboratory) or directs(user, laboratory.programme):
        return GRANTED
    return refused(
        _("Only the head of %(laboratory)s, the director, the office or the personnel office may.")
        % {"laboratory": name_of(laboratory.unit)}
    )


def may_book(user: Any, laboratory: Laboratory) -> Permit:
    """Whether the user may book money of the laboratory: who keeps fellows in its unit, and who
    stands above its head. The head asks, and does not book."""
    if laboratory.closed_on is not None:
        return refused(_("The laboratory is closed; its records do not change any more."))
    reach = scope(user)
    if leads(user, laboratory):
        return may_decide_above(user, laboratory.programme, laboratory.head_id)
    if reach.everything or laboratory.unit_id in reach.fellows:
        return GRANTED
    return may_decide_above(user, laboratory.programme, laboratory.head_id)


def may_decide_for_laboratory(user: Any, laboratory: Laboratory) -> Permit:
    """Whether the user decides for the laboratory under its charter: its head, while it is open."""
    if laboratory.closed_on is not None:
        return refused(_("The laboratory is closed; its records do not change any more."))
    if scope(user).everything or leads(user, laboratory):
        return GRANTED
    return refused(_("Only the head decides for the laboratory under its charter."))


def may_ask_lab(user: Any, laboratory: Laboratory) -> Permit:
    """Whether the user may ask for something under the charter: the head, who works there today,
    and who keeps the laboratory; while it is open."""
    permit = may_keep_laboratory(user, laboratory)
    person = scope(user).person
    if permit or person is None or laboratory.closed_on is not None:
        return permit
    works = LabMember.objects.on(today()).filter(laboratory=laboratory, person=person)
    if works.exists():
        return GRANTED
    return refused(_("Only who works in the laboratory asks under its charter."))


def may_set_limit(user: Any, laboratory: Laboratory) -> Permit:
    """Whether the user may set or raise a limit of the charter: the director of the programme, the
    office or a leader of the institution, and nobody for the own laboratory. A head asks for it
    with a charter change."""
    if stands_above(user, laboratory.programme, laboratory.head_id):
        return GRANTED
    permit = may_decide_above(user, laboratory.programme, laboratory.head_id)
    if not leads(user, laboratory):
        return permit
    return refused(
        _("%(who)s You can ask for it: a request to change the charter.") % {"who": permit.reason}
    )


def may_ask_limit(user: Any, laboratory: Laboratory) -> Permit:
    """Whether the user may ask for a change of the charter: the head, or who may set it."""
    if laboratory.closed_on is not None:
        return refused(_("The laboratory is closed; its records do not change any more."))
    return GRANTED if leads(user, laboratory) else may_set_limit(user, laboratory)


def may_ask_closing(user: Any, laboratory: Laboratory) -> Permit:
    """Whether the user may ask that the laboratory be closed: its head, who keeps it, or who stands
    above the head; once."""
    permit = may_keep_laboratory(user, laboratory)
    if permit or laboratory.closed_on is not None:
        return permit
    return may_decide_above(user, laboratory.programme, laboratory.head_id)
