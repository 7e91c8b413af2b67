"""Who competes with whom: requests of which one can be granted at the cost of another. Who asks for one
of them neither sees nor judges the others, whatever office he or she holds."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from preceptor.people.access import scope
from preceptor.people.models import Account

from .models import Case
from .registry import Competing, port_named, ports

#: Keys of requests, as subqueries: those of competitors, and the appeals against their decisions.
Rivals = tuple[QuerySet[Any, Any], ...]
#: The mark of who has a request in competition (`register_mark`).
COMPETES = "competes"


def rivals_of(persons: Collection[int]) -> Rivals:
    """The requests of those who compete with one of the persons, never one of the persons themselves;
    empty without persons. Nothing is asked here: each is a subquery of what it is used in."""
    asked = frozenset(persons)
    if not asked:
        return ()
    named = [port_named(name) for name in ports()]
    found = [port.rivals(asked) for port in named if isinstance(port, Competing)]
    appeals = [Case.objects.filter(appeal_of__in=rows).order_by().values("pk") for rows in found]
    return (*found, *appeals)


def asks_in_competition(person: OuterRef) -> Q:
    """Whether a person, as an outer query names it, has a request that others can compete with."""
    asked = (port.asks(person) for port in map(port_named, ports()) if isinstance(port, Competing))
    return reduce(or_, asked, Q(pk__in=()))


def own_rivals(user: Any) -> Rivals:
    """The requests that compete with the user's own; empty for an account without a person. Who holds
    a role and asks for nothing in competition is known from the scope to have none."""
    if not isinstance(user, Account) or user.person_id is None:
        return ()
    reach = scope(user)
    if reach.roles and COMPETES not in reach.marks:
        return ()
    return rivals_of([user.person_id])


def among(column: str, rivals: Rivals) -> Q:
    """The condition on rows that the request in the column is one of the rivals'."""
    found = Q(pk__in=())
    for rows in rivals:
        found |= Q(**{f"{column}__in": rows})
    return found


def without(column: str, rivals: Rivals) -> Q:
    """The condition on rows that the request in the column is none of the rivals'; rows without a
    request are kept."""
    return ~among(column, rivals) if rivals else Q()


def apart(user: Any, column: str) -> Q:
    """The condition on rows that the request in the column does not compete with one of the user's."""
    return without(column, own_rivals(user))


def competes(case: Case, persons: Collection[int]) -> bool:
    """Whether one of the persons competes with who asks for the case; one query at most."""
    rows = rival_among(case, persons)
    return rows is not None and rows.exists()


def rival_among(case: Case, persons: Collection[int]) -> QuerySet[Case] | None:
    """The case, if one of the persons competes with who asks for it; None where nobody can."""
    if case.appeal_of_id is None and not isinstance(port_named(case.kind.port), Competing):
        return None
    rivals = rivals_of(persons)
    return Case.objects.filter(among("pk", rivals), pk=case.pk) if rivals else None
