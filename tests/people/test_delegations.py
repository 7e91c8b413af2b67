"""Who acts for whom, on which days; absences, ties and contacts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.institutions.actions import open_unit
from preceptor.people.access import visible_absences, visible_delegations, visible_ties
from preceptor.people.actions import (
    declare_tie,
    delegate,
    end_absence,
    end_delegation,
    grant_role,
    keep_contact,
    open_account,
    record_absence,
    withdraw_tie,
)
from preceptor.people.choices import DelegationKind, RoleKind
from preceptor.people.models import Absence, Account, Contact, Delegation, Tie
from preceptor.people.queries import delegators_of

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

TODAY, FIRST, LAST = date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 13)


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    def move(day: date) -> None:
        noon = timezone.make_aware(datetime.combine(day, time(12)))
        monkeypatch.setattr(timezone, "now", lambda: noon)

    move(TODAY)
    return move


def given(giver: Account, taker: Account, **more: Any) -> Delegation:
    asked: dict[str, Any] = {"valid_from": FIRST, "valid_to": LAST, "by": giver} | more
    return delegate(giver=giver, taker=taker, **asked)


def test_a_delegation_counts_on_its_days_both_included(
    on: Callable[[date], None], supervisor: Account, secretary: Account
) -> None:
    row = given(supervisor, secretary)
    assert given(supervisor, secretary) == row
    for day, counts in (
        (date(2026, 3, 8), False), (FIRST, True), (LAST, True), (date(2026, 3, 14), False),
    ):  # fmt: skip
        assert (delegators_of(secretary, day) == [supervisor]) is counts
    assert delegators_of(supervisor, FIRST) == []
    assert JournalEntry.objects.filter(verb="delegation.give").count() == 1


def test_one_kind_of_case_is_delegated_alone(
    on: Callable[[date], None], supervisor: Account, secretary: Account
) -> None:
    given(supervisor, secretary, case_kind="defence")
    assert delegators_of(secretary, FIRST, "defence") == [supervisor]
    assert delegators_of(secretary, FIRST, "midterm") == delegators_of(secretary, FIRST) == []


def test_what_is_delegated_is_not_passed_on(
    on: Callable[[date], None], supervisor: Account, secretary: Account, office: Account
) -> None:
    given(supervisor, secretary)
    for giver, taker in ((secretary, office), (office, supervisor), (secretary, supervisor)):
        with pytest.raises(RuleBroken):
            given(giver, taker)
    assert given(secretary, office, valid_from=date(2026, 3, 14), valid_to=date(2026, 3, 15)).pk


def test_days_that_have_passed_or_overlap_are_refused(
    on: Callable[[date], None], supervisor: Account, secretary: Account
) -> None:
    given(supervisor, secretary)
    for days in (
        {"valid_from": date(2026, 3, 1)},
        {"valid_from": LAST, "valid_to": FIRST},
        {"valid_from": LAST, "valid_to": date(2026, 3, 20)},
    ):
        with pytest.raises(RuleBroken):
            given(supervisor, secretary, **days)
    assert Delegation.objects.count() == 1


def test_only_the_holder_delegates_and_only_within_the_institution(
    on: Callable[[date], None], supervisor: Account, secretary: Account, office: Account,
    stranger: Account,
) -> None:  # fmt: skip
    elsewhere = open_unit(
        upper=None, code="ZZ", kind="university", name_zh="邻校", name_en="Other",
        valid_from=date(1950, 1, 1), by=OPERATOR,
    )  # fmt: skip
    other = open_account(login="other", name="邻人", password="x" * 12, person=None, by=OPERATOR)
    grant_role(
        account=other, kind=RoleKind.OFFICE, unit=elsewhere, valid_from=date(2020, 1, 1),
        by=OPERATOR,
    )  # fmt: skip
    for by in (secretary, office):
        with pytest.raises(NotPermitted):
            given(supervisor, secretary, by=by)
    for taker in (other, stranger, supervisor):
        with pytest.raises(RuleBroken):
            given(supervisor, taker)
    Account.objects.filter(pk=secretary.pk).update(is_active=False)
    with pytest.raises(RuleBroken):
        given(supervisor, Account.objects.get(pk=secretary.pk))
    assert not Delegation.objects.exists()


def test_the_office_sets_a_substitution_on_the_days_of_an_absence_only(
    cast: Cast, on: Callable[[date], None], supervisor: Account, secretary: Account, office: Account
) -> None:
    asked = {"kind": DelegationKind.SUBSTITUTION, "by": office}
    with pytest.raises(RuleBroken):
        given(supervisor, secretary, **asked)
    record_absence(person=cast.persons["T1"], first_on=FIRST, last_on=LAST, by=supervisor)
    with pytest.raises(NotPermitted):
        given(supervisor, secretary, kind=DelegationKind.SUBSTITUTION)
    with pytest.raises(RuleBroken):
        given(supervisor, secretary, valid_to=date(2026, 3, 14), **asked)
    assert given(supervisor, secretary, **asked).made_by == office.name


def test_a_delegation_is_ended_at_once_by_either_or_the_office(
    on: Callable[[date], None], supervisor: Account, secretary: Account, leader: Account
) -> None:
    row = given(supervisor, secretary)
    with pytest.raises(NotPermitted):
        end_delegation(delegation=row, by=leader)
    on(date(2026, 3, 11))
    end_delegation(delegation=row, by=secretary)
    end_delegation(delegation=Delegation.objects.known().get(), by=secretary)
    assert delegators_of(secretary, date(2026, 3, 11)) == []
    assert Delegation.objects.known().get().valid_to == date(2026, 3, 10)
    assert JournalEntry.objects.filter(verb="delegation.end").count() == 1


def test_a_delegation_that_had_not_begun_never_was(
    on: Callable[[date], None], supervisor: Account, secretary: Account
) -> None:
    end_delegation(delegation=given(supervisor, secretary), by=supervisor)
    assert not Delegation.objects.known().exists()
    assert Delegation.objects.count() == 1


def test_delegations_are_seen_by_both_and_by_the_office(
    on: Callable[[date], None], supervisor: Account, secretary: Account, office: Account,
    leader: Account, trainee: Account,
) -> None:  # fmt: skip
    row = given(supervisor, secretary)
    for user, sees in (
        (supervisor, True), (secretary, True), (office, True), (leader, False), (trainee, False),
    ):  # fmt: skip
        assert visible_delegations(user).filter(pk=row.pk).exists() is sees


def test_an_absence_is_recorded_by_the_person_or_an_officer_and_ended(
    cast: Cast, on: Callable[[date], None], supervisor: Account, secretary: Account,
    neighbour: Account,
) -> None:  # fmt: skip
    person = cast.persons["T1"]
    asked = {"person": person, "first_on": FIRST, "last_on": LAST}
    with pytest.raises(NotPermitted):
        record_absence(**asked, by=neighbour)
    row = record_absence(**asked, by=supervisor)
    assert record_absence(**asked, by=secretary) == row
    for days in (
        {"first_on": LAST, "last_on": date(2026, 3, 20)},
        {"first_on": LAST, "last_on": FIRST},
        {"first_on": date(2026, 2, 1), "last_on": date(2026, 3, 1)},
    ):
        with pytest.raises(RuleBroken):
            record_absence(**(asked | days), by=supervisor)
    assert visible_absences(supervisor).get() == row
    assert not visible_absences(neighbour).exists()
    on(date(2026, 3, 11))
    end_absence(absence=row, by=supervisor)
    assert Absence.objects.known().get().valid_to == date(2026, 3, 10)


def test_a_tie_is_declared_once_in_either_direction_and_never_journalled(
    cast: Cast, on: Callable[[date], None], supervisor: Account, office: Account, trainee: Account
) -> None:
    one, other = cast.persons["T1"], cast.persons["S1"]
    row = declare_tie(person=one, other=other, kind="kinship", note="舅甥", by=supervisor)
    assert declare_tie(person=other, other=one, kind="kinship", by=trainee) == row
    with pytest.raises(RuleBroken):
        declare_tie(person=one, other=one, kind="kinship", by=supervisor)
    with pytest.raises(InputRefused):
        declare_tie(person=one, other=other, kind="friendship", by=supervisor)
    line = JournalEntry.objects.get(verb="tie.declare")
    assert "舅甥" not in f"{line.after}" and "kinship" not in f"{line.after}"
    with pytest.raises(NotPermitted):
        withdraw_tie(tie=row, by=supervisor)
    withdraw_tie(tie=row, by=office)
    assert not Tie.objects.known().exists()


def test_ties_are_read_by_those_whom_they_bind_and_the_office(
    cast: Cast, on: Callable[[date], None], supervisor: Account, office: Account,
    secretary: Account, leader: Account,
) -> None:  # fmt: skip
    declare_tie(person=cast.persons["T1"], other=cast.persons["S1"], kind="dispute", by=supervisor)
    seen = [visible_ties(user).exists() for user in (supervisor, office, secretary, leader)]
    assert seen == [True, True, False, False]


def test_a_contact_is_kept_masked_and_a_wrong_address_refused(
    cast: Cast, supervisor: Account, neighbour: Account
) -> None:
    person = cast.persons["T1"]
    keep_contact(person=person, email="jiang@example.org", telephone="13912345678", by=supervisor)
    keep_contact(person=person, email="jiang@example.org", telephone="13912345678", by=supervisor)
    line = JournalEntry.objects.get(verb="contact.keep")
    assert "13912345678" not in f"{line.before}{line.after}"
    with pytest.raises(ValidationError):
        keep_contact(person=person, email="no address", by=supervisor)
    with pytest.raises(NotPermitted):
        keep_contact(person=person, email="x@example.org", by=neighbour)
    assert Contact.objects.get().email == "jiang@example.org"


def test_two_delegations_that_share_a_single_day_overlap(
    on: Callable[[date], None], supervisor: Account, secretary: Account
) -> None:
    given(supervisor, secretary)
    for first, last in ((TODAY, FIRST), (LAST, date(2026, 3, 20))):
        with pytest.raises(RuleBroken):
            given(supervisor, secretary, valid_from=first, valid_to=last)
    given(supervisor, secretary, valid_from=TODAY, valid_to=date(2026, 3, 8))
    given(supervisor, secretary, valid_from=date(2026, 3, 14), valid_to=date(2026, 3, 20))
    assert Delegation.objects.known().count() == 3


def test_nobody_acts_for_an_account_that_was_closed(
    on: Callable[[date], None], supervisor: Account, secretary: Account
) -> None:
    given(supervisor, secretary)
    assert delegators_of(secretary, FIRST) == [supervisor]
    Account.objects.filter(pk=supervisor.pk).update(is_active=False)
    assert delegators_of(secretary, FIRST) == []
