"""What one university sees of the other's trainees: what the agreement shows, while it is in force,
and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from joint_rows import account, ends_on, fresh, sign
from preceptor.base.actors import OPERATOR
from preceptor.base.models import OutgoingMail
from preceptor.base.today import today
from preceptor.joint.access import (
    agreements_shown,
    may_see_as_partner,
    may_view_costs,
    may_view_dual,
    may_view_school,
    seen_by_partner,
    visible_duals,
    visible_schools,
)
from preceptor.joint.actions import (
    change_partner,
    hide,
    leave_agreement,
    leave_dual,
    let_see,
    renew_agreement,
    terminate_agreement,
)
from preceptor.joint.choices import Noun
from preceptor.joint.models import Agreement, DualEnrolment, Sight
from preceptor.people.access import visible_persons
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from preceptor.training.access import visible_enrolments
from preceptor.training.models import Enrolment

if TYPE_CHECKING:
    from cast import Cast
    from joint_rows import Joint

pytest_plugins = ["cast", "joint_cast"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def shown(joint: Joint) -> Sight:
    """Tingnan sees the trainees under the agreement."""
    return let_see(
        agreement=joint.agreement, partner=joint.partner, noun=Noun.TRAINEES, by=OPERATOR
    )


def seen(user: Account, noun: str = Noun.TRAINEES) -> set[Enrolment]:
    user = fresh(user)
    found = set(Enrolment.objects.filter(seen_by_partner(user, noun)))
    for row in Enrolment.objects.all():
        assert bool(may_see_as_partner(user, row.pk, noun)) == (row in found)
    return found


def test_without_a_sight_a_partner_sees_nobody(joint: Joint, peer_office: Account) -> None:
    assert Enrolment.objects.count() == 4
    assert seen(peer_office) == set()
    assert agreements_shown(peer_office, Noun.TRAINEES) == frozenset()


def test_a_sight_shows_office_and_leader_those_under_the_agreement_and_nobody_else(
    cast: Cast, joint: Joint, shown: Sight, peer_office: Account, peer_leader: Account
) -> None:
    for user in (peer_office, peer_leader):
        assert seen(user) == {cast.lin, cast.gu}
    assert cast.shen not in seen(peer_office)


@pytest.mark.parametrize("noun", [Noun.COURSES, Noun.STANDING, Noun.POSTDOCS, Noun.COSTS])
def test_a_noun_that_is_not_shown_stays_closed(
    shown: Sight, peer_office: Account, noun: Noun
) -> None:
    assert seen(peer_office, noun) == set()


def test_what_is_shown_opens_nothing_else_of_the_person(
    cast: Cast, joint: Joint, shown: Sight, peer_office: Account
) -> None:
    assert set(visible_enrolments(peer_office)) == {joint.away}
    assert cast.persons["S1"] not in set(visible_persons(peer_office))


def test_a_second_enrolment_of_the_same_person_is_not_shown(
    cast: Cast, joint: Joint, shown: Sight, peer_office: Account
) -> None:
    other = Enrolment.objects.get(pk=cast.lin.pk)
    other.pk, other.student_number = None, "2015110001"
    other.save()
    assert seen(peer_office) == {cast.lin, cast.gu}


def test_no_other_role_at_the_partner_and_no_other_institution_sees_it(
    cast: Cast, joint: Joint, shown: Sight, office: Account, stranger: Account
) -> None:
    for kind in (RoleKind.SECRETARY, RoleKind.SUPERVISOR, RoleKind.PERSONNEL, RoleKind.TRAINEE):
        assert seen(account(f"peer-{kind}", kind, joint.university)) == set()
    # The own office sees the own trainees by its scope, not as a partner.
    assert seen(office) == seen(stranger) == set()


def test_the_other_sides_records_need_an_agreement_of_that_side(
    joint: Joint, shown: Sight, office: Account
) -> None:
    assert joint.away not in seen(office)
    assert joint.away not in set(visible_enrolments(office))


@pytest.mark.parametrize(
    "how", ["terminated", "expired", "coming", "drafted", "hidden", "peerless"]
)
def test_a_sight_ends_with_the_agreement(
    joint: Joint, shown: Sight, peer_office: Account, how: str
) -> None:
    rows = Agreement.objects.filter(pk=joint.agreement.pk)
    ends: dict[str, Callable[[], Any]] = {
        "terminated": lambda: terminate_agreement(
            agreement=joint.agreement, terminated_on=today(), reason="对方停办", by=OPERATOR
        ),
        "expired": lambda: rows.update(ends_on=today() - DAY),
        "coming": lambda: rows.update(starts_on=today() + DAY),
        "drafted": lambda: rows.update(state="review"),
        "hidden": lambda: hide(sight=shown, by=OPERATOR),
        "peerless": lambda: change_partner(partner=joint.partner, peer=None, by=OPERATOR),
    }
    assert len(seen(peer_office)) == 2
    ends[how]()
    assert seen(peer_office) == set()


def test_on_its_last_day_an_agreement_still_shows(
    joint: Joint, shown: Sight, peer_office: Account
) -> None:
    Agreement.objects.filter(pk=joint.agreement.pk).update(ends_on=today())
    assert len(seen(peer_office)) == 2


def test_a_partner_that_is_no_side_any_more_sees_nothing(
    joint: Joint, shown: Sight, peer_office: Account
) -> None:
    joint.agreement.parties.filter(partner=joint.partner).delete()
    assert seen(peer_office) == set()


def test_who_left_is_shown_no_more(
    cast: Cast, joint: Joint, shown: Sight, peer_office: Account
) -> None:
    leave_agreement(trainee=joint.trainee, last_on=today(), by=OPERATOR)
    assert seen(peer_office) == {cast.lin, cast.gu}
    leave_agreement(trainee=joint.trainee, last_on=today() - DAY, by=OPERATOR)
    assert seen(peer_office) == {cast.lin}
    leave_dual(dual=joint.dual, left_on=today(), reason="转回本校单独培养", by=OPERATOR)
    assert seen(peer_office) == set()


def test_whoever_is_under_an_agreement_is_under_its_renewal(
    cast: Cast, joint: Joint, shown: Sight, peer_office: Account
) -> None:
    last = today() - 10 * DAY
    Agreement.objects.filter(pk=joint.agreement.pk).update(ends_on=last)
    renewal = renew_agreement(
        agreement=joint.agreement, number="2026-007", starts_on=last + DAY, ends_on=ends_on(),
        by=OPERATOR,
    )  # fmt: skip
    assert seen(peer_office) == set()
    sign(renewal)
    assert seen(peer_office) == {cast.lin, cast.gu}
    hide(sight=renewal.sights.get(), by=OPERATOR)
    assert seen(peer_office) == set()


def test_a_dual_trainee_is_seen_from_both_sides(
    cast: Cast, joint: Joint, office: Account, peer_office: Account, secretary: Account,
    neighbour: Account, supervisor: Account, trainee: Account, stranger: Account,
) -> None:  # fmt: skip
    school = account("school", RoleKind.SECRETARY, joint.unit)
    for user in (office, peer_office, secretary, supervisor, trainee, school):
        assert set(visible_duals(user)) == {joint.dual}, user.login
        assert may_view_dual(user, joint.dual)
    assert joint.dual.home not in set(visible_enrolments(school))
    for user in (neighbour, stranger):
        assert not visible_duals(user).exists()
        assert not may_view_dual(user, joint.dual)


def test_a_dual_trainee_without_the_other_enrolment_is_shown_only_by_a_sight(
    joint: Joint, peer_office: Account
) -> None:
    DualEnrolment.objects.filter(pk=joint.dual.pk).update(partner=None)
    assert not visible_duals(peer_office).exists()
    let_see(agreement=joint.agreement, partner=joint.partner, noun="trainees", by=OPERATOR)
    assert visible_duals(fresh(peer_office)).get() == joint.dual


def test_the_school_is_seen_by_both_sides_and_its_costs_only_where_they_are_shown(
    joint: Joint, office: Account, neighbour: Account, peer_office: Account, stranger: Account
) -> None:
    third = account("third", RoleKind.OFFICE, _third())
    for user in (office, neighbour, peer_office):
        assert visible_schools(user).get() == joint.school
    for user in (stranger, third):
        assert not visible_schools(user).exists()
        assert not may_view_school(user, joint.school)
    assert may_view_costs(office, joint.school)
    for user in (neighbour, peer_office, third):
        assert not may_view_costs(user, joint.school)
    let_see(agreement=joint.agreement, partner=joint.partner, noun="costs", by=OPERATOR)
    assert may_view_costs(fresh(peer_office), joint.school)
    assert not may_view_costs(fresh(third), joint.school)
    Agreement.objects.filter(pk=joint.agreement.pk).update(ends_on=today() - DAY)
    assert not may_view_costs(fresh(peer_office), joint.school)


def _third() -> Any:
    from preceptor.institutions.actions import open_unit

    return open_unit(
        upper=None, code="CL", kind="university", name_zh="澄岭医科大学", name_en="Chengling",
        valid_from=date(1958, 9, 1), by=OPERATOR,
    )  # fmt: skip


def test_the_leaders_are_told_by_letter_what_was_opened_to_whom_and_by_whom(
    cast: Cast, joint: Joint, leader: Account, office: Account, peer_leader: Account
) -> None:
    for user in (leader, office, peer_leader):
        Account.objects.filter(pk=user.pk).update(email=f"{user.login}@example.org")
    let_see(agreement=joint.agreement, partner=joint.partner, noun=Noun.TRAINEES, by=office)
    let_see(agreement=joint.agreement, partner=joint.partner, noun=Noun.TRAINEES, by=office)
    letter = OutgoingMail.objects.get()
    assert letter.to == f"{leader.login}@example.org"
    for word in (joint.partner.name_zh, joint.agreement.number, office.name):
        assert word in letter.subject + letter.body
    assert cast.persons["S1"].name_zh not in letter.body
