"""A trainee on the way to a panel: the shipped kinds in force, experts from inside and outside, and
one who may judge nobody: the trainee's own supervisor."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from preceptor.base.actors import OPERATOR, Actor
from preceptor.base.today import today
from preceptor.cases.actions import (
    adopt_kinds,
    attach_document,
    cast_vote,
    close_sitting,
    close_vote,
    decide_stage,
    finish_composing,
    mark_presence,
    open_sitting,
    open_vote,
    submit_case,
)
from preceptor.cases.choices import Choice
from preceptor.cases.models import Case, Sitting
from preceptor.cases.queries import kind_of
from preceptor.people.actions import (
    NewPerson,
    give_capacities,
    give_titles,
    grant_role,
    open_account,
    register_persons,
)
from preceptor.people.choices import CapacityKind, RoleKind, TitleLevel, TitleSeries
from preceptor.people.models import Account, Capacity, Person, Title
from preceptor.training.actions import Chosen, ask_milestone, begin_panel, compose_panel
from preceptor.training.choices import MilestoneKind
from preceptor.training.models import Enrolment, Panel

if TYPE_CHECKING:
    from cast import Cast

START = date(2021, 9, 1)
PDF = b"%PDF-1.7\n% a report\n%%EOF\n"
EXPERTS = ("纪云深", "苏未央", "陆青川", "白若溪", "秦望舒", "叶听澜", "程与安")


def adopt(cast: Cast) -> None:
    """The shipped kinds, in force since before anything was asked for."""
    adopt_kinds(institution=cast.institution, valid_from=date(2020, 1, 1), by=OPERATOR)


def experts(cast: Cast, names: tuple[str, ...] = EXPERTS) -> list[Person]:
    """Professors of the Cancer Hospital, each with an account."""
    new = [
        NewPerson("staff_number", f"E{place}", name, f"Expert {place}")
        for place, name in enumerate(names)
    ]
    found = list(register_persons(institution=cast.institution, persons=new, by=OPERATOR).values())
    first = date(2010, 1, 1)
    give_titles(
        institution=cast.institution, by=OPERATOR,
        titles=[
            Title(
                person=one, series=TitleSeries.PHYSICIAN, level=TitleLevel.FULL, name="主任医师",
                valid_from=first,
            )
            for one in found
        ],
    )  # fmt: skip
    give_capacities(
        institution=cast.institution, by=OPERATOR,
        capacities=[
            Capacity(person=one, unit=cast.cancer, kind=CapacityKind.PHYSICIAN, valid_from=first)
            for one in found
        ],
    )  # fmt: skip
    for place, one in enumerate(found):
        open_account(
            login=f"expert{place}", name=one.name_zh, password="only-for-tests-2026", person=one,
            by=OPERATOR,
        )  # fmt: skip
    return found


def trainee_of(cast: Cast, key: str = "S2") -> Account:
    """The account of 顾清妍, who asks."""
    person = cast.persons[key]
    account = open_account(
        login=f"asks-{key}", name=person.name_zh, password="only-for-tests-2026", person=person,
        by=OPERATOR,
    )  # fmt: skip
    grant_role(
        account=account, kind=RoleKind.TRAINEE, unit=cast.general, valid_from=START, by=OPERATOR
    )
    return account


def asked(
    enrolment: Enrolment, by: Actor, milestone: MilestoneKind = MilestoneKind.MIDTERM
) -> Case:
    """The request, with its documents, handed in."""
    case = ask_milestone(enrolment=enrolment, milestone=milestone, by=by)
    for document in kind_of(case).documents:
        attach_document(
            case=case, name=document.id, content=io.BytesIO(PDF), file_name="报告.pdf", by=by
        )
    return submit_case(case=case, by=by)


def agreed(case: Case, by: Actor) -> Case:
    """The opinion that the request waits for."""
    case.refresh_from_db()
    return decide_stage(case=case, outcome="agreed", by=by, revision=case.revision)


def composed(case: Case, persons: list[Person], by: Actor, planned_on: date | None = None) -> Panel:
    """The panel of these persons, the first in the chair, sent on for approval."""
    panel = begin_panel(case=case, by=by)
    seats = [
        Chosen(one, "member" if place else "chair", {"field": "same"})
        for place, one in enumerate(persons)
    ]
    compose_panel(panel=panel, seats=seats, planned_on=planned_on or today(), by=by)
    case.refresh_from_db()
    finish_composing(case=case, by=by, revision=case.revision)
    return Panel.objects.select_related("enrolment__unit").get(pk=panel.pk)


def times(day: date | None = None) -> tuple[datetime, datetime]:
    """A morning."""
    start = timezone.make_aware(datetime.combine(day or today(), datetime.min.time()))
    return start + timedelta(hours=9), start + timedelta(hours=11)


def voted(sitting: Sitting, in_favour: int, by: Actor) -> None:
    """The sitting is held: everybody is there, so many vote in favour and the others against."""
    sitting = open_sitting(sitting=sitting, by=by)
    seats = list(sitting.seats.filter(released_at=None).select_related("person"))
    for seat in seats:
        mark_presence(seat=seat, is_present=True, by=by)
    item = open_vote(item=sitting.items.get(), by=by)
    for place, seat in enumerate(seats):
        choice = Choice.FOR if place < in_favour else Choice.AGAINST
        cast_vote(item=item, seat=seat, choice=choice, by=Account.objects.get(person=seat.person))
    close_vote(item=item, by=by)
    sitting.refresh_from_db()
    close_sitting(sitting=sitting, by=by, record="已记录")
