"""Whether a step of training, more time or the degree can be asked for now, with the reason if not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, first_refusal, refused
from preceptor.cases.kinds.kind import Kind, Retake, Words
from preceptor.cases.models import Case

from .choices import EnrolmentState, MilestoneKind, Outcome, PeriodKind
from .models import Enrolment, Milestone, OtherCase
from .queries import ALIVE, decided_attempts
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
    last = max((row.held_on for row in failed if row.held_on), default=None)
    return _allows_next(len(failed), last, retake or Retake(attempts=1), on)


def permits_of(enrolment: Enrolment, kinds: Sequence[Kind], on: date) -> dict[str, Permit]:
    """Whether a request of each kind can be made about the trainee on the day, by the name of the kind:
    as the state, earlier attempts and a request that is not decided have it. What is asked for more
    time is chosen in the request itself. Two queries for any number of kinds."""
    attempts: dict[str, list[Milestone]] = defaultdict(list)
    for row in Milestone.objects.filter(enrolment=enrolment).order_by("attempt"):
        attempts[row.kind].append(row)
    running = {name: number or title for name, number, title in _running(enrolment)}
    found = {}
    for kind in kinds:
        if kind.name in running:
            found[kind.name] = refused(
                _("Asked for already and not decided: %(case)s.") % {"case": running[kind.name]}
            )
        elif kind.port == "training.milestone":
            step = MilestoneKind(kind.settings["milestone"])
            found[kind.name] = allows_step(enrolment, step, attempts[step], kind.retake, on)
        elif kind.port == "training.state":
            found[kind.name] = allows_state(enrolment, EnrolmentState(kind.settings["to"]))
    return found


def _running(enrolment: Enrolment) -> QuerySet[Any, Any]:
    """Kind, number and title of the requests about the trainee that are not decided and of which
    there is one at a time; one query."""
    parts = [
        Case.objects.filter(state__in=ALIVE, **{f"{row}__enrolment": enrolment}).order_by()
        for row in ("milestone_case", "state_case", "other_case")
    ]
    first, *others = (one.values_list("kind__name", "number", "title_zh") for one in parts)
    return first.union(*others)


def allows_again(ended: Sequence[OtherCase], retake: Retake | None, on: date) -> Permit:
    """Whether another request of a kind may follow the refused ones (`ended`) on the day. A kind that says
    nothing of it allows any number. No query; the rows come with their cases."""
    if retake is None or not ended:
        return GRANTED
    decided = [timezone.localdate(at) for row in ended if (at := row.case.decided_at)]
    return _allows_next(len(ended), max(decided, default=None), retake, on)


def _allows_next(used: int, last: date | None, retake: Retake, on: date) -> Permit:
    if used >= retake.attempts:
        return refused(
            _("All attempts are used up: %(used)s of %(most)s.")
            % {"used": used, "most": retake.attempts}
        )
    if last is None:
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


@dataclass(frozen=True)
class NextAttempt:
    """What may follow a failed attempt: `used` of `most` attempts; the day of the last one, and from when
    and until when the next may be asked for, None where no day is known or none is set; whether the
    panel has to be a new one; and the regulation that says so."""

    used: int
    most: int
    last: date | None
    first: date | None
    until: date | None
    needs_new_panel: bool
    source: Words

    @property
    def is_used_up(self) -> bool:
        """Whether no attempt is left."""
        return self.used >= self.most


def next_after(attempts: Sequence[Milestone], retake: Retake | None) -> NextAttempt | None:
    """What may follow the attempts at a step, by the kind's rule of re-takes; without one there is a
    single attempt. None while none has failed, and when one was passed."""
    failed = decided_attempts(attempts, Outcome.FAIL)
    if not failed or decided_attempts(attempts, Outcome.PASS):
        return None
    rule = retake or Retake(1)
    last = max((row.held_on for row in failed if row.held_on), default=None)
    within = rule.within_days if retake else None
    is_known = last is not None and len(failed) < rule.attempts
    return NextAttempt(
        used=len(failed), most=rule.attempts, last=last,
        first=last + timedelta(days=rule.after_days) if last and is_known else None,
        until=last + timedelta(days=within) if last and is_known and within is not None else None,
        needs_new_panel=rule.panel == "new", source=rule.source,
    )  # fmt: skip
