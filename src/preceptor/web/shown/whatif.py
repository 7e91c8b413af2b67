"""What would change for a trainee, requirement by requirement, before and after."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preceptor.policy import Explanation
from preceptor.standing.whatif import Beside, WhatIf
from preceptor.web.shown.requirement import FIRST

Shown = dict[str, Any]


def _side(known: Explanation | None) -> Shown:
    if known is None:
        return {"verdict": "not_applicable", "text": _("The rule does not concern this record.")}
    verdict = "warn" if known.verdict == "fail" and known.kind == "warn" else known.verdict.value
    needed = known.needed or _("; ").join(known.missing)
    return {"verdict": verdict, "text": known.message, "needed": needed}


def beside_shown(one: Beside) -> Shown:
    """A requirement with both its sides."""
    known = one.after or one.before
    assert known is not None
    return {
        "title": known.title,
        "url": reverse("rule", args=[one.rule]),
        "citation": known.citation,
        "evidence_mark": known.evidence,
        "before": _side(one.before),
        "after": _side(one.after),
        "is_changed": one.is_changed,
    }


def whatif_shown(found: WhatIf) -> Shown:
    """What changes first, then what only moves, then how many stay; the worst outcome first."""
    lines = [(one, beside_shown(one)) for one in found.requirements]
    lines.sort(key=lambda line: FIRST.index(line[1]["after"]["verdict"]))
    changed = [shown for one, shown in lines if one.is_changed]
    moved = [shown for one, shown in lines if one.is_moved and not one.is_changed]
    return {
        "on": found.on,
        "lead": _lead(len(changed)),
        "changed": changed,
        "moved": moved,
        "same": [shown for one, shown in lines if not one.is_moved],
        "step_before": found.before.step,
        "step_after": found.after.step,
        "verdicts": (found.before.verdict.value, found.after.verdict.value),
    }


def _lead(changed: int) -> str:
    if not changed:
        return _("No requirement would be judged otherwise.")
    return ngettext(
        "%(count)s requirement would be judged otherwise.",
        "%(count)s requirements would be judged otherwise.",
        changed,
    ) % {"count": changed}
