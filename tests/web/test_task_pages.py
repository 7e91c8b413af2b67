"""What waits on the reader: the list, the badge, and the first page."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from preceptor.base.today import today
from preceptor.cases.models import Case, CaseKind, Task
from preceptor.people.actions import delegate
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def listed(client: Client, query: str = "") -> list[str]:
    """The titles of the tasks, in the order of the page."""
    groups = client.get(reverse("tasks") + query).context["groups"]
    return [line["number"] for group in groups for line in group["lines"]]


def waiting(cast: Cast, kind: CaseKind, count: int, due_on: date | None = None) -> None:
    """So many requests that wait on the secretary of the General Hospital."""
    for place in range(count):
        case = Case.objects.create(
            number=f"W-{due_on}-{place:04}", institution=cast.institution, unit=cast.general,
            kind=kind, person=cast.persons["S2"], title_zh="参会", title_en="Leave", state="running",
            stage="check", stage_kind="review", due_on=due_on,
            submitted_at=timezone.now(), stage_since=timezone.now(),
        )  # fmt: skip
        Task.objects.create(
            case=case, stage="check", holder="role", role="secretary", unit=cast.general,
            institution=cast.institution, since=timezone.now(), due_on=due_on,
        )  # fmt: skip


def test_a_request_waits_on_the_supervisor_and_on_nobody_else(
    case: Case, supervisor: Account, trainee: Account, secretary: Account, neighbour: Account,
    stranger: Account, office: Account, signed_in: SignIn,
) -> None:  # fmt: skip
    number = Case.objects.get(pk=case.pk).number
    assert listed(signed_in(supervisor)) == [number]
    for account in (trainee, secretary, neighbour, stranger, office):
        client = signed_in(account)
        assert listed(client) == []
        assert number not in client.get(reverse("tasks")).content.decode()


def test_what_is_overdue_stands_first(
    cast: Cast, leave_kind: CaseKind, secretary: Account, signed_in: SignIn
) -> None:
    day = today()
    waiting(cast, leave_kind, 1)
    waiting(cast, leave_kind, 1, day + timedelta(days=3))
    waiting(cast, leave_kind, 1, day - timedelta(days=3))
    client = signed_in(secretary)
    groups = client.get(reverse("tasks")).context["groups"]
    assert [group["is_overdue"] for group in groups] == [True, False]
    assert [line["number"][:12] for line in groups[0]["lines"]] == [f"W-{day - timedelta(days=3)}"]
    assert len(groups[1]["lines"]) == 2
    assert len(listed(client, "?late=1")) == 1


def test_whoever_acts_for_another_sees_for_whom(
    cast: Cast, case: Case, supervisor: Account, leader: Account, signed_in: SignIn
) -> None:
    day = today()
    delegate(
        giver=supervisor,
        taker=leader,
        valid_from=day,
        valid_to=day + timedelta(days=3),
        by=supervisor,
    )
    client = signed_in(leader)
    number = Case.objects.get(pk=case.pk).number
    assert listed(client) == listed(client, "?whose=others") == [number]
    assert listed(client, "?whose=mine") == []
    assert "江晚晴" in client.get(reverse("tasks")).content.decode()


def test_a_kind_narrows_the_list(
    cast: Cast, leave_kind: CaseKind, secretary: Account, signed_in: SignIn
) -> None:
    waiting(cast, leave_kind, 2)
    client = signed_in(secretary)
    assert len(listed(client, "?kind=leave")) == 2
    # What the filter does not know is left out.
    assert len(listed(client, "?kind=no.such")) == 2


@pytest.mark.parametrize("due_on", [None, date(2030, 5, 6)])
def test_pages_go_on_where_the_last_one_ended(
    due_on: date | None, cast: Cast, leave_kind: CaseKind, secretary: Account, signed_in: SignIn
) -> None:
    waiting(cast, leave_kind, 60, due_on)
    client = signed_in(secretary)
    first = client.get(reverse("tasks"))
    rest = client.get(first.context["next_url"])
    numbers = [
        line["number"]
        for response in (first, rest)
        for group in response.context["groups"]
        for line in group["lines"]
    ]
    assert len(numbers) == len(set(numbers)) == 60
    assert not rest.context["next_url"]


@pytest.mark.parametrize(
    "after", ["x", "~", "2026-02-30~case~1", "~case~99999999999999999999", "%00"]
)
def test_a_place_that_is_none_is_the_first_page(
    after: str, case: Case, supervisor: Account, signed_in: SignIn
) -> None:
    response = signed_in(supervisor).get(f"{reverse('tasks')}?after={after}")
    assert response.status_code in (200, 404)


def test_a_long_list_costs_no_more_questions_than_a_short_one(
    cast: Cast, leave_kind: CaseKind, secretary: Account, signed_in: SignIn
) -> None:
    client = signed_in(secretary)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("tasks")).status_code == 200
        return len(captured)

    waiting(cast, leave_kind, 1)
    queries()
    few = queries()
    waiting(cast, leave_kind, 30, date(2030, 5, 6))
    assert queries() == few <= 12


def test_the_badge_counts_and_stops_at_ninety_nine(
    cast: Cast, leave_kind: CaseKind, secretary: Account, trainee: Account, signed_in: SignIn
) -> None:
    assert "badge" not in signed_in(trainee).get(reverse("task_count")).content.decode()
    waiting(cast, leave_kind, 2)
    client = signed_in(secretary)
    assert ">2<" in client.get(reverse("task_count")).content.decode()
    waiting(cast, leave_kind, 100, date(2030, 5, 6))
    assert ">99+<" in client.get(reverse("task_count")).content.decode()


def test_the_first_page_shows_what_waits_to_every_role(
    case: Case, supervisor: Account, trainee: Account, signed_in: SignIn
) -> None:
    number, piece = str(Case.objects.get(pk=case.pk).number), reverse("tasks_first")
    for account in (supervisor, trainee):
        assert f'hx-get="{piece}"' in signed_in(account).get("/").content.decode()
    assert number in signed_in(supervisor).get(piece).content.decode()
    assert number not in signed_in(trainee).get(piece).content.decode()


def test_the_export_has_the_tasks_of_the_list(
    cast: Cast, leave_kind: CaseKind, secretary: Account, signed_in: SignIn
) -> None:
    waiting(cast, leave_kind, 3, date(2020, 5, 6))
    client = signed_in(secretary)
    response = client.get(reverse("list_export", args=["tasks"]) + "?late=1")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    lines = list(book.active.iter_rows(values_only=True))[1:]
    assert [line[0] for line in lines] == listed(client, "?late=1")
