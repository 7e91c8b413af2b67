"""For which units an account holds a role, and whom a declared tie binds to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from preceptor.base.today import today
from preceptor.institutions.queries import relations_on, units_below
from preceptor.people.access import scope
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Tie

from ..kinds.kind import ROLE_WORDS
from ..models import Case, CaseKind
from ..queries import kind_of_row

#: For each role the units for which it is held.
Posts = Mapping[str, frozenset[int]]


def posts(user: Any) -> Posts:
    """For each role that can act in a case the units for which the user holds it today: its unit
    and all below; one query at most, for an account that reads no unit. Kept on the account for the
    request, as its scope is."""
    if not isinstance(user, Account) or not user.is_active:
        return {}
    kept: Posts | None = getattr(user, "_posts", None)
    if kept is None:
        kept = user._posts = _posts(user)  # type: ignore[attr-defined]
    return kept


def _posts(account: Account) -> Posts:
    units: dict[str, set[int]] = defaultdict(set)
    for role in scope(account).roles:
        if role.kind in ROLE_WORDS:
            units[role.kind].add(role.unit_id)
    relations = (scope(account).relations or relations_on(today())) if units else {}
    return {kind: units_below(found, relations=relations) for kind, found in units.items()}


@dataclass(frozen=True)
class StaffReach:
    """What a personnel office reads of cases: in its `institutions` and `units` those whose kind, one
    of `kinds` (keys of versions), names it anywhere. Empty for everybody else."""

    institutions: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()
    kinds: frozenset[int] = frozenset()

    def within(self, unit: str, institution: str, kind: str) -> Q:
        """The condition on rows with these columns."""
        placed = Q(**{f"{institution}__in": self.institutions}) | Q(**{f"{unit}__in": self.units})
        return placed & Q(**{f"{kind}__in": self.kinds})

    def holds(self, case: Case) -> bool:
        """Whether the case is one of these."""
        placed = case.institution_id in self.institutions or case.unit_id in self.units
        return placed and case.kind_id in self.kinds


def staff_reach(user: Any) -> StaffReach:
    """What the user reads of cases as a personnel office; kept on the account for the request. One
    query for a personnel office, none for anybody else."""
    reach = scope(user)
    if not reach.staff_institutions and not reach.staff_parts:
        return StaffReach()
    kept: StaffReach | None = getattr(user, "_staff_reach", None)
    if kept is None:
        named = RoleKind.PERSONNEL.value
        held = {
            role.unit.institution_id or role.unit_id for role in reach.roles if role.kind == named
        }
        rows = CaseKind.objects.filter(institution__in=held).only("hash")
        kinds = frozenset(row.pk for row in rows if named in kind_of_row(row).roles)
        kept = user._staff_reach = StaffReach(reach.staff_institutions, reach.staff_parts, kinds)
    return kept


def tied(persons: Iterable[int], other: int | None) -> set[int]:
    """Those of the persons whom a tie declared today binds to the other, in either direction; nobody
    where there is no other. One query."""
    asked = set(persons)
    if other is None or not asked:
        return set()
    both = Q(person__in=asked, other=other) | Q(person=other, other__in=asked)
    rows = Tie.objects.on(today()).filter(both).values_list("person_id", "other_id")
    return {key for pair in rows for key in pair} - {other}


def is_tied(person: int, others: Iterable[int]) -> bool:
    """Whether a tie is declared today between the person and one of the others; one query."""
    return ties_between(person, others).exists()


def ties_between(person: int, others: Iterable[int]) -> QuerySet[Tie]:
    """The ties declared today between the person and one of the others."""
    asked = set(others)
    both = Q(person=person, other__in=asked) | Q(other=person, person__in=asked)
    return Tie.objects.on(today()).filter(both)
