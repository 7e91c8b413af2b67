"""Which rule is waived so often that it should change?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.policy import Pack
from preceptor.standing.access import OPEN, visible_waivers
from preceptor.standing.choices import WaiverState
from preceptor.web.addresses import address
from preceptor.web.shown.rule import Tally, tallies
from preceptor.web.shown.waiver import rule_title

Shown = dict[str, Any]
#: A rule waived for fewer people than this, or for a smaller share of those who would not meet it,
#: is no sign yet. Ours, not of any regulation.
FEWEST, SHARE_PERCENT = 3, 25


def rules_waived(user: Any, packs: Sequence[Pack]) -> list[Shown]:
    """For each rule with waivers in the reader's scope how many are granted, open and refused, and
    for how many of those who would not meet it the fail stands; the largest share first.

    Two queries. The verdicts are the stored ones.
    """
    granted = Q(state=WaiverState.GRANTED)
    holds = granted & Q(valid_from__lte=today(), valid_to__gte=today())
    rows = visible_waivers(user).order_by().values("rule").annotate(
        in_force=Count("pk", filter=holds),
        granted=Count("pk", filter=granted),
        asked=Count("pk", filter=Q(state__in=OPEN)),
        refused=Count("pk", filter=Q(state=WaiverState.REFUSED)),
    )  # fmt: skip
    counted = tallies(user)
    found = [_line(dict(row), counted.get(row["rule"]) or Tally(), packs) for row in rows]
    return sorted(found, key=lambda line: (-line["share"], line["title"]))


def _line(row: dict[str, Any], tally: Tally, packs: Sequence[Pack]) -> Shown:
    waived = tally.counts["waived"]
    would_fail = waived + tally.counts["fail"]
    rule, page = row["rule"], reverse("waivers")
    in_force = any(rule in pack.rules for pack in packs)
    return {
        **row,
        "title": rule_title(rule, packs),
        "url": reverse("rule", args=[rule]) if in_force else "",
        "list_url": address(page, {"rule": rule}),
        "in_force_url": address(page, {"rule": rule, "state": "in_force"}),
        "waived": waived,
        "would_fail": would_fail,
        "share": waived * 100 // would_fail if would_fail else 0,
        "suggestion": _suggestion(waived, would_fail),
    }


def _suggestion(waived: int, would_fail: int) -> str:
    """The question that many waivers put; empty where there are few."""
    if waived < FEWEST or waived * 100 < SHARE_PERCENT * would_fail:
        return ""
    return _("Waived for %(waived)s of %(all)s that would not meet it: should the rule change?") % {
        "waived": waived,
        "all": would_fail,
    }


def whole_share(lines: Sequence[Shown]) -> str:
    """In one sentence how many records are waived in all."""
    waived = sum(line["waived"] for line in lines)
    return _("%(waived)s verdicts are waived in your scope.") % {"waived": f"{waived:,}"}
