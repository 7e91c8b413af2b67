"""What waits on whom, in which order, and how much of a great many is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.base.today import today
from preceptor.cases.access import visible_tasks
from preceptor.cases.choices import TaskHolder
from preceptor.cases.models import Case, CaseKind, Task
from preceptor.cases.sources import Source, register_source, sources
from preceptor.cases.tasks import EVERYTHING, Wanted, count_tasks, tasks_of, waiting_on
from preceptor.jobs.commands.tasks import tasks
from preceptor.people.actions import delegate
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast"]
pytestmark = pytest.mark.django_db


def fresh(account: Account) -> Account:
    """The account as of a new request."""
    return Account.objects.get(pk=account.pk)


def seen_by(account: Account) -> list[str]:
    return [line.for_name for line in tasks_of(fresh(account))]


def test_a_task_is_in_the_list_of_its_holder_alone(
    case: Case, supervisor: Account, trainee: Account, secretary: Account, office: Account
) -> None:
    [line] = tasks_of(supervisor)
    assert (line.noun, line.noun_key, line.number) == ("case", case.pk, case.number)
    assert (line.title_zh, line.stage_zh, line.stage_en) == (
        case.title_zh, "导师意见", "Opinion of the supervisor",
    )  # fmt: skip
    assert line.due_on == case.due_on and not line.is_overdue
    for account in (trainee, secretary, office):
        assert tasks_of(account) == []
        assert not visible_tasks(account).exists()
    assert visible_tasks(supervisor).get().case == case


def test_a_role_reaches_the_units_below_it_and_no_neighbour(
    cast: Cast, case: Case, secretary: Account, neighbour: Account, office: Account
) -> None:
    Task.objects.update(holder=TaskHolder.ROLE, person=None, role="secretary", unit=cast.general)
    assert seen_by(secretary) == [""]
    assert seen_by(neighbour) == seen_by(office) == []
    assert not visible_tasks(neighbour).exists()
    Task.objects.update(role="office", unit=None)
    assert seen_by(office) == [""] and seen_by(secretary) == []


def test_a_delegated_task_is_seen_on_its_days_with_whose_it_is(
    case: Case, supervisor: Account, secretary: Account
) -> None:
    soon = today() + timedelta(days=3)
    row = delegate(giver=supervisor, taker=secretary, valid_from=soon, valid_to=soon, by=supervisor)
    assert seen_by(secretary) == []
    type(row).objects.update(valid_from=today())
    assert seen_by(secretary) == [supervisor.name]
    assert visible_tasks(fresh(secretary)).exists()
    type(row).objects.update(case_kind="something else")
    assert seen_by(secretary) == []
    type(row).objects.update(case_kind="leave", valid_to=today() - timedelta(days=1),
                             valid_from=today() - timedelta(days=2))  # fmt: skip
    assert seen_by(secretary) == []


def test_nobody_is_shown_a_delegated_task_about_themselves(
    case: Case, supervisor: Account, trainee: Account
) -> None:
    delegate(giver=supervisor, taker=trainee, valid_from=today(), valid_to=today(), by=supervisor)
    assert seen_by(trainee) == []
    assert not visible_tasks(fresh(trainee)).exists()


def many(case: Case, count: int, **whose: object) -> None:
    """Tasks of one holder, every third without a deadline, several due on one day."""
    Task.objects.bulk_create(
        Task(
            case=case, stage="opinion", institution=case.institution, since=timezone.now(),
            due_on=None if number % 3 == 0 else date(2026, 1, 1) + timedelta(days=number % 5),
            **whose,
        )
        for number in range(count)
    )  # fmt: skip


@pytest.mark.database
def test_pages_by_place_give_every_task_once_in_order(
    cast: Cast, case: Case, secretary: Account, office: Account
) -> None:
    Task.objects.all().delete()
    many(case, 40, holder=TaskHolder.ACCOUNT, account=secretary)
    many(case, 40, holder=TaskHolder.ROLE, role="secretary", unit=cast.general)
    many(case, 10, holder=TaskHolder.ROLE, role="office")
    every = tasks_of(secretary, most=None)
    assert len(every) == 80
    assert [line.place.order for line in every] == sorted(line.place.order for line in every)
    assert every[-1].due_on is None
    paged, after = [], None
    while page := tasks_of(secretary, after=after, most=7):
        paged += page
        after = page[-1].place
    assert [line.key for line in paged] == [line.key for line in every]
    assert {line.key for line in every} == set(
        visible_tasks(secretary).values_list("pk", flat=True)
    )


def test_a_page_costs_the_same_for_few_and_for_many(
    cast: Cast, case: Case, secretary: Account, django_assert_max_num_queries: Callable[..., object]
) -> None:
    Task.objects.all().delete()
    counts = []
    for number in (1, 60):
        many(case, number, holder=TaskHolder.ACCOUNT, account=secretary)
        with CaptureQueriesContext(
            connection,
        ) as made:
            tasks_of(fresh(secretary))
        counts.append(len(made))
    assert counts[1] <= counts[0] <= 8


@pytest.mark.database
def test_a_page_and_its_number_are_the_list_and_the_badge_read_once(
    cast: Cast, case: Case, supervisor: Account, secretary: Account
) -> None:
    Task.objects.all().delete()
    delegate(giver=supervisor, taker=secretary, valid_from=today(), valid_to=today(), by=supervisor)
    many(case, 4, holder=TaskHolder.ACCOUNT, account=secretary)
    many(case, 5, holder=TaskHolder.ROLE, role="secretary", unit=cast.general)
    many(case, 6, holder=TaskHolder.PERSON, person=cast.persons["T1"])
    user = fresh(secretary)
    late, second = Wanted(is_overdue=True), tasks_of(user, most=2)[-1].place
    for counted in (99, 14, 7):
        for after, wanted in ((None, EVERYTHING), (second, EVERYTHING), (None, late)):
            found = waiting_on(user, after=after, most=6, wanted=wanted, counted=counted)
            assert found.lines == tasks_of(user, after=after, most=6, wanted=wanted)
            assert found.count == count_tasks(user, counted) == min(15, counted + 1)


def other_tasks(case: Case, count: int) -> None:
    """Tasks of an office that is not asked about, so that a planner has something to pass over."""
    step = Task.objects.get()
    fields = {field.attname: getattr(step, field.attname) for field in Task._meta.concrete_fields}
    for name in ("id", "person_id", "unit_id"):
        fields[name] = None
    fields.update(holder=TaskHolder.ROLE, role="leader")
    Task.objects.bulk_create(Task(**fields) for _number in range(count))


@pytest.mark.database
def test_the_list_walks_the_index_of_each_holder(
    cast: Cast, case: Case, secretary: Account
) -> None:
    with CaptureQueriesContext(connection) as made:
        tasks_of(fresh(secretary))
    [sql] = [
        row["sql"]
        for row in made
        if row["sql"].lstrip("(").startswith('SELECT "cases_task"."due_on"')
    ]
    other_tasks(case, 3000)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("EXPLAIN QUERY PLAN " + sql)
            plan = " ".join(str(row[3]) for row in cursor.fetchall())
        else:
            cursor.execute("ANALYZE cases_task")
            cursor.execute("EXPLAIN " + sql)
            plan = " ".join(str(row[0]) for row in cursor.fetchall())
    # Of so few tasks of accounts the one index costs PostgreSQL what the other does.
    account = "task_of_account" if connection.vendor == "sqlite" else "of_account"
    assert account in plan and "task_of_role" in plan, plan
    assert "SCAN cases_task" not in plan and "Seq Scan on cases_task" not in plan, plan


def test_rooms_above_add_their_own_tasks_once() -> None:
    assert {"waiver", "draft"} <= set(sources())
    with pytest.raises(ValueError, match="waiver"):
        register_source("waiver", Source(lambda user: None, lambda user, rows: []))


def test_the_command_prints_the_tasks_as_text_and_as_json(
    case: Case, supervisor: Account, neighbour: Account, leave_kind: CaseKind
) -> None:
    answer = CliRunner().invoke(tasks, ["supervisor", "--json"])
    found = json.loads(answer.output)
    assert (found["count"], found["tasks"][0]["number"]) == (1, case.number)
    assert found["tasks"][0]["title"] == {"zh": case.title_zh, "en": case.title_en}
    text = CliRunner().invoke(tasks, ["supervisor", "--lang", "zh"]).output
    assert str(case.number) in text and "导师意见" in text
    other = CliRunner().invoke(tasks, [neighbour.login, "--json"])
    assert (other.exit_code, json.loads(other.output)["count"]) == (0, 0)
    assert str(case.number) not in other.output


def test_an_unknown_user_is_told_in_the_language_that_was_asked_for(db: None) -> None:
    for lang, word in (("zh", "没有登录名为“无人”的账号"), ("en", "No account signs in as “无人”")):
        answer = CliRunner().invoke(tasks, ["无人", "--lang", lang, "--json"])
        assert answer.exit_code != 0 and answer.output == ""
        assert word in str(answer.exception)
