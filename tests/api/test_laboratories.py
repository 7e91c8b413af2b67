"""Programmes, laboratories and appointments at the REST interface: read and written as on the pages."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from answers import text_of
from pi_rows import asked, decided, limited, with_report
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.models import Case
from preceptor.fellows.actions import ask_assessment, set_pi_goal
from preceptor.fellows.choices import GoalKind, LimitKind, ReviewKind
from preceptor.fellows.models import Appointment, AssessmentCase, LabCase, Laboratory, Limit, PiGoal
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
    assert "沈若溪" not in text_of(refused)


def test_the_charter_tells_limits_use_and_ledger(pis: Programme, send: Any) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 50_000)
    decided(asked(pis.laboratory, LimitKind.SPEND, 20_000, pis["member"]), pis["head"])
    told = send("office", f"/laboratories/{pis.laboratory.pk}/charter").json()
    spend = next(one for one in told["authorities"] if one["kind"] == "spend")
    assert (Decimal(spend["used"]), Decimal(spend["left"])) == (20_000, 30_000)
    hire = next(one for one in told["authorities"] if one["kind"] == "hire")
    assert hire["most"] is None
    assert [one["by_name"] for one in told["ledger"]] == ["沈若溪"]
    assert told["rests"] is None
    Appointment.objects.filter(pk=pis.appointment.pk).update(state="stopped")
    again = send("office", f"/laboratories/{pis.laboratory.pk}/charter").json()
    assert again["rests"] == "stopped"


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


def test_the_list_of_appointments_is_narrowed_as_on_its_page(pis: Programme, send: Any) -> None:
    rows = send("office", "/appointments?state=in_office&laboratory=YT-P1&standing=any").json()[
        "rows"
    ]
    assert [(row["number"], row["verdict"], row["rules"]) for row in rows] == [
        ("PI-2022-01", None, [])
    ]
    assert send("office", "/appointments?ends=over&q=若溪").json()["rows"] == []
    hidden = send("neighbour", "/appointments?standing=any")
    assert hidden.json()["rows"] == []
    assert "沈若溪" not in text_of(hidden)
    assert send("office", "/appointments?standing=good").status_code == 422


def test_a_term_begins_with_a_start_package_of_money_things_and_members(
    pis: Programme, send: Any
) -> None:
    path = f"/programmes/{pis.programme.pk}/appointments"
    term = {
        "person": pis.persons["c1"].pk, "number": "PI-2024-9", "starts_on": "2024-01-01",
        "ends_on": "2028-12-31",
    }  # fmt: skip
    key = send("personnel", path, term).json()["key"]
    signed = {"contract_number": "HT-9", "contracted_on": "2023-12-01"}
    send("personnel", f"/appointments/{key}/contract", signed)
    start = {
        "on": "2024-01-01", "money_cny": "1000",
        "unit": {"code": "YT-P9", "name_zh": "第九实验室", "name_en": "Ninth"},
        "assets": [{"number": "YQ-9", "name": "显微镜"}],
        "tranches": [{"amount_cny": "500", "planned_on": "2025-01-01"}],
        "members": [{"person": pis.persons["c2"].pk, "role": "technician"}],
    }  # fmt: skip
    wrong = {**start, "members": [{"person": 987654321, "role": "technician"}]}
    assert send("personnel", f"/appointments/{key}/start", wrong).status_code == 404
    assert not Laboratory.objects.filter(unit__code="YT-P9").exists()
    assert send("personnel", f"/appointments/{key}/start", start).status_code == 403
    assert not Laboratory.objects.filter(unit__code="YT-P9").exists()
    told = send("office", f"/appointments/{key}/start", start).json()
    assert [one["amount_cny"] for one in told["tranches"]] == ["500.00"]
    found = send("personnel", f"/laboratories/{told['laboratory']}").json()
    assert [one["number"] for one in found["assets"]] == ["YQ-9"]
    assert [one["person"]["name_zh"] for one in found["members"]] == ["苏念真"]
    assert found["appointments"] == [key]


def test_what_a_laboratory_would_leave_behind_is_told_to_who_reads_its_money(
    pis: Programme, send: Any
) -> None:
    path = f"/laboratories/{pis.laboratory.pk}/remains"
    told = send("head", path).json()
    assert Decimal(told["balance_cny"]) == 1_500_000
    assert [one["name_zh"] for one in told["members"]] == ["温以宁"]
    for who in ("member", "neighbour"):
        refused = send(who, path)
        assert refused.status_code == 404
        assert "1500000" not in text_of(refused)
    assert send("head", f"{path}?on=2024-02-30").status_code == 422


def test_the_evidence_of_an_assessment_is_told_and_its_verdict_not_before_the_end(
    pis: Programme, send: Any
) -> None:
    set_pi_goal(
        appointment=pis.appointment, kind=GoalKind.PAPER, text="三篇代表作", target=Decimal(3),
        due_on=today(), by=OPERATOR,
    )  # fmt: skip
    case = ask_assessment(appointment=pis.appointment, kind=ReviewKind.MIDTERM, by=pis["head"])
    with_report(case, pis["head"])
    decided(case, pis["personnel"])
    send("personnel", f"/cases/{case.pk}/verdict", {"verdict": "renew"})
    path = f"/cases/{case.pk}/evidence"
    told = send("head", path).json()
    assert [goal["text"] for goal in told["scorecard"]["goals"]] == ["三篇代表作"]
    assert told["proposed"] is None
    assert send("personnel", path).json()["proposed"] == "renew"
    hidden = send("neighbour", path)
    assert hidden.status_code == 404
    assert "三篇代表作" not in text_of(hidden)


def test_a_term_is_ended_without_an_assessment_and_the_reason_is_told_to_few(
    pis: Programme, send: Any
) -> None:
    Appointment.objects.update(ends_on=today() + timedelta(days=400))
    path, why = f"/appointments/{pis.appointment.pk}", "受聘某研究所，携家属迁居"
    assert send("personnel", path).json()["ended"] is None
    ending = {"ground": "resigned", "on": str(today()), "paper": "", "reason": why}
    for who in ("head", "member", "neighbour"):
        refused = send(who, f"{path}/end", ending)
        assert refused.status_code in (403, 404)
    wrong = send("personnel", f"{path}/end", ending | {"ground": "agreed"})
    assert wrong.status_code == 422
    assert Appointment.objects.get(pk=pis.appointment.pk).state == "started"
    told = send("director", f"{path}/end", ending).json()
    assert (told["state"], told["left_on"], told["ended"]["reason"]) == ("ended", str(today()), why)
    assert [one["state"] for one in told["tranches"]] == ["released", "stopped", "stopped"]
    assert send("head", path).json()["ended"]["reason"] == why
    assert Laboratory.objects.get(pk=pis.laboratory.pk).closing_on == today()
    again = send("personnel", f"{path}/end", ending | {"ground": "retired"})
    assert again.status_code == 409
    undone = send("personnel", f"{path}/resume", {"reason": "误录"}).json()
    assert (undone["state"], undone["ended"]) == ("started", None)
