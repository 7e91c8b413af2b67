"""Joint schools: programmes, recognised courses, trainees with two enrolments."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from joint_rows import account
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.institutions.actions import open_unit
from preceptor.joint.actions import (
    add_joint_programme,
    end_recognition,
    enrol_dual,
    leave_agreement,
    leave_dual,
    let_see,
    open_joint_school,
    put_under_agreement,
    recognise_course,
)
from preceptor.joint.models import (
    Agreement,
    AgreementTrainee,
    DualEnrolment,
    JointProgramme,
    JointSchool,
    Recognition,
)
from preceptor.people.actions import grant_role
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Person
from preceptor.training.models import Course, Enrolment

if TYPE_CHECKING:
    from cast import Cast
    from joint_rows import Joint

pytest_plugins = ["cast", "joint_cast"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST = date(2024, 9, 1)


def test_a_joint_school_rests_on_an_agreement_in_force_with_its_partner(
    cast: Cast, joint: Joint
) -> None:
    unit = open_unit(
        upper=cast.institution, code="YT-J2", kind="joint_school", name_zh="二院", name_en="Second",
        valid_from=FIRST, by=OPERATOR,
    )  # fmt: skip

    def opened(**more: Any) -> JointSchool:
        given = {"unit": unit, "opened_on": FIRST, "partner": joint.partner, **more}
        return open_joint_school(agreement=joint.agreement, by=OPERATOR, **given)

    with pytest.raises(RuleBroken, match="2024-007"):
        opened(opened_on=date(2023, 12, 31))
    with pytest.raises(RuleBroken):
        opened(unit=joint.university)
    with pytest.raises(RuleBroken):
        opened(unit=joint.unit)
    assert opened() == opened()
    joint.agreement.parties.filter(partner=joint.partner).delete()
    with pytest.raises(RuleBroken, match="汀南"):
        open_joint_school(
            unit=cast.cancer, partner=joint.partner, agreement=joint.agreement, opened_on=FIRST,
            by=OPERATOR,
        )  # fmt: skip


def test_each_side_of_a_joint_programme_brings_a_programme_of_its_own(joint: Joint) -> None:
    home, away = joint.programme.home_programme, joint.programme.partner_programme
    assert away is not None

    def added(code: str, **more: Any) -> JointProgramme:
        given = {"home_programme": home, "partner_programme": away, "valid_from": FIRST, **more}
        return add_joint_programme(
            school=joint.school, code=code, name_zh="生物力学", name_en="Biomechanics",
            award_kind="one_joint", by=OPERATOR, **given,
        )  # fmt: skip

    for wrong in ({"home_programme": away}, {"partner_programme": home},
                  {"valid_to": FIRST - DAY}):  # fmt: skip
        with pytest.raises(RuleBroken):
            added("BM", **wrong)
    with pytest.raises(RuleBroken):
        added("ME")
    assert added("BM", partner_programme=None).partner_programme is None
    assert joint.school.programmes.count() == 2


def recognised(joint: Joint, first: date, credits: str = "2", **more: Any) -> Recognition:
    given = {"taken": joint.robotics, "counts_as": joint.anatomy, **more}
    return recognise_course(
        programme=joint.programme, credits=Decimal(credits), valid_from=first, by=OPERATOR, **given
    )


def table(joint: Joint, day: date) -> list[Decimal]:
    rows = Recognition.objects.on(day).filter(programme=joint.programme)
    return list(rows.values_list("credits", flat=True))


def test_a_recognition_is_superseded_and_never_overwritten(joint: Joint) -> None:
    old = recognised(joint, FIRST)
    assert recognised(joint, FIRST) == old
    recognised(joint, date(2025, 9, 1), "1.5")
    assert table(joint, FIRST) == table(joint, date(2025, 8, 31)) == [Decimal("2.0")]
    assert table(joint, date(2025, 9, 1)) == [Decimal("1.5")]
    old.refresh_from_db()
    assert (old.valid_to, old.credits) == (None, Decimal("2.0")) and old.superseded_at is not None


def test_recognitions_that_overlap_or_are_of_one_side_are_refused(joint: Joint) -> None:
    recognised(joint, date(2025, 9, 1))
    with pytest.raises(RuleBroken, match="2025-09-01"):
        recognised(joint, FIRST)
    before = recognised(joint, FIRST, valid_to=date(2025, 8, 31))
    other = Course.objects.create(
        institution=joint.anatomy.institution, code="PHYS", name_zh="生理学", name_en="Physiology",
        hours=32, credits=2,
    )  # fmt: skip
    for wrong in ({"taken": other}, {"counts_as": joint.robotics}, {"credits": "0"},
                  {"valid_to": FIRST - DAY}):  # fmt: skip
        with pytest.raises(RuleBroken):
            recognised(joint, FIRST, **wrong)
    with pytest.raises(RuleBroken):
        end_recognition(recognition=before, last_on=FIRST - DAY, by=OPERATOR)
    ended = end_recognition(recognition=before, last_on=FIRST, by=OPERATOR)
    assert table(joint, FIRST + DAY) == []
    with pytest.raises(RuleBroken):
        end_recognition(recognition=before, last_on=FIRST, by=OPERATOR)
    assert end_recognition(recognition=ended, last_on=FIRST, by=OPERATOR) == ended


def dual(joint: Joint, home: Enrolment, by: Any = OPERATOR, **more: Any) -> DualEnrolment:
    given = {"programme": joint.programme, "starts_on": FIRST, **more}
    return enrol_dual(home=home, by=by, **given)


def test_the_same_dual_enrolment_again_changes_nothing(cast: Cast, joint: Joint) -> None:
    assert dual(joint, cast.lin, partner=joint.away) == dual(joint, cast.lin) == joint.dual
    with pytest.raises(RuleBroken, match="2024-09-01"):
        dual(joint, cast.lin, starts_on=FIRST + DAY)
    with pytest.raises(RuleBroken):
        dual(joint, cast.shen, partner=joint.away)
    assert DualEnrolment.objects.count() == 1


def test_nobody_is_entered_outside_programme_school_and_agreement(cast: Cast, joint: Joint) -> None:
    with pytest.raises(RuleBroken, match="ME"):
        dual(joint, cast.shen, starts_on=date(2023, 9, 1))
    with pytest.raises(RuleBroken):
        dual(joint, joint.away)
    with pytest.raises(RuleBroken):
        dual(joint, cast.shen, partner=cast.gu)
    Agreement.objects.update(ends_on=FIRST - DAY)
    with pytest.raises(RuleBroken, match="2024-007"):
        dual(joint, cast.shen)
    assert DualEnrolment.objects.count() == 1


def test_two_names_are_one_person_only_with_a_reason(cast: Cast, joint: Joint) -> None:
    leave_dual(dual=joint.dual, left_on=today(), reason="退出", by=OPERATOR)
    DualEnrolment.objects.all().delete()
    Person.objects.filter(pk=joint.away.person_id).update(name_zh="林志远")
    away = Enrolment.objects.get(pk=joint.away.pk)
    with pytest.raises(RuleBroken) as refusal:
        dual(joint, cast.lin, partner=away)
    assert "林志远" not in str(refusal.value)
    row = dual(joint, cast.lin, partner=away, reason="身份证件号一致，对方学籍录入有误")
    assert row.partner == away
    with pytest.raises(IntegrityError), transaction.atomic():
        DualEnrolment.objects.create(
            programme=joint.programme, home=cast.gu, partner=away, starts_on=FIRST
        )


def test_the_home_office_links_only_enrolments_of_the_partner_that_are_shown_to_it(
    cast: Cast, joint: Joint, office: Account, peer_office: Account
) -> None:
    DualEnrolment.objects.all().delete()
    with pytest.raises(NotPermitted):
        dual(joint, cast.lin, office, partner=joint.away)
    assert not DualEnrolment.objects.exists()
    row = dual(joint, cast.lin, office)
    assert row.partner is None
    with pytest.raises(NotPermitted):
        dual(joint, cast.lin, peer_office, partner=joint.away)
    let_see(agreement=joint.agreement, partner=joint.partner, noun="trainees", by=OPERATOR)
    other = account("peer2", RoleKind.OFFICE, joint.university)
    assert dual(joint, cast.lin, other, partner=joint.away).partner == joint.away
    with pytest.raises(NotPermitted):
        dual(joint, cast.shen, other)


def test_who_leaves_a_joint_programme_says_why_and_comes_back_no_more(
    cast: Cast, joint: Joint
) -> None:
    with pytest.raises(InputRefused):
        leave_dual(dual=joint.dual, left_on=today(), reason="", by=OPERATOR)
    with pytest.raises(RuleBroken):
        leave_dual(dual=joint.dual, left_on=FIRST - DAY, reason="退出", by=OPERATOR)
    left = leave_dual(dual=joint.dual, left_on=today(), reason="退出", by=OPERATOR)
    assert leave_dual(dual=joint.dual, left_on=today(), reason="退出", by=OPERATOR) == left
    with pytest.raises(RuleBroken):
        leave_dual(dual=joint.dual, left_on=today() - DAY, reason="退出", by=OPERATOR)
    with pytest.raises(RuleBroken):
        dual(joint, cast.lin)


def test_a_trainee_is_under_an_agreement_once_within_its_days(
    cast: Cast, joint: Joint, neighbour: Account
) -> None:
    def put(enrolment: Enrolment, first: date, by: Any = OPERATOR, **more: Any) -> AgreementTrainee:
        return put_under_agreement(
            agreement=joint.agreement, enrolment=enrolment, first_on=first, by=by, **more
        )

    assert put(cast.gu, FIRST) == joint.trainee
    for enrolment, first, more in (
        (cast.gu, FIRST + DAY, {}), (cast.shen, date(2023, 1, 1), {}), (joint.away, FIRST, {}),
        (cast.shen, FIRST, {"last_on": FIRST - DAY}),
    ):  # fmt: skip
        with pytest.raises(RuleBroken):
            put(enrolment, first, **more)
    with pytest.raises(NotPermitted):
        put(cast.shen, FIRST, neighbour)
    with pytest.raises(RuleBroken):
        leave_agreement(trainee=joint.trainee, last_on=FIRST - DAY, by=OPERATOR)
    leave_agreement(trainee=joint.trainee, last_on=FIRST, by=OPERATOR)
    with pytest.raises(RuleBroken, match="2024-09-01"):
        put(cast.gu, date(2025, 1, 1))
    assert AgreementTrainee.objects.count() == 1


def test_a_secretary_of_the_school_keeps_it_and_no_trainee_of_another_unit(
    cast: Cast, joint: Joint
) -> None:
    user = account("js", RoleKind.SECRETARY, joint.unit)
    with pytest.raises(NotPermitted):
        dual(joint, cast.shen, user)
    grant_role(
        account=user, kind=RoleKind.SECRETARY, unit=cast.cancer, valid_from=FIRST, by=OPERATOR
    )
    assert dual(joint, cast.shen, Account.objects.get(pk=user.pk)).home == cast.shen
