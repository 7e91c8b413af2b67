"""Declared ties and contacts, on pages and at the interface: who declares, reads, withdraws, keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from answers import text_of
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.people.access import may_keep_contact, visible_contacts
from preceptor.people.actions import declare_tie, grant_role, keep_contact, withdraw_tie
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Contact, Person, Tie

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "program"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
NOTE = "共同出资诊所，占股三成"
TELEPHONE = "13912345678"
SINCE = date(2020, 1, 1)


@pytest.fixture
def tie(cast: Cast) -> Tie:
    """江晚晴 declared a tie with 林知远."""
    return declare_tie(
        person=cast.persons["T1"], other=cast.persons["S1"], kind="financial", note=NOTE,
        valid_from=SINCE, by=OPERATOR,
    )  # fmt: skip


def declare(client: Client, **given: str) -> Any:
    sent = {"kind": "kinship", "valid_from": "2024-01-01", "note": NOTE, **given}
    return client.post(reverse("tie_new"), sent, follow=True)


def test_a_supervisor_declares_the_own_tie_and_finds_it_in_the_account(
    cast: Cast, supervisor: Account, signed_in: SignIn
) -> None:
    client = signed_in(supervisor)
    assert "person" not in client.get(reverse("tie_new")).context["form"].fields
    assert declare(client, other="S1").redirect_chain
    row = Tie.objects.get()
    assert (row.person, row.other, row.kind) == (cast.persons["T1"], cast.persons["S1"], "kinship")
    assert [line["names"][1] for line in client.get(reverse("account")).context["ties"]] == [
        "林知远"
    ]
    journal = " ".join(f"{line.after}{line.reason}" for line in JournalEntry.objects.all())
    assert NOTE not in journal


def test_the_office_declares_for_others_by_number_or_full_name(
    cast: Cast, office: Account, signed_in: SignIn
) -> None:
    declare(signed_in(office), person="T2", other="林知远")
    row = Tie.objects.get()
    assert (row.person, row.other) == (cast.persons["T2"], cast.persons["S1"])


@pytest.mark.parametrize("other", ["T1", "T9", "林知远"])
def test_a_tie_with_oneself_with_nobody_or_by_a_name_one_may_not_look_up_is_refused(
    cast: Cast, supervisor: Account, signed_in: SignIn, other: str
) -> None:
    page = declare(signed_in(supervisor), other=other)
    assert page.context["form"].non_field_errors()
    assert "Lin Zhiyuan" not in page.content.decode()
    assert not Tie.objects.exists()


def test_a_secretary_declares_for_nobody_of_another_hospital(
    cast: Cast, neighbour: Account, signed_in: SignIn
) -> None:
    page = declare(signed_in(neighbour), person="T1", other="S1")
    assert page.context["form"].non_field_errors()
    assert not Tie.objects.exists()


def test_ties_and_their_remarks_are_read_by_those_alone_who_may(
    cast: Cast, tie: Tie, trainee: Account, supervisor: Account, office: Account,
    neighbour: Account, stranger: Account, signed_in: SignIn,
) -> None:  # fmt: skip
    for account in (supervisor, office):
        assert NOTE in signed_in(account).get(reverse("ties")).content.decode()
    other = signed_in(trainee).get(reverse("ties"))
    assert len(other.context["rows"]) == 1
    assert NOTE not in other.content.decode()
    for account in (neighbour, stranger):
        hidden = signed_in(account).get(reverse("ties"))
        assert hidden.context["rows"] == []
        assert NOTE not in hidden.content.decode()
        assert "林知远" not in hidden.content.decode()


def test_the_office_withdraws_a_tie_and_neither_of_the_two_does(
    cast: Cast, tie: Tie, trainee: Account, supervisor: Account, office: Account,
    stranger: Account, signed_in: SignIn,
) -> None:  # fmt: skip
    address = reverse("tie_withdraw", args=[tie.pk])
    for account in (trainee, supervisor):
        assert not signed_in(account).get(reverse("ties")).context["rows"][0]["may_withdraw"]
        signed_in(account).post(address)
    assert signed_in(stranger).post(address).status_code == 404
    assert Tie.objects.known().get().valid_to is None
    signed_in(office).post(address)
    assert Tie.objects.known().get().valid_to == today() - timedelta(days=1)


def test_one_declared_by_mistake_never_was(tie: Tie, office: Account, signed_in: SignIn) -> None:
    signed_in(office).post(reverse("tie_withdraw", args=[tie.pk]), {"mistaken": "1"})
    assert not Tie.objects.known().exists()


def test_an_officer_withdraws_no_tie_of_the_own_person(
    cast: Cast, tie: Tie, trainee: Account
) -> None:
    grant_role(
        account=trainee, kind=RoleKind.OFFICE, unit=cast.institution, valid_from=SINCE, by=OPERATOR
    )
    with pytest.raises(NotPermitted):
        withdraw_tie(tie=tie, by=Account.objects.get(pk=trainee.pk))
    assert Tie.objects.known().get().valid_to is None


def test_the_list_is_narrowed_by_name_and_reads_in_both_languages(
    tie: Tie, office: Account, signed_in: SignIn
) -> None:
    for language in ("zh-hans", "en"):
        client = signed_in(office, language)
        assert len(client.get(reverse("ties"), {"q": "林"}).context["rows"]) == 1
        assert client.get(reverse("ties"), {"q": "沈"}).context["rows"] == []
        assert client.get(reverse("tie_new")).status_code == 200


def test_the_lists_cost_the_same_for_one_row_and_for_many(
    cast: Cast, tie: Tie, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)

    def costs(name: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(name)).status_code == 200
        return len(asked)

    keep_contact(person=cast.persons["S1"], email="a@example.org", by=OPERATOR)
    before = {name: costs(name) for name in ("ties", "contacts")}
    for key in ("S2", "S3", "T2", "T3"):
        person = cast.persons[key]
        declare_tie(person=person, other=cast.persons["S1"], kind="other", by=OPERATOR)
        keep_contact(person=person, email=f"{key}@example.org", by=OPERATOR)
    assert {name: costs(name) for name in before} == before
    assert max(before.values()) <= 12


def test_the_interface_declares_reads_and_withdraws_ties(
    cast: Cast, supervisor: Account, trainee: Account, office: Account, neighbour: Account,
    program: Any,
) -> None:  # fmt: skip
    sent = {"other": "S1", "kind": "dispute", "note": NOTE}
    made = program(supervisor).post("/ties", sent)
    assert (made.status_code, made.json()["note"]) == (201, NOTE)
    key = made.json()["key"]
    [row] = program(trainee).get("/ties").json()["rows"]
    assert (row["kind"], row["note"]) == ("dispute", None)
    hidden = program(neighbour).get("/ties")
    assert (hidden.json()["rows"], NOTE in text_of(hidden)) == ([], False)
    assert NOTE in text_of(program(supervisor).get("/ties"))
    refused = program(neighbour).post("/ties", {**sent, "person": "T1"})
    assert refused.status_code in (403, 422)
    assert program(supervisor).post(f"/ties/{key}/withdraw", {}).status_code == 403
    assert program(neighbour).post(f"/ties/{key}/withdraw", {}).status_code == 404
    assert program(office).post(f"/ties/{key}/withdraw", {}).status_code == 200
    assert not Tie.objects.known().exists()


@pytest.fixture
def contact(cast: Cast) -> Contact:
    return keep_contact(
        person=cast.persons["T1"], email="jiang@example.org", telephone=TELEPHONE, by=OPERATOR
    )


def test_a_person_keeps_the_own_contact(cast: Cast, supervisor: Account, signed_in: SignIn) -> None:
    client, address = signed_in(supervisor), reverse("contact", args=[cast.persons["T1"].pk])
    assert address in client.get(reverse("account")).content.decode()
    client.post(address, {"email": "j@example.org", "telephone": TELEPHONE, "country": "cn"})
    held = Contact.objects.get()
    assert (held.email, held.telephone, held.country) == ("j@example.org", TELEPHONE, "CN")
    assert TELEPHONE in client.get(address).content.decode()


def test_the_list_shows_no_telephone_whole(
    contact: Contact, office: Account, signed_in: SignIn
) -> None:
    page = signed_in(office).get(reverse("contacts"))
    assert [row["name"] for row in page.context["rows"]] == ["江晚晴"]
    assert TELEPHONE not in page.content.decode()


def test_who_keeps_the_person_is_led_to_the_contact_by_number_or_name(
    cast: Cast, contact: Contact, office: Account, secretary: Account, signed_in: SignIn
) -> None:
    address = reverse("contact", args=[cast.persons["T1"].pk])
    for account in (office, secretary):
        for text in ("T1", "江晚晴"):
            found = signed_in(account).get(reverse("contacts"), {"person": text})
            assert found["Location"] == address
    assert signed_in(office).get(reverse("contacts"), {"person": "T9"}).status_code == 200


def test_nobody_else_reads_or_writes_a_contact(
    cast: Cast, contact: Contact, trainee: Account, leader: Account, neighbour: Account,
    stranger: Account, signed_in: SignIn,
) -> None:  # fmt: skip
    address = reverse("contact", args=[cast.persons["T1"].pk])
    for account in (trainee, leader, neighbour, stranger):
        client = signed_in(account)
        for hidden in (
            client.get(address), client.post(address, {"email": "x@example.org"}),
        ):  # fmt: skip
            assert hidden.status_code == 404
            assert TELEPHONE not in hidden.content.decode()
        listed = client.get(reverse("contacts"), {"person": "T1"})
        assert listed.context["rows"] == []
        assert "jiang@example.org" not in listed.content.decode()
    assert Contact.objects.get().email == "jiang@example.org"


@pytest.mark.parametrize(
    "wrong", [{"email": "no address"}, {"country": "China"}, {"telephone": "1" * 61}]
)
def test_a_wrong_contact_stands_at_the_form_and_nothing_is_written(
    cast: Cast, contact: Contact, office: Account, signed_in: SignIn, wrong: dict[str, str]
) -> None:
    address = reverse("contact", args=[cast.persons["T1"].pk])
    page = signed_in(office, "en").post(address, wrong)
    assert page.context["form"].errors
    assert Contact.objects.get().telephone == TELEPHONE


def test_what_is_visible_of_contacts_agrees_with_who_may_keep_them(
    cast: Cast, trainee: Account, supervisor: Account, secretary: Account, neighbour: Account,
    office: Account, leader: Account, stranger: Account,
) -> None:  # fmt: skip
    for person in Person.objects.all():
        keep_contact(person=person, email="x@example.org", by=OPERATOR)
    for user in (trainee, supervisor, secretary, neighbour, office, leader, stranger):
        seen = set(visible_contacts(user).values_list("person", flat=True))
        kept = {one.pk for one in Person.objects.all() if may_keep_contact(user, one)}
        assert seen == kept, user.login


def test_the_interface_keeps_contacts_for_those_who_may(
    cast: Cast, contact: Contact, office: Account, supervisor: Account, neighbour: Account,
    program: Any,
) -> None:  # fmt: skip
    path = f"/contacts/{cast.persons['T1'].pk}"
    assert program(supervisor).get(path).json()["telephone"] == TELEPHONE
    sent = {"email": "new@example.org", "country": "CN"}
    for answer in (program(neighbour).get(path), program(neighbour).post(path, sent)):
        assert answer.status_code == 404
        assert TELEPHONE not in text_of(answer)
    assert program(office).post(path, sent).json()["email"] == "new@example.org"
    assert program(office).post(path, {"email": "no address"}).status_code == 422
    assert program(neighbour).get("/contacts").json()["rows"] == []
