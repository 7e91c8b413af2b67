"""Lists around the rules: rules, regulations, waivers, planned changes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.people.access import READING, scope
from preceptor.standing.access import visible_drafts
from preceptor.standing.institutions import packs_for
from preceptor.web.filters.choices import subject_title
from preceptor.web.filters.waiver import WaiverFilter, filtered_waivers
from preceptor.web.listings.listing import (
    Column,
    Listing,
    Sheet,
    in_chunks,
    one_by_one,
    sheet_of,
)
from preceptor.web.shown.draft_lists import editing_at
from preceptor.web.shown.draft_lists import line_of as draft_line
from preceptor.web.shown.regulation import register_of
from preceptor.web.shown.rule import Tally, line_of, tallies
from preceptor.web.shown.waived_rules import rules_waived
from preceptor.web.tables.waiver import heads, lines
from preceptor.web.templatetags.interface import VERDICTS

RULES = [
    Column(_("Pack"), lambda row: row["pack"].id),
    Column(_("Version"), lambda row: row["pack"].version),
    Column(_("Speaks of"), lambda row: row["subject"]),
    Column(_("Rule"), lambda row: row["id"]),
    Column(_("Title of the rule"), lambda row: row["title"]),
    Column(_("Effect"), lambda row: row["kind"]),
    Column(_("Source"), lambda row: row["citation"]),
]
REGULATIONS = [
    Column(_("Layer"), lambda row: row["layer_title"]),
    Column(_("Regulation"), lambda row: row["title"]),
    Column(_("Issuer"), lambda row: row["issuer"] or None),
    Column(_("Number"), lambda row: row["number"] or None),
    Column(_("In force from"), lambda row: row["effective_from"]),
    Column(_("In force until"), lambda row: row["effective_to"]),
    Column(_("Replaces"), lambda row: row["replaces"]["title"] if row["replaces"] else None),
    Column(_("Status"), lambda row: row["state_title"]),
]
DRAFTS = [
    Column(_("Pack"), lambda row: row["draft"].pack),
    Column(_("Unit"), lambda row: row["place"]),
    Column(_("Status"), lambda row: row["state"]),
    Column(_("Written by"), lambda row: row["draft"].author),
]
WAIVED = [
    Column(_("Rule"), lambda row: row["rule"]),
    Column(_("Title of the rule"), lambda row: row["title"]),
    Column(_("In force today"), lambda row: row["in_force"]),
    Column(_("Granted in all"), lambda row: row["granted"]),
    Column(pgettext_lazy("requests", "Open"), lambda row: row["asked"]),
    Column(pgettext_lazy("requests", "Refused"), lambda row: row["refused"]),
    Column(_("Verdicts waived"), lambda row: row["waived"]),
    Column(_("Would not meet it"), lambda row: row["would_fail"]),
]


def _rules(user: Any, query: QueryDict) -> Sheet:
    counted = tallies(user)
    rows = [
        line_of(rule, counted.get(rule.id) or Tally())
        | {"pack": pack, "subject": subject_title(rule.subject)}
        for pack in packs_for(user)
        for rule in pack.rules.values()
    ]
    verdicts = [Column(VERDICTS[name][2], _count_of(name)) for name in VERDICTS]
    return sheet_of([*RULES, *verdicts], rows)


def _count_of(verdict: str) -> Any:
    """How often the rule says so; None where it judges no records of this kind yet."""
    return lambda row: row["counts"][verdict] if row["is_judged"] else None


def _regulations(user: Any, query: QueryDict) -> Sheet:
    layers = register_of(user, today())
    rows = (line | {"layer_title": title} for title, lines in layers for line in lines)
    return sheet_of(REGULATIONS, rows)


def _waivers(user: Any, query: QueryDict) -> Sheet:
    packs = packs_for(user)
    return Sheet(heads(), lines(filtered_waivers(user, WaiverFilter(query, packs).chosen()), packs))


def _waived(user: Any, query: QueryDict) -> Sheet:
    if not scope(user).kinds & READING:
        raise Http404
    return sheet_of(WAIVED, rules_waived(user, packs_for(user)))


def _drafts(user: Any, query: QueryDict) -> Sheet:
    if editing_at(user) is None:
        raise Http404
    rows = visible_drafts(user).select_related("unit", "institution")
    return sheet_of(DRAFTS, (draft_line(row) for row in one_by_one(in_chunks(rows))))


LISTINGS = (
    Listing("rules", _("Rules"), (), _rules),
    Listing("regulations", _("Regulations"), (), _regulations),
    Listing("waivers", _("Waivers"), tuple(WaiverFilter.base_fields), _waivers),
    Listing("waivers_by_rule", _("Waivers by rule"), (), _waived),
    Listing("drafts", _("Planned changes"), (), _drafts),
)
