"""Who is told what of the journals about appointments and laboratories."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from answers import text_of
from pi_rows import asked, decided, limited
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.fellows.access import history_told
from preceptor.fellows.actions import book_entry, hold_tranche, join_lab, leave_lab
from preceptor.fellows.choices import LabRole, LimitKind
from preceptor.people.models import Account

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = pytest.mark.django_db
PAID, BACK = "31415", "合同到期离室"


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


def test_an_investigator_is_told_what_was_done_and_not_why(pis: Programme) -> None:
    [tranche] = pis.appointment.tranches.filter(state="planned")[:1]
    hold_tranche(tranche=tranche, reason="等待中期考核", by=pis["director"])
    verbs, tells = told(pis["director"], "appointment", pis.appointment)
    assert (verbs[0], tells) == ("tranche.held", True)
    assert told(pis["head"], "appointment", pis.appointment) == (verbs, False)
    rows = client_of(pis["head"]).get(f"/api/v1/appointments/{pis.appointment.pk}/journal").json()
    assert {row["reason"] for row in rows["rows"]} == {None}
    assert 'id="journal"' in body(pis["head"], f"/appointments/{pis.appointment.pk}/")


def test_a_member_of_a_laboratory_is_told_of_no_money_and_no_reason(pis: Programme) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 50_000)
    decided(asked(pis.laboratory, LimitKind.SPEND, 20_000, pis["member"]), pis["head"])
    book_entry(
        laboratory=pis.laboratory, kind="spent", amount_cny=Decimal(PAID), booked_on=today(),
        note="横向课题", by=OPERATOR,
    )  # fmt: skip
    member = join_lab(
        laboratory=pis.laboratory, person=pis.persons["c0"], role=LabRole.TECHNICIAN,
        valid_from=date(2023, 1, 1), by=OPERATOR,
    )  # fmt: skip
    leave_lab(member=member, last_day=date(2024, 1, 1), reason=BACK, by=pis["head"])
    verbs, tells = told(pis["head"], "laboratory", pis.laboratory)
    assert ({"laboratory.book", "charter.set", "charter.use"} <= set(verbs), tells) == (True, True)
    seen, tells = told(pis["member"], "laboratory", pis.laboratory)
    assert ({verb.partition(".")[0] for verb in seen}, tells) == ({"laboratory"}, False)
    assert "laboratory.book" not in seen
    page = f"/laboratories/{pis.laboratory.pk}/"
    address = f"/api/v1/laboratories/{pis.laboratory.pk}/journal"
    for place in (page, address):
        whole, part = (body(pis[who], place).replace(",", "") for who in ("head", "member"))
        assert (BACK in whole, PAID in whole) == (True, True)
        assert (BACK in part, PAID in part) == (False, False)
    assert client_of(pis["neighbour"]).get(address).status_code == 404
