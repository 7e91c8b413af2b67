"""What the interface writes goes through the same actions; what it refuses has one shape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from answers import text_of
from preceptor.base.models import JournalEntry
from preceptor.cases.models import Case
from preceptor.people.models import Account
from preceptor.standing.models import Waiver
from small_kinds import KIND, in_force

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast", "program"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
REASON = "祖母病重需要照料"


def refusal(response: Any) -> tuple[int, str, str | None]:
    told = response.json()
    assert set(told) == {"code", "message", "where"}
    assert told["message"]
    return response.status_code, told["code"], told["where"]


def test_a_state_is_changed_once_and_stands_in_the_journal(
    cast: Cast, secretary: Account, program: Any
) -> None:
    caller, path = program(secretary), f"/enrolments/{cast.lin.pk}/state"
    sent = {"to": "suspended", "on": "2024-05-02", "reason": REASON}
    for _again in range(2):
        assert caller.post(path, sent).json()["state"] == "suspended"
    assert JournalEntry.objects.filter(verb="enrolment.state").count() == 1
    timeline = caller.get(f"/enrolments/{cast.lin.pk}/timeline").json()
    assert timeline["states"][-1]["reason"] == REASON


def test_the_reason_of_a_state_is_told_to_no_supervisor(
    cast: Cast, secretary: Account, supervisor: Account, program: Any
) -> None:
    sent = {"to": "suspended", "on": "2024-05-02", "reason": REASON}
    program(secretary).post(f"/enrolments/{cast.lin.pk}/state", sent)
    path = f"/enrolments/{cast.lin.pk}/timeline"
    told = program(supervisor).get(path)
    assert told.status_code == 200
    assert REASON not in text_of(told)
    assert REASON in text_of(program(secretary).get(path))


def test_a_refusal_says_what_where_and_in_the_language_of_the_reader(
    cast: Cast, secretary: Account, trainee: Account, program: Any
) -> None:
    path = f"/enrolments/{cast.lin.pk}/state"
    caller = program(secretary)
    sent = {"to": "graduated", "on": "2024-05-02", "reason": REASON}
    assert refusal(caller.post(path, sent)) == (409, "rule_broken", None)
    assert refusal(caller.post(path, {**sent, "to": "flying"})) == (422, "invalid", "body.to")
    assert refusal(caller.post(path, {**sent, "on": "2023-02-30"}))[2] == "body.on"
    assert refusal(caller.post(path, {**sent, "and": 1}))[2] == "body.and"
    assert refusal(caller.post(path, {**sent, "reason": "a\x00b"}))[:2] == (422, "invalid")
    assert refusal(caller.post(path, "{not json"))[:2] == (400, "unreadable")
    assert refusal(program(trainee).post(path, sent))[:2] == (403, "not_permitted")
    english = caller.post(path, sent).json()["message"]
    chinese = program(secretary, language="zh").post(path, sent).json()["message"]
    assert english.isascii() or "“" in english
    assert chinese != english
    cast.lin.refresh_from_db()
    assert cast.lin.state == "candidate"


def test_half_a_pair_of_surrogates_is_no_reason(
    cast: Cast, secretary: Account, program: Any
) -> None:
    body = json.dumps({"to": "suspended", "on": "2024-05-02", "reason": "\ud83d"})
    response = program(secretary).post(f"/enrolments/{cast.lin.pk}/state", body)
    assert refusal(response)[:2] == (422, "invalid")


def test_a_waiver_is_asked_for_and_signed_by_two(
    cast: Cast, secretary: Account, office: Account, leader: Account, program: Any
) -> None:
    asked = program(secretary).post(
        f"/enrolments/{cast.lin.pk}/waivers",
        {"rule": "training.clinical", "valid_from": "2024-01-01", "valid_to": "2027-12-31",
         "paper": "研院〔2024〕7号", "reason": REASON},
    )  # fmt: skip
    assert asked.status_code == 201, text_of(asked)
    key = asked.json()["key"]
    assert program(office).post(f"/waivers/{key}/sign").json()["state"] == "signed_once"
    assert refusal(program(secretary).post(f"/waivers/{key}/sign"))[:2] == (403, "not_permitted")
    assert program(leader).post(f"/waivers/{key}/sign").json()["state"] == "granted"
    listed = program(office).get("/waivers", state="granted")
    assert [row["signers"] for row in listed.json()["rows"]] == [["office", "leader"]]
    assert REASON not in text_of(listed)
    assert REASON in text_of(program(office).get(f"/waivers/{key}"))
    done = program(office).post(f"/waivers/{key}/withdraw", {"reason": "已补足月数"})
    assert (done.json()["state"], Waiver.objects.get().state) == ("withdrawn", "withdrawn")


@pytest.mark.parametrize("path", ["/nothing", "/enrolments/987654321", "/enrolments/x", "/"])
def test_what_does_not_exist_is_answered_like_what_is_hidden(
    path: str, office: Account, program: Any
) -> None:
    assert refusal(program(office).get(path)) == (404, "not_found", None)


@pytest.mark.parametrize(
    "query",
    [{"size": 0}, {"size": 201}, {"unit": 2**63}, {"unit": -1}, {"cohort": 10**12},
     {"verdict": "never"}, {"rule": "no.such.rule"}, {"state": "\U0001f4a5"}, {"q": "x" * 61}],
)  # fmt: skip
def test_a_question_out_of_bounds_is_refused(
    query: dict[str, Any], office: Account, program: Any
) -> None:
    assert program(office).get("/enrolments", **query).status_code == 422


@pytest.mark.parametrize("after", ["~", "x~1", "1~99999999999999999999", "%", "2021~-1"])
@pytest.mark.parametrize("path", ["/enrolments", "/units", "/drafts", "/cases", "/tasks"])
def test_an_odd_place_in_a_list_is_answered_without_a_fault(
    after: str, path: str, office: Account, program: Any
) -> None:
    assert program(office).get(path, after=after).status_code in (200, 404)


def test_a_step_sent_twice_under_one_word_is_one_step_and_an_old_revision_none(
    case: Case, supervisor: Account, secretary: Account, program: Any
) -> None:
    caller, path = program(supervisor), f"/cases/{case.pk}/decide"
    sent, once = {"outcome": "agreed", "revision": case.revision}, {"Idempotency-Key": "a-1"}
    for _again in range(2):
        assert caller.post(path, sent, **once).status_code == 200
    case.refresh_from_db()
    assert case.revision == sent["revision"] + 1
    late, old = program(secretary), f'"{sent["revision"]}"'
    refused = late.post(path, {"outcome": "agreed"}, **{"If-Match": old})
    assert refusal(refused)[:2] == (409, "rule_broken")
    assert refusal(late.post(path, {"outcome": "agreed"}))[:2] == (422, "input_refused")
    now = late.post(path, {"outcome": "agreed"}, **{"If-Match": f'"{case.revision}"'})
    assert now.json()["revision"] == case.revision + 1


def test_a_request_of_a_kind_that_the_office_made_is_prepared_by_its_name(
    cast: Cast, trainee: Account, neighbour: Account, program: Any
) -> None:
    text = KIND.replace('port = "test.person"', 'port = "training.other"')
    in_force(cast.institution, text.replace('by = ["guide"]', 'by = ["supervisor"]'))
    path, sent = f"/enrolments/{cast.lin.pk}/cases/other", {"kind": "leave", "reason": REASON}
    assert program(neighbour).post(path, sent).status_code == 404
    caller = program(trainee)
    assert refusal(caller.post(path, {"kind": "defence"}))[:2] == (409, "rule_broken")
    made = caller.post(path, sent)
    assert made.status_code == 201 and made.json()["title_zh"].startswith("外出参会申请")
    assert refusal(caller.post(path, sent))[:2] == (409, "rule_broken")
    assert Case.objects.get(other_case__enrolment=cast.lin).kind.name == "leave"


def test_a_method_that_is_not_taken_is_refused_in_the_shape_of_every_refusal(
    office: Account, program: Any
) -> None:
    caller = program(office, language="zh")
    answer = caller.client.put("/api/v1/cases", headers=caller.headers)
    assert (answer.status_code, answer.json()["code"]) == (405, "no_method")
    assert answer.headers["Allow"] == "GET"
    assert "GET" in answer.json()["message"] and "只接受" in answer.json()["message"]


def test_what_cannot_be_read_at_all_is_told_as_a_refusal(
    cast: Cast, office: Account, program: Any
) -> None:
    caller, path = program(office), "/api/v1/minutes-templates/zh"
    name = "名" * 400
    broken = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}.pdf"\r\n\r\n%PDF\r\n--x--'
    answer = caller.client.post(
        path, broken.encode(), content_type="multipart/form-data; boundary=x",
        headers=caller.headers,
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
    choice = caller.post("/bodies", {"kind": "club"})
    assert "degree" in choice.json()["message"]
    chinese = program(office, language="zh").post("/bodies", {"kind": "club"}).json()["message"]
    assert " or " not in chinese
