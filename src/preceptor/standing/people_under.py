"""Who is under an agreement, as far as a reader may see each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from preceptor.fellows.access import visible_postdocs
from preceptor.joint.access import visible_abroad, visible_duals
from preceptor.joint.models import Agreement
from preceptor.joint.queries import IN_FORCE, predecessors, standing_of
from preceptor.joint.under import Under, people_under
from preceptor.training.access import visible_enrolments

VISIBLE = {
    "enrolment": visible_enrolments, "dual": visible_duals, "postdoc": visible_postdocs,
    "abroad": visible_abroad,
}  # fmt: skip


def people_of(agreement: Agreement, on: date) -> list[Under]:
    """Everybody under the agreement on the day; of one in force also who came under those that it
    renews. A fixed number of queries."""
    is_carried = standing_of(agreement, on) in IN_FORCE
    return people_under(predecessors([agreement.pk]) if is_carried else [agreement.pk], on)


def seen_of(user: Any, people: Sequence[Under]) -> set[tuple[str, int]]:
    """Those of them whom the reader may see, as noun and key; a query for each noun that occurs."""
    keys: dict[str, list[int]] = defaultdict(list)
    for one in people:
        keys[one.noun].append(one.key)
    return {
        (noun, key)
        for noun, wanted in keys.items()
        for key in VISIBLE[noun](user).filter(pk__in=wanted).order_by().values_list("pk", flat=True)
    }


def people_seen(agreement: Agreement, user: Any, on: date) -> tuple[list[Under], int]:
    """Who is under the agreement on the day and may be seen by the reader, and how many more are."""
    people = people_of(agreement, on)
    seen = seen_of(user, people)
    shown = [one for one in people if (one.noun, one.key) in seen]
    return shown, len(people) - len(shown)
