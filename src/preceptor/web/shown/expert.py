"""The new experts of an appeal as they are being chosen: who is chosen, who else could be, and why
somebody cannot."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import get_language

from preceptor.base.today import today
from preceptor.cases.appeals import barred
from preceptor.cases.kinds.kind import Conflicts
from preceptor.cases.models import Case
from preceptor.cases.queries import kind_of
from preceptor.people.models import Person
from preceptor.standing.radar import Conflict, conflicts
from preceptor.standing.radar.conflict import TITLES
from preceptor.training.models import MilestoneCase
from preceptor.web.localised import localised

Shown = dict[str, Any]


def lines_of(case: Case, persons: Sequence[Person]) -> list[Shown]:
    """Each person with what ties the person to the trainee, and whether something keeps the person
    off: having judged before, being the one who appeals, or a conflict that blocks."""
    ties = _ties(case, persons)
    former = barred(case) | {case.person_id}
    return [_line(person, ties.get(person.pk, []), person.pk in former) for person in persons]


def _ties(case: Case, persons: Collection[Person]) -> Mapping[int, list[Conflict]]:
    """The conflicts of interest; none where the appealed request is about no step before a panel."""
    rows = MilestoneCase.objects.filter(case=case.appeal_of_id)
    row = rows.select_related("enrolment__person", "enrolment__unit").first()
    if row is None:
        return {}
    rule = kind_of(case).stage(case.stage).conflicts or Conflicts()
    return conflicts(persons, row.enrolment, today(), rule)


def _line(person: Person, ties: Sequence[Conflict], is_former: bool) -> Shown:
    is_english = get_language() == "en"
    return {
        "key": person.pk,
        "name": localised(person, "name"),
        "is_former": is_former,
        "is_stopped": is_former or any(tie.level == "block" for tie in ties),
        "conflicts": [
            {
                "title": str(TITLES[tie.kind]),
                "is_block": tie.level == "block",
                "evidence": [one.text_en if is_english else one.text_zh for one in tie.evidence],
            }
            for tie in ties
        ],
    }
