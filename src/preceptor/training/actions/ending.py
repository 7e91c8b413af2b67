"""What the end of a case changes in the records of a trainee; each runs in the deed of the step that
ended the case, under its mandate."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from preceptor.base.actors import Mandate
from preceptor.base.deeds import deed
from preceptor.base.today import today
from preceptor.cases.choices import ItemState, SittingState
from preceptor.cases.models import Case, Item

from ..asking import LEADS_TO
from ..choices import EnrolmentState, MilestoneKind, Outcome, PeriodKind
from ..models import Milestone, MilestoneCase, Panel, PeriodCase, StateCase, StateSpan
from ..states import following
from .enrolment import grant_period
from .progress import change_milestone, record_milestones
from .state import change_state

GRANTED, REFUSED, WITHDRAWN, SET_ASIDE = "granted", "refused", "withdrawn", "set_aside"
_OUTCOMES = {GRANTED: Outcome.PASS, REFUSED: Outcome.FAIL}


def reason_of(case: Case) -> str:
    """The case as the reason of what it changed: its number and title."""
    return _("Decided in request %(number)s: %(title)s") % {
        "number": case.number or case.pk,
        "title": case.title_zh,
    }


def end_step(*, row: MilestoneCase, outcome: str, by: Mandate, item: Item | None) -> None:
    """Record what became of a step before a panel.

    Granted: the attempt is passed and the trainee moves on, where the state still leads there.
    Refused after a vote: the attempt has failed; refused without one, no attempt is used up. Set
    aside: the attempt is undecided again and the panel makes room for another; it stays readable.
    Withdrawn: a sitting that was called is cancelled.
    """
    decided = item or _decided_item(row)
    if outcome == SET_ASIDE:
        _set_aside(row, by)
    elif outcome == WITHDRAWN:
        _cancel(row, by)
    elif outcome == GRANTED:
        _record(row, Outcome.PASS, _day_of(decided), by)
        _move_on(row, by)
    elif outcome == REFUSED and decided is not None:
        _record(row, Outcome.FAIL, _day_of(decided), by)


def _decided_item(row: MilestoneCase) -> Item | None:
    """The vote of the panel that sits now; None where there was none."""
    sitting = row.panel.sitting_id if row.panel else None
    items = Item.objects.filter(case=row.case_id, sitting=sitting, state=ItemState.DECIDED)
    return items.order_by("decided_at").last() if sitting else None


def _day_of(item: Item | None) -> date:
    if item is None or item.decided_at is None:
        return today()
    return timezone.localtime(item.decided_at).date()


def _attempt(row: MilestoneCase) -> Milestone | None:
    rows = Milestone.objects.filter(
        enrolment=row.enrolment_id, kind=row.milestone, attempt=row.attempt
    )
    return rows.select_related("enrolment__unit").first()


def _record(row: MilestoneCase, outcome: Outcome, day: date, by: Mandate) -> None:
    held = _attempt(row)
    if held is not None:
        change_milestone(
            milestone=held, by=by, reason=reason_of(row.case), held_on=day, outcome=outcome
        )
        return
    planned = row.panel.planned_on if row.panel else None
    fresh = Milestone(
        enrolment=row.enrolment, kind=row.milestone, attempt=row.attempt, planned_on=planned,
        held_on=day, outcome=outcome,
    )  # fmt: skip
    record_milestones(institution=row.enrolment.institution, milestones=[fresh], by=by)


def _move_on(row: MilestoneCase, by: Mandate) -> None:
    """The state that the step leads to; a trainee who was suspended meanwhile keeps the state."""
    to = LEADS_TO[MilestoneKind(row.milestone)]
    if to in following(EnrolmentState(row.enrolment.state)):
        change_state(enrolment=row.enrolment, to=to, on=today(), reason=reason_of(row.case), by=by)


def _set_aside(row: MilestoneCase, by: Mandate) -> None:
    held = _attempt(row)
    if held is not None and held.outcome:
        change_milestone(milestone=held, by=by, reason=reason_of(row.case), outcome=None)
    with deed(by) as act:
        before = {"panel": row.panel_id}
        row.panel = None
        row.save(update_fields=["panel"])
        act.write("panel.release", "case", row.case_id, before=before, after={"panel": None})


def _cancel(row: MilestoneCase, by: Mandate) -> None:
    """Call the sitting off, and free the day."""
    from preceptor.cases.actions import cancel_sitting

    panel = row.panel
    if panel is None or panel.sitting is None:
        return
    if panel.sitting.state in (SittingState.CLOSED, SittingState.CANCELLED):
        return
    cancel_sitting(sitting=panel.sitting, reason=reason_of(row.case), by=by)
    with deed(by) as act:
        Panel.objects.filter(pk=panel.pk).update(sits_on=None)
        act.write("panel.cancel", "panel", panel.pk, before={"sits_on": panel.sits_on})
        act.touch("panel", [panel.pk])


def end_period_request(*, row: PeriodCase, outcome: str, by: Mandate) -> None:
    """Give the time that was asked for; nothing changes unless it was granted.

    A suspension begins on its first day, or today where that lies ahead: the state of a trainee
    is always today's. Raises RuleBroken as the actions do.
    """
    if outcome != GRANTED:
        return
    reason = row.case.reason or reason_of(row.case)
    if row.kind == PeriodKind.SUSPENSION:
        change_state(
            enrolment=row.enrolment, to=EnrolmentState.SUSPENDED, on=_first_day(row),
            reason=reason, by=by,
        )  # fmt: skip
        return
    grant_period(
        enrolment=row.enrolment, kind=PeriodKind(row.kind), first=row.first_on, last=row.last_on,
        reason=reason, by=by,
    )  # fmt: skip


def _first_day(row: PeriodCase) -> date:
    span = StateSpan.objects.known().filter(enrolment=row.enrolment_id).last()
    begun = span.valid_from if span else row.first_on
    return min(max(row.first_on, begun), today())


def end_state_request(*, row: StateCase, outcome: str, by: Mandate) -> None:
    """Move the trainee to the state that was asked for; nothing changes unless it was granted."""
    if outcome == GRANTED:
        change_state(
            enrolment=row.enrolment, to=EnrolmentState(row.to), on=today(),
            reason=reason_of(row.case), by=by,
        )  # fmt: skip
