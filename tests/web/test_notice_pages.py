"""What is on public display, read by anybody, and objections to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from preceptor.base.today import today
from preceptor.cases.actions import decide_stage, submit_case
from preceptor.cases.choices import CaseState, ObjectionState
from preceptor.cases.models import Case, Notice, Objection
from preceptor.people.models import Account
from small_kinds import KIND, in_force, prepared

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast"]
SignIn = Callable[..., Client]
GIVEN = {"name": "许照临", "contact": "13800001111", "text": "署名有误，事实如下"}
NOTICE = KIND.replace(
    """does = "review"
by = ["office of institution"]
then = { agreed = "granted", refused = "refused" }""",
    """does = "notice"
by = ["office of institution"]
deadline = { days = 7 }
then = { clear = "granted", upheld = "refused" }""",
)


@pytest.fixture
def home(settings: Any, tmp_path: Any) -> None:
    settings.PRECEPTOR_HOME = tmp_path


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def notice(
    cast: Cast, port: Any, trainee: Account, supervisor: Account, secretary: Account
) -> Notice:
    """林知远's request on display since today."""
    in_force(cast.institution, NOTICE)
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    for account in (supervisor, secretary):
        revision = Case.objects.get(pk=case.pk).revision
        decide_stage(
            case=case, outcome="agreed", by=account, revision=revision, reason="内部意见勿外传"
        )
    return Notice.objects.get()


def address(notice: Notice) -> str:
    return reverse("notice", args=[notice.pk])


def test_anybody_reads_what_is_on_display_and_nothing_of_the_case(notice: Notice) -> None:
    client = Client()
    shown = (
        client.get(reverse("notices")).content.decode()
        + client.get(address(notice)).content.decode()
    )
    assert notice.title_zh in shown
    assert "云汀医科大学" in shown
    case = notice.case
    for hidden in (
        str(case.number),
        "家属住院",
        "内部意见",
        "江晚晴",
        "邀请函",
        f"/cases/{case.pk}/",
    ):
        assert hidden not in shown


def test_what_is_not_on_display_today_is_not_found(notice: Notice) -> None:
    day, client = today(), Client()
    for first, last in ((-9, -1), (1, 8)):
        days = {"first_on": day + timedelta(days=first), "last_on": day + timedelta(days=last)}
        Notice.objects.filter(pk=notice.pk).update(**days)
        assert client.get(address(notice)).status_code == 404
        assert client.post(address(notice), GIVEN).status_code == 404
        assert notice.title_zh not in client.get(reverse("notices")).content.decode()
    assert not Objection.objects.exists()


def test_an_objection_comes_in_once_and_is_read_by_those_who_examine_it(
    notice: Notice, trainee: Account, office: Account, neighbour: Account, signed_in: SignIn
) -> None:
    for _click in range(2):
        assert Client().post(address(notice), GIVEN).status_code == 302
    row = Objection.objects.get()
    case = reverse("case", args=[notice.case_id])
    shown = signed_in(office).get(case).content.decode()
    assert all(text in shown for text in GIVEN.values())
    assert signed_in(neighbour).get(case).status_code == 404
    for client, page in ((signed_in(trainee), case), (Client(), address(notice))):
        told = client.get(page).content.decode()
        assert not any(text in told for text in GIVEN.values())
    assert row.by_key == ""


def test_an_incomplete_objection_keeps_what_was_written(notice: Notice) -> None:
    response = Client().post(address(notice), {**GIVEN, "contact": ""})
    assert response.status_code == 200
    assert GIVEN["text"] in response.content.decode()
    assert not Objection.objects.exists()


def test_an_objection_is_answered_on_the_page_of_the_request(
    notice: Notice, office: Account, secretary: Account, signed_in: SignIn
) -> None:
    Client().post(address(notice), GIVEN)
    row = Objection.objects.get()
    case = notice.case
    step = reverse("case_step", args=[case.pk, "answer"])
    given = {
        "revision": case.revision, "token": "a", "objection": row.pk, "verdict": "dismissed",
        "answer": "经核查，署名无误",
    }  # fmt: skip
    assert signed_in(secretary).post(step, given).status_code in (403, 404)
    assert signed_in(office).post(step, {**given, "answer": ""}).status_code == 200
    assert Objection.objects.get().state == ObjectionState.OPEN
    assert signed_in(office).post(step, given).status_code == 302
    row.refresh_from_db()
    assert row.state == ObjectionState.DISMISSED
    assert Case.objects.get(pk=case.pk).state == CaseState.RUNNING


def test_a_notice_that_does_not_exist_is_not_found() -> None:
    for key in (0, 987_654_321, 10**30):
        assert Client().get(f"/notices/{key}/").status_code == 404
