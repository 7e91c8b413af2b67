"""The frozen evidence of an assessment: targets, works, teaching and money as they stood."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from preceptor.fellows.choices import AppointmentState, GoalKind, TrancheState
from preceptor.web.shown.money import money_text

Shown = dict[str, Any]
TRANCHE_TONES = {
    TrancheState.PLANNED: "info", TrancheState.RELEASED: "pass", TrancheState.HELD: "warn",
    TrancheState.STOPPED: "fail",
}  # fmt: skip


def number_text(value: Decimal | None) -> str:
    """A number without needless zeros; a dash where it is not known."""
    return "–" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")


def goal_shown(kind: str, text: str, target: Decimal, reached: Decimal | None, due: str,
               evidence: str) -> Shown:  # fmt: skip
    """A target with what was reached of it, which is None until it is reported."""
    words = {"reached": number_text(reached), "target": number_text(target)}
    return {
        "kind": GoalKind(kind).label,
        "text": text,
        "due": due,
        "evidence": evidence,
        "is_reported": reached is not None,
        "value": min(reached, target) if reached is not None else None,
        "target": target,
        "measure": _("%(reached)s of %(target)s") % words
        if reached is not None
        else _("nothing reported yet, of %(target)s") % words,
    }


def scorecard_shown(card: Mapping[str, Any] | None) -> Shown | None:
    """The evidence as templates take it; None where none was taken together."""
    if not card:
        return None
    return {
        "since": card["term"]["from"],
        "until": card["term"]["to"],
        "state": AppointmentState(card["state"]).label,
        "goals": [
            goal_shown(
                one["kind"], one["text"], Decimal(one["target"]),
                None if one["reached"] is None else Decimal(one["reached"]), one["due_on"],
                one["evidence"],
            )
            for one in card["goals"]
        ],
        "works": card["works"],
        "teaching": sorted(card["teaching"].items()),
        "tranches": [
            {
                "place": one["place"],
                "amount": money_text(Decimal(one["amount_cny"])),
                "state": TrancheState(one["state"]).label,
                "tone": TRANCHE_TONES[TrancheState(one["state"])],
                "planned": one["planned_on"],
                "decided": one["decided_on"] or "",
            }
            for one in card["tranches"]
        ],
    }  # fmt: skip
