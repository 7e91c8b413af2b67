"""What the page of a request shows, a program is told: rules, refusals, ways to appeal, where it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from answers import page_of
from preceptor.cases.actions import remind, state_own_view, submit_case
from preceptor.cases.models import Case, CaseKind, Notice
from preceptor.people.models import Account
from small_kinds import KIND, PARALLEL, TestPort, finding, in_force, prepared
from timed_kinds import asked, decided, refusal_told

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast", "timed_cases", "program"]
pytestmark = pytest.mark.django_db

On = Callable[[date], None]
SignIn = Callable[..., Client]
MONDAY, LATER = date(2026, 3, 2), date(2026, 3, 20)


def page(signed_in: SignIn, user: Account, case: Case) -> Any:
    return signed_in(user).get(f"/cases/{case.pk}/").context


def told(program: Any, user: Account, case: Case) -> Any:
    return program(user).get(f"/cases/{case.pk}").json()


def test_the_rules_of_today_and_of_each_step_are_told_as_the_page_shows_them(
    cast: Cast, port: TestPort, gate: Callable[..., None], trainee: Account, supervisor: Account,
    signed_in: SignIn, program: Any,
) -> None:  # fmt: skip
    in_force(cast.institution, KIND.replace('sees = "stages"', 'sees = "stages"\ngate = "thesis"'))
    gate(finding("w", "warn", "fail"), finding("p", "block", "pass"))
    draft = prepared(cast, trainee)
    case = submit_case(case=draft, by=trainee, passing_over="已核实")
    gate(finding("b", "block", "fail"))
    today = program(trainee).get(f"/cases/{case.pk}/rules").json()
    assert (today["passed"], [one["rule"] for one in today["findings"]]) == (False, ["b"])
    shown = page(signed_in, trainee, case)["gates"]
    kept = [step["gate"] for step in told(program, trainee, case)["steps"] if step["gate"]]
    assert [one["passed"] for one in kept] == [one["passed"] for one in shown] == [True]
    assert {one["verdict"] for one in kept[0]["findings"]} == {"pass", "fail"}
    assert {one["title_zh"] for one in kept[0]["findings"]} == {"规定w", "规定p"}
    hidden = program(supervisor).get(f"/cases/{case.pk}").json()
    assert hidden["may"] == ["decide", "return"]


def test_a_program_is_told_why_it_may_not_and_nobody_is_told_more_than_the_stages(
    cast: Cast, port: TestPort, trainee: Account, supervisor: Account, program: Any
) -> None:
    text = KIND.replace('sees = "stages"', 'sees = "outcome"')
    in_force(cast.institution, text)
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    asker, guide = told(program, trainee, case), told(program, supervisor, case)
    assert "submit" in {one["name"] for one in guide["may_not"]}
    assert all(one["reason"] for one in guide["may_not"])
    assert (asker["may_not"], asker["track"], asker["place"]) == ([], [], None)
    assert asker["documents"][0]["bytes"] > 0
    assert asker["subject"]["name_zh"] == "林知远"


def test_the_page_too_keeps_the_stage_from_whom_the_kind_tells_the_end_alone(
    cast: Cast, port: TestPort, trainee: Account, supervisor: Account, signed_in: SignIn
) -> None:
    in_force(cast.institution, KIND.replace('sees = "stages"', 'sees = "outcome"'))
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    assert 'id="act"' in page_of(signed_in(supervisor).get(f"/cases/{case.pk}/"))
    assert 'id="act"' not in page_of(signed_in(trainee).get(f"/cases/{case.pk}/"))


def test_ways_to_appeal_with_their_last_day_are_told_to_whom_they_are_open(
    cast: Cast, kinds: list[CaseKind], trainee: Account, supervisor: Account, office: Account,
    on: On, signed_in: SignIn, program: Any,
) -> None:  # fmt: skip
    on(MONDAY)
    case = refusal_told(decided(asked(cast, trainee), "refused", supervisor), office)
    hearing = program(trainee).get(f"/cases/{case.pk}/hearing").json()
    assert (hearing["is_refusal"], hearing["may_be_decided"]) == (True, False)
    refusal_told(case, office, "材料仍不足")
    state_own_view(case=case, statement="请再议。", by=trainee)
    hearing = program(trainee).get(f"/cases/{case.pk}/hearing").json()
    assert [one["facts"] for one in hearing["earlier"]] == ["材料不足"]
    assert (hearing["facts"], hearing["may_be_decided"]) == ("材料仍不足", True)
    case.refresh_from_db()
    program(office).post(
        f"/cases/{case.pk}/hearing", {"outcome": "confirmed", "revision": case.revision}
    )
    ways = page(signed_in, trainee, case)["appeals"]
    known = told(program, trainee, case)["appeals"]
    assert [(one["ground"], one["until"]) for one in known] == [
        (one["ground"], one["until"].isoformat()) for one in ways
    ]
    assert [one["refusal"] for one in known] == [None]
    on(date(2026, 4, 2))
    late = told(program, trainee, case)["appeals"][0]["refusal"]
    assert "2026-04-01" in late
    assert told(program, office, case)["appeals"] == []


def test_notice_reminder_and_what_comes_next_are_told(
    cast: Cast, kinds: list[CaseKind], trainee: Account, supervisor: Account, office: Account,
    on: On, program: Any,
) -> None:  # fmt: skip
    on(MONDAY)
    for account in (supervisor, office):
        account.email = f"{account.login}@example.org"
        account.save(update_fields=["email"])
    case = asked(cast, trainee)
    assert told(program, trainee, case)["reminded"] is None
    remind(case=case, by=trainee)
    assert told(program, trainee, case)["reminded"] == trainee.name
    assert told(program, office, case)["reminded"] is None
    assert not told(program, trainee, case)["place"]["may_end"]
    decided(case, "agreed", supervisor)
    known, notice = told(program, trainee, case), Notice.objects.get(case=case)
    assert known["notice"] == {
        "key": notice.pk, "first_on": "2026-03-02", "last_on": notice.last_on.isoformat(),
    }  # fmt: skip
    assert known["place"]["may_end"]


def test_the_case_asks_as_many_queries_whatever_lies_in_it(
    cast: Cast, port: TestPort, trainee: Account, office: Account, program: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    in_force(cast.institution, PARALLEL)
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    caller = program(office)
    caller.get(f"/cases/{case.pk}")
    with django_assert_max_num_queries(26):
        assert caller.get(f"/cases/{case.pk}").status_code == 200
