"""Delegations and the own absences in the browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from preceptor.base.today import today
from preceptor.people.actions import delegate, record_absence
from preceptor.people.models import Absence, Account, Delegation

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def days(first: int = 1, last: int = 3) -> dict[str, str]:
    return {
        "valid_from": (today() + timedelta(days=first)).isoformat(),
        "valid_to": (today() + timedelta(days=last)).isoformat(),
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_supervisor_delegates_and_ends_it(
    supervisor: Account, secretary: Account, signed_in: SignIn, language: str
) -> None:
    client = signed_in(supervisor, language)
    form = client.get(reverse("delegation_new")).content.decode()
    assert 'name="taker"' in form and 'name="giver"' not in form
    given = {"taker": "secretary", "reason": "赴外地开会"} | days()
    assert client.post(reverse("delegation_new"), given).status_code == 302
    row = Delegation.objects.get()
    assert (row.giver, row.taker) == (supervisor, secretary)
    for reader in (supervisor, secretary):
        assert "赴外地开会" in signed_in(reader).get(reverse("delegations")).content.decode()
    assert client.post(reverse("delegation_end", args=[row.pk])).status_code == 302
    assert not Delegation.objects.known().exists()


def test_a_delegation_is_no_concern_of_others(
    supervisor: Account, secretary: Account, trainee: Account, neighbour: Account, signed_in: SignIn
) -> None:
    row = delegate(
        giver=supervisor, taker=secretary, valid_from=today(), valid_to=today(),
        reason="病假住院", by=supervisor,
    )  # fmt: skip
    for other in (trainee, neighbour):
        client = signed_in(other)
        assert "病假住院" not in client.get(reverse("delegations")).content.decode()
        assert client.post(reverse("delegation_end", args=[row.pk])).status_code == 404
    assert Delegation.objects.known().exists()


def test_what_does_not_fit_is_refused_at_the_form(
    supervisor: Account, secretary: Account, signed_in: SignIn
) -> None:
    client = signed_in(supervisor)
    for change in (
        {"taker": "nobody-of-this-name"}, {"taker": "supervisor"}, days(-3, 2), days(3, 1),
        {"valid_from": "2026-02-30"}, {"case_kind": "no_such_kind"},
    ):  # fmt: skip
        given = {"taker": "secretary"} | days() | change
        assert client.post(reverse("delegation_new"), given).status_code == 200
    assert not Delegation.objects.exists()


def test_the_office_sets_a_substitution_for_who_is_absent(
    cast: Cast, supervisor: Account, secretary: Account, office: Account, signed_in: SignIn
) -> None:
    given = {"giver": "T1", "taker": "secretary"} | days()
    address = reverse("delegation_substitute")
    assert signed_in(secretary).get(address).status_code == 404
    assert signed_in(office).post(address, given).status_code == 200
    record_absence(
        person=cast.persons["T1"], first_on=today(), last_on=today() + timedelta(days=9),
        by=supervisor,
    )  # fmt: skip
    assert signed_in(office).post(address, given).status_code == 302
    assert Delegation.objects.get().kind == "substitution"


def test_everybody_records_the_own_absences_on_the_account_page(
    supervisor: Account, trainee: Account, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(supervisor)
    first, last = days().values()
    answer = client.post(reverse("absence_new"), {"first_on": first, "last_on": last})
    assert answer.status_code == 302
    row = Absence.objects.get()
    assert f"{first} – {last}" in client.get(reverse("account")).content.decode()
    end = reverse("absence_end", args=[row.pk])
    assert signed_in(trainee).post(end).status_code == 404
    assert (
        client.post(reverse("absence_new"), {"first_on": last, "last_on": first}).status_code == 200
    )
    assert client.post(end).status_code == 302
    assert not Absence.objects.known().exists()
    answer = signed_in(office).post(reverse("absence_new"), {"first_on": first, "last_on": last})
    assert answer.status_code == 200
    assert not Absence.objects.known().exists()


def test_the_list_costs_the_same_for_one_and_for_many(
    supervisor: Account, secretary: Account, office: Account, signed_in: SignIn
) -> None:
    counts = []
    for number in (0, 1, 2, 3):
        delegate(
            giver=supervisor, taker=secretary, by=supervisor,
            valid_from=today() + timedelta(days=number), valid_to=today() + timedelta(days=number),
        )  # fmt: skip
        client = signed_in(office)
        with CaptureQueriesContext(connection) as made:
            assert client.get(reverse("delegations")).status_code == 200
        counts.append(len(made))
    assert counts[-1] == counts[0] <= 12
