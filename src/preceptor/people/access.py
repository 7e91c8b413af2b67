"""Scope: what an account may reach, computed in one place for lists, pages, exports and search."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Operator
from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import units_below

from .choices import RoleKind
from .models import Account, Person, Role

READING = frozenset({RoleKind.SECRETARY, RoleKind.OFFICE, RoleKind.LEADER})
KEEPING = frozenset({RoleKind.SECRETARY, RoleKind.OFFICE})


@dataclass(frozen=True)
class Scope:
    """The reach of one account.

    `units` are read, `kept` may also be written. `institutions` are read whole, so that a list
    of all their records needs no list of units; `parts` are the units read besides these.
    `everything` is the command line.
    """

    everything: bool = False
    person: int | None = None
    institutions: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()
    parts: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()

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
    return list(Role.objects.on(today()).filter(account=account).select_related("unit"))


def _units(roles: list[Role], kinds: Collection[str]) -> frozenset[int]:
    return units_below(role.unit_id for role in roles if role.kind in kinds)


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
    whole = {
        role.unit_id for role in roles if role.kind in READING and role.unit.institution_id is None
    }
    return Scope(
        person=account.person_id,
        institutions=frozenset(whole),
        units=_units(roles, READING),
        parts=_units([role for role in roles if role.unit_id not in whole], READING),
        kept=_units(roles, KEEPING),
        kinds=frozenset(role.kind for role in roles),
    )


def may_keep(user: Any, unit: Unit) -> Permit:
    """Whether the user may write records placed in the unit."""
    if scope(user).keeps(unit.pk):
        return GRANTED
    return refused(
        _("Only the graduate school office, or the secretary of %(unit)s, may do this.")
        % {"unit": unit.name_zh}
    )


def may_keep_institution(user: Any, institution: Unit) -> Permit:
    """Whether the user may write to the records of the whole institution."""
    if scope(user).keeps(institution.pk):
        return GRANTED
    return refused(_("Only the graduate school office may do this."))


def visible_persons(user: Any) -> QuerySet[Person]:
    """Persons with a capacity in the user's units, and the user's own person."""
    reach = scope(user)
    if reach.everything:
        return Person.objects.all()
    return Person.objects.filter(
        Q(pk=reach.person)
        | Q(institution__in=reach.institutions)
        | Q(pk__in=Person.objects.filter(capacities__unit__in=reach.units).values("pk"))
    )
