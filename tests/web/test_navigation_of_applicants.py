"""The navigation of an applicant, beside those of a trainee and an officer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from preceptor.calls.models import Call, CallApplication
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from preceptor.web.context import shell

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "call_cast"]
pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
#: Lists that hold nothing for somebody who came through a call.
EMPTY = {
    "/trainees/", "/sittings/", "/bodies/", "/stations/", "/incubations/", "/laboratories/",
    "/appointments/",
}  # fmt: skip


def frame(account: Account, path: str = "/") -> dict[str, Any]:
    request = RequestFactory().get(path)
    request.user = Account.objects.get(pk=account.pk)
    return shell(request)


def urls(account: Account) -> list[str]:
    return [item.url for group in frame(account)["navigation"] for item in group.items]


@pytest.fixture
def addresses() -> None:
    """The addresses of the product itself."""


def test_an_applicant_is_led_to_the_own_application_and_the_calls_and_to_no_empty_list(
    call: Call, application: CallApplication, applicant: Account
) -> None:
    shown = urls(applicant)
    assert {"/", "/tasks/", "/cases/", "/calls/", f"/applications/{application.pk}/"} <= set(shown)
    assert not (EMPTY | {"/postdocs/"}) & set(shown)
    assert len(shown) == len(set(shown))


def test_a_trainee_and_an_officer_keep_their_names_and_lists(
    cast: Cast, trainee: Account, office: Account
) -> None:
    assert frame(trainee)["role_title"] == RoleKind.TRAINEE.label
    assert frame(office)["role_title"] == RoleKind.OFFICE.label
    assert EMPTY | {"/postdocs/", "/calls/"} <= set(urls(office))
    shown = set(urls(trainee))
    assert (EMPTY - {"/stations/"}) | {"/calls/"} <= shown
    assert not {"/postdocs/", "/stations/"} & shown


def test_the_phone_bar_leads_who_has_no_role_to_what_is_theirs(
    call: Call, application: CallApplication, applicant: Account, signed_in: Any
) -> None:
    body = signed_in(applicant).get("/").content.decode()
    bar = body[body.index('class="phone-bar"') :]
    bar = bar[: bar.index("</nav>")]
    assert f"/applications/{application.pk}/" in bar
    assert not [url for url in EMPTY if f'"{url}"' in bar]


def test_the_frame_asks_two_questions_without_a_role_and_one_with_that_of_a_trainee(
    cast: Cast, trainee: Account, call: Call, application: CallApplication, applicant: Account
) -> None:
    for account, most in ((applicant, 2), (trainee, 1)):
        request = RequestFactory().get("/")
        request.user = Account.objects.get(pk=account.pk)
        with CaptureQueriesContext(connection) as queries:
            shell(request)
        assert len(queries) <= most


def test_the_first_page_of_who_has_no_role_leaves_no_empty_place_for_one(
    addresses: None, application: CallApplication, applicant: Account
) -> None:
    client = Client()
    client.force_login(Account.objects.get(pk=applicant.pk), backend=BACKEND)
    meta = client.get("/").content.decode().split('class="page-meta"')[1].split("</div>")[0]
    assert "<span></span>" not in meta
    assert meta.count("<span>") == 1
