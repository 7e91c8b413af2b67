"""Agreements on the pages: list, one agreement, its forms and files, each for its readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from joint_rows import BEGAN, CLAUSE, Joint, ends_on, signed
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.joint.actions import (
    add_agreement_document,
    give_evidence,
    let_see,
    put_under_agreement,
    set_obligation,
)
from preceptor.joint.models import Agreement, AgreementTrainee, Evidence, Obligation, Sight
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "joint_cast"]
pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SECRET_TITLE = "与汀南理工大学基地协议"


def asked(client: Client, path: str) -> int:
    """How many queries the page makes when it is read again."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def duty(joint: Joint, cast: Cast) -> Obligation:
    """Two joint events until a month ago, of which none was held."""
    return set_obligation(
        agreement=joint.agreement, clause="5", title_zh="每年举办两次学术会议", title_en="Two conferences a year",
        owner_unit=joint.unit, owner=cast.persons["T1"], evidence="event", target=Decimal(2),
        counts_from=BEGAN, due_on=today() - timedelta(days=30), by=OPERATOR,
    )  # fmt: skip


@pytest.fixture
def ended(joint: Joint, cast: Cast) -> Agreement:
    """A base agreement that ended ten days ago with 沈墨白 still under it."""
    last = today() - timedelta(days=10)
    made = signed(
        joint.unit,
        joint.partner,
        "2023-001",
        BEGAN,
        last,
        kind="training_base",
        title_zh=SECRET_TITLE,
    )
    put_under_agreement(agreement=made, enrolment=cast.shen, first_on=BEGAN, by=OPERATOR)
    return made


def test_the_list_tells_where_agreements_stand_and_exports_the_same_rows(
    joint: Joint, ended: Agreement, duty: Obligation, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    page = text_of(client.get("/agreements/"))
    for text in ("2024-007", "2023-001", "生效中", "已到期", "汀南理工大学"):
        assert text in page
    answer = client.get("/lists/agreements/export.xlsx")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    rows = list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].values)
    assert [row[0] for row in rows[1:]] == ["2023-001", "2024-007"]
    assert [row[-1] for row in rows[1:]] == [0, 1]


def test_the_filter_finds_what_ended_with_people_under_it(
    joint: Joint, ended: Agreement, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    only = text_of(client.get("/agreements/?standing=people"))
    assert "2023-001" in only
    assert "2024-007" not in only
    running = text_of(client.get("/agreements/?standing=in_force&partner=TN&kind=dual_degree"))
    assert "2024-007" in running
    assert "2023-001" not in running
    assert "2024-007" in text_of(client.get(f"/agreements/?ends=365&unit={joint.unit.code}"))


def test_the_page_of_an_ended_agreement_warns_of_whoever_is_still_under_it(
    ended: Agreement, office: Account, signed_in: SignIn
) -> None:
    page = text_of(signed_in(office).get(f"/agreements/{ended.pk}/"))
    assert "tone-fail" in page
    assert "沈墨白" in page
    assert "notice tone-fail" in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_agreement_is_shown_whole_in_both_languages(
    joint: Joint, duty: Obligation, office: Account, signed_in: SignIn, language: str
) -> None:
    give_evidence(obligation=duty, done_on=today(), note="首届论坛", by=OPERATOR)
    let_see(agreement=joint.agreement, partner=joint.partner, noun="standing", by=OPERATOR)
    page = text_of(signed_in(office, language).get(f"/agreements/{joint.agreement.pk}/"))
    title = duty.title_en if language == "en" else duty.title_zh
    names = ("Lin Zhiyuan", "Gu Qingyan") if language == "en" else ("林知远", "顾清妍")
    for text in (title, "首届论坛", CLAUSE, "某人", *names):
        assert text in page


def test_strangers_and_a_secretary_of_another_hospital_find_nothing(
    joint: Joint, ended: Agreement, stranger: Account, neighbour: Account, trainee: Account,
    signed_in: SignIn,
) -> None:  # fmt: skip
    for user in (stranger, neighbour, trainee):
        client = signed_in(user)
        answer = client.get(f"/agreements/{ended.pk}/")
        assert answer.status_code == 404
        assert SECRET_TITLE not in text_of(answer)
        assert SECRET_TITLE not in text_of(client.get("/agreements/"))
        assert client.get("/agreements/?standing=people").status_code == 200
        assert client.post(f"/agreements/{ended.pk}/change/terminate/", {}).status_code == 404


def test_a_partner_s_office_keeps_its_own_record_and_does_not_see_ours(
    joint: Joint, peer_office: Account, signed_in: SignIn
) -> None:
    answer = signed_in(peer_office).get(f"/agreements/{joint.agreement.pk}/")
    assert answer.status_code == 404
    assert CLAUSE not in text_of(answer)


def test_a_leader_reads_and_finds_no_button(
    joint: Joint, duty: Obligation, leader: Account, signed_in: SignIn
) -> None:
    client = signed_in(leader)
    page = text_of(client.get(f"/agreements/{joint.agreement.pk}/"))
    assert duty.title_zh in page
    assert "/change/" not in page
    refused = client.post(f"/agreements/{joint.agreement.pk}/change/review/", {})
    assert refused.status_code == 403
    assert client.get("/agreements/new/").status_code == 404


def draft_of(joint: Joint, **more: Any) -> dict[str, Any]:
    return {
        "unit": str(joint.unit.pk), "number": "2025-100", "kind": "exchange", "title_zh": "交流协议",
        "starts_on": "2025-01-01", "ends_on": ends_on().isoformat(), "warns_days": "90", **more,
    }  # fmt: skip


def test_the_office_drafts_sends_to_review_signs_and_renews_an_agreement(
    joint: Joint, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    answer = client.post("/agreements/new/", draft_of(joint))
    made = Agreement.objects.get(number="2025-100")
    assert answer.headers["Location"] == f"/agreements/{made.pk}/"
    root = f"/agreements/{made.pk}"
    for side in ({"unit": str(joint.unit.pk)}, {"partner": str(joint.partner.pk)}):
        assert client.post(f"{root}/change/party/", side).status_code == 302
    for party in made.parties.all():
        sent = {"signatory": "甲方代表", "signed_on": today().isoformat()}
        assert client.post(f"{root}/parts/{party.pk}/signature/", sent).status_code == 302
    assert client.post(f"{root}/change/review/", {}).status_code == 302
    assert client.post(f"{root}/change/sign/", {}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.signed_on) == ("signed", today())
    first = ends_on() + timedelta(days=1)
    sent = {
        "number": "2027-1",
        "starts_on": first.isoformat(),
        "ends_on": (first + timedelta(365)).isoformat(),
    }
    assert client.post(f"{root}/change/renew/", sent).status_code == 302
    assert "2027-1" in text_of(client.get(f"{root}/"))
    assert Agreement.objects.get(number="2027-1").follows == made


def test_what_the_rules_refuse_stands_at_the_form_and_nothing_is_written(
    joint: Joint, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    answer = client.post("/agreements/new/", draft_of(joint, number="2024-007"))
    assert answer.status_code == 200
    assert "2024-007" in text_of(answer)
    assert "notice tone-fail" in text_of(answer)
    assert not Agreement.objects.filter(title_zh="交流协议").exists()
    wrong = client.post("/agreements/new/", draft_of(joint, starts_on="2025-13-45", unit="0"))
    assert wrong.status_code == 200
    assert not Agreement.objects.filter(title_zh="交流协议").exists()


def test_a_form_of_an_old_page_does_not_write_over_a_newer_agreement(
    joint: Joint, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    client.post("/agreements/new/", draft_of(joint))
    made = Agreement.objects.get(number="2025-100")
    path = f"/agreements/{made.pk}/change/change/"
    client.post(path, draft_of(joint, title_zh="新题目", revision=made.revision))
    late = client.post(path, draft_of(joint, title_zh="旧题目", revision=made.revision))
    assert late.status_code == 200
    made.refresh_from_db()
    assert made.title_zh == "新题目"


def test_a_document_is_handed_in_and_given_back_to_readers_alone(
    joint: Joint, office: Account, neighbour: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    file = SimpleUploadedFile("signed.pdf", PDF, "application/pdf")
    root = f"/agreements/{joint.agreement.pk}"
    assert (
        client.post(f"{root}/change/document/", {"title": "签字本", "file": file}).status_code
        == 302
    )
    row = joint.agreement.documents.get()
    answer = client.get(f"{root}/documents/{row.pk}/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert signed_in(neighbour).get(f"{root}/documents/{row.pk}/").status_code == 404
    wrong = SimpleUploadedFile("signed.pdf", b"MZ not a pdf", "application/pdf")
    refused = client.post(f"{root}/change/document/", {"title": "坏", "file": wrong})
    assert refused.status_code == 200
    assert joint.agreement.documents.count() == 1


def test_obligations_evidence_and_sights_are_kept_on_the_page(
    joint: Joint, duty: Obligation, office: Account, cast: Cast, signed_in: SignIn
) -> None:
    client, root = signed_in(office), f"/agreements/{joint.agreement.pk}"
    done = {"done_on": today().isoformat(), "amount": "1", "note": "研讨会"}
    assert client.post(f"{root}/parts/{duty.pk}/evidence/", done).status_code == 302
    given = Evidence.objects.get(note="研讨会")
    assert client.post(f"{root}/parts/{given.pk}/take-back/", {"reason": "重复"}).status_code == 302
    given.refresh_from_db()
    assert given.taken_back_at is not None
    new = {
        "clause": "6", "title_zh": "接收博士生", "owner_unit": str(joint.unit.pk), "owner": "T1",
        "evidence": "intake", "target": "4", "counts_from": "2024-01-01", "due_on": "2026-01-01",
    }  # fmt: skip
    assert client.post(f"{root}/change/obligation/", new).status_code == 302
    made = Obligation.objects.get(clause="6")
    assert made.owner == cast.persons["T1"]
    assert client.post(f"{root}/parts/{made.pk}/close/", {"reason": "协议修订"}).status_code == 302
    sight = {"partner": str(joint.partner.pk), "noun": "courses"}
    assert client.post(f"{root}/change/see/", sight).status_code == 302
    shown = Sight.objects.get(noun="courses")
    assert client.post(f"{root}/parts/{shown.pk}/hide/").status_code == 302
    assert not Sight.objects.exists()


def test_a_trainee_is_put_under_an_agreement_by_number_and_leaves_it(
    joint: Joint, cast: Cast, office: Account, signed_in: SignIn
) -> None:
    client, root = signed_in(office), f"/agreements/{joint.agreement.pk}"
    sent = {"number": cast.shen.student_number, "first_on": "2024-09-01"}
    assert client.post(f"{root}/change/trainee/", sent).status_code == 302
    row = AgreementTrainee.objects.get(enrolment=cast.shen)
    last = {"last_on": today().isoformat()}
    assert client.post(f"{root}/parts/{row.pk}/leave/", last).status_code == 302
    row.refresh_from_db()
    assert row.last_on == today()
    nobody = client.post(f"{root}/change/trainee/", {"number": "0", "first_on": "2024-09-01"})
    assert nobody.status_code == 200
    assert AgreementTrainee.objects.count() == 2


def test_who_is_answerable_sees_the_agreement_and_gives_evidence(
    joint: Joint, duty: Obligation, supervisor: Account, signed_in: SignIn
) -> None:
    client, root = signed_in(supervisor), f"/agreements/{joint.agreement.pk}"
    page = text_of(client.get(f"{root}/"))
    assert duty.title_zh in page
    assert CLAUSE not in page
    done = {"done_on": today().isoformat(), "amount": "1", "note": "论坛"}
    assert client.post(f"{root}/parts/{duty.pk}/evidence/", done).status_code == 302
    assert client.post(f"{root}/parts/{duty.pk}/close/", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("verb", ["unknown", "%00", "hide"])
def test_words_that_lead_nowhere_are_answered_so(
    joint: Joint, office: Account, signed_in: SignIn, verb: str
) -> None:
    client, root = signed_in(office), f"/agreements/{joint.agreement.pk}"
    assert client.get(f"{root}/change/{verb}/").status_code == 404
    assert client.get(f"{root}/parts/987654321/{verb}/").status_code == 404


def test_every_form_of_an_agreement_opens(
    joint: Joint, duty: Obligation, office: Account, signed_in: SignIn
) -> None:
    from preceptor.web.shown.agreement_acts import CHANGES, PARTS

    add_agreement_document(
        agreement=joint.agreement,
        title="签字本",
        content=BytesIO(PDF),
        file_name="a.pdf",
        by=OPERATOR,
    )
    given = give_evidence(obligation=duty, done_on=today(), note="论坛", by=OPERATOR)
    sight = let_see(agreement=joint.agreement, partner=joint.partner, noun="costs", by=OPERATOR)
    client, root = signed_in(office), f"/agreements/{joint.agreement.pk}"
    for verb in CHANGES:
        assert client.get(f"{root}/change/{verb}/").status_code == 200, verb
    keys = {
        "parties": joint.home_side.pk, "obligations": duty.pk, "evidences": given.pk,
        "sights": sight.pk, "trainees": joint.trainee.pk,
    }  # fmt: skip
    for verb, (relation, _change) in PARTS.items():
        assert client.get(f"{root}/parts/{keys[relation]}/{verb}/").status_code == 200, verb


def test_list_and_page_make_the_same_number_of_queries_for_one_and_for_many(
    joint: Joint, duty: Obligation, office: Account, signed_in: SignIn
) -> None:
    client, path = signed_in(office), f"/agreements/{joint.agreement.pk}/"
    before = asked(client, "/agreements/"), asked(client, path)
    for number in range(3):
        made = signed(joint.unit, joint.partner, f"2024-10{number}", BEGAN, ends_on())
        for agreement in (made, joint.agreement):
            set_obligation(
                agreement=agreement, clause=f"7.{number}", title_zh="讲座", owner_unit=joint.unit,
                evidence="event", counts_from=BEGAN, due_on=today() - timedelta(days=1), by=OPERATOR,
            )  # fmt: skip
    after = asked(client, "/agreements/"), asked(client, path)
    assert after == before
    assert after[0] <= 12
    assert after[1] <= 12


def test_the_office_s_first_page_counts_what_ended_with_people_under_it(
    joint: Joint, ended: Agreement, office: Account, leader: Account, signed_in: SignIn
) -> None:
    first = reverse("tasks_first")
    assert "/agreements/?standing=people" in text_of(signed_in(office).get(first))
    assert "/agreements/?standing=people" not in text_of(signed_in(leader).get(first))
