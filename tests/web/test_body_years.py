"""A standing body's year: page, workbook and interface tell the same to each reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from answers import page_of
from committees import Committee, convene, degree_committee, listed, meeting, vote
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions import (
    advise,
    close_sitting,
    give_seat,
    note_item,
    open_sitting,
    put_on_agenda,
    recuse,
    report_on_advice,
    seat_person,
    set_up_body,
    sign_minutes,
    write_minutes,
)
from preceptor.cases.models import Body, Sitting, SittingSeat
from preceptor.cases.years import year_of, years_of
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "program"]
pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
ADVICE = "研究记录须在送审之前归档"


def held(made: Committee, present: int, choices: str = "") -> Sitting:
    """A meeting of today with an item that is voted on, or only discussed where nobody votes."""
    sitting = meeting(made)
    if choices:
        item = listed(made, sitting)
        convene(sitting, present)
        vote(made, item, [{"f": "for", "a": "against", "x": "abstain"}[one] for one in choices])
    else:
        item = put_on_agenda(
            sitting=sitting,
            title_zh="通报抽检结果",
            title_en="通报抽检结果",
            voting=None,
            by=OPERATOR,
        )
        convene(sitting, present)
        note_item(item=item, by=OPERATOR)
    return close_sitting(sitting=sitting, record="会议按议程进行。", by=OPERATOR)


@pytest.fixture
def committee(cast: Cast) -> Committee:
    """Two meetings today: one with a vote and signed minutes, one without; an advice that is done."""
    made = degree_committee(cast, 9)
    first = held(made, 8, "fffffaax")
    minutes = write_minutes(sitting=first, language="zh", by=OPERATOR)
    for account in made.accounts[:2]:
        sign_minutes(minutes=minutes, by=account, password_confirmed=True)
    held(made, 7)
    advice = advise(
        body=made.body, text=ADVICE, given_on=today(), owner=cast.persons["T1"],
        due_on=today() + timedelta(days=9), by=OPERATOR,
    )  # fmt: skip
    report_on_advice(advice=advice, text="已写入手册", state="done", by=OPERATOR)
    return made


def path_of(body: Body, year: int | None = None) -> str:
    return f"/bodies/{body.pk}/years/{year or today().year}/"


def sheets(client: Client, body: Body) -> dict[str, list[Any]]:
    """The lines of each sheet of the year's workbook, without its heads."""
    answer: Any = client.get(path_of(body).rstrip("/") + ".xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return {sheet.title: list(sheet.values)[1:] for sheet in book.worksheets}


def test_the_year_tells_meetings_votes_attendance_advice_and_seats(
    committee: Committee, office: Account, signed_in: SignIn
) -> None:
    page = page_of(signed_in(office, "en").get(path_of(committee.body)))
    for text in (
        "2 of 2", "1 carried, 0 not carried", "83 %", "15 of 18 seats with a vote",
        "8 of 9 members with a vote came", "7 of 9 members with a vote came",
        "5 for, 2 against, 1 abstained", "8 of 9 present, 6 needed", "Minutes, version 1, signed by 2",
        "1 done, 0 open, 0 not taken up", ADVICE, "通报抽检结果",
    ):  # fmt: skip
        assert text in page, text


def test_the_attendance_of_each_member_is_counted_over_the_meetings_that_were_held(
    committee: Committee, office: Account
) -> None:
    found = year_of(committee.body, today().year, office)
    came = [(one.person, one.called, one.came) for one in found.people]
    members = committee.members
    assert came[:7] == [(person, 2, 2) for person in members[:7]]
    assert came[7:] == [(members[7], 2, 1), (members[8], 2, 0)]
    assert (found.held, found.decided()) == (2, 1)


def test_who_sent_a_substitute_did_not_come_and_a_recusal_is_counted(
    cast: Cast, office: Account
) -> None:
    made = degree_committee(cast, 9)
    sitting = meeting(made)
    item = listed(made, sitting)
    replaced = SittingSeat.objects.get(sitting=sitting, person=made.members[3])
    seat_person(
        sitting=sitting, person=cast.persons["T2"], role="member", stands_in_for=replaced,
        by=OPERATOR,
    )  # fmt: skip
    open_sitting(sitting=sitting, by=OPERATOR)
    first = SittingSeat.objects.get(sitting=sitting, person=made.members[0])
    recuse(item=item, seat=first, reason="申请人的导师", by=OPERATOR)
    people = {one.person: one for one in year_of(made.body, today().year, office).people}
    absent = people[made.members[3]]
    assert (absent.called, absent.came, absent.replaced, absent.missed) == (1, 0, 1, 1)
    assert people[cast.persons["T2"]].is_substitute
    assert people[made.members[0]].recused == 1


def test_of_whom_nobody_said_whether_he_came_he_is_not_absent(cast: Cast, office: Account) -> None:
    made = degree_committee(cast, 9, with_accounts=False)
    sitting = meeting(made)
    convene(sitting, 9)
    SittingSeat.objects.filter(sitting=sitting, person=made.members[2]).update(is_present=None)
    found = year_of(made.body, today().year, office)
    one = next(row for row in found.people if row.person == made.members[2])
    assert (one.called, one.came, one.unknown, one.missed) == (1, 0, 1, 0)
    assert found.meetings[0].unknown == 1


def test_the_workbook_tells_what_the_page_tells(
    committee: Committee, office: Account, signed_in: SignIn
) -> None:
    found = sheets(signed_in(office, "en"), committee.body)
    decisions, attendance, advice, seats = found.values()
    assert [row[7] for row in decisions] == ["carried", "discussed without a vote"]
    assert decisions[0][8:14] == (9, 8, 5, 2, 1, 2)
    assert [row[3] for row in attendance] == [2] * 7 + [1, 0]
    assert [row[0] for row in advice] == [ADVICE]
    assert len(seats) == (9 if committee.body.opened_on.year == today().year else 0)


def test_a_program_is_told_the_same_year(
    committee: Committee, office: Account, program: Any
) -> None:
    told = program(office).get(f"/bodies/{committee.body.pk}/years/{today().year}").json()
    assert (told["held"], told["meetings_a_year"], told["is_short"]) == (2, 2, False)
    [item] = told["meetings"][0]["items"]
    assert (item["result"]["votes_for"], item["result"]["votes_against"]) == (5, 2)
    assert told["meetings"][0]["signatures"] == 2
    assert [one["came"] for one in told["people"]] == [2] * 7 + [1, 0]
    assert [one["text"] for one in told["advice"]] == [ADVICE]
    assert program(office).get(f"/bodies/{committee.body.pk}/years/2001").status_code == 404


def test_a_member_reads_the_year_and_strangers_learn_nothing(
    committee: Committee, neighbour: Account, stranger: Account, trainee: Account,
    signed_in: SignIn, program: Any,
) -> None:  # fmt: skip
    assert ADVICE in page_of(signed_in(committee.accounts[1]).get(path_of(committee.body)))
    for account in (stranger, trainee):
        client = signed_in(account)
        for path in (path_of(committee.body), path_of(committee.body).rstrip("/") + ".xlsx"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert "委甲" not in page_of(answer)
        operation = f"/bodies/{committee.body.pk}/years/{today().year}"
        assert program(account).get(operation).status_code == 404
    # The secretary of another hospital sees that the committee is there, and none of its sittings.
    page = page_of(signed_in(neighbour).get(path_of(committee.body)))
    assert ADVICE not in page
    assert "通报抽检结果" not in page


def test_a_year_before_the_body_was_set_up_is_not_there(
    committee: Committee, office: Account, signed_in: SignIn
) -> None:
    body = committee.body
    assert years_of(body) == range(2024, today().year + 2)
    assert signed_in(office).get(path_of(body, 2023)).status_code == 404
    assert signed_in(office).get(path_of(body, 2024)).status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_year_is_one_click_from_the_body_in_both_languages(
    committee: Committee, office: Account, signed_in: SignIn, language: str
) -> None:
    client = signed_in(office, language)
    assert path_of(committee.body) in page_of(client.get(f"/bodies/{committee.body.pk}/"))
    assert client.get(path_of(committee.body)).status_code == 200


def test_a_year_asks_as_many_questions_for_one_meeting_as_for_five(
    committee: Committee, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)

    def asked() -> int:
        client.get(path_of(committee.body))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path_of(committee.body)).status_code == 200
        return len(queries)

    before = asked()
    for _one in range(3):
        held(committee, 9)
    assert asked() == before
    assert before <= 12


def test_a_renewed_seat_begins_the_day_after_and_the_year_tells_both(
    cast: Cast, office: Account, signed_in: SignIn
) -> None:
    body = set_up_body(
        institution=cast.institution, unit=cast.general, code="AC", kind="academic",
        name_zh="学术委员会", name_en="Academic Committee", opened_on=date(2020, 1, 1), by=OPERATOR,
    )  # fmt: skip
    last = today() - timedelta(days=3)
    seat = give_seat(
        body=body, person=cast.persons["T1"], role="chair", valid_from=date(2020, 1, 1),
        valid_to=last, by=OPERATOR,
    )  # fmt: skip
    client, path = signed_in(office, "en"), f"/bodies/{body.pk}/seats/{seat.pk}/renew/"
    assert path in page_of(client.get(f"/bodies/{body.pk}/"))
    assert (last + timedelta(days=1)).isoformat() in page_of(client.get(path))
    sent = {"role": "chair", "valid_from": last + timedelta(days=1), "valid_to": ""}
    assert client.post(path, sent).status_code == 302
    again = body.seats.known().get(valid_from=last + timedelta(days=1))
    assert (again.person, again.role, again.term) == (cast.persons["T1"], "chair", 2)
    assert "next term began" in page_of(client.get(path_of(body, again.valid_from.year)))
    assert path not in page_of(client.get(f"/bodies/{body.pk}/"))


def test_a_term_that_would_meet_the_one_before_is_refused_at_the_form(
    committee: Committee, office: Account, trainee: Account, signed_in: SignIn
) -> None:
    seat = committee.body.seats.known().order_by("pk")[1]
    path = f"/bodies/{committee.body.pk}/seats/{seat.pk}/renew/"
    answer = signed_in(office, "en").post(path, {"role": "member", "valid_from": today()})
    assert "has a seat in these days already" in page_of(answer)
    assert committee.body.seats.known().count() == 9
    assert signed_in(trainee).get(path).status_code == 404
