"""A program writes a kind of request as its text; two persons stand behind it, and a dead end none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from answers import text_of
from preceptor.base.today import today
from preceptor.cases.actions import shipped_texts
from preceptor.cases.models import CaseKind
from preceptor.people.models import Account
from small_kinds import KIND, TestPort, in_force

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast", "program"]
pytestmark = pytest.mark.django_db

NEXT = KIND.replace('version = "1"', 'version = "2"')


def test_a_version_is_written_proposed_and_approved_by_another(
    cast: Cast, leave_kind: CaseKind, office: Account, leader: Account, program: Any
) -> None:
    writer, second = program(office), program(leader)
    made = writer.post("/kinds", {"content": NEXT}).json()
    assert (made["state"], made["faults"], made["may_edit"]) == ("draft", [], True)
    path, day = f"/kinds/{made['key']}", (today() + timedelta(days=7)).isoformat()
    assert writer.post(f"{path}/propose", {"valid_from": day}).json()["state"] == "proposed"
    assert writer.post(f"{path}/approve").status_code == 403
    back = second.post(f"{path}/return", {"reason": "改期限"}).json()
    assert back["state"] == "draft"
    writer.post(f"{path}/propose", {"valid_from": day})
    approved = second.post(f"{path}/approve").json()
    assert (approved["state"], approved["valid_from"]) == ("in_force", day)
    assert approved["approved_by"] == leader.name
    assert writer.post(f"{path}/withdraw").status_code == 409


def test_a_dead_end_is_refused_with_its_place_and_the_draft_stays_as_it_was(
    cast: Cast, leave_kind: CaseKind, office: Account, program: Any
) -> None:
    caller = program(office)
    made = caller.post("/kinds", {"content": NEXT}).json()
    path = f"/kinds/{made['key']}"
    dead = NEXT.replace('then = { agreed = "grant", refused = "refused" }',
                        'then = { agreed = "check", refused = "check" }')  # fmt: skip
    refused = caller.post(f"{path}/text", {"content": dead, "revision": made["revision"]})
    assert refused.status_code == 422
    assert "check" in refused.json()["message"]
    assert caller.get(path).json()["content"] == NEXT
    other = NEXT.replace("working_days = 3", "working_days = 5")
    kept = caller.post(f"{path}/text", {"content": other, "revision": made["revision"]}).json()
    assert kept["content"] == other
    late = caller.post(f"{path}/text", {"content": NEXT, "revision": made["revision"]})
    assert (late.status_code, late.json()["code"]) == (409, "rule_broken")


@pytest.mark.parametrize(
    "content", ["", "name =", "\u0000", "name = '测试'", "[" * 5000, "a.b.c=1"]
)
def test_what_is_no_kind_is_told_and_kept_nowhere(
    cast: Cast, port: TestPort, office: Account, program: Any, content: str
) -> None:
    answer = program(office).post("/kinds", {"content": content})
    assert answer.status_code == 422, text_of(answer)
    assert answer.json()["message"]
    assert not CaseKind.objects.filter(state="draft").exists()


def test_who_is_not_of_the_office_writes_no_kind(
    cast: Cast, leave_kind: CaseKind, trainee: Account, secretary: Account, program: Any
) -> None:
    for account in (trainee, secretary):
        assert program(account).post("/kinds", {"content": NEXT}).status_code in (403, 404)
        answer = program(account).post(f"/kinds/{leave_kind.pk}/withdraw")
        assert answer.status_code in (403, 404)
    assert CaseKind.objects.count() == 1


def test_the_office_ends_a_kind_of_its_own_and_none_of_the_product(
    cast: Cast, port: TestPort, office: Account, leader: Account, program: Any
) -> None:
    text = KIND.replace('port = "test.person"', 'port = "training.other"')
    text = text.replace('by = ["guide"]', 'by = ["supervisor"]').replace('"leave"', '"journey"')
    own, day = in_force(cast.institution, text), today().isoformat()
    writer = program(office)
    assert program(leader).post(f"/kinds/{own.pk}/end", {"last_day": day}).status_code == 403
    ended = writer.post(f"/kinds/{own.pk}/end", {"last_day": day})
    assert (ended.status_code, ended.json()["valid_to"]) == (200, day)
    shipped = in_force(cast.institution, shipped_texts("yunting")["period"])
    assert writer.post(f"/kinds/{shipped.pk}/end", {"last_day": day}).status_code == 403
