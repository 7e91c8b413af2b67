"""The pages of calls: public, kept by the personnel office, and the way to an application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.base.models import OutgoingMail
from preceptor.calls.choices import CallState
from preceptor.calls.models import Call, CallApplication
from preceptor.people.models import Account
from small_calls import began, drafted, published, signed_up, token_of

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "call_cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
BEFORE = "尚未公开的内部招聘考虑"


@pytest.fixture
def addresses() -> None:
    """The addresses of the product itself."""


def test_everybody_reads_a_published_call_in_both_languages(call: Call, client: Client) -> None:
    for language, title in (("zh-hans", call.title_zh), ("en", call.title_en)):
        page = client.get(f"/calls/{call.pk}/", headers={"Accept-Language": language})
        text = page.content.decode()
        assert page.status_code == 200
        assert f"<h1>{title}</h1>" in text
        assert '<meta name="description" content="' in text
        assert call.title_zh in text and call.title_en in text
        assert call.text_zh in text and call.text_en in text
        assert "/enter/?next=/calls/" in text


def test_nobody_outside_reads_a_call_that_is_being_prepared(
    cast: Cast, entry_kind: Any, personnel: Account, stranger: Account, client: Client,
    signed_in: SignIn,
) -> None:  # fmt: skip
    draft = drafted(cast, text_zh=BEFORE)
    for reader in (client, signed_in(stranger)):
        page = reader.get(f"/calls/{draft.pk}/")
        assert page.status_code == 404
        assert BEFORE not in page.content.decode()
        assert draft.title_zh not in reader.get("/calls/").content.decode()
    page = signed_in(personnel).get(f"/calls/{draft.pk}/")
    assert BEFORE in page.content.decode()


def test_the_page_of_a_call_asks_at_most_twelve_questions_of_whoever_reads_it(
    call: Call, applicant: Account, personnel: Account, office: Account, client: Client,
    signed_in: SignIn,
) -> None:  # fmt: skip
    began(call, applicant, "苏未央")
    for reader in (client, *map(signed_in, (applicant, personnel, office))):
        reader.get(f"/calls/{call.pk}/")
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(f"/calls/{call.pk}/").status_code == 200
        assert len(queries) <= 12


def test_the_list_is_narrowed_and_its_queries_do_not_grow(
    cast: Cast, call: Call, client: Client
) -> None:
    def asked(address: str = "/calls/") -> tuple[int, list[Any]]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(address)
        return len(queries), page.context["rows"]

    asked()
    few, rows = asked()
    assert [row[0]["note"] for row in rows] == [call.number]
    now = timezone.now()
    ahead = published(
        cast, number="BSH-2", opens_at=now + timedelta(days=2), closes_at=now + timedelta(days=9)
    )
    for number in range(3, 12):
        published(cast, number=f"BSH-{number}")
    many, rows = asked()
    assert (many, len(rows)) == (few, 11)
    assert few <= 12
    assert [row[0]["note"] for row in asked("/calls/?time=ahead")[1]] == [ahead.number]
    assert [row[0]["note"] for row in asked("/calls/?q=BSH-7")[1]] == ["BSH-7"]
    assert asked("/calls/?purpose=fellows.pi")[1] == []


def test_the_export_is_the_list(call: Call, personnel: Account, signed_in: SignIn) -> None:
    import io

    import openpyxl

    answer = signed_in(personnel).get("/lists/calls/export.xlsx?time=open")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None
    lines = list(sheet.values)
    assert [line[:2] for line in lines[1:]] == [(call.number, call.title_zh)]


def test_somebody_from_outside_applies_by_a_link_sent_by_mail(call: Call, client: Client) -> None:
    address = f"/calls/{call.pk}/apply/"
    assert client.get(address).status_code == 302
    client.post("/enter/", {"email": "Su@Example.org", "next": address})
    link = f"/enter/{token_of('su@example.org')}/"
    for _scan in range(3):
        page = client.get(link)
        assert page.status_code == 200
        assert "_auth_user_id" not in client.session
    assert client.post(link)["Location"] == address
    assert client.get(address).context["permit"]
    page = client.post(address, {"name_zh": "苏未央", "name_en": "Su Weiyang"})
    application = CallApplication.objects.get()
    assert page["Location"] == f"/applications/{application.pk}/"
    assert application.person.name_zh == "苏未央"
    assert client.get(f"/calls/{call.pk}/").context["own"] == application
    assert Client().post(link).status_code == 404


def test_whoever_comes_back_by_a_new_link_is_at_the_application_that_was_begun(
    call: Call, client: Client
) -> None:
    address = f"/calls/{call.pk}/apply/"
    client.post("/enter/", {"email": "su@example.org", "next": address})
    client.post(f"/enter/{token_of('su@example.org')}/")
    begun = client.post(address, {"name_zh": "苏未央"})["Location"]
    later = Client()
    later.post("/enter/", {"email": "su@example.org", "next": address})
    assert later.post(f"/enter/{token_of('su@example.org')}/")["Location"] == address
    assert later.get(address)["Location"] == begun
    assert later.post(address, {"name_zh": "苏未央"})["Location"] == begun
    assert CallApplication.objects.count() == 1


def test_an_address_with_and_without_an_account_is_answered_alike(
    call: Call, personnel: Account, client: Client
) -> None:
    signed_up("known@example.org")
    bodies = []
    for email in ("known@example.org", "fresh@example.org"):
        page = client.post("/enter/", {"email": email})
        bodies.append(
            page.content.decode().replace(email, "").split("<main", 1)[1].split("csrf")[0]
        )
    assert bodies[0] == bodies[1]
    letters = OutgoingMail.objects.count()
    refused = client.post("/enter/", {"email": "no address"})
    assert refused.context["form"].errors["email"]
    assert OutgoingMail.objects.count() == letters


def test_an_application_has_a_name_and_a_call_that_takes_it(
    cast: Cast, call: Call, applicant: Account, signed_in: SignIn
) -> None:
    client = signed_in(applicant)
    page = client.post(f"/calls/{call.pk}/apply/", {"name_zh": ""})
    assert page.context["form"].errors["name_zh"]
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    page = client.get(f"/calls/{call.pk}/apply/")
    assert not page.context["permit"]
    page = client.post(f"/calls/{call.pk}/apply/", {"name_zh": "苏未央"})
    assert page.context["form"].non_field_errors()
    assert not CallApplication.objects.exists()


def test_the_personnel_office_publishes_sets_criteria_and_cancels(
    cast: Cast, entry_kind: Any, personnel: Account, signed_in: SignIn
) -> None:
    draft, client = drafted(cast), signed_in(personnel)
    page = client.get(f"/calls/{draft.pk}/criteria/")
    sent = {
        f"{row.prefix}-{name}": row.initial.get(name, "")
        for row in page.context["rows"]
        for name in row.fields
    } | {"c2-name_zh": "临床能力", "c2-name_en": "Clinical skill", "c2-most": "20"}
    assert client.post(f"/calls/{draft.pk}/criteria/", sent).status_code == 302
    assert draft.criteria.filter(name_zh="临床能力", most=20).exists()
    client.post(f"/calls/{draft.pk}/steps/publish/")
    draft.refresh_from_db()
    assert draft.state == CallState.PUBLISHED
    refused = client.post(f"/calls/{draft.pk}/criteria/", sent | {"c2-most": "30"})
    assert refused.context["refusal"]
    assert draft.criteria.filter(name_zh="临床能力", most=20).exists()
    assert client.post(f"/calls/{draft.pk}/cancel/", {"reason": ""}).status_code == 200
    assert client.post(f"/calls/{draft.pk}/cancel/", {"reason": "经费未落实"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == CallState.CANCELLED


def test_who_does_not_keep_the_call_changes_nothing_of_it(
    cast: Cast, call: Call, neighbour: Account, trainee: Account, signed_in: SignIn
) -> None:
    for account in (neighbour, trainee):
        client = signed_in(account)
        client.post(f"/calls/{call.pk}/cancel/", {"reason": "无"})
        client.post(f"/calls/{call.pk}/steps/close/")
        page = client.post(
            f"/calls/{call.pk}/edit/",
            {"title_zh": "改", "title_en": "x", "text_zh": "x", "text_en": "x",
             "closes_at": "2030-01-01T00:00", "revision": call.revision},
        )  # fmt: skip
        assert page.status_code == 404
        assert client.get(f"/calls/{call.pk}/ranking/").status_code == 404
    assert signed_in(trainee).get("/calls/new/").status_code == 404
    call.refresh_from_db()
    assert (call.state, call.title_zh) == (CallState.PUBLISHED, "总医院博士后招收")


def test_the_words_of_a_published_call_change_and_two_at_once_do_not_overwrite_each_other(
    call: Call, personnel: Account, signed_in: SignIn
) -> None:
    client = signed_in(personnel)
    later = timezone.localtime(call.closes_at + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    sent = {
        "title_zh": "总医院博士后招收（修订）", "title_en": call.title_en, "text_zh": call.text_zh,
        "text_en": call.text_en, "closes_at": later, "revision": call.revision,
    }  # fmt: skip
    assert client.post(f"/calls/{call.pk}/edit/", sent).status_code == 302
    page = client.post(f"/calls/{call.pk}/edit/", sent | {"title_zh": "旧页面"})
    assert page.context["form"].non_field_errors()
    call.refresh_from_db()
    assert call.title_zh == "总医院博士后招收（修订）"


def test_the_home_of_an_applicant_shows_applications_and_open_calls(
    call: Call, application: CallApplication, applicant: Account, stranger: Account,
    signed_in: SignIn,
) -> None:  # fmt: skip
    page = signed_in(applicant).get("/")
    assert [one["url"] for one in page.context["applications"]] == [
        f"/applications/{application.pk}/"
    ]
    assert [one["call"] for one in page.context["open_calls"]] == [call]
    page = signed_in(stranger).get("/")
    assert page.context["applications"] == []
    assert "苏未央" not in page.content.decode()
