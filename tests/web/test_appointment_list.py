"""The list of appointments: whom it shows, its filters, what the rules say, the export."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.fellows.actions import appoint
from preceptor.fellows.models import Appointment
from preceptor.people.models import SavedSearch
from preceptor.standing.actions import put_in_force
from preceptor.standing.investigators import Wanted, appointments_wanted

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = pytest.mark.django_db
FIRST = date(2022, 1, 1)


@pytest.fixture
def rules(pis: Programme) -> None:
    """The packs on independent principal investigators in force."""
    for pack, unit in (("yunting/appointments", None), ("yunting/independent-pi", "YT-P")):
        put_in_force(
            institution=pis.institution, pack=pack, unit=pis.units[unit] if unit else None,
            valid_from=FIRST, by=OPERATOR,
        )  # fmt: skip


def client_of(pis: Programme, who: str, language: str = "zh-hans") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(pis[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def contracted(pis: Programme, number: str, person: str = "other") -> Appointment:
    """A further appointment whose term has not begun."""
    return appoint(
        programme=pis.programme, person=pis.persons[person], number=number, by=OPERATOR,
        starts_on=today() + timedelta(days=30), ends_on=today() + timedelta(days=1800),
    )  # fmt: skip


def numbers(client: Client, **query: str) -> list[str]:
    return [row[0]["note"] for row in client.get("/appointments/", query).context["rows"]]


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def sheet_of(client: Client, query: str = "") -> list[tuple[Any, ...]]:
    response = client.get(f"/lists/appointments/export.xlsx{query}")
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    return list(sheet.iter_rows(values_only=True))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_list_names_person_programme_laboratory_state_and_term(
    pis: Programme, language: str
) -> None:
    text = client_of(pis, "office", language).get("/appointments/").content.decode()
    name, laboratory = (
        ("Shen Ruoxi", "Yunxi Laboratory") if language == "en" else ("沈若溪", "云溪实验室")
    )
    for there in (name, laboratory, "PI-2022-01", "2031-12-31"):
        assert there in text


def test_an_investigator_finds_the_own_term_and_others_find_nobody(pis: Programme) -> None:
    contracted(pis, "PI-2030-01")
    assert numbers(client_of(pis, "head")) == ["PI-2022-01"]
    assert numbers(client_of(pis, "director")) == ["PI-2022-01", "PI-2030-01"]
    for who in ("stranger", "neighbour", "member"):
        client = client_of(pis, who)
        text = client.get("/appointments/?q=沈&standing=any").content.decode()
        assert "PI-2022-01" not in text
        assert "沈若溪" not in text
        assert "YT-P1" not in text
        assert len(sheet_of(client)) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "若溪"}, {"PI-2022-01"}),
        ({"q": "PI-2030"}, {"PI-2030-01"}),
        ({"state": "contracted"}, {"PI-2030-01"}),
        ({"state": "in_office"}, {"PI-2022-01"}),
        ({"laboratory": "YT-P1"}, {"PI-2022-01"}),
        ({"programme": "X"}, {"PI-2022-01", "PI-2030-01"}),
        ({"ends": "over"}, set()),
        ({"state": "%00"}, {"PI-2022-01", "PI-2030-01"}),
    ],
)
def test_each_filter_finds_its_appointments(
    pis: Programme, query: dict[str, str], found: set[str]
) -> None:
    contracted(pis, "PI-2030-01")
    assert set(numbers(client_of(pis, "office"), **query)) == found


def test_a_term_is_found_by_when_it_ends_from_the_first_day_to_the_last(pis: Programme) -> None:
    day, client = today(), client_of(pis, "office")
    for days, found in ((0, {"soon", "year"}), (90, {"soon", "year"}), (91, {"year"}),
                        (365, {"year"}), (366, set()), (-1, {"over"})):  # fmt: skip
        rows = Appointment.objects.filter(pk=pis.appointment.pk)
        rows.update(ends_on=day + timedelta(days=days))
        assert {ends for ends in ("soon", "year", "over") if numbers(client, ends=ends)} == found


@pytest.mark.usefixtures("rules")
def test_what_the_rules_say_is_shown_and_found_where_it_is_asked_for(pis: Programme) -> None:
    client = client_of(pis, "office")
    assert len(client.get("/appointments/").context["columns"]) == 5
    [row] = client.get("/appointments/?standing=any").context["rows"]
    verdict = row[-1]["verdict"]
    assert numbers(client, standing=verdict) == ["PI-2022-01"]
    others = {"fail", "pending", "warn", "pass", "none"} - {verdict}
    assert [word for word in sorted(others) if numbers(client, standing=word)] == []


def test_where_no_rule_is_in_force_nobody_is_called_good_or_bad(pis: Programme) -> None:
    with translation.override("en"):
        found = {
            word: appointments_wanted(pis["office"], Wanted(standing=word), "en").rows.count()
            for word in ("pass", "fail", "none", "any")
        }
    assert found == {"pass": 0, "fail": 0, "none": 1, "any": 1}


@pytest.mark.usefixtures("rules")
def test_the_export_has_the_rows_and_columns_of_the_list(pis: Programme) -> None:
    contracted(pis, "PI-2030-01")
    client = client_of(pis, "office")
    heads, *lines = sheet_of(client, "?state=contracted")
    assert [line[0] for line in lines] == numbers(client, state="contracted") == ["PI-2030-01"]
    judged, *_lines = sheet_of(client, "?standing=any")
    assert len(judged) == len(heads) + 1


def test_a_search_is_saved_and_an_empty_list_says_what_to_do(pis: Programme) -> None:
    client = client_of(pis, "office", "en")
    address = "/lists/appointments/searches/"
    client.post(address, {"name": "在聘", "query": "state=in_office&after=9~9"})
    assert SavedSearch.objects.get().query == "state=in_office"
    shown = client.get("/appointments/?ends=over").content.decode()
    assert "An appointment is made on the page of its programme" in shown
    assert "Clear the filters" in shown


@pytest.mark.usefixtures("rules")
def test_many_appointments_cost_no_more_queries_than_one(pis: Programme) -> None:
    client = client_of(pis, "office")
    paths = [f"/appointments/{rest}" for rest in ("", "?standing=any", "?standing=pending")]
    few = [queries_of(client, path) for path in paths]
    for place, person in enumerate(("other", "c0", "c1", "c2")):
        contracted(pis, f"PI-2030-0{place}", person)
    assert [queries_of(client, path) for path in paths] == few
    assert max(few) <= 12
