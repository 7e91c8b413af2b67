"""The new experts of an appeal as they are being chosen: who is chosen, who else could be, and why
somebody cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language

from preceptor.cases.models import Case
from preceptor.people.models import Person
from preceptor.standing.interests import Eligibility, eligibilities
from preceptor.standing.radar import Conflict
from preceptor.standing.radar.conflict import TITLES
from preceptor.web.localised import localised

Shown = dict[str, Any]


def lines_of(case: Case, persons: Sequence[Person]) -> list[Shown]:
    """Each person with what ties the person to whom the request is about, and whether something keeps
    the person off: having judged before, being the one whom the appeal is about, or a conflict that
    blocks."""
    return [_line(one) for one in eligibilities(case, persons)]


def _line(found: Eligibility) -> Shown:
    return {
        "key": found.person.pk,
        "name": localised(found.person, "name"),
        "is_former": found.is_former,
        "is_concerned": found.is_concerned,
        "is_stopped": found.is_stopped,
        "conflicts": [_tie(tie) for tie in found.conflicts],
    }


def _tie(tie: Conflict) -> Shown:
    is_english = get_language() == "en"
    return {
        "title": str(TITLES[tie.kind]),
        "is_block": tie.level == "block",
        "evidence": [one.text_en if is_english else one.text_zh for one in tie.evidence],
    }
