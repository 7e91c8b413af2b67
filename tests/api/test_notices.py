"""Public display and objections, delegations, absences and kept searches, for programs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, get_args

import pytest
from django.test import Client

from answers import text_of
from preceptor.api.nouns.saved_search import Listing
from preceptor.base.today import today
from preceptor.cases.actions import decide_stage, submit_case
from preceptor.cases.models import Case, Notice, Objection
from preceptor.people.models import Account
from preceptor.web.listings.registry import LISTINGS
from small_kinds import KIND, in_force, prepared

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast", "program"]
INNER = "内部意见勿外传"
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
    in_force(cast.institution, NOTICE)
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    for account in (supervisor, secretary):
        revision = Case.objects.get(pk=case.pk).revision
        decide_stage(case=case, outcome="agreed", by=account, revision=revision, reason=INNER)
    return Notice.objects.get()


def test_anybody_reads_what_is_on_display_and_objects_once(
    notice: Notice, office: Account, program: Any
) -> None:
    client, path = Client(enforce_csrf_checks=True), f"/api/v1/notices/{notice.pk}"
    listed = client.get("/api/v1/notices")
    assert [row["key"] for row in listed.json()["rows"]] == [notice.pk]
    assert INNER not in text_of(listed) + text_of(client.get(path))
    assert INNER in text_of(program(office).get(f"/cases/{notice.case_id}"))
    wrong = client.get(path, headers={"Authorization": "Bearer wrong"})
    assert wrong.status_code == 401
    sent = client.post(f"{path}/objections", GIVEN, content_type="application/json")
    assert (sent.status_code, sent.json()["state"]) == (201, "open")
    assert "许照临" not in text_of(sent) and "13800001111" not in text_of(sent)
    assert client.post("/api/v1/notices/987654/objections", {}).status_code == 404
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    forged = client.post(f"{path}/objections", GIVEN, content_type="application/json")
    assert forged.status_code == 403
    assert Objection.objects.count() == 1


def test_an_objection_is_read_and_answered_by_who_acts_and_by_nobody_else(
    notice: Notice, office: Account, secretary: Account, trainee: Account, program: Any
) -> None:
    Client().post(f"/api/v1/notices/{notice.pk}/objections", GIVEN, content_type="application/json")
    path = f"/cases/{notice.case_id}/objections"
    for account in (secretary, trainee):
        assert program(account).get(path).json() == []
    caller = program(office)
    [told] = caller.get(path).json()
    assert (told["name"], told["contact"]) == (GIVEN["name"], GIVEN["contact"])
    answer = {"verdict": "dismissed", "answer": "署名与原稿一致"}
    address = f"{path}/{told['key']}/answer"
    assert program(trainee).post(address, answer).status_code == 404
    assert caller.post(address, answer).json()["state"] == "dismissed"


def test_a_delegation_is_made_and_ended(
    cast: Cast, supervisor: Account, secretary: Account, trainee: Account, program: Any
) -> None:
    caller = program(supervisor)
    days = {"valid_from": today().isoformat(), "valid_to": today().isoformat()}
    made = caller.post("/delegations", {"taker": "secretary", **days})
    assert made.status_code == 201, text_of(made)
    assert (made.json()["giver"], made.json()["taker"]) == (supervisor.name, secretary.name)
    assert caller.post("/delegations", {"taker": "nobody-such", **days}).status_code == 422
    office_only = {"taker": "secretary", "giver": "supervisor", **days}
    assert caller.post("/delegations", office_only).status_code == 404
    path = f"/delegations/{made.json()['key']}/end"
    assert program(trainee).post(path).status_code == 404
    assert caller.post(path).status_code == 200


def test_an_absence_is_recorded_for_oneself_and_ended(
    cast: Cast, supervisor: Account, trainee: Account, program: Any
) -> None:
    caller, last = program(supervisor), today() + timedelta(days=5)
    days = {"first_on": today().isoformat(), "last_on": last.isoformat()}
    made = caller.post("/absences", days).json()
    assert made["valid_to"] == last.isoformat()
    assert program(trainee).post(f"/absences/{made['key']}/end").status_code == 404
    assert program(trainee).get("/absences").json() == []
    assert caller.post(f"/absences/{made['key']}/end").status_code == 200


def test_a_search_is_kept_and_forgotten(
    cast: Cast, office: Account, trainee: Account, program: Any
) -> None:
    caller = program(office)
    sent = {"listing": "enrolments", "name": "未达标", "query": "verdict=fail"}
    made = caller.post("/searches", sent).json()
    assert caller.get("/searches").json() == [made]
    path = f"/searches/{made['key']}/remove"
    assert program(trainee).post(path).status_code == 404
    assert caller.post(path).json() == made
    assert caller.get("/searches").json() == []


def test_the_lists_whose_filters_are_kept_are_those_of_the_pages() -> None:
    assert set(get_args(Listing)) == set(LISTINGS)


def test_what_may_not_be_seen_is_not_found_whatever_was_sent(
    cast: Cast, neighbour: Account, secretary: Account, program: Any
) -> None:
    for path in (f"/enrolments/{cast.lin.pk}/state", f"/panels/{cast.panel.pk}/waivers"):
        assert program(neighbour).post(path, {"nonsense": 1}).status_code == 404
        assert program(secretary).post(path, {"nonsense": 1}).status_code == 422
