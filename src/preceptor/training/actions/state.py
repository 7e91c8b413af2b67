"""The write that moves an enrolment from one state to another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.records import retract, supersede
from preceptor.base.today import today

from ..access import may_change_state, may_keep_training
from ..choices import EnrolmentState, PeriodKind
from ..models import Enrolment, Placement, StateSpan, StudyPeriod, Supervision
from ..states import following

_A_DAY = timedelta(days=1)
#: States that are dated facts of the length of study as well.
_PERIODS = {
    EnrolmentState.SUSPENDED: PeriodKind.SUSPENSION,
    EnrolmentState.DEFERRED: PeriodKind.DEFERRAL,
}

#: States with which supervision and place end; what follows them is no study.
_ENDING = frozenset(
    {
        EnrolmentState.AWARDED,
        EnrolmentState.WITHDRAWN,
        EnrolmentState.CLOSED,
        EnrolmentState.LAPSED,
    }
)


def _last_span(enrolment: Enrolment) -> StateSpan | None:
    return StateSpan.objects.known().filter(enrolment=enrolment).last()


def state_before_suspension(enrolment: Enrolment) -> EnrolmentState | None:
    """The state that a suspended trainee returns to; None when no earlier state is recorded.

    A state that was taken up and left on one day is not among the known spans any more; it is
    the one left behind all the same.
    """
    span = _last_span(enrolment)
    left = None
    if span is not None and span.state == EnrolmentState.SUSPENDED:
        same_day = StateSpan.objects.filter(
            enrolment=enrolment, valid_from=span.valid_from, superseded_at__lte=span.recorded_at
        )
        left = same_day.exclude(state=EnrolmentState.SUSPENDED).order_by("id").last()
    if left is None:
        known = StateSpan.objects.known().filter(enrolment=enrolment)
        left = known.exclude(state=EnrolmentState.SUSPENDED).last()
    return EnrolmentState(left.state) if left else None


def change_state(
    *, enrolment: Enrolment, to: EnrolmentState, on: date, reason: str, by: Actor
) -> Enrolment:
    """Move an enrolment to another state from the day on; asking twice does not do it twice.

    Gives the enrolment as it then is. Raises PermissionDenied; RuleBroken when the state may not
    follow, no reason is given, or the day lies ahead or before the present state began.
    """
    with deed(by, reason) as act:
        rows = Enrolment.objects.select_for_update(no_key=True, of=("self",)).select_related("unit")
        held = rows.get(pk=enrolment.pk)
        may_keep_training(by, held).demand()
        if held.state == to:
            return held
        may_change_state(by, held).demand()
        _refuse(held, to, on, reason)
        is_resumed = _take_up(held, to, on, reason)
        _end_period(held, on)
        _begin_period(held, to, on, reason, is_resumed)
        before = {"state": held.state}
        held.state = to
        held.awarded_on = on if to == EnrolmentState.AWARDED else held.awarded_on
        held.save(update_fields=["state", "awarded_on"])
        if to in _ENDING:
            _release(held, on)
        after = {"state": to.value, "on": on}
        act.write(
            "enrolment.state", "enrolment", held.pk, before=before, after=after, reason=reason
        )
        act.touch("enrolment", [held.pk])
    return held


def award(*, enrolment: Enrolment, on: date, reason: str, by: Actor) -> Enrolment:
    """Record that the degree was awarded on the day; raises what `change_state` raises."""
    return change_state(enrolment=enrolment, to=EnrolmentState.AWARDED, on=on, reason=reason, by=by)


def _refuse(held: Enrolment, to: EnrolmentState, on: date, reason: str) -> None:
    if not reason.strip():
        raise RuleBroken(_("Say why: a change of state needs a reason."))
    state = EnrolmentState(held.state)
    if to not in following(state, state_before_suspension(held)):
        raise RuleBroken(
            _("From “%(state)s” an enrolment cannot go to “%(to)s”.")
            % {"state": state.label, "to": to.label}
        )
    # The state of a list is today's: one that begins later would show too early.
    if on > today():
        raise RuleBroken(
            _("%(day)s lies ahead; record the change when the day has come.") % {"day": on}
        )


def _take_up(held: Enrolment, to: EnrolmentState, on: date, reason: str) -> bool:
    """Close the present span on the day before, and open the next.

    A span that begins on the day, or with a plan date that is still to come, never was. Gives
    whether the state was left and taken up again on this day: then its span goes on.
    """
    span = _last_span(held)
    if span is not None and on < span.valid_from <= today():
        raise RuleBroken(
            _("The present state began on %(day)s; the change cannot lie before it.")
            % {"day": span.valid_from}
        )
    if span is not None and span.valid_from >= on:
        retract(span)
        if _resumed(held, to, on):
            return True
    elif span is not None and (span.valid_to is None or span.valid_to >= on):
        supersede(span, valid_to=on - _A_DAY)
    StateSpan.objects.create(enrolment=held, state=to, valid_from=on, reason=reason)
    return False


def _resumed(held: Enrolment, to: EnrolmentState, on: date) -> bool:
    left = _last_span(held)
    if left is None or left.state != to or left.valid_to != on - _A_DAY:
        return False
    supersede(left, valid_to=None)
    return True


def _release(held: Enrolment, on: date) -> None:
    """End supervision and place on the day: from then on a supervisor no longer sees the trainee."""
    for model in (Supervision, Placement):
        for row in model.objects.known().filter(enrolment=held, valid_to=None):
            if row.valid_from > on:
                retract(row)
            else:
                supersede(row, valid_to=on)


def _periods(held: Enrolment, state: str, **columns: date | None) -> Iterator[StudyPeriod]:
    """The known periods that the state stands for, with these days."""
    if kind := _PERIODS.get(EnrolmentState(state)):
        yield from StudyPeriod.objects.known().filter(enrolment=held, kind=kind, **columns)


def _end_period(held: Enrolment, on: date) -> None:
    """End what the present state stands for the day before; what begins on the day never was."""
    for period in _periods(held, held.state, valid_to=None):
        if period.valid_from >= on:
            retract(period)
        else:
            supersede(period, valid_to=on - _A_DAY)


def _begin_period(
    held: Enrolment, to: EnrolmentState, on: date, reason: str, is_resumed: bool
) -> None:
    if to not in _PERIODS:
        return
    left = next(_periods(held, to, valid_to=on - _A_DAY), None) if is_resumed else None
    if left is not None:
        supersede(left, valid_to=None)
        return
    StudyPeriod.objects.create(enrolment=held, kind=_PERIODS[to], valid_from=on, reason=reason)
