"""What standing bodies leave to be done, among the tasks: advice to follow up, seats to fill."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from committees import SINCE
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.access import may_report_on_advice
from preceptor.cases.actions import (
    advise,
    close_body,
    end_seat,
    give_seat,
    report_on_advice,
    set_up_body,
)
from preceptor.cases.models import Advice, Body, BodySeat
from preceptor.cases.tasks import TaskLine, Wanted, tasks_of
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)
TEXT = "每两周汇报一次进展，并在记录本上由导师逐次签字确认，另附带教医师对病例讨论表现的书面评价和改进意见"


@pytest.fixture
def body(cast: Cast) -> Body:
    """The academic committee of the General Hospital, with 韩明澈 until the end of a year."""
    return set_up_body(
        institution=cast.institution, unit=cast.general, code="AC", kind="academic",
        name_zh="总医院学术委员会", name_en="Academic Committee", opened_on=SINCE, by=OPERATOR,
    )  # fmt: skip


def lines(account: Account, source: str, **wanted: bool) -> list[TaskLine]:
    """The lines of one source in the list of an account that asks anew."""
    asker = Account.objects.get(pk=account.pk)
    return tasks_of(asker, wanted=Wanted(kind=source, **wanted))


def advice_of(body: Body, cast: Cast, days: int, **whose: object) -> Advice:
    """An advice of last month, due in so many days."""
    return advise(
        body=body, text=TEXT, given_on=today() - 30 * A_DAY, due_on=today() + days * A_DAY,
        by=OPERATOR, **(whose or {"owner": cast.persons["T1"]}),
    )  # fmt: skip


def test_overdue_advice_is_a_task_of_who_follows_it_up_and_of_nobody_else(
    cast: Cast, body: Body, supervisor: Account, trainee: Account, secretary: Account,
    neighbour: Account, office: Account, stranger: Account,
) -> None:  # fmt: skip
    given = advice_of(body, cast, -1)
    advice_of(body, cast, 9)
    first, second = lines(supervisor, "advice")
    assert (first.noun, first.noun_key, first.number) == ("advice", given.pk, "AC")
    assert (first.is_overdue, second.is_overdue) == (True, False)
    assert [line.key for line in lines(supervisor, "advice", is_overdue=True)] == [given.pk]
    assert TEXT[:20] in first.title_zh
    assert TEXT not in first.title_zh
    assert may_report_on_advice(supervisor, given)
    for account in (trainee, secretary, neighbour, office, stranger):
        assert lines(account, "advice") == []


def test_advice_to_a_unit_is_a_task_of_its_secretary_until_it_is_done(
    cast: Cast, body: Body, secretary: Account, neighbour: Account, supervisor: Account
) -> None:
    given = advice_of(body, cast, -3, owner_unit=cast.general)
    assert len(lines(secretary, "advice")) == 1
    assert lines(neighbour, "advice") == lines(supervisor, "advice") == []
    report_on_advice(advice=given, text="仍在办理", state="open", by=secretary)
    assert len(lines(secretary, "advice")) == 1
    report_on_advice(advice=given, text="已落实", state="done", by=secretary)
    assert lines(secretary, "advice") == []


@pytest.mark.parametrize(("days", "count"), [(0, 1), (90, 1), (91, 0)])
def test_a_term_that_ends_within_ninety_days_is_a_task_of_who_keeps_the_body(
    cast: Cast, body: Body, secretary: Account, office: Account, neighbour: Account,
    leader: Account, supervisor: Account, days: int, count: int,
) -> None:  # fmt: skip
    last = today() + days * A_DAY
    give_seat(
        body=body, person=cast.persons["T2"], role="member", valid_from=SINCE, valid_to=last,
        by=OPERATOR,
    )  # fmt: skip
    for account in (secretary, office):
        found = lines(account, "term")
        assert len(found) == count
        assert all((one.noun_key, one.due_on) == (body.pk, last) for one in found)
    for account in (neighbour, leader, supervisor):
        assert lines(account, "term") == []


def test_a_seat_with_a_next_term_and_one_that_ended_are_no_task(
    cast: Cast, body: Body, secretary: Account
) -> None:
    last = today() + 5 * A_DAY
    for key in ("T2", "T3"):
        give_seat(
            body=body, person=cast.persons[key], role="member", valid_from=SINCE, valid_to=last,
            by=OPERATOR,
        )  # fmt: skip
    give_seat(
        body=body, person=cast.persons["T2"], role="member", valid_from=last + A_DAY, by=OPERATOR
    )
    third = BodySeat.objects.known().get(person=cast.persons["T3"])
    assert [line.key for line in lines(secretary, "term")] == [third.pk]
    end_seat(seat=third, last_on=today() - A_DAY, reason="调离", by=OPERATOR)
    assert lines(secretary, "term") == []


def seated(
    body: Body, cast: Cast, key: str, role: str = "member", ended: int | None = None
) -> None:
    """A seat of the person, that ended so many days ago where a number is given."""
    last = None if ended is None else today() - ended * A_DAY
    give_seat(
        body=body, person=cast.persons[key], role=role, valid_from=SINCE, valid_to=last, by=OPERATOR
    )


@pytest.mark.parametrize(("days", "count"), [(1, 1), (90, 1), (91, 0)])
def test_a_seat_that_ended_and_was_not_filled_is_a_task_of_who_keeps_the_body(
    cast: Cast, body: Body, secretary: Account, office: Account, neighbour: Account,
    supervisor: Account, days: int, count: int,
) -> None:  # fmt: skip
    seated(body, cast, "T1", "chair")
    seated(body, cast, "T3", ended=days)
    for account in (secretary, office):
        found = lines(account, "vacancy")
        assert len(found) == count
        assert all(cast.persons["T3"].name_zh in one.title_zh for one in found)
        assert all((one.noun_key, one.due_on) == (body.pk, None) for one in found)
    for account in (neighbour, supervisor):
        assert lines(account, "vacancy") == []


def test_a_vacant_seat_is_no_task_any_more_when_somebody_is_to_take_it(
    cast: Cast, body: Body, secretary: Account
) -> None:
    seated(body, cast, "T1", "chair")
    seated(body, cast, "T2", ended=3)
    seated(body, cast, "T3", ended=5)
    assert len(lines(secretary, "vacancy")) == 1, "one line a body"
    for key, left in (("T2", 1), ("T3", 0)):
        give_seat(
            body=body, person=cast.persons[key], role="member", valid_from=today() + 9 * A_DAY,
            by=OPERATOR,
        )  # fmt: skip
        assert len(lines(secretary, "vacancy")) == left


def test_a_body_without_a_chair_waits_for_one_however_long_ago_the_seat_ended(
    cast: Cast, body: Body, secretary: Account
) -> None:
    seated(body, cast, "T1", "chair", ended=300)
    [line] = lines(secretary, "vacancy")
    assert cast.persons["T1"].name_zh in line.title_zh
    give_seat(body=body, person=cast.persons["T2"], role="chair", valid_from=today(), by=OPERATOR)
    assert lines(secretary, "vacancy") == []


def test_a_closed_body_has_no_vacant_seat(cast: Cast, body: Body, secretary: Account) -> None:
    seated(body, cast, "T1", "chair", ended=2)
    assert len(lines(secretary, "vacancy")) == 1
    close_body(body=body, closed_on=today() - A_DAY, reason="并入校学术委员会", by=OPERATOR)
    assert lines(secretary, "vacancy") == []
