"""The small lists can be kept as a search and exported too, with no more than their pages show."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.test import Client

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions import adopt_calendar, adopt_kinds
from preceptor.cases.models import CaseKind
from preceptor.people.actions import declare_tie, delegate, keep_contact
from preceptor.people.models import Account, SavedSearch

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
SignIn = Callable[..., Client]
NOTE, TELEPHONE = "经济往来的细节", "13920001234"


def exported(client: Client, name: str, query: str = "") -> list[tuple[Any, ...]]:
    response = client.get(f"/lists/{name}/export.xlsx{query}")
    assert response.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    _heads, *lines = book.active.iter_rows(values_only=True)
    return lines


@pytest.fixture
def filled(cast: Cast, supervisor: Account, secretary: Account, leader: Account) -> None:
    """Two delegations, a tie, a contact, kinds and a year of the calendar."""
    first, last = today(), today() + timedelta(days=7)
    for giver, taker in ((supervisor, secretary), (leader, secretary)):
        delegate(giver=giver, taker=taker, valid_from=first, valid_to=last, by=giver)
    assert supervisor.person is not None
    declare_tie(
        person=supervisor.person, other=cast.persons["T2"], kind="kinship", note=NOTE, by=supervisor
    )
    keep_contact(person=supervisor.person, email="s@example.org", telephone=TELEPHONE, by=OPERATOR)
    adopt_kinds(institution=cast.institution, by=OPERATOR, valid_from=first)
    adopt_calendar(institution=cast.institution, by=OPERATOR)


def test_the_office_exports_each_of_them_as_its_page_shows_it(
    filled: None, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office, "en")
    assert len(exported(client, "delegations")) == 2
    assert len(exported(client, "ties")) == 1
    assert len(exported(client, "kinds")) == CaseKind.objects.count()
    assert ("2024-10-01", "Tuesday") in [
        line[:2] for line in exported(client, "calendar", "?year=2024")
    ]
    for name in ("delegations", "ties", "kinds", "contacts", "calendar", "notices"):
        page = client.get(f"/{name}/").content.decode()
        assert f"/lists/{name}/export.xlsx" in page


def test_telephones_stay_masked_and_notes_of_ties_stay_at_home(
    filled: None, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    said = repr([exported(client, name) for name in ("contacts", "ties", "delegations")])
    assert "s@example.org" in said
    assert TELEPHONE not in said and NOTE not in said


def test_a_name_narrows_the_page_and_the_export_and_is_kept_as_a_search(
    filled: None, office: Account, leader: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    query = f"?q={leader.name}"
    assert [line[0] for line in exported(client, "delegations", query)] == [leader.name]
    page = client.get(f"/delegations/{query}").content.decode()
    assert page.count('<th scope="row">') == 1
    client.post("/lists/delegations/searches/", {"name": "领导", "query": f"q={leader.name}"})
    kept = SavedSearch.objects.get(account=office)
    assert kept.listing == "delegations" and kept.query.startswith("q=")


def test_others_export_their_own_and_nothing_more(
    filled: None, trainee: Account, neighbour: Account, secretary: Account, signed_in: SignIn
) -> None:
    for account in (trainee, neighbour):
        client = signed_in(account)
        assert [exported(client, name) for name in ("delegations", "ties", "contacts")] == [[]] * 3
    assert len(exported(signed_in(secretary), "delegations")) == 2


def test_public_notices_are_read_by_everybody_and_their_list_is_kept_by_who_is_signed_in() -> None:
    page = Client().get("/notices/?q=学位").content.decode()
    assert "/lists/notices/" not in page
    assert Client().get("/lists/notices/export.xlsx").status_code == 302
