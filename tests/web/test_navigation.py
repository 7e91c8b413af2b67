"""The navigation leads everybody to what is theirs, and nobody without a role to empty lists."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client, RequestFactory

from answers import page_of
from preceptor.base.actors import OPERATOR
from preceptor.people.actions import grant_role, open_account
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Role
from preceptor.web.context import shell

if TYPE_CHECKING:
    from new_fellows import Fellows

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
SINCE = date(2020, 1, 1)
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


def test_a_postdoc_without_a_role_is_led_to_the_own_page_and_called_a_postdoc(
    fellows: Fellows,
) -> None:
    shown = urls(fellows.postdoc)
    assert {f"/postdocs/{fellows.xu.pk}/", "/postdocs/", "/stations/", "/calls/"} <= set(shown)
    assert not {"/trainees/", "/bodies/", "/laboratories/"} & set(shown)
    assert str(frame(fellows.postdoc)["role_title"]) in ("博士后", "postdoc")


@pytest.mark.parametrize(("language", "label"), [("zh-hans", "博士后"), ("en", "postdoc")])
def test_a_postdoc_with_the_account_of_a_trainee_is_called_a_postdoc(
    fellows: Fellows, language: str, label: str
) -> None:
    unit = fellows.xu.unit
    grant_role(
        account=fellows.postdoc, kind=RoleKind.TRAINEE, unit=unit, valid_from=SINCE, by=OPERATOR
    )
    client = Client()
    client.force_login(fellows.postdoc, backend=BACKEND)
    client.cookies["language"] = language
    page = client.get("/")
    assert f'<span class="person-note">{label}</span>' in page.content.decode()


def test_a_postdoc_with_the_account_of_a_trainee_is_led_to_the_own_term_and_to_no_list_of_trainees(
    fellows: Fellows,
) -> None:
    unit = fellows.xu.unit
    grant_role(
        account=fellows.postdoc, kind=RoleKind.TRAINEE, unit=unit, valid_from=SINCE, by=OPERATOR
    )
    shown = urls(fellows.postdoc)
    assert {f"/postdocs/{fellows.xu.pk}/", "/postdocs/", "/stations/", "/calls/"} <= set(shown)
    assert not {"/trainees/", "/bodies/", "/laboratories/", "/delegations/"} & set(shown)
    client = Client()
    client.force_login(fellows.postdoc, backend=BACKEND)
    body = page_of(client.get("/"))
    bar = body[body.index('class="phone-bar"') :].partition("</nav>")[0]
    assert f"/postdocs/{fellows.xu.pk}/" in bar
    assert '"/trainees/"' not in bar
    assert '"/stations/"' not in bar


def test_who_supervises_a_postdoc_finds_the_postdocs_beside_the_trainees(fellows: Fellows) -> None:
    assert {"/postdocs/", "/stations/", "/trainees/"} <= set(urls(fellows.host))


def test_who_has_records_somewhere_is_led_there_also_without_a_role(fellows: Fellows) -> None:
    Role.objects.filter(account=fellows.host).delete()
    shown = urls(fellows.host)
    assert {"/postdocs/", "/stations/"} <= set(shown)
    assert not {"/laboratories/", f"/postdocs/{fellows.xu.pk}/"} & set(shown)
    assert frame(fellows.host)["role_title"] == ""


def test_one_line_alone_is_marked_as_the_present_page(fellows: Fellows) -> None:
    groups = frame(fellows.postdoc, f"/postdocs/{fellows.xu.pk}/")["navigation"]
    marked = [item.url for group in groups for item in group.items if item.is_current]
    assert marked == [f"/postdocs/{fellows.xu.pk}/"]


def test_who_supervises_postdocs_finds_them_on_the_phone_and_an_officer_the_stations(
    fellows: Fellows,
) -> None:
    def bar(account: Account) -> list[str]:
        return [item.url for item in frame(account)["phone_ways"]]

    assert bar(fellows.host) == ["/", "/tasks/", "/trainees/", "/postdocs/"]
    assert bar(fellows.office) == ["/", "/tasks/", "/trainees/", "/stations/"]


def test_a_trainee_finds_the_requests_on_the_phone(fellows: Fellows) -> None:
    account = open_account(login="learner", name="研究生", password=None, person=None, by=OPERATOR)
    grant_role(
        account=account, kind=RoleKind.TRAINEE, unit=fellows.xu.unit, valid_from=SINCE, by=OPERATOR
    )
    bar = [item.url for item in frame(account)["phone_ways"]]
    assert bar == ["/", "/tasks/", "/trainees/", "/cases/"]
