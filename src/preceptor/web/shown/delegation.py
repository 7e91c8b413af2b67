"""Delegations and absences as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.people.access import may_end_delegation, visible_absences
from preceptor.people.choices import DelegationKind
from preceptor.people.models import Account, Delegation

Shown = dict[str, Any]
HEADS = (_("For whom"), _("Who acts"), _("How it is set"), _("Days"), _("Tasks"))


def cells_of(rows: Sequence[Delegation], user: Any, kinds: Mapping[str, str]) -> list[Shown]:
    """The lines of the list, and whether the reader may end each; `kinds` are the titles of kinds of
    case by name."""
    return [_line(row, user, kinds) for row in rows]


def _line(row: Delegation, user: Any, kinds: Mapping[str, str]) -> Shown:
    is_over = row.valid_to is not None and row.valid_to < today()
    return {
        "key": row.pk,
        "giver": row.giver.name,
        "taker": row.taker.name,
        "kind": capfirst(DelegationKind(row.kind).label),
        "days": _days(row.valid_from, row.valid_to),
        "tasks": kinds.get(row.case_kind, row.case_kind) or _("All tasks"),
        "reason": row.reason,
        "is_over": is_over,
        "may_end": not is_over and bool(may_end_delegation(user, row)),
    }


def _days(first: date, last: date | None) -> str:
    return f"{first.isoformat()} – {last.isoformat() if last else '…'}"


def absences_of(account: Any) -> list[Shown]:
    """The account's own absences that are not over; one query at most."""
    if not isinstance(account, Account) or account.person_id is None:
        return []
    rows = visible_absences(account).filter(person=account.person_id)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today()))
    return [{"key": row.pk, "days": _days(row.valid_from, row.valid_to)} for row in rows]
