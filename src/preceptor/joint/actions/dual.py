"""Trainees in a joint programme, with the enrolment of each side."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.people.access import may_keep, scope
from preceptor.people.models import Person

from ..access import may_enrol_dual, may_see_as_partner, visible_duals
from ..choices import Noun
from ..models import Agreement, DualEnrolment, JointProgramme
from ..queries import chain_of, in_force
from .locking import demand_order, locked_school
from .outside import Enrolment
from .school import sides_of


def enrol_dual(
    *, programme: JointProgramme, home: Enrolment, starts_on: date, by: Actor,
    partner: Enrolment | None = None, reason: str = "",
) -> DualEnrolment:  # fmt: skip
    """Enter a trainee into a joint programme; the enrolment of the partner's side may follow later, by
    the same call.

    The same again changes nothing. Raises PermissionDenied for who may not enter trainees, or not see
    the partner's enrolment; RuleBroken when an enrolment is not of its side or in a joint programme
    already, programme, school or agreement are not in force on the day, or the two sides name the
    person differently and no reason is given.
    """
    with deed(by, reason.strip()) as act:
        school = locked_school(programme.school)
        held = DualEnrolment.objects.filter(home=home).first()
        _demand_permits(programme, held, home, partner, by)
        if _is_same(held, programme, partner, starts_on):
            assert held is not None
            return held
        _refuse_sides(sides_of(school), home, partner)
        _refuse_day(programme, starts_on)
        if partner is not None:
            _refuse_partner(home, partner, reason.strip())
        row = _written(held, programme, home, partner, starts_on)
        after = {"dual": row.pk, "programme": programme.pk, "from": starts_on}
        act.write("dual.enrol", "enrolment", home.pk, after=after, reason=reason.strip())
        act.touch("enrolment", [home.pk])
        if partner is not None:
            act.write("dual.enrol", "enrolment", partner.pk, after=after, reason=reason.strip())
            act.touch("enrolment", [partner.pk])
    return row


def _demand_permits(
    programme: JointProgramme, held: DualEnrolment | None, home: Enrolment,
    partner: Enrolment | None, by: Any,
) -> None:  # fmt: skip
    """Whoever keeps the school enters trainees of its own, and a partner's enrolment that is shown to
    them; the partner's office adds its own enrolment to a dual trainee whom it sees."""
    is_own_side = partner is not None and scope(by).keeps(partner.unit_id)
    if held is not None and is_own_side and visible_duals(by).filter(pk=held.pk).exists():
        return
    may_enrol_dual(by, programme).demand()
    may_keep(by, home.unit).demand()
    if partner is not None and not scope(by).reads(partner.unit_id):
        may_see_as_partner(by, partner.pk, Noun.TRAINEES).demand()


def _is_same(
    held: DualEnrolment | None, programme: JointProgramme, partner: Enrolment | None, day: date
) -> bool:
    if held is None:
        return False
    if held.programme_id != programme.pk or held.left_on is not None:
        raise RuleBroken(_("This trainee is, or was, in a joint programme already."))
    if held.starts_on != day:
        raise RuleBroken(
            _("This trainee is in the joint programme since %(day)s.") % {"day": held.starts_on}
        )
    if partner is None or held.partner_id == partner.pk:
        return True
    if held.partner_id is not None:
        raise RuleBroken(_("The partner's side has another enrolment of this trainee already."))
    return False


def _refuse_sides(
    sides: tuple[int, int | None], home: Enrolment, partner: Enrolment | None
) -> None:
    if home.institution_id != sides[0]:
        raise RuleBroken(
            _("Trainee %(trainee)s is not of the institution that keeps the joint school.")
            % {"trainee": home.student_number}
        )
    if partner is not None and partner.institution_id != sides[1]:
        raise RuleBroken(_("This enrolment is not one of the partner of the joint school."))


def _refuse_day(programme: JointProgramme, day: date) -> None:
    school = programme.school
    is_open = school.opened_on <= day and (school.closed_on is None or day < school.closed_on)
    is_valid = programme.valid_from <= day and (
        programme.valid_to is None or day <= programme.valid_to
    )
    if not (is_open and is_valid):
        raise RuleBroken(
            _("Programme %(code)s takes nobody in on %(day)s.")
            % {"code": programme.code, "day": day}
        )
    chain = chain_of(school.agreement)
    if not Agreement.objects.filter(in_force(day), pk__in=chain).exists():
        raise RuleBroken(
            _("Agreement %(number)s is not in force on %(day)s.")
            % {"number": school.agreement.number, "day": day}
        )


def _refuse_partner(home: Enrolment, partner: Enrolment, reason: str) -> None:
    if DualEnrolment.objects.filter(Q(partner=partner) | Q(home=partner)).exists():
        raise RuleBroken(_("The partner's enrolment is that of another dual trainee."))
    if not reason and not _is_one_person(home.person, partner.person):
        raise RuleBroken(
            _(
                "The two sides name the trainee differently. If it is one person, say how that is known."
            )
        )


def _is_one_person(one: Person, other: Person) -> bool:
    return one.pk == other.pk or one.name_zh.strip() == other.name_zh.strip()


def _written(
    held: DualEnrolment | None, programme: JointProgramme, home: Enrolment,
    partner: Enrolment | None, starts_on: date,
) -> DualEnrolment:  # fmt: skip
    if held is None:
        return DualEnrolment.objects.create(
            programme=programme, home=home, partner=partner, starts_on=starts_on
        )
    held.partner = partner
    held.save(update_fields=["partner"])
    return held


def leave_dual(*, dual: DualEnrolment, left_on: date, reason: str, by: Actor) -> DualEnrolment:
    """Record that a trainee left the joint programme: from the day on each side stands alone.

    The same again changes nothing. Raises PermissionDenied; InputRefused without a reason; RuleBroken
    for a day before the start, or a trainee who left already.
    """
    with deed(by, reason.strip()) as act:
        school = locked_school(dual.programme.school)
        may_enrol_dual(by, dual.programme).demand()
        row = DualEnrolment.objects.get(pk=dual.pk, programme__school=school)
        if row.left_on == left_on:
            return row
        if not reason.strip():
            raise InputRefused(_("Say why the trainee leaves the joint programme."))
        if row.left_on is not None:
            raise RuleBroken(
                _("This trainee left the joint programme on %(day)s.") % {"day": row.left_on}
            )
        demand_order(row.starts_on, left_on)
        row.left_on = left_on
        row.save(update_fields=["left_on"])
        keys = [key for key in (row.home_id, row.partner_id) if key is not None]
        for key in keys:
            act.write("dual.leave", "enrolment", key, after={"dual": row.pk, "on": left_on})
        act.touch("enrolment", keys)
    return row
