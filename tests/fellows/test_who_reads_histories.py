"""Who is told what of the journals about stations and postdocs."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from answers import text_of
from new_fellows import Fellows
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.fellows import actions
from preceptor.fellows.access import history_told
from preceptor.fellows.actions import (
    add_host,
    change_stay,
    end_host,
    give_support,
    record_ground,
    set_target,
)
from preceptor.people.models import Account
from preceptor.web.shown.fellow_journal import VERBS

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
WHY, FINDING, PAID = "转到基础轨道", "经费核查", "31415"


def told(user: Account, kind: str, row: Any) -> tuple[list[str], bool]:
    found = history_told(user, kind, row)
    return [line.verb for line in found.lines], found.tells_reasons


def client_of(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(account: Account, path: str) -> str:
    answer = client_of(account).get(path)
    return text_of(answer) if path.startswith("/api/") else answer.content.decode()


def lived(fellows: Fellows) -> None:
    """A change with its reason, a finding and a payment."""
    change_stay(postdoc=fellows.xu, on=date(2024, 1, 1), track="basic", reason=WHY, by=OPERATOR)
    record_ground(
        postdoc=fellows.xu, kind="misconduct", found_on=date(2024, 5, 6), paper=FINDING, by=OPERATOR
    )
    give_support(
        postdoc=fellows.xu, kind="salary", payer="host", amount_cny=Decimal(PAID), by=OPERATOR,
        paid_on=date(2024, 1, 5),
    )  # fmt: skip


def test_a_postdocs_findings_payments_and_reasons_are_told_to_those_who_read_them(
    fellows: Fellows,
) -> None:
    lived(fellows)
    whole = ["postdoc.support", "postdoc.ground", "postdoc.change", "postdoc.enter"]
    assert told(fellows.personnel, "postdoc", fellows.xu) == (whole, True)
    assert told(fellows.leader, "postdoc", fellows.xu) == ([whole[0], *whole[2:]], True)
    assert told(fellows.postdoc, "postdoc", fellows.xu) == ([whole[0], *whole[2:]], False)
    assert told(fellows.host, "postdoc", fellows.xu) == (whole[2:], False)


def test_page_and_interface_tell_the_same_and_strangers_find_no_journal(fellows: Fellows) -> None:
    lived(fellows)
    page = f"/postdocs/{fellows.xu.pk}/"
    address = f"/api/v1/postdocs/{fellows.xu.pk}/journal"
    assert WHY in body(fellows.personnel, page)
    assert WHY in body(fellows.personnel, address)
    assert PAID in body(fellows.personnel, address)
    for who in (fellows.host, fellows.postdoc):
        assert 'id="journal"' in body(who, page)
        rows = client_of(who).get(address).json()["rows"]
        assert "postdoc.change" in {row["verb"] for row in rows}
        assert {row["reason"] for row in rows} == {None}
        assert {str(row["after"]) for row in rows} == {"None"}
        for hidden in (WHY, "postdoc.ground"):
            assert hidden not in body(who, page) + body(who, address)
    for who in (fellows.stranger, fellows.neighbour):
        assert client_of(who).get(address).status_code == 404
        assert WHY not in body(who, address)


def test_a_journal_is_read_in_pages_the_newest_first(fellows: Fellows) -> None:
    lived(fellows)
    client, address = client_of(fellows.personnel), f"/api/v1/postdocs/{fellows.xu.pk}/journal"
    first = client.get(address, {"size": 3}).json()
    rest = client.get(address, {"size": 3, "after": first["after"]}).json()
    verbs = [row["verb"] for row in first["rows"] + rest["rows"]]
    assert verbs == ["postdoc.support", "postdoc.ground", "postdoc.change", "postdoc.enter"]
    assert rest["after"] is None
    assert client.get(address, {"after": "x"}).status_code == 422


def test_a_stations_targets_are_told_to_who_reads_its_fellows(fellows: Fellows) -> None:
    set_target(
        institution=fellows.institution, station=fellows.station, year=today().year, entries=7,
        by=OPERATOR,
    )  # fmt: skip
    assert told(fellows.leader, "station", fellows.station) == (
        ["station.target", "station.enter"], True,
    )  # fmt: skip
    assert told(fellows.postdoc, "station", fellows.station) == (["station.enter"], False)
    assert 'id="journal"' in body(fellows.postdoc, f"/stations/{fellows.station.pk}/")


def test_every_deed_on_these_records_has_its_words() -> None:
    folder = Path(str(actions.__file__)).parent
    texts = "\n".join(path.read_text() for path in folder.glob("*.py"))
    written = set(
        re.findall(r'"((?:station|postdoc|appointment|laboratory|charter|tranche)\.\w+)"', texts)
    )
    assert len(written) > 40
    assert written - set(VERBS) == set()


def test_a_supervisors_end_is_told_with_its_reason_to_the_office_alone(fellows: Fellows) -> None:
    host = add_host(
        postdoc=fellows.xu, person=fellows.persons["T2"], on=date(2024, 1, 1), by=OPERATOR
    )
    end_host(host=host, last_on=date(2024, 6, 30), reason="离职调出", by=fellows.personnel)
    page = f"/postdocs/{fellows.xu.pk}/"
    assert "离职调出" in body(fellows.office, page)
    assert "离职调出" not in body(fellows.host, page)
