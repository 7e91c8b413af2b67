"""What is agreed in a joint school: programmes, recognised courses, shares of costs, dual trainees."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Status
from pydantic import Field

from preceptor.base.errors import InputRefused
from preceptor.joint.access import may_keep_school
from preceptor.joint.actions import (
    add_joint_programme,
    end_recognition,
    enrol_dual,
    recognise_course,
    set_share,
)
from preceptor.joint.choices import AwardKind
from preceptor.joint.models import AgreementParty, JointSchool, Recognition
from preceptor.joint.queries import chain_of
from preceptor.standing.sights import known_enrolments
from preceptor.training.models import Course, Programme

from ..fields import Day, Key, Note, Paper
from ..guard import reader
from ..paging import one
from ..refusals import Made, answers
from ..shapes import joint as shapes
from .change import Sent
from .partner import Code
from .school import Purpose, dual_audit, joint_school, router, seen_dual, seen_school

Credits = Annotated[Decimal, Field(gt=0, max_digits=4, decimal_places=1)]
Hundredths = Annotated[int, Field(ge=0, le=10_000)]


class NewJointProgramme(Sent):
    """The training programme of each side (the partner's null where it keeps no records here), and
    what it leads to."""

    code: Code
    name_zh: Paper
    name_en: Paper
    home_programme: Key
    partner_programme: Key | None = None
    award_kind: AwardKind
    valid_from: Day
    valid_to: Day | None = None


class NewRecognition(Sent):
    """Which course of one side counts as which of the other in a joint programme."""

    programme: Key
    taken: Key
    counts_as: Key
    credits: Credits
    valid_from: Day
    valid_to: Day | None = None


class RecognitionEnd(Sent):
    """The last day, and why."""

    last_on: Day
    reason: Note = ""


class SideShare(Sent):
    """What a side of the agreement bears, in hundredths of a per cent."""

    side: Key
    share_e4: Hundredths


class NewShares(Sent):
    """Which part of the costs for a purpose each side bears: all sides at once, together 10,000."""

    purpose: Purpose
    shares: Annotated[list[SideShare], Field(min_length=1, max_length=20)]
    valid_from: Day
    valid_to: Day | None = None


class NewDual(Sent):
    """Which enrolment enters which joint programme; the partner's may follow. Where the sides name the
    trainee differently, `reason` says how it is known that both are one person."""

    programme: Key
    home: Key
    partner: Key | None = None
    starts_on: Day
    reason: Note = ""


class PartnerSide(Sent):
    """The enrolment of the partner's side."""

    partner: Key
    reason: Note = ""


def _kept(request: HttpRequest, key: int) -> JointSchool:
    """The joint school for who keeps it: what it may be made of is looked up for nobody else."""
    row = seen_school(request, key)
    may_keep_school(reader(request), row).demand()
    return row


def _now(request: HttpRequest, key: int) -> dict[str, Any]:
    found: dict[str, Any] = joint_school(request, key)
    return found


def _sides(row: JointSchool) -> list[int]:
    """The institutions of the two sides, as far as they keep records here."""
    peer = row.partner.peer_id
    return [row.agreement.institution_id, *([] if peer is None else [peer])]


@router.post("/schools/{int:key}/programmes", response=answers(shapes.School, 201))
def add_school_programme(request: HttpRequest, key: Key, sent: NewJointProgramme) -> Made:
    """Add a joint programme; the same again changes nothing."""
    row, given = _kept(request, key), sent.dict()
    rows = Programme.objects.filter(point__institution__in=_sides(row)).select_related("point")
    given["home_programme"] = one(rows, pk=sent.home_programme)
    if sent.partner_programme is not None:
        given["partner_programme"] = one(rows, pk=sent.partner_programme)
    add_joint_programme(school=row, by=reader(request), **given)
    return Status(201, _now(request, key))


@router.post("/schools/{int:key}/recognitions", response=answers(shapes.School, 201))
def recognise_school_course(request: HttpRequest, key: Key, sent: NewRecognition) -> Made:
    """Let a course of one side count as a course of the other; what was agreed for the two before ends
    the day before."""
    row, given = _kept(request, key), sent.dict()
    courses = Course.objects.filter(institution__in=_sides(row))
    given |= {
        "programme": one(row.programmes.select_related("school"), pk=sent.programme),
        "taken": one(courses, pk=sent.taken),
        "counts_as": one(courses, pk=sent.counts_as),
    }
    recognise_course(by=reader(request), **given)
    return Status(201, _now(request, key))


@router.post("/schools/{int:key}/recognitions/{int:part}/end", response=answers(shapes.School))
def end_school_recognition(
    request: HttpRequest, key: Key, part: Key, sent: RecognitionEnd
) -> dict[str, Any]:  # fmt: skip
    """Let the recognition of a course end with a day."""
    row = seen_school(request, key)
    known = Recognition.objects.known().filter(programme__school=row)
    found = one(known.select_related("programme__school__unit"), pk=part)
    end_recognition(recognition=found, by=reader(request), **sent.dict())
    return _now(request, key)


@router.post("/schools/{int:key}/shares", response=answers(shapes.School, 201))
def set_school_shares(request: HttpRequest, key: Key, sent: NewShares) -> Made:
    """Agree which part of the costs for a purpose each side bears from a day on."""
    row, given = _kept(request, key), sent.dict()
    rows = AgreementParty.objects.filter(agreement__in=chain_of(row.agreement))
    shares = {one(rows, pk=part.side): part.share_e4 for part in sent.shares}
    if len(shares) != len(sent.shares):
        raise InputRefused(_("A side is named twice among the shares."))
    set_share(school=row, by=reader(request), **given | {"shares": shares})
    return Status(201, _now(request, key))


@router.post("/schools/{int:key}/duals", response=answers(shapes.Dual, 201))
def enter_dual_trainee(request: HttpRequest, key: Key, sent: NewDual) -> Made:
    """Enter a trainee into a joint programme of the school."""
    row, user = _kept(request, key), reader(request)
    programmes = row.programmes.select_related("school__partner", "school__agreement")
    rows = known_enrolments(user).select_related("unit", "person")
    made = enrol_dual(
        programme=one(programmes, pk=sent.programme), home=one(rows, pk=sent.home),
        partner=None if sent.partner is None else one(rows, pk=sent.partner),
        starts_on=sent.starts_on, reason=sent.reason, by=user,
    )  # fmt: skip
    return Status(201, dual_audit(request, made.pk))


@router.post("/duals/{int:key}/partner", response=answers(shapes.Dual))
def enter_partner_side(request: HttpRequest, key: Key, sent: PartnerSide) -> dict[str, Any]:
    """Enter the enrolment of the partner's side; its own office may."""
    row, user = seen_dual(request, key), reader(request)
    rows = known_enrolments(user).filter(institution=row.programme.school.partner.peer_id)
    enrol_dual(
        programme=row.programme, home=row.home, starts_on=row.starts_on, reason=sent.reason, by=user,
        partner=one(rows.select_related("unit", "person"), pk=sent.partner),
    )  # fmt: skip
    found: dict[str, Any] = dual_audit(request, key)
    return found
