"""Programmes, laboratories and appointments at the REST interface: read and written as on the pages."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from pi_rows import asked, decided, limited, with_report
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.models import Case
from preceptor.fellows.actions import ask_assessment, set_pi_goal
from preceptor.fellows.choices import GoalKind, LimitKind, ReviewKind
from preceptor.fellows.models import AssessmentCase, LabCase, Laboratory, Limit, PiGoal
from preceptor.people.models import Account

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = pytest.mark.django_db

BASE = "/api/v1"


@pytest.fixture
def send(pis: Programme) -> Any:
    """Sends as somebody of the cast; without a body it reads."""
    clients: dict[str, Client] = {}

    def sent(who: str, path: str, body: Any = None) -> Any:
        client = clients.setdefault(who, _client(pis[who]))
        if body is None:
            return client.get(BASE + path)
        return client.post(BASE + path, body, content_type="application/json")

    return sent


def _client(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_laboratory_tells_its_balance_to_the_head_and_not_to_a_member(
    pis: Programme, send: Any
) -> None:
    path = f"/laboratories/{pis.laboratory.pk}"
    told = send("head", path).json()
    assert told["head"]["name_zh"] == "沈若溪"
    assert Decimal(told["balance_cny"]) == 1_500_000
    assert [one["person"]["name_zh"] for one in told["members"]] == ["温以宁"]
    assert send("member", path).json()["balance_cny"] is None
    assert send("member", f"{path}/charter").status_code == 404
    refused = send("neighbour", path)
    assert refused.status_code == 404
    assert "沈若溪" not in refused.content.decode()


def test_the_charter_tells_limits_use_and_ledger(pis: Programme, send: Any) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 50_000)
    decided(asked(pis.laboratory, LimitKind.SPEND, 20_000, pis["member"]), pis["head"])
    told = send("office", f"/laboratories/{pis.laboratory.pk}/charter").json()
    spend = next(one for one in told["authorities"] if one["kind"] == "spend")
    assert (Decimal(spend["used"]), Decimal(spend["left"])) == (20_000, 30_000)
    hire = next(one for one in told["authorities"] if one["kind"] == "hire")
    assert hire["most"] is None
    assert [one["by_name"] for one in told["ledger"]] == ["沈若溪"]


def test_a_member_asks_under_the_charter_and_sets_no_limit(pis: Programme, send: Any) -> None:
    path = f"/laboratories/{pis.laboratory.pk}"
    asking = {"kind": "spend", "amount": "300", "title_zh": "购置试剂", "title_en": "Reagents"}
    made = send("member", f"{path}/requests", asking)
    assert made.status_code == 201
    assert LabCase.objects.get().case_id == made.json()["key"]
    setting = {
        "kind": "spend", "most": "1000", "period": "year", "valid_from": str(today()), "paper": "文",
    }  # fmt: skip
    assert send("member", f"{path}/limits", setting).status_code == 403
    assert send("head", f"{path}/limits", setting).status_code == 403
    assert not Limit.objects.exists()
    assert send("director", f"{path}/limits", setting).status_code == 201
    assert Limit.objects.get().most == 1000


def test_a_laboratory_is_opened_with_its_unit_by_who_keeps_the_programme(
    pis: Programme, send: Any
) -> None:
    path = f"/programmes/{pis.programme.pk}"
    body = {
        "code": "YT-P7", "name_zh": "新实验室", "name_en": "New", "opened_on": str(today()),
        "head": pis.persons["c1"].pk,
    }  # fmt: skip
    assert send("head", f"{path}/laboratories", body).status_code in (403, 404)
    assert send("office", f"{path}/laboratories", body).status_code == 201
    assert Laboratory.objects.get(unit__code="YT-P7").head == pis.persons["c1"]
    told = send("office", path).json()
    assert told["director"]["name_zh"] == "秦望舒"


def test_the_investigator_reports_and_the_committees_verdict_is_proposed(
    pis: Programme, send: Any
) -> None:
    goal = set_pi_goal(
        appointment=pis.appointment, kind=GoalKind.PAPER, text="论文", target=Decimal(3),
        due_on=today(), by=OPERATOR,
    )  # fmt: skip
    path = f"/appointments/{pis.appointment.pk}"
    reported = send("head", f"{path}/goals/{goal.pk}/report", {"reached": "2", "evidence": "两篇"})
    assert reported.status_code == 200
    assert PiGoal.objects.get().reached == 2
    assert send("other", path).status_code == 404
    case = ask_assessment(appointment=pis.appointment, kind=ReviewKind.MIDTERM, by=pis["head"])
    with_report(case, pis["head"])
    decided(case, pis["personnel"])
    body = {"verdict": "renew"}
    assert send("head", f"/cases/{case.pk}/verdict", body).status_code == 403
    assert send("personnel", f"/cases/{case.pk}/verdict", body).status_code == 200
    assert AssessmentCase.objects.get().proposed == "renew"
    assert Case.objects.get(pk=case.pk).stage == "proposal"
