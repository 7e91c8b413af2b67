"""An appeal that waits for its new experts: of 顾清妍's mid-term assessment that a panel failed, or of a
request that no panel judged.

`appeal_cast` makes fixtures of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from panel_cast import adopt, agreed, asked, composed, experts, times, trainee_of, voted
from preceptor.base.actors import OPERATOR, Actor
from preceptor.cases.actions import appeal, decide_stage, submit_case
from preceptor.cases.models import Case
from preceptor.people.actions import NewPerson, give_capacities, register_persons
from preceptor.people.choices import CapacityKind
from preceptor.people.models import Account, Capacity, Person
from preceptor.training.actions import assign_supervisors, call_panel
from preceptor.training.choices import SupervisionRole
from small_kinds import KIND, in_force, prepared

if TYPE_CHECKING:
    from cast import Cast

#: A conference leave against whose refusal experts are asked.
APPEALED = (
    KIND
    + """
[[appeals]]
ground = "academic"
kind = "appeal_academic"
within = { days = 30 }
reopens = "opinion"
"""
)


class Review(NamedTuple):
    """The academic review, accepted; professors of another hospital, of whom the first three judged
    what is appealed and the others are new; and who appeals."""

    case: Case
    experts: list[Person]
    asker: Account


def reviewed(cast: Cast) -> Review:
    """顾清妍's mid-term assessment, failed by a panel, and its academic review."""
    adopt(cast)
    persons, asker = experts(cast), trainee_of(cast)
    case = agreed(asked(cast.gu, by=asker), OPERATOR)
    panel = composed(case, persons[:3], OPERATOR)
    agreed(case, OPERATOR)
    voted(call_panel(panel=panel, starts_at=times()[0], by=OPERATOR), 1, OPERATOR)
    case.refresh_from_db()
    return Review(to_be_judged_anew(case, asker), persons, asker)


def to_be_judged_anew(case: Case, asker: Account) -> Case:
    """The academic review of the refused case, accepted: its experts are to be called."""
    made = appeal(case=case, ground="academic", reason="评审意见与事实不符", by=asker)
    return agreed(submit_case(case=made, by=asker), OPERATOR)


def refused_leave(cast: Cast, by: Actor) -> Case:
    """林知远's leave, refused; nobody's panel judged it. The port of `case_cast` is in place."""
    in_force(cast.institution, APPEALED)
    case = submit_case(case=prepared(cast, by), by=by)
    return decide_stage(
        case=case, outcome="refused", by=OPERATOR, revision=case.revision, reason="材料不足"
    )


def colleague(cast: Cast, name: str = "许闻笛") -> Person:
    """A professor of the trainee's own hospital."""
    new = [NewPerson("staff_number", f"N-{name}", name, "A Colleague")]
    [found] = register_persons(institution=cast.institution, persons=new, by=OPERATOR).values()
    post = Capacity(
        person=found, unit=cast.general, kind=CapacityKind.STAFF, valid_from=cast.gu.cohort_on
    )
    give_capacities(institution=cast.institution, capacities=[post], by=OPERATOR)
    return found


def guides_too(cast: Cast, person: Person) -> None:
    """The person is 顾清妍's co-supervisor."""
    assign_supervisors(
        institution=cast.institution, pairs=[(cast.gu, person)], role=SupervisionRole.CO,
        by=OPERATOR,
    )  # fmt: skip


def keys(persons: Sequence[Person]) -> list[int]:
    """As a page or a program names them."""
    return [one.pk for one in persons]
