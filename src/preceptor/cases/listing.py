"""Pages of the list of cases, newest first: which cases are on a page, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

from preceptor.base.keyset import COUNTED, Part, newest_keys, newest_part
from preceptor.people.models import Account

from .access.case import Bounds, own_keys, placed_and_own, reads_units, visible_cases
from .models import Case

Narrow = Callable[[QuerySet[Case]], QuerySet[Case]]


def newest_cases(
    user: Any, query: Mapping[str, str], shown: Narrow, narrow: Narrow | None = None
) -> Part[Case]:
    """The page that the query asks for of the cases of `visible_cases` that `narrow` leaves (None:
    all of them), with what `shown` adds to each. Two queries at most."""
    if not _has_own_alone(user):
        seen = visible_cases(user)
        return newest_part(shown(seen if narrow is None else narrow(seen)), query)
    among = _among(narrow)

    def keys(below: int | None, above: int | None) -> QuerySet[Any, Any]:
        bounds = Bounds(below=below, above=above, among=among)
        return own_keys(user, bounds, is_back=above is not None)

    page = newest_keys(keys, query)
    found = {row.pk: row for row in shown(Case.objects.filter(pk__in=page.rows).order_by())}
    return Part([found[key] for key in page.rows if key in found], page.before, page.after)


def count_cases(user: Any, narrow: Narrow | None = None) -> int:
    """How many cases of `visible_cases` `narrow` leaves, no further than one above COUNTED."""
    if _has_own_alone(user):
        return own_keys(user, Bounds(among=_among(narrow)))[: COUNTED + 1].count()
    if not reads_units(user):
        return 0
    rows = Case.objects.order_by() if narrow is None else narrow(Case.objects.order_by())
    first, *others = (part.values("pk") for part in placed_and_own(user, rows))
    found = first.union(*others, all=True) if others else first
    return found[: COUNTED + 1].count()


def _has_own_alone(user: Any) -> bool:
    return isinstance(user, Account) and user.is_active and not reads_units(user)


def _among(narrow: Narrow | None) -> QuerySet[Case] | None:
    return None if narrow is None else narrow(Case.objects.order_by())
