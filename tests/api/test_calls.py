"""Calls and applications at the interface: the same as on the pages, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from answers import text_of
from preceptor.base.today import today
from preceptor.calls.models import Call, CallApplication
from preceptor.people.models import Account
from small_calls import began, drafted, screened, signed_up

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "call_cast", "program"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses() -> None:
    """The addresses of the product itself."""


def test_everybody_is_told_of_published_calls_and_nobody_of_drafts(
    cast: Cast, call: Call, client: Client, personnel: Account, program: Any
) -> None:
    draft = drafted(cast, number="BSH-9", text_zh="尚未公开")
    told = client.get("/api/v1/calls").json()
    assert [row["number"] for row in told["rows"]] == [call.number]
    one = client.get(f"/api/v1/calls/{call.pk}").json()
    assert (one["text_en"], one["takes_applications"]) == (call.text_en, True)
    assert [row["most"] for row in one["criteria"]] == [100, 50]
    hidden = client.get(f"/api/v1/calls/{draft.pk}")
    assert hidden.status_code == 404
    assert "尚未公开" not in text_of(hidden)
    assert "尚未公开" in text_of(program(personnel).get(f"/calls/{draft.pk}"))


def test_a_program_fills_in_and_hands_in_an_application(
    call: Call, applicant: Account, program: Any, personnel: Account
) -> None:
    caller = program(applicant)
    began(call, applicant, "苏未央")
    made = caller.post(f"/calls/{call.pk}/applications", {"name_zh": ""}).json()
    path = f"/applications/{made['key']}"
    kept = caller.post(f"{path}/save", {"country": "DE", "is_full_time": True}).json()
    kept = caller.post(f"{path}/save", {"statement": "我愿意"}).json()
    assert (kept["country"], kept["is_full_time"], kept["statement"]) == ("DE", True, "我愿意")
    assert caller.post(f"{path}/save", {"salary": 1}).status_code == 422
    work = {"kind": "paper", "title": "心肌修复", "year": 2024}
    assert caller.post(f"{path}/works", work).status_code == 201
    assert program(personnel).get(path).status_code == 404
    done = caller.post(f"{path}/submit", {}, **{"Idempotency-Key": "once"}).json()
    assert (done["state"], done["may_change"]) == ("running", False)
    assert program(personnel).get(path).json()["works"][0]["title"] == "心肌修复"


def test_points_and_letters_are_hidden_from_the_applicant(
    application: CallApplication, applicant: Account, voters: list[Account], personnel: Account,
    program: Any,
) -> None:  # fmt: skip
    screened(application)
    keeper, case = program(personnel), f"/cases/{application.case_id}"
    letter = {"name": "陆远舟", "email": "lu@example.org", "due_on": today().isoformat()}
    assert keeper.post(f"{case}/letters", letter).status_code == 201
    seats = [
        {"person": one.person_id, "role": "member" if place else "chair"}
        for place, one in enumerate(voters)
    ]
    application.case.refresh_from_db()
    sent = {
        "seats": seats, "starts_at": timezone.now().isoformat(),
        "revision": application.case.revision,
    }  # fmt: skip
    assert keeper.post(f"{case}/board", sent).status_code == 201
    first, second = application.call.criteria.all()
    points = {"points": [{"criterion": first.pk, "points": "80"}], "comment": "扎实"}
    path = f"/applications/{application.pk}/points"
    assert program(voters[1]).post(path, points).status_code == 200
    worse = {"points": [{"criterion": second.pk, "points": "51"}]}
    assert program(voters[1]).post(path, worse).status_code == 422
    assert [one["comment"] for one in keeper.get(path).json()] == ["扎实"]
    for address, word in ((path, "扎实"), (f"{case}/letters", "陆远舟")):
        own = program(applicant).get(address)
        assert own.status_code == 404
        assert word not in text_of(own)
        assert word in text_of(keeper.get(address))


def test_a_call_is_kept_by_its_keepers_alone(
    cast: Cast, call: Call, personnel: Account, trainee: Account, program: Any
) -> None:
    path = f"/calls/{call.pk}"
    assert program(trainee).post(f"{path}/cancel", {"reason": "x"}).status_code == 404
    caller = program(personnel)
    assert caller.get(f"{path}/ranking").json() == []
    words = {"title_zh": "修订", "revision": call.revision}
    assert caller.post(f"{path}/change", words).json()["title_zh"] == "修订"
    assert caller.post(f"{path}/change", words | {"title_zh": "旧"}).status_code == 409
    assert caller.post(f"{path}/step", {"do": "close"}).status_code == 409
    assert caller.post(f"{path}/cancel", {"reason": "经费未落实"}).json()["state"] == "cancelled"


def test_nobody_but_the_applicant_answers_an_offer(
    compared: list[CallApplication], program: Any, personnel: Account
) -> None:
    offered = program(personnel).post(f"/applications/{compared[0].pk}/offers", {"terms": "年薪"})
    assert offered.status_code == 201
    path = f"/offers/{offered.json()['key']}/answer"
    assert program(signed_up("x@example.org")).post(path, {"accepts": True}).status_code == 404
    assert program(personnel).post(path, {"accepts": True}).status_code == 403
    owner = compared[0].case.asked_by
    assert owner is not None
    told = program(owner).post(path, {"accepts": False, "reason": "另有安排"}).json()
    assert told["state"] == "declined"
