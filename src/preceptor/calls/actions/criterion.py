"""What the board of a call gives points for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken

from ..choices import CallState
from ..models import Call, Criterion
from .call import locked

MOST_CRITERIA, MOST_POINTS, MOST_WEIGHT = 20, 1000, 1000
NAME_LENGTH, NAME_EN_LENGTH = 80, 120


@dataclass(frozen=True)
class NewCriterion:
    """A criterion: the full mark and how much it weighs beside the others, in hundredths."""

    name_zh: str
    name_en: str
    most: int = 100
    weight: int = 100


def set_criteria(*, call: Call, criteria: Sequence[NewCriterion], by: Actor) -> list[Criterion]:
    """Put these criteria in the place of those that the call had; the same again change nothing.

    Raises PermissionDenied; InputRefused for a name that is missing or too long, a mark or weight out
    of bounds; RuleBroken once the call is published: applicants know by what they are judged.
    """
    for one in criteria:
        _refuse(one)
    if len(criteria) > MOST_CRITERIA:
        raise InputRefused(_("%(most)s criteria at most.") % {"most": MOST_CRITERIA})
    with deed(by) as act:
        held = locked(call, by)
        if _same(held, criteria):
            return list(held.criteria.all())
        if held.state != CallState.DRAFT:
            raise RuleBroken(_("The call is published; its criteria stay as they are."))
        held.criteria.all().delete()
        rows = [
            Criterion(
                call=held, place=place, name_zh=one.name_zh.strip(), name_en=one.name_en.strip(),
                most=one.most, weight=one.weight,
            )
            for place, one in enumerate(criteria, start=1)
        ]  # fmt: skip
        Criterion.objects.bulk_create(rows)
        act.write("call.criteria", "call", held.pk, after={"criteria": [str(row) for row in rows]})
        return list(held.criteria.all())


def _same(call: Call, criteria: Sequence[NewCriterion]) -> bool:
    held = call.criteria.order_by("place").values_list("name_zh", "name_en", "most", "weight")
    asked = [(one.name_zh.strip(), one.name_en.strip(), one.most, one.weight) for one in criteria]
    return list(held) == asked


def _refuse(one: NewCriterion) -> None:
    names = one.name_zh.strip(), one.name_en.strip()
    if not all(names) or len(names[0]) > NAME_LENGTH or len(names[1]) > NAME_EN_LENGTH:
        raise InputRefused(_("A criterion has a short name in both languages."))
    if not 1 <= one.most <= MOST_POINTS or not 1 <= one.weight <= MOST_WEIGHT:
        raise InputRefused(
            _("The full mark and the weight of a criterion lie between 1 and %(most)s.")
            % {"most": MOST_POINTS}
        )
