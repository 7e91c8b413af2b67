"""Whether a step of training, more time or the degree can be asked for now, with the reason if not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, first_refusal, refused
from preceptor.cases.kinds.kind import Retake

from .choices import EnrolmentState, MilestoneKind, Outcome, PeriodKind
from .models import Enrolment, Milestone
from .queries import decided_attempts
from .states import DEFERRABLE, ENROLLED, following

#: The state that a passed step leads to (domain specification 6.4).
LEADS_TO = {
    MilestoneKind.PROPOSAL: EnrolmentState.CANDIDATE,
    MilestoneKind.MIDTERM: EnrolmentState.MIDTERM_PASSED,
    MilestoneKind.CLINICAL_EXAM: EnrolmentState.CLINICAL_PASSED,
    MilestoneKind.PREDEFENCE: EnrolmentState.PREDEFENCE_PASSED,
    MilestoneKind.DEFENCE: EnrolmentState.DEFENDED,
}


def allows_step(
    enrolment: Enrolment,
    milestone: MilestoneKind,
    attempts: Sequence[Milestone],
    retake: Retake | None,
    on: date,
) -> Permit:
    """Whether the step can be asked for on the day: not passed yet, the state leads to it, and a
    re-take is allowed. No query; `attempts` are those at this step."""
    if decided_attempts(attempts, Outcome.PASS):
        return refused(_("This step is passed already."))
    state = EnrolmentState(enrolment.state)
    if LEADS_TO[milestone] not in following(state):
        return refused(
            _("In the state “%(state)s” this step cannot be asked for: %(step)s.")
            % {"state": state.label, "step": milestone.label}
        )
    return allows_retake(decided_attempts(attempts, Outcome.FAIL), retake, on)


def allows_retake(failed: Sequence[Milestone], retake: Retake | None, on: date) -> Permit:
    """Whether another attempt may follow the failed ones on the day, as the kind's `retake` says;
    without one there is a single attempt. An attempt of unknown day sets no time."""
    if not failed:
        return GRANTED
    most = retake.attempts if retake else 1
    if len(failed) >= most:
        return refused(
            _("All attempts are used up: %(used)s of %(most)s.")
            % {"used": len(failed), "most": most}
        )
    last = max((row.held_on for row in failed if row.held_on), default=None)
    if retake is None or last is None:
        return GRANTED
    return first_refusal(_not_before(last, retake, on), _not_after(last, retake, on))


def _not_before(last: date, retake: Retake, on: date) -> Permit:
    first = last + timedelta(days=retake.after_days)
    if on >= first:
        return GRANTED
    return refused(
        _("The last attempt was on %(last)s; the next may be asked for from %(first)s on.")
        % {"last": last, "first": first}
    )


def _not_after(last: date, retake: Retake, on: date) -> Permit:
    if retake.within_days is None or on <= last + timedelta(days=retake.within_days):
        return GRANTED
    return refused(
        _("The last attempt was on %(last)s; the next had to be asked for by %(until)s.")
        % {"last": last, "until": last + timedelta(days=retake.within_days)}
    )


def allows_period(enrolment: Enrolment, kind: PeriodKind) -> Permit:
    """Whether the state of the enrolment allows more time of this kind."""
    state = EnrolmentState(enrolment.state)
    allowed = {
        PeriodKind.EXTENSION: state in ENROLLED,
        PeriodKind.DEFERRAL: state in DEFERRABLE,
        PeriodKind.SUSPENSION: EnrolmentState.SUSPENDED in following(state),
    }
    if allowed[kind]:
        return GRANTED
    return refused(
        _("In the state “%(state)s” this cannot be asked for: %(kind)s.")
        % {"state": state.label, "kind": kind.label}
    )


def allows_state(enrolment: Enrolment, to: EnrolmentState) -> Permit:
    """Whether the enrolment can go to the state from where it is."""
    state = EnrolmentState(enrolment.state)
    if to in following(state):
        return GRANTED
    return refused(
        _("From “%(state)s” an enrolment cannot go to “%(to)s”.")
        % {"state": state.label, "to": to.label}
    )
