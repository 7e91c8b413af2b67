"""Joint schools: opening one, its programmes, and which courses count for which."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.records import supersede
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import name_of
from preceptor.people.access import may_keep

from ..access import may_keep_school
from ..models import Agreement, JointProgramme, JointSchool, Partner, Recognition
from .locking import checked, demand_order, demand_own_unit, locked_school, stripped, told
from .outside import Course, Programme
from .trainee import demand_in_force


def open_joint_school(
    *, unit: Unit, partner: Partner, agreement: Agreement, opened_on: date, by: Actor
) -> JointSchool:
    """Open a joint school at a unit, with a partner, on the ground of an agreement in force.

    The same school again changes nothing. Raises PermissionDenied; RuleBroken when the partner is no
    side of the agreement, the agreement is not in force on the day or of another institution, or the
    unit is a joint school already.
    """
    may_keep(by, unit).demand()
    demand_own_unit(agreement.institution, unit)
    columns = {"partner": partner, "agreement": agreement, "opened_on": opened_on}
    with deed(by) as act:
        Unit.objects.select_for_update(no_key=True, of=("self",)).get(pk=unit.pk)
        held = JointSchool.objects.filter(unit=unit).first()
        if held is not None and all(getattr(held, name) == columns[name] for name in columns):
            return held
        if held is not None:
            raise RuleBroken(_("%(unit)s is a joint school already.") % {"unit": name_of(unit)})
        if not agreement.parties.filter(partner=partner).exists():
            raise RuleBroken(
                _("%(partner)s is no side of agreement %(number)s.")
                % {"partner": partner.name_zh, "number": agreement.number}
            )
        demand_in_force(agreement, opened_on)
        row = JointSchool.objects.create(unit=unit, **columns)
        act.write("school.open", "joint_school", row.pk, after=told({"unit": unit, **columns}))
    return row


def add_joint_programme(
    *, school: JointSchool, code: str, name_zh: str, name_en: str, home_programme: Programme,
    award_kind: str, valid_from: date, by: Actor, partner_programme: Programme | None = None,
    valid_to: date | None = None,
) -> JointProgramme:  # fmt: skip
    """Add a programme to a joint school: the training programme of each side, and what it leads to.

    The same programme again changes nothing. Raises PermissionDenied; RuleBroken when the code is
    taken, the days are in the wrong order, or a side's programme is not that side's.
    """
    columns = stripped(
        {"name_zh": name_zh, "name_en": name_en, "home_programme": home_programme,
         "partner_programme": partner_programme, "award_kind": award_kind,
         "valid_from": valid_from, "valid_to": valid_to}
    )  # fmt: skip
    demand_order(valid_from, valid_to)
    with deed(by) as act:
        held = locked_school(school)
        may_keep_school(by, held).demand()
        row = JointProgramme.objects.filter(school=held, code=code.strip()).first()
        if row is not None and all(getattr(row, name) == columns[name] for name in columns):
            return row
        if row is not None:
            raise RuleBroken(_("The programme code %(code)s is taken.") % {"code": row.code})
        _refuse_programmes(held, home_programme, partner_programme)
        row = checked(JointProgramme(school=held, code=code.strip(), **columns))
        row.save(force_insert=True)
        after = {"programme": row.pk, "code": row.code, "award": award_kind}
        act.write("school.programme", "joint_school", held.pk, after=after)
    return row


def _refuse_programmes(held: JointSchool, home: Programme, partner: Programme | None) -> None:
    home_side, partner_side = sides_of(held)
    if home.point.institution_id != home_side:
        raise RuleBroken(
            _("%(programme)s is no programme of %(institution)s.")
            % {"programme": home.title_zh, "institution": name_of(held.agreement.institution)}
        )
    if partner is not None and partner.point.institution_id != partner_side:
        raise RuleBroken(
            _("%(programme)s is no programme of %(institution)s.")
            % {"programme": partner.title_zh, "institution": held.partner.name_zh}
        )


def sides_of(school: JointSchool) -> tuple[int, int | None]:
    """The institutions of the two sides, the one that keeps the records of the school first; None for
    a partner that keeps no records here."""
    return school.agreement.institution_id, school.partner.peer_id


def recognise_course(
    *, programme: JointProgramme, taken: Course, counts_as: Course, credits: Decimal,
    valid_from: date, by: Actor, valid_to: date | None = None,
) -> Recognition:  # fmt: skip
    """Let a course of one side count as a course of the other, with so many credits, from the day on.

    What was agreed for the two courses before ends the day before; it stays readable. The same again
    changes nothing. Raises PermissionDenied; RuleBroken unless the courses are of the two sides, for
    no credits, or days that are in the wrong order or lie in an entry that begins later.
    """
    demand_order(valid_from, valid_to)
    given = {"credits": credits, "valid_from": valid_from, "valid_to": valid_to}
    with deed(by) as act:
        school = locked_school(programme.school)
        may_keep_school(by, school).demand()
        known = Recognition.objects.known().filter(
            programme=programme, taken=taken, counts_as=counts_as
        )
        same = known.filter(**given).first()
        if same is not None:
            return same
        _refuse_recognition(school, taken, counts_as, credits)
        earlier = known.filter(Q(valid_to=None) | Q(valid_to__gte=valid_from)).order_by(
            "valid_from"
        )
        for row in earlier:
            _end_before(row, valid_from, valid_to)
        row = checked(Recognition(programme=programme, taken=taken, counts_as=counts_as, **given))
        row.save(force_insert=True)
        after = {
            "programme": programme.pk, "taken": taken.pk, "counts_as": counts_as.pk,
            "credits": str(credits), "from": valid_from, "to": valid_to,
        }  # fmt: skip
        act.write("school.recognise", "joint_school", school.pk, after=after)
    return row


def _refuse_recognition(
    school: JointSchool, taken: Course, counts_as: Course, credits: Decimal
) -> None:
    if credits <= 0:
        raise RuleBroken(_("A recognised course has credits. Enter how many."))
    if {taken.institution_id, counts_as.institution_id} != set(sides_of(school)):
        raise RuleBroken(
            _(
                "A course of one side is recognised as a course of the other side. Choose one of each."
            )
        )


def _end_before(row: Recognition, first: date, last: date | None) -> None:
    """End an entry the day before the new one, or refuse where it begins within the new one."""
    if row.valid_from < first:
        supersede(row, valid_to=first - timedelta(days=1))
        return
    if last is None or row.valid_from <= last:
        raise RuleBroken(
            _("The two courses are recognised from %(first)s on already. End that entry first.")
            % {"first": row.valid_from}
        )


def end_recognition(
    *, recognition: Recognition, last_on: date, by: Actor, reason: str = ""
) -> Recognition:
    """Let a recognition end with the day, that day included; the same day again changes nothing.

    Raises PermissionDenied; RuleBroken for a day before the first, or an entry corrected meanwhile.
    """
    with deed(by, reason.strip()) as act:
        school = locked_school(recognition.programme.school)
        may_keep_school(by, school).demand()
        row = Recognition.objects.get(pk=recognition.pk)
        if row.superseded_at is not None:
            raise RuleBroken(_("This entry was corrected meanwhile. Load the page again."))
        if row.valid_to == last_on:
            return row
        demand_order(row.valid_from, last_on)
        ended = supersede(row, valid_to=last_on)
        before, after = {"to": row.valid_to}, {"recognition": ended.pk, "to": last_on}
        act.write("school.recognition_end", "joint_school", school.pk, before=before, after=after)
    return ended
