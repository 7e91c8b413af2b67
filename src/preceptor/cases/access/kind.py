"""Who may read, write and approve case kinds."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.institutions.models import Unit
from preceptor.people.access import Scope, may_keep_institution, rows_for, scope
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account

from ..choices import KindState
from ..models import CaseKind
from ..registry import Naming, port_named
from .holding import posts


def visible_kinds(user: Any) -> QuerySet[CaseKind]:
    """The versions in force or replaced at the user's institution, for everybody there; drafts and
    proposals for who reads the whole institution."""
    return _visible(scope(user), _institution_of(user))


def _visible(reach: Scope, own: int | None) -> QuerySet[CaseKind]:
    if reach.everything:
        return CaseKind.objects.all()
    seen = Q(institution__in=reach.institutions)
    if own is not None and own not in reach.institutions:
        seen |= Q(institution=own, state__in=[KindState.IN_FORCE, KindState.ENDED])
    return CaseKind.objects.filter(seen)


class KindTitle(NamedTuple):
    """What a kind is called."""

    name: str
    title_zh: str
    title_en: str


def kinds_in_force(user: Any) -> list[KindTitle]:
    """The visible kinds by which requests are made today, by name; one query."""
    own = _institution_of(user)

    def made() -> QuerySet[Any, Any]:
        rows = _visible(scope(user), own).filter(state=KindState.IN_FORCE, valid_to=None)
        return rows.order_by("name", "pk").values_list(*KindTitle._fields)

    return [KindTitle(*row) for row in rows_for(user, ("kinds in force", own), made)]


def _institution_of(user: Any) -> int | None:
    """Where the user acts, else where the user's person is registered; None where neither is known."""
    reach = scope(user)
    if reach.institution is not None:
        return reach.institution.pk
    if isinstance(user, Account) and user.is_active and user.person is not None:
        return user.person.institution_id
    return None


def may_view_kind(user: Any, kind: CaseKind) -> Permit:
    """Whether the user may see the version; the same answer as `visible_kinds`."""
    if visible_kinds(user).filter(pk=kind.pk).exists():
        return GRANTED
    return refused(_("This case kind is outside what you may see."))


def may_edit_kinds(user: Any, institution: Unit) -> Permit:
    """Whether the user may write case kinds of the institution: its office."""
    return may_keep_institution(user, institution)


def may_adopt_kinds(user: Any, institution: Unit) -> Permit:
    """Whether the user may put the shipped kinds into force at once: only the operator, because
    nobody approves them a second time."""
    if scope(user).everything:
        return GRANTED
    return refused(_("The shipped case kinds are put into force by the operator."))


def may_approve_kind(user: Any, draft: CaseKind) -> Permit:
    """Whether the user may approve a proposed version: the office or a leader of the institution,
    with another account and as another person than who wrote it."""
    if draft.state != KindState.PROPOSED:
        return refused(_("Only a proposed case kind is approved or returned."))
    if scope(user).everything:
        return _another(user, draft)
    held = posts(user)
    roles = (RoleKind.OFFICE, RoleKind.LEADER)
    if not any(draft.institution_id in held.get(role, frozenset()) for role in roles):
        return refused(_("A case kind is approved by the office or a leader of the institution."))
    return _another(user, draft)


def may_end_kind(user: Any, kind: CaseKind) -> Permit:
    """Whether the user may let a kind end without a follower: the office, a kind that holds now and
    that the office itself made. What the rooms ask for by fixed names always has a version."""
    permit = may_edit_kinds(user, kind.institution)
    if not permit:
        return permit
    if kind.state != KindState.IN_FORCE or kind.valid_to is not None:
        return refused(_("Only the last version that is in force can end."))
    if not isinstance(port_named(kind.port), Naming):
        return refused(
            _("Requests of this kind belong to the product: plan a change of it instead.")
        )
    return GRANTED


def _another(user: Any, draft: CaseKind) -> Permit:
    """Two persons: who wrote the version does not approve it, with no other account either."""
    own_key = getattr(user, "actor_key", "")
    if own_key == draft.written_by_key or _person_behind(draft.written_by_key) in _persons(user):
        return refused(_("Somebody else than its writer approves a case kind."))
    return GRANTED


def _persons(user: Any) -> set[int]:
    person = scope(user).person
    return set() if person is None else {person}


def _person_behind(key: str) -> int | None:
    kind, _colon, number = key.partition(":")
    if kind != "account" or not number.isdigit():
        return None
    return Account.objects.filter(pk=int(number)).values_list("person", flat=True).first()
