"""Lists of what is kept of persons beside their records: contacts, declared ties, delegations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.actors import OPERATOR
from preceptor.cases.queries import kinds_on
from preceptor.people.access import scope, visible_contacts, visible_delegations, visible_ties
from preceptor.people.choices import DelegationKind, TieKind
from preceptor.people.models import Contact, Delegation, Tie
from preceptor.people.queries import has_name
from preceptor.web.listings.listing import Listing, Sheet, in_chunks, one_by_one
from preceptor.web.localised import localised
from preceptor.web.shown import contact

MOST_TEXT = 40
DELEGATIONS = (
    _("For whom"), _("Who acts"), _("How it is set"), pgettext_lazy("a time", "From"),
    pgettext_lazy("a time", "Until"), _("Tasks"), _("Reason"),
)  # fmt: skip
TIES = (
    pgettext_lazy("a tie", "Person"), pgettext_lazy("a tie", "Other person"), _("Kind of tie"),
    pgettext_lazy("a time", "From"), pgettext_lazy("a time", "Until"), _("Declared by"),
)  # fmt: skip


def _text(query: QueryDict) -> str:
    return query.get("q", "").strip()[:MOST_TEXT]


def found_contacts(user: Any, text: str) -> QuerySet[Contact]:
    """The contacts that the user sees of persons with such a name; all without a text."""
    rows = visible_contacts(user).select_related("person")
    return rows.filter(has_name("person", text)) if text else rows


def found_ties(user: Any, text: str) -> QuerySet[Tie]:
    """The ties that the user sees of persons with such a name; all without a text."""
    rows = visible_ties(user).select_related("person__institution", "other__institution")
    return rows.filter(has_name("person", text) | has_name("other", text)) if text else rows


def found_delegations(user: Any, text: str) -> QuerySet[Delegation]:
    """The delegations that the user sees of accounts with such a name; all without a text."""
    rows = visible_delegations(user).select_related("giver", "taker", "institution")
    if not text:
        return rows
    return rows.filter(Q(giver__name__icontains=text) | Q(taker__name__icontains=text))


def kinds_named(user: Any) -> dict[str, str]:
    """The titles of the kinds of case in force at the user's institution, by name."""
    root = scope(user).institution
    return {} if root is None else {one.name: localised(one, "title") for one in kinds_on(root)}


def _contacts(user: Any, query: QueryDict) -> Sheet:
    rows = found_contacts(user, _text(query)).order_by("-pk")
    lines = one_by_one(contact.cells_of(chunk) for chunk in in_chunks(rows))
    names = ("name", "email", "telephone", "employer", "country")
    return Sheet(contact.HEADS, ([line[name] or None for name in names] for line in lines))


def _ties(user: Any, query: QueryDict) -> Sheet:
    rows = found_ties(user, _text(query)).defer("note").order_by("-pk")
    return Sheet(TIES, (_tie(row) for row in one_by_one(in_chunks(rows))))


def _tie(row: Tie) -> Sequence[Any]:
    by = _("operator") if row.declared_by == OPERATOR.actor_name else row.declared_by
    return (
        localised(row.person, "name"), localised(row.other, "name"),
        capfirst(str(TieKind(str(row.kind)).label)), row.valid_from, row.valid_to, by,
    )  # fmt: skip


def _delegations(user: Any, query: QueryDict) -> Sheet:
    rows = found_delegations(user, _text(query)).order_by("valid_from", "pk")
    return Sheet(DELEGATIONS, _given(rows, kinds_named(user)))


def _given(rows: QuerySet[Delegation], kinds: dict[str, str]) -> Iterator[Sequence[Any]]:
    for row in one_by_one(in_chunks(rows)):
        tasks = kinds.get(row.case_kind, row.case_kind) or _("All tasks")
        kind = capfirst(str(DelegationKind(row.kind).label))
        names = (row.giver.name, row.taker.name)
        yield (*names, kind, row.valid_from, row.valid_to, tasks, row.reason or None)


LISTINGS = (
    Listing("contacts", _("Contacts"), ("q",), _contacts),
    Listing("ties", _("Declared ties"), ("q",), _ties),
    Listing("delegations", _("Delegations"), ("q",), _delegations),
)
