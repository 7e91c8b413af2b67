"""The audit of a dual degree: what the rules of both sides say of one trainee of a joint programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import get_language, override

from preceptor.joint.models import DualEnrolment
from preceptor.policy import Explanation, Pack, Whole, whole

from .duals import RELATIONS, DualSide, dual_records, sides_of
from .packs import Force, Relations, forces_on
from .queries import explanations
from .records import Record

STEP = "award"
MEANING: dict[Whole, bool | None] = {
    Whole.PASS: True,
    Whole.WARN: True,
    Whole.FAIL: False,
    Whole.PENDING: None,
}


@dataclass(frozen=True)
class DualAudit:
    """What each side's rules say, what holds back the award first, and the records that they were
    asked of, the home side's first. `meets_*` is None while something is not known, or where a side
    has no rules in force here."""

    on: date
    award_kind: str
    home: list[Explanation]
    partner: list[Explanation]
    meets_home: bool | None
    meets_partner: bool | None
    records: Sequence[Record] = ()

    @property
    def meets_both(self) -> bool | None:
        """Whether the trainee meets the rules of both sides; None while that is open."""
        sides = (self.meets_home, self.meets_partner)
        return False if False in sides else (None if None in sides else True)


def judged_on(dual: DualEnrolment, on: date) -> date:
    """The day of which the audit tells: the day itself, and once the trainee has left the joint programme
    the last day in it, because the rules ask nothing of who has left."""
    is_over = dual.left_on is not None and dual.left_on <= on
    return dual.left_on - timedelta(days=1) if dual.left_on and is_over else on


def audit(
    dual: DualEnrolment, on: date, language: str = "", relations: Relations | None = None
) -> DualAudit:
    """Both sides' rules in force on the day for one trainee, each by the packs that bind its own
    unit, with the courses of the other side that it recognises on that day; in the language given
    (the reader's). A fixed number of queries, one fewer where the `relations` of units on the day were
    read already. Raises PackError when packs in force cannot be read."""
    fresh = DualEnrolment.objects.select_related(*RELATIONS).get(pk=dual.pk)
    spoken = language or get_language() or "zh"
    sides = sides_of(fresh)
    roots = {one.institution.pk for one in sides if one.institution is not None}
    forces = forces_on(roots, on, relations)
    # Names of courses within the records are read in the language too.
    with override("zh-hans" if spoken.startswith("zh") else spoken):
        records = dual_records(sides, on)
        home, partner = (
            _said(side, record, forces, on, spoken)
            for side, record in zip(sides, records, strict=True)
        )
    return DualAudit(
        on=on,
        award_kind=fresh.programme.award_kind,
        home=home,
        partner=partner,
        meets_home=_meets(home),
        meets_partner=_meets(partner),
        records=records,
    )


def _said(
    side: DualSide, record: Record, forces: dict[int, Force], on: date, language: str
) -> list[Explanation]:
    if side.institution is None:
        return []
    packs: tuple[Pack, ...] = forces[side.institution.pk].of(side.unit)
    return explanations(lambda _unit: packs, "dual", [side], on, language, STEP, [record])[0]


def _meets(said: list[Explanation]) -> bool | None:
    return MEANING.get(whole(said)) if said else None
