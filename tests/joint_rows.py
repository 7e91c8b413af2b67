"""Two universities with an agreement, written over the fixed cast; `joint_cast` has the fixtures.

云汀医科大学 and 汀南理工大学 run a joint school of medical engineering by agreement 2024-007, in force
from 2024-01-01 to a year ahead of today. 林知远 of Yunting is a dual trainee, with an enrolment at
Tingnan too; 顾清妍 is trained under the agreement; 沈墨白 has nothing to do with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.fellows.models import Postdoc, Station
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import DegreePoint, Discipline, Unit
from preceptor.joint.actions import (
    add_joint_programme,
    add_party,
    draft_agreement,
    enrol_dual,
    open_joint_school,
    put_under_agreement,
    record_signature,
    register_partner,
    send_to_review,
    sign_agreement,
)
from preceptor.joint.models import (
    Agreement,
    AgreementParty,
    AgreementTrainee,
    DualEnrolment,
    JointProgramme,
    JointSchool,
    Partner,
)
from preceptor.people.actions import NewPerson, grant_role, open_account, register_persons
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from preceptor.training.actions import NewEnrolment, enrol
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Course, Enrolment, Programme

if TYPE_CHECKING:
    from cast import Cast

BEGAN = date(2024, 1, 1)
CLAUSE = "双方仅为共同培养之目的处理学生个人信息。"


@dataclass(frozen=True)
class Joint:
    """Everything of the two universities' co-operation."""

    university: Unit
    unit: Unit
    partner: Partner
    agreement: Agreement
    home_side: AgreementParty
    partner_side: AgreementParty
    school: JointSchool
    programme: JointProgramme
    dual: DualEnrolment
    away: Enrolment
    trainee: AgreementTrainee
    anatomy: Course
    robotics: Course


def ends_on() -> date:
    """The last day of the agreement: a year from today."""
    return today() + timedelta(days=365)


def signed(
    unit: Unit, partner: Partner, number: str, starts_on: date, last: date | None, **columns: Any
) -> Agreement:
    """An agreement of the unit with the partner, reviewed and signed by both."""
    root = unit.institution or unit
    row = draft_agreement(
        institution=root, unit=unit, number=number, starts_on=starts_on, ends_on=last, by=OPERATOR,
        **{"kind": "dual_degree", "title_zh": "共建医工学院协议", **columns},
    )  # fmt: skip
    for side in ({"unit": unit}, {"partner": partner}):
        add_party(
            agreement=row, signatory="某人", signed_on=min(starts_on, today()), by=OPERATOR, **side
        )
    return sign(row)


def sign(agreement: Agreement) -> Agreement:
    """The agreement, sent to review and signed by all sides that have not signed yet."""
    send_to_review(agreement=agreement, by=OPERATOR)
    day = min(agreement.starts_on or today(), today())
    for party in agreement.parties.filter(signed_on=None):
        record_signature(party=party, signatory="某人", signed_on=day, by=OPERATOR)
    return sign_agreement(agreement=agreement, by=OPERATOR)


def _programme(institution: Unit, direction: Discipline, title: str) -> Programme:
    point = DegreePoint.objects.create(
        code=f"{institution.code}-D", institution=institution, discipline=direction,
        degree_level="doctor", degree_type="professional", name_zh=title, name_en=title,
    )  # fmt: skip
    # The version of a programme is one of a direction: each side begins another cohort.
    cohort = 2021 if institution.code == "YT" else 2022
    return Programme.objects.create(
        point=point, direction=direction, cohort_from=cohort, degree_level="doctor",
        degree_type="professional", title_zh=title, title_en=title,
    )  # fmt: skip


def _course(institution: Unit, code: str, name: str) -> Course:
    return Course.objects.create(
        institution=institution, code=code, name_zh=name, name_en=code, hours=32, credits=Decimal(2)
    )


def _away(university: Unit, direction: Discipline) -> Enrolment:
    """林知远's enrolment at Tingnan, where the person is another row."""
    persons = register_persons(
        institution=university, by=OPERATOR,
        persons=[NewPerson("student_number", "TN1", "林知远", "Lin Zhiyuan")],
    )  # fmt: skip
    new = NewEnrolment(
        student_number="T2022001", person=persons["TN1"], unit=university, direction=direction,
        cohort=2022, cohort_on=date(2022, 9, 1), state=EnrolmentState.TRAINING, mode="full_time",
    )  # fmt: skip
    return enrol(institution=university, entries=[new], by=OPERATOR)[0]


def co_operation(cast: Cast) -> Joint:
    """The rows of both universities' co-operation."""
    root = cast.institution
    university = open_unit(
        upper=None, code="TN", kind="university", name_zh="汀南理工大学",
        name_en="Tingnan University of Technology", valid_from=date(1952, 10, 1), by=OPERATOR,
    )  # fmt: skip
    unit = open_unit(
        upper=root, code="YT-JS", kind="joint_school", name_zh="医工联合学院",
        name_en="Joint School of Medical Engineering", relation="joint_school_of",
        valid_from=BEGAN, by=OPERATOR,
    )  # fmt: skip
    partner = register_partner(
        institution=root, code="TN", kind="university", name_zh="汀南理工大学", peer=university,
        by=OPERATOR,
    )  # fmt: skip
    agreement = signed(unit, partner, "2024-007", BEGAN, ends_on(), data_clause=CLAUSE)
    home_side, partner_side = agreement.parties.order_by("pk")
    school = open_joint_school(
        unit=unit, partner=partner, agreement=agreement, opened_on=BEGAN, by=OPERATOR
    )
    programme = add_joint_programme(
        school=school, code="ME", name_zh="医学工程", name_en="Medical Engineering",
        home_programme=_programme(root, cast.medicine, "临床医学"),
        partner_programme=_programme(university, cast.medicine, "机械工程"),
        award_kind="two_certificates", valid_from=BEGAN, by=OPERATOR,
    )  # fmt: skip
    away = _away(university, cast.medicine)
    dual = enrol_dual(
        programme=programme, home=cast.lin, partner=away, starts_on=date(2024, 9, 1), by=OPERATOR
    )
    trainee = put_under_agreement(
        agreement=agreement, enrolment=cast.gu, first_on=date(2024, 9, 1), by=OPERATOR
    )
    return Joint(
        university, unit, partner, agreement, home_side, partner_side, school, programme, dual, away,
        trainee, _course(root, "ANAT", "解剖学"), _course(university, "ROBO", "机器人学"),
    )  # fmt: skip


def account(login: str, kind: RoleKind, unit: Unit) -> Account:
    """An account with a role in the unit, and no person."""
    made = open_account(
        login=login, name=login, password="only-for-tests-2026", person=None, by=OPERATOR
    )
    grant_role(account=made, kind=kind, unit=unit, valid_from=BEGAN, by=OPERATOR)
    return made


def fresh(user: Account) -> Account:
    """The account as of a new request."""
    return Account.objects.get(pk=user.pk)


def entered(cast: Cast, agreement: Agreement) -> Postdoc:
    """方叔玉, a postdoc of the General Hospital under the agreement since February 2024."""
    station = Station.objects.create(
        institution=cast.institution, unit=cast.general, code="WS", kind="workstation",
        name_zh="总医院博士后科研工作站", name_en="Workstation of the General Hospital",
        state="open",
    )  # fmt: skip
    return Postdoc.objects.create(
        number="B-1", person=cast.persons["T3"], institution=cast.institution, unit=cast.general,
        station=station, agreement=agreement, track="clinical", intake="joint",
        entered_on=date(2024, 2, 1), term_ends_on=date(2026, 2, 1),
    )  # fmt: skip
