"""A conflict of interest that comes to be known after the invitations went out: whoever calls the sitting
is told, and nobody votes in spite of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from panel_cast import adopt, agreed, asked, composed, experts, times, trainee_of
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.base.models import JournalEntry, OutgoingMail
from preceptor.base.today import today
from preceptor.cases.actions import (
    mark_presence,
    open_sitting,
    open_vote,
    recuse,
)
from preceptor.cases.models import Sitting
from preceptor.people.actions import declare_tie
from preceptor.people.models import Account, Person
from preceptor.research.models import Authorship, Paper
from preceptor.standing.watching import tell_conflicts
from preceptor.training.actions import call_panel, override_conflict
from preceptor.training.models import Panel

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]


@pytest.fixture
def called(
    cast: Cast, supervisor: Account, secretary: Account, office: Account
) -> tuple[Panel, list[Person]]:
    """顾清妍's mid-term panel of five, called for three days on; the secretary can be written to."""
    secretary.email = "secretary@example.org"
    secretary.save()
    adopt(cast)
    persons = experts(cast)
    case = agreed(asked(cast.gu, trainee_of(cast)), supervisor)
    panel = composed(case, persons[:5], secretary)
    agreed(case, office)
    starts, ends = times(today() + timedelta(days=3))
    call_panel(panel=panel, starts_at=starts, ends_at=ends, place="一号楼", by=secretary)
    OutgoingMail.objects.all().delete()
    return Panel.objects.select_related("enrolment__person", "sitting").get(pk=panel.pk), persons


def kin(person: Person, other: Person) -> None:
    declare_tie(person=person, other=other, kind="kinship", by=OPERATOR, valid_from=today())


def letters() -> list[str]:
    return [row.body for row in OutgoingMail.objects.order_by("pk")]


def test_a_tie_declared_after_the_call_is_told_once_to_who_calls_the_sitting(
    called: tuple[Panel, list[Person]], cast: Cast
) -> None:
    panel, persons = called
    assert tell_conflicts(on=today(), by=OPERATOR) == 0
    kin(persons[1], cast.persons["S2"])
    assert tell_conflicts(on=today(), by=OPERATOR) == 1
    [letter] = letters()
    assert persons[1].name_zh in letter and f"/panels/{panel.pk}/" in letter
    assert OutgoingMail.objects.get().to == "secretary@example.org"
    lines = JournalEntry.objects.count()
    assert tell_conflicts(on=today(), by=OPERATOR) == 0
    assert (len(letters()), JournalEntry.objects.count()) == (1, lines)


def test_a_joint_paper_is_told_where_it_came_out_after_the_invitation_and_not_an_older_one(
    called: tuple[Panel, list[Person]], cast: Cast
) -> None:
    _panel, persons = called
    for place, days in enumerate((-400, 0)):
        paper = Paper.objects.create(
            institution=cast.institution, number=f"A{place}", title="On livers",
            published_on=today() + timedelta(days=days),
        )  # fmt: skip
        for order, one in enumerate((persons[2 + place], cast.persons["S2"])):
            Authorship.objects.create(paper=paper, person=one, place=order + 1)
    assert tell_conflicts(on=today(), by=OPERATOR) == 1
    [letter] = letters()
    assert persons[3].name_zh in letter and persons[2].name_zh not in letter


def test_nobody_is_told_of_what_was_overridden_or_of_a_sitting_that_is_over(
    called: tuple[Panel, list[Person]], cast: Cast, secretary: Account
) -> None:
    panel, persons = called
    kin(persons[1], cast.persons["S2"])
    assert tell_conflicts(on=today() + timedelta(days=4), by=OPERATOR) == 0
    override_conflict(
        panel=panel, person=persons[1], conflict="kinship", reason="仅此一人", by=secretary
    )
    assert tell_conflicts(on=today(), by=OPERATOR) == 0
    assert letters() == []


def test_the_panels_page_shows_it_to_who_calls_the_sitting_and_to_nobody_else(
    called: tuple[Panel, list[Person]], cast: Cast, secretary: Account, signed_in: SignIn
) -> None:
    panel, persons = called
    kin(persons[1], cast.persons["S2"])
    client, address = signed_in(secretary), f"/panels/{panel.pk}/"
    seats = {seat["name"]: seat for seat in client.get(address).context["step"]["seats"]}
    [tie] = [one for one in seats[persons[1].name_zh]["conflicts"] if one["is_block"]]
    assert tie["kind"] == "kinship" and tie["evidence"]
    assert not [one for one in seats[persons[2].name_zh]["conflicts"] if one["is_block"]]
    with CaptureQueriesContext(connection) as captured:
        page = client.get(address).content.decode()
    assert len(captured) <= 12
    assert tie["evidence"][0] in page
    asker = Account.objects.get(login="asks-S2")
    assert tie["evidence"][0] not in signed_in(asker).get(address).content.decode()


def test_nobody_votes_with_a_conflict_that_came_to_be_known_after_the_call(
    called: tuple[Panel, list[Person]], cast: Cast, secretary: Account
) -> None:
    panel, persons = called
    kin(persons[1], cast.persons["S2"])
    sitting = open_sitting(sitting=Sitting.objects.get(panel=panel), by=secretary)
    for seat in sitting.seats.all():
        mark_presence(seat=seat, is_present=True, by=secretary)
    item = sitting.items.get()
    with pytest.raises(RuleBroken, match=persons[1].name_zh):
        open_vote(item=item, by=secretary)
    seat = sitting.seats.get(person=persons[1])
    recuse(item=item, seat=seat, reason="亲属关系", by=secretary)
    item.refresh_from_db()
    assert open_vote(item=item, by=secretary).members == 4
