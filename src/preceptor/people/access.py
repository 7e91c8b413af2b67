"""Scope: what an account may reach, computed in one place for lists, pages, exports and search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Operator
from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import name_of, relations_on, units_below

from .choices import RoleKind
from .models import Account, Capacity, Person, Role

READING = frozenset({RoleKind.SECRETARY, RoleKind.OFFICE, RoleKind.LEADER})
KEEPING = frozenset({RoleKind.SECRETARY, RoleKind.OFFICE})


@dataclass(frozen=True)
class Scope:
    """The reach of one account.

    `units` are read, `kept` may also be written. `institutions` are read whole, so that a list
    of all their records needs no list of units; `parts` are the units read besides these.
    `institution` is the one in which the account acts; None where it has no role. `everything`
    is the command line.
    """

    everything: bool = False
    person: int | None = None
    institutions: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()
    parts: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    institution: Unit | None = field(default=None, compare=False)

    def reads(self, unit: int) -> bool:
        """Whether records of the unit may be read."""
        return self.everything or unit in self.units

    def keeps(self, unit: int) -> bool:
        """Whether records of the unit may be written."""
        return self.everything or unit in self.kept

    def within(self, unit_field: str, institution_field: str) -> Q:
        """The filter for records placed in a unit; matches nothing when nothing is in reach."""
        if self.everything:
            return Q()
        whole = Q(**{f"{institution_field}__in": self.institutions})
        return whole | Q(**{f"{unit_field}__in": self.parts})


def _roles(account: Account) -> list[Role]:
    held = Role.objects.on(today()).filter(account=account)
    return list(held.select_related("unit__institution").order_by("pk"))


def scope(user: Any) -> Scope:
    """What the user may reach; nothing for a stranger. Kept on the account for the request."""
    if isinstance(user, Operator):
        return Scope(everything=True)
    if not isinstance(user, Account) or not user.is_active:
        return Scope()
    kept: Scope | None = getattr(user, "_scope", None)
    if kept is None:
        kept = user._scope = _scope_of(user)  # type: ignore[attr-defined]
    return kept


def _scope_of(account: Account) -> Scope:
    roles = _roles(account)
    reading = [role for role in roles if role.kind in READING]
    whole = {role.unit_id for role in reading if role.unit.institution_id is None}
    relations = relations_on(today()) if reading else {}

    def below(roles: Iterable[Role]) -> frozenset[int]:
        return units_below((role.unit_id for role in roles), relations=relations)

    return Scope(
        person=account.person_id,
        institutions=frozenset(whole),
        units=below(reading),
        parts=below(role for role in reading if role.unit_id not in whole),
        kept=below(role for role in reading if role.kind in KEEPING),
        kinds=frozenset(role.kind for role in roles),
        institution=next((role.unit.institution or role.unit for role in roles), None),
    )


def may_keep(user: Any, unit: Unit) -> Permit:
    """Whether the user may write records placed in the unit."""
    if scope(user).keeps(unit.pk):
        return GRANTED
    return refused(
        _("Only the graduate school office, or the secretary of %(unit)s, may do this.")
        % {"unit": name_of(unit)}
    )


def may_keep_institution(user: Any, institution: Unit) -> Permit:
    """Whether the user may write to the records of the whole institution."""
    if scope(user).keeps(institution.pk):
        return GRANTED
    return refused(_("Only the graduate school office may do this."))


def visible_persons(user: Any) -> QuerySet[Person]:
    """Persons of the user's institutions, those who hold a capacity in the user's units today,
    and the user's own person."""
    reach = scope(user)
    if reach.everything:
        return Person.objects.all()
    posted = Capacity.objects.on(today()).filter(unit__in=reach.parts)
    return Person.objects.filter(
        Q(pk=reach.person)
        | Q(institution__in=reach.institutions)
        | Q(pk__in=posted.values("person"))
    )


def may_open_account(user: Any, person: Person | None) -> Permit:
    """Whether the user may open an account for the person; without one, only the operator may."""
    if person is not None:
        return may_keep_institution(user, person.institution)
    if scope(user).everything:
        return GRANTED
    return refused(_("An account without a person is opened by the operator."))


def may_change_password(user: Any, account: Account) -> Permit:
    """Whether the user may give the account another password: only the own, or as operator."""
    if scope(user).everything or (isinstance(user, Account) and user.pk == account.pk):
        return GRANTED
    return refused(_("Everybody chooses the own password; the operator may set a new one."))


def may_grant_role(user: Any, kind: str, unit: Unit) -> Permit:
    """Whether the user may let an account act in the unit; operators are named by operators."""
    if kind == RoleKind.OPERATOR and not scope(user).everything:
        return refused(_("The role of a system operator is granted by the operator."))
    return may_keep_institution(user, unit.institution or unit)


def visible_accounts(user: Any) -> QuerySet[Account]:
    """Accounts of persons of the institutions that the user keeps whole, and those that hold or
    held a role there; the operator sees all."""
    reach = scope(user)
    if reach.everything:
        return Account.objects.all()
    kept = reach.institutions & reach.kept
    acting = Role.objects.known().filter(Q(unit__in=kept) | Q(unit__institution__in=kept))
    return Account.objects.filter(
        Q(person__institution__in=kept) | Q(pk__in=acting.values("account"))
    )
