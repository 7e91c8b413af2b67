"""What the end of a stage's time brings, once; and the reminder that the asker sends once a day."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry, OutgoingMail
from preceptor.base.queue.tasks import task_named
from preceptor.cases.actions import adopt_calendar, handle_late, remind
from preceptor.cases.models import Case, CaseStep, Reminder, Task
from preceptor.people.models import Account
from small_kinds import TestPort, in_force
from timed_kinds import asked, late_kind

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast", "timed_cases"]

#: Three working days after Monday 2 March 2026.
ASKED, DUE, AFTER = date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 6)


@pytest.fixture
def make(
    cast: Cast, port: TestPort, trainee: Account, supervisor: Account, leader: Account,
    on: Callable[[date], None],
) -> Callable[[str], Case]:  # fmt: skip
    """Makes 林知远's request of a kind whose first stage, when late, does this."""
    for account in (supervisor, leader):
        account.email = f"{account.login}@example.org"
        account.save(update_fields=["email"])

    def made(late: str) -> Case:
        on(ASKED)
        adopt_calendar(institution=cast.institution, by=OPERATOR)
        text = late_kind(late)
        in_force(cast.institution, text[: text.index("[[appeals]]")])
        return asked(cast, trainee)

    return made


def letters() -> list[str]:
    rows = OutgoingMail.objects.filter(unique_key__startswith="late:")
    return list(rows.values_list("to", flat=True))


@pytest.mark.django_db
def test_a_late_stage_is_reminded_of_once_however_often_the_job_runs(
    make: Callable[[str], Case], on: Callable[[date], None]
) -> None:
    case = make('late = "remind"')
    assert case.due_on == DUE
    on(DUE)
    assert handle_late(on=DUE, by=OPERATOR) == 0
    on(AFTER)
    assert [handle_late(on=AFTER, by=OPERATOR) for _again in range(3)] == [1, 0, 0]
    assert letters() == ["supervisor@example.org"]
    assert CaseStep.objects.filter(case=case, verb="late").count() == 1
    assert JournalEntry.objects.filter(verb="case.late").count() == 1
    case.refresh_from_db()
    assert (case.state, case.stage) == ("running", "opinion")


@pytest.mark.django_db
def test_a_late_stage_climbs_to_one_more_who_may_act(
    make: Callable[[str], Case], on: Callable[[date], None]
) -> None:
    case = make('late = "climb", climbs_to = "leader of institution"')
    on(AFTER)
    assert handle_late(on=AFTER, by=OPERATOR) == 1
    assert handle_late(on=AFTER, by=OPERATOR) == 0
    held = Task.objects.filter(case=case, done_at=None).order_by("id")
    assert [(task.holder, task.role) for task in held] == [("person", ""), ("role", "leader")]


@pytest.mark.django_db
@pytest.mark.parametrize(("late", "stage"), [("pass", "notice"), ("refuse", "hearing")])
def test_a_late_stage_ends_as_its_kind_says(
    make: Callable[[str], Case], on: Callable[[date], None], late: str, stage: str
) -> None:
    case = make(f'late = "{late}"')
    on(AFTER)
    assert [handle_late(on=AFTER, by=OPERATOR) for _again in range(2)] == [1, 0]
    case.refresh_from_db()
    assert (case.stage, case.state) == (stage, "running")


@pytest.mark.django_db
def test_where_nobody_can_climb_in_those_who_act_are_reminded(
    make: Callable[[str], Case], on: Callable[[date], None], leader: Account
) -> None:
    case = make('late = "climb", climbs_to = "subject"')
    Case.objects.update(person=None)
    on(AFTER)
    assert handle_late(on=AFTER, by=OPERATOR) == 1
    assert letters() == ["supervisor@example.org"]
    assert Task.objects.filter(case=case, done_at=None).count() == 1


@pytest.mark.django_db
def test_the_nightly_job_does_both_and_nobody_else_may(
    make: Callable[[str], Case], on: Callable[[date], None], office: Account
) -> None:
    make('late = "remind"')
    on(AFTER)
    assert task_named("cases.nightly").func() == {"notices": 0, "late": 1}
    with pytest.raises(NotPermitted):
        handle_late(on=AFTER, by=office)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_nightly_jobs_at_once_write_one_letter(
    make: Callable[[str], Case], on: Callable[[date], None]
) -> None:
    make('late = "remind"')
    on(AFTER)
    done: list[int] = []

    def run() -> None:
        try:
            done.append(handle_late(on=AFTER, by=OPERATOR))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 1]
    assert letters() == ["supervisor@example.org"]


@pytest.mark.django_db
def test_a_reminder_goes_to_those_on_whom_it_waits_once_a_day(
    make: Callable[[str], Case], trainee: Account, supervisor: Account, on: Callable[[date], None]
) -> None:
    case = make('late = "remind"')
    remind(case=case, by=trainee)
    with pytest.raises(RuleBroken) as refusal:
        remind(case=case, by=trainee)
    assert supervisor.name in str(refusal.value)
    rows = OutgoingMail.objects.filter(unique_key__startswith="remind:")
    assert [row.to for row in rows] == ["supervisor@example.org"]
    on(date(2026, 3, 3))
    remind(case=case, by=trainee)
    assert Reminder.objects.count() == 2
    assert OutgoingMail.objects.filter(unique_key__startswith="remind:").count() == 2


@pytest.mark.django_db
def test_only_who_asked_reminds_and_only_while_it_waits(
    make: Callable[[str], Case], supervisor: Account, secretary: Account, trainee: Account
) -> None:
    case = make('late = "remind"')
    for by in (supervisor, secretary):
        with pytest.raises(NotPermitted):
            remind(case=case, by=by)
    Case.objects.update(state="granted")
    case.refresh_from_db()
    with pytest.raises(NotPermitted):
        remind(case=case, by=trainee)
    assert not Reminder.objects.exists()


@pytest.mark.django_db
def test_a_reminder_that_reaches_nobody_is_not_counted(
    make: Callable[[str], Case], supervisor: Account, trainee: Account
) -> None:
    case = make('late = "remind"')
    Account.objects.filter(pk=supervisor.pk).update(email="", is_active=False)
    with pytest.raises(RuleBroken):
        remind(case=case, by=trainee)
    assert not Reminder.objects.exists()


@pytest.mark.django_db
def test_who_has_an_account_and_no_address_is_reminded_on_the_pages(
    make: Callable[[str], Case], supervisor: Account, trainee: Account
) -> None:
    case = make('late = "remind"')
    Account.objects.filter(pk=supervisor.pk).update(email="")
    remind(case=case, by=trainee)
    assert Reminder.objects.count() == 1
    assert JournalEntry.objects.get(verb="case.remind").after["told"] == [supervisor.name]
