"""A panel for a case: its composition, its sitting, and who takes whose place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import RuleBroken
from preceptor.base.permits import Permit
from preceptor.base.today import today
from preceptor.cases import gates
from preceptor.cases.actions import (
    NewSittingSeat,
    invite,
    plan_sitting,
    put_on_agenda,
    release_seat,
    seat_person,
)
from preceptor.cases.choices import BodyRole, SittingState
from preceptor.cases.models import Case, Sitting
from preceptor.cases.queries import kind_of
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..access import may_call, may_compose, may_override
from ..choices import MilestoneKind, SeatRole
from ..composing import barred, case_row, nobody_tied, none_of
from ..interests import free_of_conflicts
from ..models import ConflictOverride, MilestoneCase, Panel, PanelSeat, SeatLink
from ..queries import JUDGING

BOARD = "training.panel"
_ROLES = {
    SeatRole.CHAIR: BodyRole.CHAIR,
    SeatRole.MEMBER: BodyRole.MEMBER,
    SeatRole.SECRETARY: BodyRole.SECRETARY,
    SeatRole.ADVISER: BodyRole.ADVISER,
}


@dataclass(frozen=True)
class Chosen:
    """A person chosen for a seat, with what is stated of the person for this sitting."""

    person: Person
    role: str = SeatRole.MEMBER
    stated: dict[str, Any] = field(default_factory=dict)


def begin_panel(*, case: Case, by: Actor, planned_on: date | None = None) -> Panel:
    """The panel of a case that is being composed; made empty when there is none yet, for the day
    that was wished. Raises PermissionDenied; RuleBroken when nothing is composed now."""
    row = _step_of(case)
    may_compose(by, row).demand()
    with deed(by) as act:
        held = MilestoneCase.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
        if held.panel_id is not None:
            return Panel.objects.select_related("enrolment").get(pk=held.panel_id)
        panel = Panel.objects.create(
            number=_next_number(row), institution=case.institution, enrolment=row.enrolment,
            stage=row.milestone, planned_on=planned_on or row.wished_on,
        )  # fmt: skip
        MilestoneCase.objects.filter(pk=row.pk).update(panel=panel)
        act.write("panel.begin", "panel", panel.pk, after={"number": panel.number, "case": case.pk})
        act.touch("panel", [panel.pk])
    return panel


def _step_of(case: Case) -> MilestoneCase:
    rows = MilestoneCase.objects.filter(case=case.pk)
    return rows.select_related("case__kind", "case__unit", "enrolment__unit", "panel").get()


def _next_number(row: MilestoneCase) -> str:
    """The next number of the year; panels from workbooks number the same way."""
    begin = f"P-{today().year}-"
    # Of two panels begun at once the second counts the first.
    Unit.objects.select_for_update(no_key=True).get(pk=row.case.institution_id)
    known = Panel.objects.filter(institution=row.case.institution_id, number__startswith=begin)
    numbers = known.values_list("number", flat=True)
    last = max(
        (int(one[len(begin) :]) for one in numbers if one[len(begin) :].isdigit()), default=0
    )
    return f"{begin}{last + 1:04}"


def compose_panel(
    *, panel: Panel, seats: Sequence[Chosen], planned_on: date | None, by: Actor
) -> None:
    """Write the composition as a whole: who is not among the seats leaves the panel. The same
    composition again changes nothing.

    A composition that breaks its rules is kept all the same: it is shown what is wrong, and it is
    not sent on. Raises PermissionDenied; RuleBroken when it is not being composed now, a person is
    chosen twice, or judged this step before.
    """
    row = _composed(panel, by)
    _refuse_twice(seats)
    judging = [PanelSeat(panel=panel, person=one.person) for one in seats if one.role in JUDGING]
    _demand(none_of(judging, barred(row)))
    with deed(by) as act:
        # A composition that is being sent on meanwhile is not changed behind the back of the rules.
        Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.case_id)
        _composed(panel, by)
        held = Panel.objects.select_for_update(no_key=True).get(pk=panel.pk)
        before = _written(held)
        _write_seats(held, seats)
        Panel.objects.filter(pk=held.pk).update(planned_on=planned_on)
        after = _written(Panel.objects.get(pk=held.pk))
        if before != after:
            act.write("panel.compose", "panel", held.pk, before=before, after=after)
            act.touch("panel", [held.pk])


def _composed(panel: Panel, by: Actor) -> MilestoneCase:
    """The request for which the panel is composed now. Raises RuleBroken, PermissionDenied."""
    row = case_row(panel)
    if row is None:
        raise RuleBroken(_("This panel was recorded without a request; it is not composed here."))
    may_compose(by, row).demand()
    return row


def _written(panel: Panel) -> dict[str, Any]:
    seats = PanelSeat.objects.filter(panel=panel).order_by("person_id")
    return {
        "planned_on": panel.planned_on,
        "seats": [[seat.person_id, seat.role] for seat in seats],
    }


def _write_seats(panel: Panel, seats: Sequence[Chosen]) -> None:
    known = {seat.person_id: seat for seat in PanelSeat.objects.filter(panel=panel)}
    chosen = {one.person.pk for one in seats}
    PanelSeat.objects.filter(panel=panel).exclude(person__in=chosen).delete()
    for one in seats:
        held = known.get(one.person.pk)
        if held is None:
            PanelSeat.objects.create(panel=panel, person=one.person, role=one.role, **one.stated)
        elif held.role != one.role:
            held.role = one.role
            held.save(update_fields=["role"])


def _refuse_twice(seats: Sequence[Chosen]) -> None:
    seen: set[int] = set()
    for one in seats:
        if one.person.pk in seen:
            raise RuleBroken(
                _("%(name)s is chosen twice. A person has one seat.") % {"name": one.person.name_zh}
            )
        seen.add(one.person.pk)


def _demand(permit: Permit) -> None:
    if not permit:
        raise RuleBroken(permit.reason)


def call_panel(
    *,
    panel: Panel,
    starts_at: datetime,
    by: Actor,
    ends_at: datetime | None = None,
    place: str = "",
) -> Sitting:
    """Call the sitting of an approved composition: it is planned, the case is put on its agenda,
    and everybody on the panel is invited. Called already, that sitting is given.

    Raises PermissionDenied; RuleBroken when the case is not at the stage of the sitting, the
    composition breaks a rule on that day, or somebody judged this step before.
    """
    row = _at_sitting(panel, by)
    with deed(by) as act:
        held = Panel.objects.select_for_update(no_key=True).get(pk=panel.pk)
        called = held.sitting
        if called is not None and called.state != SittingState.CANCELLED:
            return called
        seats = list(PanelSeat.objects.filter(panel=held).select_related("person"))
        _demand(none_of([seat for seat in seats if seat.role in JUDGING], barred(row)))
        _demand(nobody_tied(row))
        _refuse_broken(row, held, timezone.localdate(starts_at))
        sitting = _planned(row, held, seats, by, starts_at, ends_at, place)
        _link(sitting, seats)
        held.sitting, held.sits_on = sitting, timezone.localdate(starts_at)
        held.save(update_fields=["sitting", "sits_on"])
        invite(sitting=sitting, by=by)
        after = {"sitting": sitting.number, "sits_on": held.sits_on}
        act.write("panel.call", "panel", held.pk, after=after)
        act.touch("panel", [held.pk])
    return sitting


def _at_sitting(panel: Panel, by: Actor) -> MilestoneCase:
    """The request whose panel sits next. Raises RuleBroken, PermissionDenied."""
    row = case_row(panel)
    if row is None:
        raise RuleBroken(_("This panel was recorded without a request; no sitting is called here."))
    may_call(by, row).demand()
    return row


def _refuse_broken(row: MilestoneCase, panel: Panel, day: date) -> None:
    """Refuse a composition that breaks a blocking rule on the day of the sitting, which is judged
    as on its eve: what follows a sitting is not asked before it."""
    Panel.objects.filter(pk=panel.pk).update(planned_on=day, sits_on=None)
    gate = kind_of(row.case).gate
    eve = min(today(), day - timedelta(days=1))
    found = gates.answer(row.case, gate, {"panel": {panel.pk}}, eve)
    if not found.is_passed:
        first = found.holding[0]
        raise RuleBroken(
            _("The composition does not hold: %(rule)s (%(text)s). Mend it first.")
            % {"rule": first.title_zh, "text": first.text_zh}
        )


def _planned(
    row: MilestoneCase, panel: Panel, seats: Sequence[PanelSeat], by: Actor,
    starts_at: datetime, ends_at: datetime | None, place: str,
) -> Sitting:  # fmt: skip
    case = row.case
    kind = kind_of(case)
    sitting = plan_sitting(
        institution=case.institution, unit=case.unit, title_zh=case.title_zh,
        title_en=case.title_en, board=BOARD, starts_at=starts_at, ends_at=ends_at, place=place,
        is_public=row.milestone == MilestoneKind.DEFENCE, by=by,
        seats=[NewSittingSeat(seat.person, _role(seat.role)) for seat in seats],
    )  # fmt: skip
    put_on_agenda(
        sitting=sitting, title_zh=case.title_zh, title_en=case.title_en, case=case,
        voting=kind.stage(case.stage).voting, by=by,
    )  # fmt: skip
    return sitting


def _role(role: str | None) -> str:
    return _ROLES[SeatRole(role)] if role else BodyRole.MEMBER


def _link(sitting: Sitting, seats: Sequence[PanelSeat]) -> None:
    SeatLink.objects.filter(seat__in=[seat.pk for seat in seats]).delete()
    there = {seat.person_id: seat for seat in sitting.seats.filter(released_at=None)}
    SeatLink.objects.bulk_create(
        SeatLink(seat=seat, sitting_seat=there[seat.person_id]) for seat in seats
    )


def replace_member(
    *, seat: PanelSeat, person: Person, by: Actor, reason: str,
    stated: dict[str, Any] | None = None,
) -> PanelSeat:  # fmt: skip
    """Put another person on a seat of a panel that was called; the seat at the sitting goes with
    it, and the composition is judged anew. `stated` is what is stated of that person for this
    sitting; without it only the registers speak.

    Raises PermissionDenied; RuleBroken without a reason, for somebody who sits already or judged
    this step before, or when the new composition breaks a blocking rule. Then nothing is changed.
    """
    row = _changed(seat.panel, by, reason)
    if seat.role in JUDGING:
        _demand(none_of([PanelSeat(panel=seat.panel, person=person)], barred(row)))
        _demand(free_of_conflicts(seat.panel, [person]))
    with deed(by, reason) as act:
        held = _locked_seat(seat)
        link = SeatLink.objects.select_related("sitting_seat__sitting").filter(seat=held).first()
        fresh = _put(held, person, stated or {})
        if link is not None:
            taken = seat_person(
                sitting=link.sitting_seat.sitting, person=person, role=_role(held.role),
                stands_in_for=link.sitting_seat, by=by,
            )  # fmt: skip
            SeatLink.objects.create(seat=fresh, sitting_seat=taken)
            invite(sitting=taken.sitting, by=by)
        _recheck(act, row, seat.panel, {"from": seat.person_id, "to": person.pk})
    return fresh


def _put(held: PanelSeat, person: Person, stated: dict[str, Any]) -> PanelSeat:
    """The new seat in the old one's role; nothing that was stated of the old person stays."""
    if PanelSeat.objects.filter(panel=held.panel_id, person=person).exists():
        raise RuleBroken(_("%(name)s sits on this panel already.") % {"name": person.name_zh})
    panel, role = held.panel, held.role
    held.delete()
    return PanelSeat.objects.create(panel=panel, person=person, role=role, **stated)


def remove_seat(*, seat: PanelSeat, by: Actor, reason: str) -> None:
    """Take a seat off a panel that was called, with the seat at the sitting.

    Raises PermissionDenied; RuleBroken without a reason, or when what is left breaks a blocking
    rule. Then nothing is changed.
    """
    row = _changed(seat.panel, by, reason)
    with deed(by, reason) as act:
        held = _locked_seat(seat)
        link = SeatLink.objects.select_related("sitting_seat__sitting").filter(seat=held).first()
        person = held.person_id
        held.delete()
        if link is not None:
            release_seat(seat=link.sitting_seat, by=by, reason=reason)
        _recheck(act, row, seat.panel, {"from": person, "to": None})


def _changed(panel: Panel, by: Actor, reason: str) -> MilestoneCase:
    row = _at_sitting(panel, by)
    if not reason.strip():
        raise RuleBroken(_("Say why the panel is changed."))
    return row


def _locked_seat(seat: PanelSeat) -> PanelSeat:
    Panel.objects.select_for_update(no_key=True).get(pk=seat.panel_id)
    held = PanelSeat.objects.filter(pk=seat.pk).select_related("panel").first()
    if held is None:
        raise RuleBroken(_("This seat is not on the panel any more; look at it again."))
    return held


def _recheck(act: Deed, row: MilestoneCase, panel: Panel, change: dict[str, Any]) -> None:
    """Judge the composition anew; a panel that was called keeps its day."""
    act.write("panel.replace", "panel", panel.pk, after=change)
    act.touch("panel", [panel.pk])
    held = Panel.objects.get(pk=panel.pk)
    if held.sits_on is not None:
        day, planned = held.sits_on, held.planned_on
        _refuse_broken(row, held, day)
        Panel.objects.filter(pk=held.pk).update(sits_on=day, planned_on=planned)


def override_conflict(
    *, panel: Panel, person: Person, conflict: str, reason: str, by: Actor
) -> ConflictOverride:
    """Seat a person in spite of a conflict of interest, with the reason; it is kept ciphered.

    The same again changes nothing. Raises PermissionDenied; RuleBroken without a reason, for a panel
    without a request, without a kind of conflict, and for whoever would judge himself.
    """
    row = case_row(panel)
    if row is None:
        raise RuleBroken(_("This panel was recorded without a request; it is not composed here."))
    may_override(by, row).demand()
    if not reason.strip():
        raise RuleBroken(_("Say why this person is seated in spite of the conflict."))
    if conflict in ("", "self"):
        raise RuleBroken(_("Nobody judges oneself, whatever the reason. Choose somebody else."))
    with deed(by, reason.strip()) as act:
        Panel.objects.select_for_update(no_key=True).get(pk=panel.pk)
        known = ConflictOverride.objects.filter(panel=panel, person=person)
        same = next((one for one in known if one.conflict == conflict), None)
        if same is not None:
            return same
        made = ConflictOverride.objects.create(
            panel=panel, person=person, conflict=conflict, reason=reason.strip(),
            at=timezone.now(), by_key=by.actor_key, by_name=by.actor_name,
        )  # fmt: skip
        act.write("panel.override", "panel", panel.pk, after={"person": person.pk})
        act.touch("panel", [panel.pk])
    return made
