"""How a reader stands to a request, as the permits on it ask: kept at the request by a page that asks
for all of it at once (`reading.keep_footing`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from preceptor.people.models import Account

from ..models import Case


@dataclass(frozen=True)
class Footing:
    """How one account stands to one request: whether it sees it, has or had a task in it directly, has a
    seat on a panel that takes it up, competes with it, is kept from its letters, and is tied to the
    person concerned."""

    account: int
    is_seen: bool
    has_task: bool
    is_seated: bool
    is_rival: bool
    is_withheld: bool
    is_tied: bool


def footing_kept(user: Any, case: Case) -> Footing | None:
    """What a page kept of the user at the request; None where nothing was, or of another."""
    kept: Footing | None = getattr(case, "footing", None)
    is_theirs = kept is not None and isinstance(user, Account) and kept.account == user.pk
    return kept if is_theirs else None
