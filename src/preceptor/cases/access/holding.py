"""For which units an account holds a role, and whom a declared tie binds to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from preceptor.base.today import today
from preceptor.institutions.queries import relations_on, units_below
from preceptor.people.models import Account, Role, Tie

from ..kinds.kind import ROLE_WORDS

#: For each role the units for which it is held.
Posts = Mapping[str, frozenset[int]]


def posts(user: Any) -> Posts:
    """For each role that can act in a case the units for which the user holds it today: its unit
    and all below. Two queries at most; kept on the account for the request, as its scope is."""
    if not isinstance(user, Account) or not user.is_active:
        return {}
    kept: Posts | None = getattr(user, "_posts", None)
    if kept is None:
        kept = user._posts = _posts(user)  # type: ignore[attr-defined]
    return kept


def _posts(account: Account) -> Posts:
    roles = Role.objects.on(today()).filter(account=account, kind__in=ROLE_WORDS)
    units: dict[str, set[int]] = defaultdict(set)
    for role in roles.order_by("pk"):
        units[role.kind].add(role.unit_id)
    relations = relations_on(today()) if units else {}
    return {kind: units_below(found, relations=relations) for kind, found in units.items()}


def is_tied(person: int, others: Iterable[int]) -> bool:
    """Whether a tie is declared today between the person and one of the others; one query."""
    asked = set(others)
    both = Q(person=person, other__in=asked) | Q(other=person, person__in=asked)
    return Tie.objects.on(today()).filter(both).exists()
