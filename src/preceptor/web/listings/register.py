"""Lists of the registers: units, directions, accounts, censuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.people.access import READING, may_keep_institution, scope, visible_accounts
from preceptor.web.forms.day import DayForm
from preceptor.web.listings.listing import (
    Column,
    Listing,
    Sheet,
    in_chunks,
    one_by_one,
    sheet_of,
)
from preceptor.web.shown.accounts import columns, found_by, line_of, with_roles
from preceptor.web.shown.census import lines_of, rows_in
from preceptor.web.shown.discipline import directions_on
from preceptor.web.shown.unit import Branch, tree_on

UNITS = [
    Column(_("Code"), lambda row: row[0].unit.code),
    Column(_("Unit"), lambda row: row[0].name),
    Column(_("Kind"), lambda row: row[0].unit.get_kind_display()),
    Column(_("Belongs to"), lambda row: row[1].name if row[1] else None),
]
DIRECTIONS = [
    Column(_("Direction"), lambda row: row["name"]),
    Column(_("Code"), lambda row: row["entry"].code),
    Column(_("Enrolled now"), lambda row: row["enrolled"]),
    Column(_("Supervisors"), lambda row: row["supervisors"]),
    Column(_("Programme versions"), lambda row: row["programmes"]),
    Column(_("Goal"), lambda row: _("recorded") if row["has_goal"] else _("goal text missing")),
    Column(_("In the catalogue from"), lambda row: row["entry"].valid_from),
    Column(_("In the catalogue until"), lambda row: row["entry"].valid_to),
]
CENSUSES = [
    Column(_("Day"), lambda row: row["census"].day),
    Column(_("Institution"), lambda row: row["institution"]),
    Column(_("Edition"), lambda row: row["census"].edition),
    Column(_("Rows"), lambda row: rows_in(row["census"])),
    Column(_("Figures"), lambda row: row["figures"]),
    Column(_("Frozen"), lambda row: timezone.localdate(row["census"].known_at)),
    Column(_("Frozen by"), lambda row: row["census"].frozen_by),
    Column(_("Last line of the journal"), lambda row: row["journal"]["number"]),
]


def _units(user: Any, query: QueryDict) -> Sheet:
    return sheet_of(UNITS, _below(tree_on(user, DayForm(query).day()).roots, None))


def _below(branches: Iterable[Branch], upper: Branch | None) -> Iterator[tuple[Branch, Any]]:
    """Each branch with the one it hangs under, in the order of the tree."""
    for branch in branches:
        yield branch, upper
        yield from _below(branch.branches, branch)


def _directions(user: Any, query: QueryDict) -> Sheet:
    return sheet_of(DIRECTIONS, directions_on(user, DayForm(query).day()))


def _accounts(user: Any, query: QueryDict) -> Sheet:
    institution = scope(user).institution
    if institution is None or not may_keep_institution(user, institution):
        raise Http404
    rows = found_by(visible_accounts(user), query.get("q", "")[:60])
    rows = with_roles(rows, today()).order_by("login", "pk")
    cells = (line_of(row) for row in one_by_one(in_chunks(rows)))
    lines = ([cell["text"] for cell in line] for line in cells)
    return Sheet([column["title"] for column in columns()], lines)


def _censuses(user: Any, query: QueryDict) -> Sheet:
    if not scope(user).kinds & READING:
        raise Http404
    return sheet_of(CENSUSES, lines_of(user))


LISTINGS = (
    Listing("units", _("Units"), ("on",), _units),
    Listing("directions", _("Directions"), ("on",), _directions),
    Listing("accounts", _("Accounts and roles"), ("q",), _accounts),
    Listing("censuses", _("Census and report"), (), _censuses),
)
