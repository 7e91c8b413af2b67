"""Partners, times abroad and platforms on the pages, each for its readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from joint_rows import Joint
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.institutions.actions import add_co_builder, register_platform
from preceptor.institutions.models import CoBuilder, Platform
from preceptor.joint.actions import record_abroad, register_partner
from preceptor.joint.models import Abroad, Contribution, JointEvent, Partner
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "joint_cast"]
pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
HOST = "海德堡大学医院"


def asked(client: Client, path: str) -> int:
    """How many queries the page makes when it is read again."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def exported(client: Client, name: str, query: str = "") -> list[Any]:
    answer = client.get(f"/lists/{name}/export.xlsx{query}")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].values)[1:]


def another(cast: Cast, code: str) -> Partner:
    return register_partner(
        institution=cast.institution, code=code, kind="company", name_zh=f"云医器械{code}",
        country="DE", by=OPERATOR,
    )  # fmt: skip


@pytest.fixture
def away(cast: Cast, joint: Joint) -> Abroad:
    """林知远 in Heidelberg for three months."""
    return record_abroad(
        person=cast.persons["S1"], kind="trainee", country="DE", host=HOST,
        first_on=today() - timedelta(days=30), last_on=today() + timedelta(days=60), by=OPERATOR,
    )  # fmt: skip


@pytest.fixture
def platform(cast: Cast) -> Platform:
    """A provincial laboratory of the General Hospital, built with the Cancer Hospital."""
    made = register_platform(
        institution=cast.institution, unit=cast.general, code="KL-1", kind="key_laboratory",
        level="provincial", name_zh="省重点实验室", name_en="Provincial Key Laboratory",
        valid_from=date(2020, 1, 1), by=OPERATOR,
    )  # fmt: skip
    add_co_builder(platform=made, unit=cast.cancer, valid_from=date(2020, 1, 1), by=OPERATOR)
    return made


def test_partners_are_listed_by_country_ever_and_active(
    joint: Joint, cast: Cast, office: Account, signed_in: SignIn
) -> None:
    another(cast, "DX")
    client = signed_in(office)
    assert "汀南理工大学" in text_of(client.get("/partners/"))
    active = text_of(client.get("/partners/?state=active"))
    assert "汀南理工大学" in active
    assert "云医器械DX" not in active
    german = text_of(client.get("/partners/?country=DE"))
    assert "云医器械DX" in german
    assert [row[0] for row in exported(client, "partners")] == ["DX", "TN"]
    assert [row[-2:] for row in exported(client, "partners")] == [(0, 0), (1, 1)]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_partner_shows_agreements_contributions_and_events(
    joint: Joint, office: Account, signed_in: SignIn, language: str
) -> None:
    client, root = signed_in(office, language), f"/partners/{joint.partner.pk}"
    given = {
        "kind": "money",
        "amount": "50000",
        "given_on": "2025-01-05",
        "agreement": str(joint.agreement.pk),
    }
    assert client.post(f"{root}/change/contribution/", given).status_code == 302
    event = {"kind": "visit_in", "title_zh": "来访座谈", "first_on": "2025-03-01", "persons": "12"}
    assert client.post(f"{root}/change/event/", event).status_code == 302
    page = text_of(client.get(f"{root}/"))
    for text in ("2024-007", "50000", "来访座谈", "12"):
        assert text in page
    assert Contribution.objects.get().agreement == joint.agreement
    assert JointEvent.objects.get().persons == 12


def test_the_office_enters_and_corrects_a_partner(
    joint: Joint, cast: Cast, office: Account, leader: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    sent = {
        "institution": str(cast.institution.pk), "code": "HD", "kind": "university",
        "name_zh": "海德堡大学", "country": "DE",
    }  # fmt: skip
    assert client.post("/partners/new/", sent).status_code == 302
    made = Partner.objects.get(code="HD")
    change = {
        "kind": "university",
        "name_zh": "海德堡大学",
        "name_en": "Heidelberg University",
        "country": "DE",
    }
    assert client.post(f"/partners/{made.pk}/change/change/", change).status_code == 302
    made.refresh_from_db()
    assert made.name_en == "Heidelberg University"
    assert client.post("/partners/new/", {**sent, "name_zh": "别的大学"}).status_code == 200
    assert Partner.objects.filter(code="HD").count() == 1
    reading = signed_in(leader)
    assert reading.get("/partners/new/").status_code == 404
    assert reading.post(f"/partners/{made.pk}/change/change/", change).status_code == 403


def test_strangers_and_partners_see_no_register_of_ours(
    joint: Joint, stranger: Account, peer_office: Account, trainee: Account, signed_in: SignIn
) -> None:
    for user in (stranger, peer_office, trainee):
        client = signed_in(user)
        assert client.get(f"/partners/{joint.partner.pk}/").status_code == 404
        assert exported(client, "partners") == []
        assert f"/partners/{joint.partner.pk}/" not in text_of(client.get("/partners/"))


def test_who_is_abroad_is_listed_at_a_day_and_comes_back(
    away: Abroad, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    assert HOST in text_of(client.get("/abroad/"))
    assert HOST not in text_of(client.get("/abroad/?on=2020-01-01"))
    assert len(exported(client, "abroad", "?kind=trainee&country=DE")) == 1
    back = {"returned_on": today().isoformat()}
    assert client.post(f"/abroad/{away.pk}/return/", back).status_code == 302
    away.refresh_from_db()
    assert away.returned_on == today()
    assert HOST not in text_of(client.get("/abroad/"))


def test_a_time_abroad_is_recorded_by_number_and_a_second_one_refused(
    joint: Joint, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    sent = {"number": "T1", "kind": "staff", "country": "US", "first_on": "2025-01-01"}
    assert client.post("/abroad/new/", sent).status_code == 302
    assert Abroad.objects.get().country == "US"
    again = client.post("/abroad/new/", {**sent, "country": "FR", "first_on": "2025-06-01"})
    assert again.status_code == 200
    assert "notice tone-fail" in text_of(again)
    nobody = client.post("/abroad/new/", {**sent, "number": "X9"})
    assert "X9" in text_of(nobody)
    assert Abroad.objects.count() == 1


def test_where_somebody_is_remains_hidden_from_others(
    away: Abroad, stranger: Account, neighbour: Account, peer_office: Account, signed_in: SignIn
) -> None:
    for user in (stranger, neighbour, peer_office):
        client = signed_in(user)
        page = text_of(client.get("/abroad/"))
        assert HOST not in page
        assert "林知远" not in page
        assert exported(client, "abroad") == []
        assert (
            client.post(f"/abroad/{away.pk}/return/", {"returned_on": "2026-01-01"}).status_code
            == 404
        )


def test_platforms_are_listed_at_a_day_by_level_kind_and_state(
    platform: Platform, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    page = text_of(client.get("/platforms/?level=provincial&kind=key_laboratory&state=operating"))
    assert "省重点实验室" in page
    assert "肿瘤医院" in page
    assert "省重点实验室" not in text_of(client.get("/platforms/?on=2019-12-31"))
    assert [row[0] for row in exported(client, "platforms")] == ["KL-1"]
    assert exported(client, "platforms", "?on=2019-12-31") == []


def test_the_office_enters_a_platform_changes_its_state_and_its_co_builders(
    platform: Platform, cast: Cast, office: Account, secretary: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    sent = {
        "unit": str(cast.general.pk), "code": "KL-2", "kind": "training_base", "level": "city",
        "name_zh": "分中心", "state": "construction", "valid_from": "2024-01-01",
        "upper": str(platform.pk),
    }  # fmt: skip
    assert client.post("/platforms/new/", sent).status_code == 302
    made = Platform.objects.get(code="KL-2")
    assert made.upper == platform
    root = f"/platforms/{made.pk}"
    opened = {"state": "operating", "valid_from": "2025-01-01"}
    assert client.post(f"{root}/change/state/", opened).status_code == 302
    builder = {"name": "云医器械公司", "valid_from": "2025-01-01"}
    assert client.post(f"{root}/change/builder/", builder).status_code == 302
    row = CoBuilder.objects.get(name="云医器械公司")
    end = {"last_on": "2025-06-30"}
    assert client.post(f"{root}/co-builders/{row.pk}/", end).status_code == 302
    page = text_of(client.get(f"{root}/"))
    for text in ("云医器械公司", "2025-06-30", "省重点实验室"):
        assert text in page
    outside = signed_in(secretary)
    assert outside.get("/platforms/new/").status_code == 404
    assert (
        outside.post(
            f"{root}/change/state/", {"state": "closed", "valid_from": "2026-01-01"}
        ).status_code
        == 403
    )


def test_lists_and_pages_make_the_same_number_of_queries_for_one_and_for_many(
    joint: Joint, away: Abroad, platform: Platform, cast: Cast, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    paths = [
        "/partners/", "/abroad/", "/platforms/", f"/partners/{joint.partner.pk}/",
        f"/platforms/{platform.pk}/",
    ]  # fmt: skip
    before = [asked(client, path) for path in paths]
    for number in range(3):
        another(cast, f"D{number}")
        register_platform(
            institution=cast.institution, unit=cast.cancer, code=f"P{number}", kind="training_base",
            level="city", name_zh=f"基地{number}", valid_from=date(2021, 1, 1), upper=platform,
            by=OPERATOR,
        )  # fmt: skip
        record_abroad(
            person=cast.persons[f"T{number + 1}"], kind="staff", country="FR", partner=joint.partner,
            first_on=today(), by=OPERATOR,
        )  # fmt: skip
    after = [asked(client, path) for path in paths]
    assert after == before
    assert max(after[:3]) <= 12
