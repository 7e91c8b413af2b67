"""Who is under an agreement, as far as a reader may see each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from preceptor.base.together import Question, Set, answer
from preceptor.fellows.access import visible_postdocs
from preceptor.joint.access import visible_abroad, visible_duals
from preceptor.joint.models import Agreement, AgreementTrainee
from preceptor.joint.queries import IN_FORCE, predecessors, standing_of
from preceptor.joint.under import Under, people_asked
from preceptor.training.access import visible_enrolments

VISIBLE = {
    "enrolment": visible_enrolments, "dual": visible_duals, "postdoc": visible_postdocs,
    "abroad": visible_abroad,
}  # fmt: skip


@dataclass(frozen=True)
class KnownUnder:
    """Who is under some agreements: all of them, those whom the reader may see as noun and key, and
    the days of trainees by agreement and enrolment."""

    people: Sequence[Under]
    seen: Collection[tuple[str, int]]
    days: Mapping[tuple[int, int], AgreementTrainee]

    def of(self, agreement: int | None) -> list[Under]:
        """Those of one agreement; None gives all."""
        return [one for one in self.people if agreement in (None, one.agreement)]

    def shown(self, people: Sequence[Under]) -> list[Under]:
        """Those of them whom the reader may see."""
        return [one for one in people if (one.noun, one.key) in self.seen]


def known_under(agreements: Collection[int], user: Any, on: date) -> Question[KnownUnder]:
    """Who is under the agreements on the day, and which of them the reader may see."""
    people = yield from people_asked(agreements, on)
    keys: dict[str, list[int]] = defaultdict(list)
    for one in people:
        keys[one.noun].append(one.key)
    if not keys:
        return KnownUnder((), (), {})
    trained = AgreementTrainee.objects.filter(agreement__in=agreements)
    days, *found = yield [
        Set(trained.filter(enrolment__in=keys["enrolment"])),
        *(Set(VISIBLE[noun](user).filter(pk__in=keys[noun]).order_by(), ("pk",)) for noun in keys),
    ]
    return KnownUnder(
        people,
        {(noun, key) for noun, rows in zip(keys, found, strict=True) for (key,) in rows},
        {(one.agreement_id, one.enrolment_id): one for one in days},
    )


def people_seen(agreement: Agreement, user: Any, on: date) -> tuple[list[Under], int]:
    """Who is under the agreement on the day and may be seen by the reader, and how many more are; of
    one in force also who came under those that it renews."""
    is_carried = standing_of(agreement, on) in IN_FORCE
    keys = predecessors([agreement.pk]) if is_carried else [agreement.pk]
    known = answer(known_under(keys, user, on))
    shown = known.shown(known.people)
    return shown, len(known.people) - len(shown)
