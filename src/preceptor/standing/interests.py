"""Whom a conflict of interest keeps off a panel, in spite of which nobody was seated with a reason;
and who may decide a request or an appeal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from preceptor.base.today import today
from preceptor.cases.appeals import barred
from preceptor.cases.models import Case
from preceptor.people.models import Person
from preceptor.training.models import (
    ConflictOverride,
    Enrolment,
    MilestoneCase,
    OtherCase,
    Panel,
    PeriodCase,
    StateCase,
)

from .radar import (
    Conflict,
    circle_of,
    circle_of_case,
    competitors,
    conflicts,
    conflicts_with,
    rule_in,
    rule_of,
)


def blocked(panel: Panel, persons: Collection[Person]) -> dict[int, set[str]]:
    """The kinds of conflict that block each person on the day of the sitting, without those that
    were overridden; that one would judge oneself is never overridden. `panel` comes with its
    enrolment; a fixed number of queries."""
    day = panel.sits_on or panel.planned_on or today()
    overridden = {
        (row.person_id, row.conflict) for row in ConflictOverride.objects.filter(panel=panel)
    }
    found = conflicts(persons, panel.enrolment, day, rule_of(panel), panel)
    return {
        key: {
            tie.kind
            for tie in ties
            if tie.level == "block" and (tie.is_final or (key, tie.kind) not in overridden)
        }
        for key, ties in found.items()
    }


@dataclass(frozen=True)
class Eligibility:
    """Whether a person may decide an appeal: not whoever judged what is appealed (`is_former`), whom
    it is about (`is_concerned`), or whom a conflict blocks."""

    person: Person
    is_former: bool
    is_concerned: bool
    conflicts: Sequence[Conflict]

    @property
    def is_stopped(self) -> bool:
        """Whether the person cannot be called."""
        return self.is_former or self.is_concerned or _is_blocked(self.conflicts)


def eligibilities(case: Case, persons: Sequence[Person]) -> list[Eligibility]:
    """For each person, in their order, whether the person may decide the appeal, and what ties the
    person to the trainee. A fixed number of queries."""
    ties, former = _ties(case, persons), barred(case)
    return [
        Eligibility(one, one.pk in former, one.pk == case.person_id, ties.get(one.pk, ()))
        for one in persons
    ]


def stopped_experts(case: Case, persons: Collection[Person]) -> set[int]:
    """The persons whom a blocking conflict keeps from deciding the request: an appeal, one that a board
    decides, or a step whose panel votes on it, in spite of which nobody was seated with a reason.
    Nobody decides on who competes with him for a place."""
    panel = _panel_of(case)
    if panel is not None:
        return {key for key, kinds in blocked(panel, persons).items() if kinds}
    tied = {key for key, ties in _ties(case, persons).items() if _is_blocked(ties)}
    return tied | competitors(case.appeal_of_id or case.pk, [one.pk for one in persons])


def _panel_of(case: Case) -> Panel | None:
    """The panel that decides the request for a step; None for any other request."""
    rows = Panel.objects.filter(milestone_case__case=case.pk)
    return rows.select_related("enrolment__person").first()


def _is_blocked(ties: Sequence[Conflict]) -> bool:
    return any(tie.level == "block" for tie in ties)


def _ties(case: Case, persons: Collection[Person]) -> Mapping[int, Sequence[Conflict]]:
    """The conflicts of the persons by key, as of today; none where the request, or the one that is
    appealed, is about nobody who is guided or assessed."""
    about = case.appeal_of_id or case.pk
    row = MilestoneCase.objects.filter(case=about).select_related("enrolment__person").first()
    enrolment = _enrolment_of(about) if row is None else row.enrolment
    circle = circle_of_case(about) if enrolment is None else circle_of(enrolment)
    if circle is None:
        return {}
    return conflicts_with(circle, persons, today(), rule_in(case))


def _enrolment_of(case: int) -> Enrolment | None:
    """The trainee whom a request without a step of training is about; None for any other request."""
    asked = (one.objects.filter(case=case).order_by() for one in (OtherCase, PeriodCase, StateCase))
    first, *others = (rows.values_list("enrolment", flat=True) for rows in asked)
    keys = list(first.union(*others))
    rows = Enrolment.objects.filter(pk__in=keys).select_related("person")
    return rows.first() if keys else None
