"""The calendar that somebody subscribes to: own sittings and deadlines at a secret, revocable address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from panel_cast import adopt, agreed, asked, composed, experts, times, trainee_of
from preceptor.base.errors import NotPermitted
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases.actions import (
    answer_invitation,
    cancel_sitting,
    make_feed,
    reschedule_sitting,
    revoke_feed,
)
from preceptor.cases.models import CalendarFeed, Sitting
from preceptor.people.models import Account, Person
from preceptor.training.actions import call_panel

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "program"]

SignIn = Callable[..., Client]


@pytest.fixture
def called(
    cast: Cast, supervisor: Account, secretary: Account, office: Account
) -> tuple[Sitting, list[Person], Account]:
    """顾清妍's mid-term sitting, called for three professors; and the trainee's own account."""
    adopt(cast)
    persons, trainee = experts(cast), trainee_of(cast)
    case = agreed(asked(cast.gu, trainee), supervisor)
    panel = composed(case, persons[:3], secretary)
    agreed(case, office)
    starts, ends = times(today() + timedelta(days=3))
    sitting = call_panel(panel=panel, starts_at=starts, ends_at=ends, place="一号楼", by=secretary)
    return sitting, persons, trainee


def address_of(person: Person | None = None, account: Account | None = None) -> str:
    held = account or Account.objects.get(person=person)
    _made, token = make_feed(account=held, by=held)
    return f"/feeds/{token}/calendar.ics"


def events(address: str) -> dict[str, Any]:
    answer = Client().get(address)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    return {str(one["uid"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_a_member_reads_the_own_sittings_and_their_changes_at_one_address_without_signing_in(
    called: tuple[Sitting, list[Person], Account], secretary: Account
) -> None:
    sitting, persons, _trainee = called
    address = address_of(persons[1])
    [(uid, first)] = [one for one in events(address).items() if one[0].startswith("sitting-")]
    assert first["dtstart"].dt == sitting.starts_at and str(first["location"]) == "一号楼"
    starts, ends = times(today() + timedelta(days=4))
    sitting.refresh_from_db()
    reschedule_sitting(
        sitting=sitting, starts_at=starts, ends_at=ends, place="二号楼", by=secretary
    )
    moved = events(address)[uid]
    assert moved["dtstart"].dt == starts and moved["sequence"] > first["sequence"]
    sitting.refresh_from_db()
    cancel_sitting(sitting=sitting, reason="延期", by=secretary)
    assert str(events(address)[uid]["status"]) == "CANCELLED"


def test_whoever_declined_has_the_sitting_no_more_and_the_trainee_has_the_own(
    called: tuple[Sitting, list[Person], Account],
) -> None:
    sitting, persons, trainee = called
    account = Account.objects.get(person=persons[2])
    seat = sitting.seats.get(person=persons[2])
    answer_invitation(seat=seat, answer="declined", reason="出差", by=account)
    [event] = [one for key, one in events(address_of(persons[2])).items() if "sitting" in key]
    assert str(event["status"]) == "CANCELLED"
    [own] = [one for key, one in events(address_of(account=trainee)).items() if "sitting" in key]
    assert own["dtstart"].dt == sitting.starts_at
    assert not [key for key in events(address_of(persons[5])) if "sitting" in key]


def test_what_is_due_stands_there_on_its_last_day(
    called: tuple[Sitting, list[Person], Account], cast: Cast, supervisor: Account
) -> None:
    asked(cast.lin, trainee_of(cast, "S1"))
    dues = [one for key, one in events(address_of(account=supervisor)).items() if "task" in key]
    assert dues and all(one["dtstart"].dt > today() for one in dues)


def test_nobody_is_named_in_a_calendar_that_another_firm_may_read(
    called: tuple[Sitting, list[Person], Account], cast: Cast, supervisor: Account, office: Account
) -> None:
    _sitting, persons, trainee = called
    asked(cast.lin, trainee_of(cast, "S1"))
    names = [word for one in Person.objects.all() for word in (one.name_zh, one.name_en) if word]
    for account in (Account.objects.get(person=persons[0]), trainee, supervisor, office):
        text = Client().get(address_of(account=account)).content.decode()
        # Long lines are folded in the file.
        text = text.replace("\r\n ", "")
        assert "中期" in text or account == office
        assert not [name for name in names if name in text]


def test_an_address_that_is_revoked_replaced_or_of_a_closed_account_leads_nowhere(
    called: tuple[Sitting, list[Person], Account],
) -> None:
    _sitting, persons, _trainee = called
    account = Account.objects.get(person=persons[0])
    first = address_of(account=account)
    second = address_of(account=account)
    client = Client()
    assert [client.get(one).status_code for one in (first, second)] == [404, 200]
    account.is_active = False
    account.save()
    assert client.get(second).status_code == 404
    account.is_active = True
    account.save()
    revoke_feed(account=account, by=account)
    revoke_feed(account=account, by=account)
    assert client.get(second).status_code == 404
    assert client.get("/feeds/x/calendar.ics").status_code == 404
    assert JournalEntry.objects.filter(verb="feed.revoke").count() == 2


def test_the_address_is_shown_once_kept_as_a_digest_and_is_everybodys_own_affair(
    called: tuple[Sitting, list[Person], Account],
    signed_in: SignIn,
    secretary: Account,
    office: Account,
) -> None:
    client = signed_in(secretary)
    assert client.post("/account/calendar/").status_code == 302
    assert not CalendarFeed.objects.exists()
    made = client.post("/account/calendar/", {"language": "en"})
    address = made.context["address"]
    token = address.split("/feeds/")[1].split("/")[0]
    assert made["Cache-Control"] == "no-store"
    assert made.context["webcal"].startswith("webcal://")
    assert token not in client.get("/account/").content.decode()
    assert token not in CalendarFeed.objects.get(account=secretary, revoked_at=None).digest
    with pytest.raises(NotPermitted):
        make_feed(account=secretary, by=office)
    with pytest.raises(NotPermitted):
        revoke_feed(account=secretary, by=office)
    assert client.post("/account/calendar/revoke/").status_code == 302
    assert Client().get(f"/feeds/{token}/calendar.ics").status_code == 404


def test_a_calendar_is_read_with_as_many_queries_for_many_sittings_as_for_few(
    called: tuple[Sitting, list[Person], Account], cast: Cast
) -> None:
    _sitting, persons, _trainee = called
    address = address_of(persons[0])

    def asked_for() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(address).status_code == 200
        return len(captured)

    few = asked_for()
    for number in range(12):
        starts, ends = times(today() + timedelta(days=number))
        row = Sitting.objects.create(
            institution=cast.institution, unit=cast.general, title_zh="会", title_en="",
            starts_at=starts, ends_at=ends, state="called", number=f"M-{number}",
        )  # fmt: skip
        row.seats.create(person=persons[0], role="member")
    assert asked_for() == few <= 12
    assert len(events(address)) >= 13


def test_a_program_makes_and_revokes_the_address_too(
    called: tuple[Sitting, list[Person], Account], secretary: Account, program: Any
) -> None:
    caller = program(secretary)
    assert caller.get("/account/calendar").json() == {"since": None}
    made = caller.post("/account/calendar", {"language": "en"})
    path = made.json()["address"].split("/", 3)[3]
    assert made.status_code == 201 and Client().get(f"/{path}").status_code == 200
    assert caller.get("/account/calendar").json()["since"]
    assert caller.post("/account/calendar/revoke").json() == {"since": None}
    assert Client().get(f"/{path}").status_code == 404
