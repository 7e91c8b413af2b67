"""Pages of the list of cases, newest first: which cases are on a page, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from preceptor.base.keyset import COUNTED, Part, newest_keys
from preceptor.people.access import count_for, rows_for
from preceptor.people.models import Account

from .access.case import Bounds, own_keys, placed_and_own, reads_units, visible_cases
from .models import Case


@dataclass(frozen=True)
class Narrowing:
    """Which cases of a list are wanted: `leaves` takes the others out; `chosen` tells one narrowing
    from another."""

    chosen: Hashable
    leaves: Callable[[QuerySet[Case]], QuerySet[Case]]


ALL = Narrowing("all", lambda rows: rows)


def newest_cases(
    user: Any,
    query: Mapping[str, str],
    shown: Callable[[QuerySet[Case]], QuerySet[Case]],
    narrowing: Narrowing = ALL,
) -> Part[Case]:
    """The page that the query asks for of the cases of `visible_cases` that the narrowing leaves, with
    what `shown` adds to each. Two queries."""

    def keys(below: int | None, above: int | None, most: int) -> list[tuple[Any, ...]]:
        name = ("newest cases", narrowing.chosen, below, above, most)
        return rows_for(user, name, lambda: _newest(user, narrowing, below, above)[:most])

    page = newest_keys(keys, query)
    found = {row.pk: row for row in shown(Case.objects.filter(pk__in=page.rows).order_by())}
    return Part([found[key] for key in page.rows if key in found], page.before, page.after)


def _newest(
    user: Any, narrowing: Narrowing, below: int | None, above: int | None
) -> QuerySet[Any, Any]:
    if _has_own_alone(user):
        bounds = Bounds(below=below, above=above, among=_among(narrowing))
        return own_keys(user, bounds, is_back=above is not None)
    rows = Bounds(below=below, above=above).keys(narrowing.leaves(visible_cases(user)), "pk")
    return rows.order_by("-pk" if above is None else "pk")


def count_cases(user: Any, narrowing: Narrowing = ALL) -> int:
    """How many cases of `visible_cases` the narrowing leaves, no further than one above COUNTED."""
    name = ("count of cases", narrowing.chosen)
    return count_for(user, name, lambda: _counted(user, narrowing))


def _counted(user: Any, narrowing: Narrowing) -> QuerySet[Any, Any] | None:
    if _has_own_alone(user):
        return own_keys(user, Bounds(among=_among(narrowing)))[: COUNTED + 1]
    if not reads_units(user):
        return None
    rows = narrowing.leaves(Case.objects.order_by())
    first, *others = (part.values_list("pk") for part in placed_and_own(user, rows))
    found = first.union(*others, all=True) if others else first
    return found[: COUNTED + 1]


def _has_own_alone(user: Any) -> bool:
    return isinstance(user, Account) and user.is_active and not reads_units(user)


def _among(narrowing: Narrowing) -> QuerySet[Case] | None:
    return None if narrowing is ALL else narrowing.leaves(Case.objects.order_by())
