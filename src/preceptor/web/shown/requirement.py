"""A requirement as a reader sees it, from its explanation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from preceptor.policy import Explanation, Verdict, WaiverNote
from preceptor.standing.due import verdict_of
from preceptor.web.templatetags.interface import VERDICTS

Shown = dict[str, Any]

#: What a person reads first: what is in the way, then what is open, then what is settled.
FIRST = ("fail", "pending", "warn", "open", "pass", "waived", "not_applicable")


def requirement(
    known: Explanation,
    ahead: frozenset[str] = frozenset(),
    meters: Mapping[str, Any] | None = None,
) -> Shown:
    """What parts/requirement.html takes."""
    meter = (meters or {}).get(known.rule)
    message = known.message if not meter else ""
    notes = [text for text in (message, known.date_note) if text]
    return {
        "rule": known.rule,
        "verdict": verdict_of(known, ahead),
        "title": known.title,
        "url": reverse("rule", args=[known.rule]),
        "meter": {**meter, "text": known.message} if meter else None,
        "message": " · ".join(notes),
        "missing": _("; ").join(known.missing),
        "remedy": known.needed,
        "actor": "" if known.gate in ahead else _actor(known),
        "waiver": _waiver(known.waiver) if known.waiver else "",
        "waiver_url": reverse("waiver", args=[known.waiver.key]) if known.waiver else "",
        "citation": known.citation,
        "evidence_mark": known.evidence,
        "parameters": [
            {"title": used.title, "value": used.value, "since": used.since.isoformat()}
            if used.since
            else {"title": used.title, "value": used.value}
            for used in known.parameters
        ],
    }


def as_ground(line: Shown) -> Shown:
    """The line of a rule whose failing is a ground for a withdrawal: said so, and without advice how to
    meet it, which nobody can who was absent or failed."""
    badge = pgettext("ground of a withdrawal", "does not hold: a ground")
    return line | {
        "remedy": "",
        "actor": "",
        "badge": badge if line["verdict"] == Verdict.FAIL.value else "",
    }


def _waiver(note: WaiverNote) -> str:
    """By whom, until when and on what paper it is waived, and that it is not met without."""
    return _(
        "Waived from %(first)s to %(last)s by %(signers)s, paper: %(paper)s. Without the waiver this "
        "requirement is not met."
    ) % {
        "first": note.since.isoformat(),
        "last": note.until.isoformat(),
        "signers": pgettext("between names", ", ").join(note.signers),
        "paper": note.paper,
    }


def _actor(known: Explanation) -> str:
    if known.verdict is Verdict.PENDING and known.missing:
        return _("Whoever keeps the records enters what is missing.")
    return ""


def requirements(
    explanations: Sequence[Explanation],
    ahead: frozenset[str],
    meters: Mapping[str, Any] | None = None,
) -> list[Shown]:
    """All requirements, what is in the way of the next step first."""
    shown = [requirement(known, ahead, meters) for known in explanations]
    return sorted(shown, key=lambda one: FIRST.index(one["verdict"]))


def counts(shown: list[Shown]) -> dict[str, int]:
    """How many requirements have each verdict, as `verdict_share` takes them."""
    return {name: sum(1 for one in shown if one["verdict"] == name) for name in VERDICTS}
