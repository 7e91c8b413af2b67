"""What can be done to a joint school, its recognitions and its dual trainees."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.base.permits import GRANTED, Permit
from preceptor.joint.access import may_enrol_dual, may_keep_school
from preceptor.joint.actions import (
    add_joint_programme,
    end_recognition,
    enrol_dual,
    leave_dual,
    recognise_course,
    record_cost,
    set_share,
)
from preceptor.joint.models import DualEnrolment, JointSchool
from preceptor.people.access import scope
from preceptor.standing.sights import known_enrolments
from preceptor.training.models import Enrolment
from preceptor.web.changing import Change
from preceptor.web.forms.agreement import LastDayForm
from preceptor.web.forms.school import (
    CostForm,
    DualForm,
    LeaveForm,
    PartnerSideForm,
    ProgrammeForm,
    RecognitionForm,
    ShareForm,
)

Given = dict[str, Any]


def _keeps(user: Any, row: JointSchool) -> Permit:
    return may_keep_school(user, row)


def enrolment_at(user: Any, institution: int | None, number: str) -> Enrolment:
    """The enrolment with the number at the institution, of those that the user may see or that an
    agreement shows. Raises InputRefused when there is none."""
    rows = known_enrolments(user).filter(institution=institution, student_number=number.strip())
    found = rows.select_related("unit", "person").first()
    if found is None:
        raise InputRefused(
            _now("No trainee has the number %(number)s.") % {"number": number.strip()}
        )
    return found


def _enrol(row: JointSchool, given: Given, user: Any) -> DualEnrolment:
    other = given["partner_number"].strip()
    return enrol_dual(
        programme=given["programme"], starts_on=given["starts_on"], reason=given["reason"], by=user,
        home=enrolment_at(user, row.agreement.institution_id, given["number"]),
        partner=enrolment_at(user, row.partner.peer_id, other) if other else None,
    )  # fmt: skip


def _share(row: JointSchool, given: Given, user: Any) -> None:
    named = {name: given[name] for name in ("purpose", "shares", "valid_from", "valid_to")}
    set_share(school=row, by=user, **named)


SCHOOL: dict[str, Change] = {
    "programme": Change(
        _("Add a joint programme"), _("Add the programme"), _("The joint programme is added."),
        lambda row, user, data: ProgrammeForm(row, data), _keeps,
        lambda row, given, user: add_joint_programme(school=row, by=user, **given),
    ),
    "recognise": Change(
        _("Recognise a course"), _("Recognise it"), _("The course is recognised."),
        lambda row, user, data: RecognitionForm(row, data), _keeps,
        lambda row, given, user: recognise_course(by=user, **given),
        _("What was agreed for the two courses before ends the day before and stays readable."),
    ),
    "share": Change(
        _("Agree shares of costs"), _("Keep the shares"), _("The shares are agreed."),
        lambda row, user, data: ShareForm(row, data), _keeps, _share,
        _("All sides at once: together they bear 100 per cent."),
    ),
    "cost": Change(
        _("Record a cost"), _("Record it"), _("The cost is recorded."),
        lambda row, user, data: CostForm(row, data), _keeps,
        lambda row, given, user: record_cost(school=row, by=user, **given),
        _("Only for a purpose whose shares are agreed."),
    ),
    "enrol": Change(
        _("Enter a dual trainee"), _("Enter the trainee"), _("The trainee is in the joint programme."),
        lambda row, user, data: DualForm(row, data), _keeps, _enrol,
    ),
}  # fmt: skip

END = Change(
    _("End the recognition"), _("End it"), _("The recognition ends with that day."),
    lambda row, user, data: LastDayForm(data),
    lambda user, row: may_keep_school(user, row.programme.school),
    lambda row, given, user: end_recognition(recognition=row, by=user, **given),
)  # fmt: skip


def may_add_side(user: Any, row: DualEnrolment) -> Permit:
    """Whether the user may enter the partner's enrolment: who keeps the school, or the partner."""
    peer = row.programme.school.partner.peer_id
    if peer is not None and scope(user).keeps(peer):
        return GRANTED
    return may_enrol_dual(user, row.programme)


def _add_side(row: DualEnrolment, given: Given, user: Any) -> None:
    other = enrolment_at(user, row.programme.school.partner.peer_id, given["partner_number"])
    enrol_dual(
        programme=row.programme, home=row.home, partner=other, starts_on=row.starts_on,
        reason=given["reason"], by=user,
    )  # fmt: skip


DUAL: dict[str, Change] = {
    "partner": Change(
        _("Enter the partner's enrolment"), _("Enter it"), _("Both sides have enrolled the trainee."),
        lambda row, user, data: PartnerSideForm(data), may_add_side, _add_side,
    ),
    "leave": Change(
        _("The trainee leaves the joint programme"), _("Record it"), _("The leaving is recorded."),
        lambda row, user, data: LeaveForm(row, data),
        lambda user, row: may_enrol_dual(user, row.programme),
        lambda row, given, user: leave_dual(dual=row, by=user, **given),
        _("From the day on each side stands alone."),
    ),
}  # fmt: skip
