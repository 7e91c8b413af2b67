"""A degree evaluation committee upon the fixed cast, and sittings of it through the real actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions.agenda import put_on_agenda
from preceptor.cases.actions.attendance import mark_presence
from preceptor.cases.actions.ballot import cast_vote, close_vote, open_vote
from preceptor.cases.actions.body import give_seat, set_up_body
from preceptor.cases.actions.meeting import call_meeting
from preceptor.cases.actions.sitting import open_sitting
from preceptor.cases.bodies import voting_of
from preceptor.cases.models import Body, Item, Sitting
from preceptor.people.actions import NewPerson, give_titles, open_account, register_persons
from preceptor.people.choices import TitleLevel, TitleSeries
from preceptor.people.models import Account, Person, Title

if TYPE_CHECKING:
    from cast import Cast

SINCE = date(2024, 9, 1)
SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"


@dataclass
class Committee:
    """The body, its members (the first is chair and head), and their accounts."""

    body: Body
    members: list[Person]
    accounts: list[Account] = field(default_factory=list)


def members(cast: Cast, size: int, level: str | None = TitleLevel.FULL) -> list[Person]:
    """Invented persons, with a title since 2010; without one where `level` is None."""
    new = [
        NewPerson("staff_number", f"C{place:03}", f"委{SIGNS[place]}", f"Member {place}")
        for place in range(size)
    ]
    found = register_persons(institution=cast.institution, persons=new, by=OPERATOR)
    persons = [found[one.number] for one in new]
    if level is not None:
        titles = [
            Title(
                person=person, series=TitleSeries.TEACHER, level=level, name="教授",
                valid_from=date(2010, 1, 1),
            )
            for person in persons
        ]  # fmt: skip
        give_titles(institution=cast.institution, titles=titles, by=OPERATOR)
    return persons


def degree_committee(cast: Cast, size: int = 9, *, with_accounts: bool = True) -> Committee:
    """A committee of so many members in which the head of the university has the chair."""
    body = set_up_body(
        institution=cast.institution, unit=cast.institution, code="DEC", kind="degree",
        name_zh="云汀医科大学学位评定委员会", name_en="Degree Evaluation Committee",
        opened_on=SINCE, term_years=4, meetings_a_year=2, by=OPERATOR,
    )  # fmt: skip
    made = Committee(body, members(cast, size))
    for place, person in enumerate(made.members):
        give_seat(
            body=body, person=person, role="member" if place else "chair", is_head=not place,
            valid_from=SINCE, by=OPERATOR,
        )  # fmt: skip
        if with_accounts:
            account = open_account(
                login=f"member{place}", name=person.name_zh, password="only-for-tests-2026",
                person=person, by=OPERATOR,
            )  # fmt: skip
            made.accounts.append(account)
    return made


def meeting(made: Committee, day: date | None = None) -> Sitting:
    """A meeting in the afternoon of the day, today when none is given."""
    at = datetime.combine(day or today(), datetime.min.time()) + timedelta(hours=14)
    start = timezone.make_aware(at)
    return call_meeting(
        body=made.body, starts_at=start, ends_at=start + timedelta(hours=2), place="行政楼二楼会议室",
        by=OPERATOR,
    )  # fmt: skip


def convene(sitting: Sitting, present: int) -> None:
    """Open the sitting with the first so many present and all others recorded as absent."""
    open_sitting(sitting=sitting, by=OPERATOR)
    for place, seat in enumerate(sitting.seats.order_by("pk")):
        mark_presence(seat=seat, is_present=place < present, by=OPERATOR)


def listed(made: Committee, sitting: Sitting, title: str = "授予博士学位") -> Item:
    """An item to be voted on by the body's own rule."""
    return put_on_agenda(
        sitting=sitting, title_zh=title, title_en="Award of degrees", voting=voting_of(made.body),
        by=OPERATOR,
    )  # fmt: skip


def vote(made: Committee, item: Item, choices: Sequence[str]) -> Item:
    """Open the vote, let the first members choose in their order, close it; the item as it stands."""
    opened = open_vote(item=item, by=OPERATOR)
    seats = {seat.person_id: seat for seat in item.sitting.seats.all()}
    for account, choice in zip(made.accounts, choices, strict=False):
        assert account.person_id is not None
        cast_vote(item=opened, seat=seats[account.person_id], choice=choice, by=account)
    close_vote(item=opened, by=OPERATOR)
    return Item.objects.select_related("sitting__body").get(pk=item.pk)
