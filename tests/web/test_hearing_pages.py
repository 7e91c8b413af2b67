"""An intended refusal on the page of the request and at the interface: told, answered, decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from answers import text_of
from preceptor.cases.models import Case, CaseKind, CaseStep, Hearing
from preceptor.people.models import Account
from timed_kinds import asked, decided

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast", "timed_cases", "program"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
TOLD, ANEW, AFTER = date(2026, 3, 2), date(2026, 3, 10), date(2026, 3, 25)
FACTS = "第三章数据与原始病历不符，依据学位授予细则第十二条。"
VIEW = "原始病历已补交，附住院证明。"


@pytest.fixture
def untold(
    cast: Cast, kinds: list[CaseKind], trainee: Account, supervisor: Account,
    on: Callable[[date], None],
) -> Case:  # fmt: skip
    """An intended refusal of which nobody wrote the facts, as after a vote that was not carried."""
    on(TOLD)
    case = decided(asked(cast, trainee), "refused", supervisor)
    CaseStep.objects.filter(case=case).update(reason="")
    return case


def page(client: Client, case: Case) -> Any:
    response = client.get(reverse("case", args=[case.pk]))
    assert response.status_code == 200
    return response


def send(client: Client, case: Case, verb: str, **given: Any) -> Any:
    case.refresh_from_db()
    address = reverse("case_step", args=[case.pk, verb])
    return client.post(address, {"revision": case.revision, "token": "t", **given}, follow=True)


def test_the_office_tells_the_facts_and_only_then_the_person_answers(
    untold: Case, trainee: Account, office: Account, signed_in: SignIn, on: Callable[[date], None]
) -> None:
    waiting = page(signed_in(trainee), untold).context
    assert (waiting["is_told"], waiting["view_form"], waiting["facts_form"]) == (False, None, None)
    on(ANEW)
    client = signed_in(office)
    shown = page(client, untold)
    assert not shown.context["may_be_decided"]
    assert reverse("case_step", args=[untold.pk, "facts"]) in shown.content.decode()
    assert reverse("case_step", args=[untold.pk, "hear"]) not in shown.content.decode()
    send(client, untold, "facts", facts=FACTS)
    told = page(signed_in(trainee), untold)
    assert FACTS in told.content.decode()
    assert "2026-03-24" in told.content.decode()
    send(signed_in(trainee), untold, "view", statement=VIEW)
    assert VIEW in page(signed_in(office), untold).content.decode()


def test_the_task_of_the_office_says_that_the_facts_are_to_be_told(
    untold: Case, office: Account, signed_in: SignIn
) -> None:
    def stages() -> list[str]:
        groups = signed_in(office).get(reverse("tasks")).context["groups"]
        return [line["stage"] for group in groups for line in group["lines"]]

    [before] = stages()
    send(signed_in(office), untold, "facts", facts=FACTS)
    [after] = stages()
    assert before != after
    assert before.startswith(after)


def test_facts_told_anew_leave_what_was_said_before_to_be_read(
    untold: Case, trainee: Account, office: Account, signed_in: SignIn, on: Callable[[date], None]
) -> None:
    send(signed_in(office), untold, "facts", facts=FACTS)
    send(signed_in(trainee), untold, "view", statement=VIEW)
    on(ANEW)
    send(signed_in(office), untold, "facts", facts="另查明一稿两投。")
    for account in (trainee, office):
        shown = page(signed_in(account), untold)
        body = shown.content.decode()
        assert [held.statement for held in shown.context["earlier"]] == [VIEW]
        assert FACTS in body
        assert "另查明一稿两投。" in body
    assert page(signed_in(trainee), untold).context["view_form"] is not None


def test_nobody_but_the_office_tells_and_nobody_else_reads_what_was_told(
    untold: Case, trainee: Account, supervisor: Account, office: Account, neighbour: Account,
    stranger: Account, signed_in: SignIn,
) -> None:  # fmt: skip
    for account in (trainee, supervisor):
        refused = send(signed_in(account), untold, "facts", facts="篡改的事实")
        assert refused.status_code == 403
    for account in (neighbour, stranger):
        assert send(signed_in(account), untold, "facts", facts="篡改的事实").status_code == 404
    assert Hearing.objects.get().facts == ""
    send(signed_in(office), untold, "facts", facts=FACTS)
    assert FACTS not in page(signed_in(supervisor), untold).content.decode()
    for account in (neighbour, stranger):
        hidden = signed_in(account).get(reverse("case", args=[untold.pk]))
        assert hidden.status_code == 404
        assert FACTS not in hidden.content.decode()


def test_a_decision_sent_without_told_facts_is_refused_and_the_text_is_kept(
    untold: Case, office: Account, signed_in: SignIn, on: Callable[[date], None]
) -> None:
    on(AFTER)
    refused = send(signed_in(office), untold, "hear", outcome="confirmed", record="维持原意见")
    assert "维持原意见" in refused.content.decode()
    untold.refresh_from_db()
    assert (untold.state, Hearing.objects.get().decided_at) == ("running", None)


def test_the_page_of_an_intended_refusal_reads_in_both_languages(
    untold: Case, office: Account, trainee: Account, signed_in: SignIn
) -> None:
    for account in (office, trainee):
        for language in ("zh-hans", "en"):
            client = signed_in(account, language)
            assert page(client, untold).status_code == 200


def test_the_interface_tells_the_facts_once_and_to_nobody_else(
    untold: Case, office: Account, supervisor: Account, trainee: Account, neighbour: Account,
    program: Any,
) -> None:  # fmt: skip
    path = f"/cases/{untold.pk}/facts"
    for account, status in ((neighbour, 404), (supervisor, 403), (trainee, 403)):
        refused = program(account).post(path, {"facts": FACTS, "revision": untold.revision})
        assert refused.status_code == status
    assert program(trainee).get(f"/cases/{untold.pk}/hearing").json()["told_at"] is None
    assert "state_facts" in program(office).get(f"/cases/{untold.pk}").json()["may"]
    for _again in range(2):
        sent = {"facts": FACTS, "revision": untold.revision}
        assert program(office).post(path, sent).status_code == 200
    assert CaseStep.objects.filter(case=untold, verb="tell").count() == 1
    told = program(trainee).get(f"/cases/{untold.pk}/hearing")
    assert (told.json()["facts"], told.json()["answer_until"]) == (FACTS, "2026-03-16")
    hidden = program(supervisor).get(f"/cases/{untold.pk}/hearing")
    assert hidden.status_code == 404
    assert (FACTS in text_of(told), FACTS in text_of(hidden)) == (True, False)
    stale = {"statement": VIEW, "revision": untold.revision}
    assert program(trainee).post(f"/cases/{untold.pk}/own-view", stale).status_code == 409
    assert Hearing.objects.get().statement == ""
