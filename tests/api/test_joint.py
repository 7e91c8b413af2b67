"""Agreements, partners, joint schools and platforms at the interface: as on their pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from answers import text_of
from joint_rows import BEGAN, CLAUSE, Joint, ends_on
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.joint.actions import let_see, record_cost, set_share
from preceptor.joint.models import Abroad, Agreement, Obligation, Partner
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "joint_cast", "program"]
pytestmark = pytest.mark.django_db


def test_an_agreement_is_drafted_signed_and_told_with_where_it_stands(
    joint: Joint, office: Account, program: Any
) -> None:
    caller = program(office)
    new = {
        "unit": joint.unit.pk, "number": "2025-9", "kind": "exchange", "title_zh": "交流协议",
        "starts_on": "2025-01-01", "ends_on": ends_on().isoformat(),
    }  # fmt: skip
    made = caller.post("/agreements", new)
    assert made.status_code == 201
    root = f"/agreements/{made.json()['key']}"
    for side in ({"unit": joint.unit.pk}, {"partner": joint.partner.pk}):
        told = caller.post(f"{root}/sides", side).json()
    for side in told["sides"]:
        signed = {"signatory": "代表", "signed_on": today().isoformat()}
        assert caller.post(f"{root}/sides/{side['key']}/signature", signed).status_code == 200
    assert caller.post(f"{root}/review", {}).json()["state"] == "review"
    assert caller.post(f"{root}/sign", {}).json()["standing"] == "in_force"
    numbers = [
        row["number"] for row in caller.get("/agreements", standing="in_force").json()["rows"]
    ]
    assert numbers == ["2024-007", "2025-9"]
    assert caller.post(f"{root}/sides", {"unit": joint.unit.pk}).status_code == 409
    assert caller.post("/agreements", {**new, "number": "2025-9"}).status_code == 409


def test_obligations_and_sights_are_written_and_told(
    joint: Joint, office: Account, program: Any
) -> None:
    caller, root = program(office), f"/agreements/{joint.agreement.pk}"
    due = {
        "clause": "5", "title_zh": "办会", "owner_unit": joint.unit.pk, "evidence": "event",
        "counts_from": BEGAN.isoformat(), "due_on": ends_on().isoformat(),
    }  # fmt: skip
    key = caller.post(f"{root}/obligations", due).json()["obligations"][0]["key"]
    done = {"done_on": today().isoformat(), "note": "年会"}
    told = caller.post(f"{root}/obligations/{key}/evidence", done).json()["obligations"][0]
    assert (told["state"], Decimal(told["reached"])) == ("done", Decimal(1))
    shown = caller.post(f"{root}/sights", {"partner": joint.partner.pk, "noun": "costs"}).json()
    assert [sight["noun"] for sight in shown["sights"]] == ["costs"]
    assert Obligation.objects.get().clause == "5"


def test_who_may_not_see_gets_the_same_answer_as_for_what_does_not_exist(
    joint: Joint, stranger: Account, peer_office: Account, program: Any
) -> None:
    for user in (stranger, peer_office):
        caller = program(user)
        for path in ("agreements", "partners"):
            hidden = caller.get(f"/{path}/{joint.agreement.pk}")
            assert hidden.status_code == caller.get(f"/{path}/987654321").status_code == 404
            assert CLAUSE not in text_of(hidden)
            assert caller.get(f"/{path}").json()["rows"] == []
        assert caller.post(f"/agreements/{joint.agreement.pk}/terminate", {}).status_code == 404
    assert Agreement.objects.get().state == "signed"


def test_partners_and_times_abroad_are_entered_by_the_office_alone(
    joint: Joint, cast: Cast, office: Account, leader: Account, program: Any
) -> None:
    new = {
        "institution": cast.institution.pk, "code": "HD", "kind": "university", "name_zh": "海德堡大学",
        "country": "DE",
    }  # fmt: skip
    assert program(leader).post("/partners", new).status_code == 403
    assert program(office).post("/partners", new).status_code == 201
    away = {
        "person": cast.persons["T1"].pk, "kind": "staff", "country": "DE",
        "first_on": today().isoformat(), "partner": Partner.objects.get(code="HD").pk,
    }  # fmt: skip
    assert program(leader).post("/abroad", away).status_code == 403
    assert program(office).post("/abroad", away).status_code == 201
    assert [row["country"] for row in program(leader).get("/abroad").json()["rows"]] == ["DE"]
    back = program(office).post(
        f"/abroad/{Abroad.objects.get().pk}/return", {"returned_on": today().isoformat()}
    )
    assert back.status_code == 200


def test_a_settlement_is_told_only_to_who_may_view_costs(
    joint: Joint, office: Account, peer_office: Account, program: Any
) -> None:
    shares = {joint.home_side: 5000, joint.partner_side: 5000}
    set_share(school=joint.school, purpose="授课", shares=shares, valid_from=BEGAN, by=OPERATOR)
    record_cost(
        school=joint.school, party=joint.partner_side, purpose="授课", amount_cny=Decimal("100.01"),
        spent_on=date(2024, 5, 1), by=OPERATOR,
    )  # fmt: skip
    path = f"/schools/{joint.school.pk}/settlements/2024"
    told = program(office).get(path).json()
    assert sum(Decimal(one["balance_cny"]) for one in told["accounts"]) == 0
    assert len(told["payments"]) == 1
    assert program(peer_office).get(path).status_code == 404
    let_see(agreement=joint.agreement, partner=joint.partner, noun="costs", by=OPERATOR)
    assert program(peer_office).get(path).status_code == 200
    assert program(office).get(f"/schools/{joint.school.pk}").json()["duals"] == [joint.dual.pk]


def test_the_audit_of_a_dual_degree_tells_a_partner_what_the_agreement_shows(
    joint: Joint, peer_office: Account, stranger: Account, program: Any
) -> None:
    path, caller = f"/duals/{joint.dual.pk}", program(peer_office)
    told = caller.get(path).json()
    assert told["home"]["student_number"] is None
    assert told["home"]["rules"] is None
    assert told["partner"]["student_number"] == "T2022001"
    for noun in ("trainees", "standing"):
        let_see(agreement=joint.agreement, partner=joint.partner, noun=noun, by=OPERATOR)
    shown = caller.get(path).json()["home"]
    assert shown["student_number"] == joint.dual.home.student_number
    assert shown["rules"] == []
    assert program(stranger).get(path).status_code == 404


def test_platforms_are_entered_by_the_office_and_told_on_a_day(
    cast: Cast, office: Account, secretary: Account, program: Any
) -> None:
    new = {
        "unit": cast.general.pk, "code": "KL-1", "kind": "key_laboratory", "level": "national",
        "name_zh": "国家重点实验室", "valid_from": "2020-01-01",
    }  # fmt: skip
    assert program(secretary).post("/platforms", new).status_code == 403
    caller = program(office)
    key = caller.post("/platforms", new).json()["key"]
    closed = {"state": "closed", "valid_from": "2024-01-01"}
    assert caller.post(f"/platforms/{key}/states", closed).status_code == 201
    assert (
        caller.post(
            f"/platforms/{key}/co-builders", {"name": "公司", "valid_from": "2020-01-01"}
        ).status_code
        == 201
    )
    assert caller.get("/platforms", on="2019-12-31").json()["rows"] == []
    assert [row["state"] for row in caller.get("/platforms", on="2023-01-01").json()["rows"]] == [
        "operating"
    ]
    assert caller.get(f"/platforms/{key}").json()["state"] == "closed"
