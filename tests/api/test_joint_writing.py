"""What is agreed with partners by programs: papers, sides, joint programmes, shares, dual trainees."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings

from answers import text_of
from joint_rows import BEGAN, Joint, ends_on
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.institutions.actions import add_co_builder, register_platform
from preceptor.joint.actions import add_party, draft_agreement, let_see, set_obligation
from preceptor.joint.models import (
    AgreementDocument,
    CostShare,
    DualEnrolment,
    Evidence,
    JointProgramme,
    Recognition,
)
from preceptor.people.models import Account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cast import Cast

pytest_plugins = ["cast", "joint_cast", "program"]
pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[None]:
    """A place for files of its own."""
    with override_settings(PRECEPTOR_HOME=tmp_path):
        yield


def upload(caller: Any, path: str, **fields: Any) -> Any:
    file = BytesIO(PDF)
    file.name = "扫描件.pdf"
    return caller.client.post(f"/api/v1{path}", {**fields, "file": file}, headers=caller.headers)


@pytest.mark.usefixtures("home")
def test_a_paper_of_an_agreement_is_added_told_and_read_by_who_may(
    joint: Joint, office: Account, leader: Account, peer_office: Account, program: Any
) -> None:
    path, caller = f"/agreements/{joint.agreement.pk}/documents", program(office)
    made = upload(caller, path, title="签字本")
    assert made.status_code == 201
    [paper] = made.json()["documents"]
    assert (paper["title"], paper["file_name"]) == ("签字本", "扫描件.pdf")
    read = program(leader).get(f"{path}/{paper['key']}")
    assert b"".join(read.streaming_content) == PDF
    assert upload(program(leader), path, title="另一份").status_code == 403
    assert upload(caller, path).status_code == 422
    for hidden in (
        program(peer_office).get(f"{path}/{paper['key']}"),
        upload(program(peer_office), path, title="另一份"),
    ):
        assert hidden.status_code == 404
        assert "签字本" not in text_of(hidden)
    assert AgreementDocument.objects.count() == 1


@pytest.mark.usefixtures("home")
def test_evidence_is_given_with_its_paper_and_taken_back_with_a_reason(
    joint: Joint, office: Account, leader: Account, peer_office: Account, program: Any
) -> None:
    due = set_obligation(
        agreement=joint.agreement, clause="6", title_zh="提交年度报告", owner_unit=joint.unit,
        evidence="document", counts_from=BEGAN, due_on=ends_on(), by=OPERATOR,
    )  # fmt: skip
    root, caller = f"/agreements/{joint.agreement.pk}", program(office)
    given = {"done_on": today().isoformat(), "note": "二〇二四年度报告"}
    bare = caller.post(f"{root}/obligations/{due.pk}/evidence", given)
    assert bare.status_code == 409
    made = upload(caller, f"{root}/obligations/{due.pk}/paper", **given)
    assert made.status_code == 201
    [row] = made.json()["obligations"][0]["evidences"]
    assert row["file_name"] == "扫描件.pdf"
    assert b"".join(program(leader).get(f"{root}/evidence/{row['key']}").streaming_content) == PDF
    path, why = f"{root}/evidence/{row['key']}/take-back", {"reason": "报错了"}
    hidden = program(peer_office).post(path, why)
    assert hidden.status_code == 404
    assert "年度报告" not in text_of(hidden)
    assert program(leader).post(path, why).status_code == 403
    assert Evidence.objects.get().taken_back_at is None
    told = caller.post(path, why).json()["obligations"][0]
    assert (told["state"], told["evidences"][0]["taken_back_at"] is None) == ("open", False)


def test_an_obligation_is_said_otherwise_and_a_side_removed_until_the_signature(
    joint: Joint, office: Account, leader: Account, program: Any
) -> None:
    row = draft_agreement(
        institution=joint.agreement.institution, unit=joint.unit, number="2025-3", kind="exchange",
        title_zh="交流协议", by=OPERATOR,
    )  # fmt: skip
    side = add_party(agreement=row, partner=joint.partner, by=OPERATOR)
    caller, root = program(office), f"/agreements/{row.pk}"
    due = {
        "clause": "5", "title_zh": "办会", "owner_unit": joint.unit.pk, "evidence": "event",
        "counts_from": "2024-01-01", "due_on": "2025-01-01",
    }  # fmt: skip
    key = caller.post(f"{root}/obligations", due).json()["obligations"][0]["key"]
    path = f"{root}/obligations/{key}/change"
    told = caller.post(path, {**due, "due_on": "2026-01-01", "target": "2"}).json()
    assert [(one["due_on"], one["target"]) for one in told["obligations"]] == [
        ("2026-01-01", "2.00")
    ]
    assert caller.post(path, {**due, "due_on": "2023-01-01"}).status_code == 409
    gone = f"{root}/sides/{side.pk}/remove"
    assert program(leader).post(gone).status_code == 403
    assert caller.post(gone).json()["sides"] == []
    signed = f"/agreements/{joint.agreement.pk}/sides/{joint.partner_side.pk}/remove"
    assert caller.post(signed).status_code == 409


def test_the_people_under_an_agreement_are_named_to_who_may_see_them(
    joint: Joint, office: Account, neighbour: Account, program: Any
) -> None:
    told = program(office).get(f"/agreements/{joint.agreement.pk}").json()
    assert {(one["noun"], one["name_zh"]) for one in told["people"]} == {
        ("dual", "林知远"), ("enrolment", "顾清妍"),
    }  # fmt: skip
    assert told["hidden_people"] == 0
    hidden = program(neighbour).get(f"/agreements/{joint.agreement.pk}")
    assert "顾清妍" not in text_of(hidden)


def test_a_joint_programme_is_added_and_refused_where_a_side_has_no_such_programme(
    joint: Joint, office: Account, leader: Account, peer_office: Account, program: Any
) -> None:
    path, caller = f"/schools/{joint.school.pk}/programmes", program(office)
    home, other = joint.programme.home_programme_id, joint.programme.partner_programme_id
    new = {
        "code": "BI", "name_zh": "生物信息", "name_en": "Bioinformatics", "home_programme": home,
        "partner_programme": other, "award_kind": "two_certificates", "valid_from": "2024-09-01",
    }  # fmt: skip
    made = caller.post(path, new)
    assert made.status_code == 201
    assert [one["code"] for one in made.json()["programmes"]] == ["BI", "ME"]
    swapped = {**new, "code": "X", "home_programme": other, "partner_programme": home}
    assert caller.post(path, swapped).status_code == 409
    assert caller.post(path, {**new, "award_kind": "none"}).status_code == 422
    for who in (leader, peer_office):
        refused = program(who).post(path, {**new, "code": "Y"})
        assert refused.status_code == 403
        assert "机械工程" not in text_of(refused)
    assert JointProgramme.objects.count() == 2


def test_a_course_is_recognised_and_its_recognition_ends_with_a_day(
    joint: Joint, office: Account, peer_office: Account, program: Any
) -> None:
    path, caller = f"/schools/{joint.school.pk}/recognitions", program(office)
    new = {
        "programme": joint.programme.pk, "taken": joint.robotics.pk, "counts_as": joint.anatomy.pk,
        "credits": "1.5", "valid_from": "2024-09-01",
    }  # fmt: skip
    [row] = caller.post(path, new).json()["recognitions"]
    assert (row["credits"], row["valid_to"]) == ("1.5", None)
    assert caller.post(path, {**new, "counts_as": joint.robotics.pk}).status_code == 409
    ending = {"last_on": "2025-08-31", "reason": "课程停开"}
    refused = program(peer_office).post(f"{path}/{row['key']}/end", ending)
    assert refused.status_code == 403
    assert "机器人学" not in text_of(refused)
    early = caller.post(f"{path}/{row['key']}/end", {"last_on": "2024-01-01"})
    assert early.status_code == 409
    assert Recognition.objects.known().get().valid_to is None
    [told] = caller.post(f"{path}/{row['key']}/end", ending).json()["recognitions"]
    assert told["valid_to"] == "2025-08-31"


def test_shares_add_up_and_are_told_with_the_costs_to_who_may_view_them(
    joint: Joint, office: Account, peer_office: Account, program: Any
) -> None:
    path, caller = f"/schools/{joint.school.pk}", program(office)
    sides = [
        {"side": joint.home_side.pk, "share_e4": 6000},
        {"side": joint.partner_side.pk, "share_e4": 4000},
    ]
    new = {"purpose": "授课", "shares": sides, "valid_from": BEGAN.isoformat()}
    for wrong in ([sides[0]], [sides[0], sides[0]]):
        assert caller.post(f"{path}/shares", {**new, "shares": wrong}).status_code in (409, 422)
    assert not CostShare.objects.exists()
    told = caller.post(f"{path}/shares", new)
    assert told.status_code == 201
    assert {row["side"]: row["share_e4"] for row in told.json()["shares"]} == {
        joint.home_side.pk: 6000, joint.partner_side.pk: 4000,
    }  # fmt: skip
    hidden = program(peer_office).get(path)
    assert (hidden.json()["shares"], hidden.json()["costs"]) == (None, None)
    assert "授课" not in text_of(hidden)
    assert program(peer_office).post(f"{path}/shares", new).status_code == 403


def test_a_dual_trainee_is_entered_and_the_partner_adds_its_own_side(
    joint: Joint, cast: Cast, office: Account, peer_office: Account, neighbour: Account,
    program: Any,
) -> None:  # fmt: skip
    path = f"/schools/{joint.school.pk}/duals"
    new = {"programme": joint.programme.pk, "home": cast.gu.pk, "starts_on": "2024-09-01"}
    for who in (peer_office, neighbour):
        refused = program(who).post(path, new)
        assert refused.status_code in (403, 404)
        assert "顾清妍" not in text_of(refused)
    late = {**new, "starts_on": "2020-01-01"}
    assert program(office).post(path, late).status_code == 409
    assert DualEnrolment.objects.count() == 1
    made = program(office).post(path, new)
    assert made.status_code == 201
    assert made.json()["partner"]["is_enrolled"] is False
    let_see(agreement=joint.agreement, partner=joint.partner, noun="trainees", by=OPERATOR)
    side = {"partner": joint.away.pk, "reason": "身份证核对一致"}
    taken = program(peer_office).post(f"/duals/{made.json()['key']}/partner", side)
    assert taken.status_code == 409
    unknown = program(office).post(f"/duals/{made.json()['key']}/partner", {"partner": cast.lin.pk})
    assert unknown.status_code == 404


def test_a_partner_is_corrected_and_tells_what_it_gave(
    joint: Joint, office: Account, leader: Account, stranger: Account, program: Any
) -> None:
    path, caller = f"/partners/{joint.partner.pk}", program(office)
    given = {"kind": "money", "amount": "5000", "given_on": "2024-05-01", "note": "捐赠显微镜款"}
    [row] = caller.post(f"{path}/contributions", given).json()["contributions"]
    assert row["note"] == "捐赠显微镜款"
    told = caller.post(f"{path}/change", {"name_en": "Tingnan University"}).json()
    assert (told["name_en"], told["peer"]) == ("Tingnan University", joint.university.pk)
    assert told["agreements"] == [joint.agreement.pk]
    assert told["schools"] == [joint.school.pk]
    assert caller.post(f"{path}/change", {"peer": None}).json()["peer"] is None
    for wrong in ({"country": "Germany"}, {}):
        assert caller.post(f"{path}/change", wrong).status_code == 422
    assert program(leader).post(f"{path}/change", {"country": "DE"}).status_code == 403
    hidden = program(stranger).get(path)
    assert hidden.status_code == 404
    assert "捐赠" not in text_of(hidden)


def test_a_co_builder_ends_with_a_day_and_the_states_of_a_platform_are_told(
    cast: Cast, office: Account, secretary: Account, program: Any
) -> None:
    platform = register_platform(
        institution=cast.institution, unit=cast.general, code="KL-9", kind="key_laboratory",
        level="city", name_zh="重点实验室", valid_from=date(2020, 1, 1), by=OPERATOR,
    )  # fmt: skip
    builder = add_co_builder(
        platform=platform, name="澄江公司", valid_from=date(2020, 1, 1), by=OPERATOR
    )
    path = f"/platforms/{platform.pk}/co-builders/{builder.pk}/end"
    assert program(secretary).post(path, {"last_on": "2024-06-30"}).status_code == 403
    assert program(office).post(path, {"last_on": "2024-06-31"}).status_code == 422
    told = program(office).post(path, {"last_on": "2024-06-30"}).json()
    assert [one["valid_to"] for one in told["co_builders"]] == ["2024-06-30"]
    assert [(one["state"], one["valid_from"]) for one in told["states"]] == [
        ("operating", "2020-01-01")
    ]
