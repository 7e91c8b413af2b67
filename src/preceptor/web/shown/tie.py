"""Declared ties as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.people.access import may_read_tie_note, may_withdraw_tie, visible_ties
from preceptor.people.choices import TieKind
from preceptor.people.models import Account, Tie
from preceptor.web.localised import localised

Shown = dict[str, Any]
HEADS = (_("Between"), _("Kind of tie"), _("Days"), _("Declared by"))


def cells_of(rows: Sequence[Tie], user: Any) -> list[Shown]:
    """The lines of the list, and whether the reader may withdraw each; `rows` come with both persons
    and their institutions."""
    return [_line(row, user) for row in rows]


def _line(row: Tie, user: Any) -> Shown:
    is_over = row.valid_to is not None and row.valid_to < today()
    permit = may_withdraw_tie(user, row)
    return {
        "key": row.pk,
        "names": (localised(row.person, "name"), localised(row.other, "name")),
        "kind": capfirst(str(TieKind(str(row.kind)).label)),
        "days": f"{row.valid_from.isoformat()} – {row.valid_to.isoformat() if row.valid_to else '…'}",
        "by": _("operator") if row.declared_by == OPERATOR.actor_name else row.declared_by,
        "note": row.note if may_read_tie_note(user, row) else "",
        "is_over": is_over,
        "may_withdraw": not is_over and bool(permit),
    }


def own_ties(account: Any) -> list[Shown]:
    """The ties of the account's own person that are not over; one query at most."""
    if not isinstance(account, Account) or account.person_id is None:
        return []
    own = Q(person=account.person_id) | Q(other=account.person_id)
    rows = visible_ties(account).filter(own).filter(Q(valid_to=None) | Q(valid_to__gte=today()))
    related = rows.select_related("person__institution", "other__institution")
    return cells_of(list(related.order_by("-pk")), account)
