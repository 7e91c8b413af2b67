"""A trainee's course in time: entry, states, places, rotations, steps, checks, periods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preceptor.base.dates import month_start, stated
from preceptor.training.choices import EnrolmentState, MilestoneKind, Outcome, PeriodKind
from preceptor.training.models import (
    Enrolment,
    Milestone,
    Placement,
    Rotation,
    SimilarityCheck,
    StateSpan,
    StudyPeriod,
)
from preceptor.web.localised import localised
from preceptor.web.shown.months import count_of, kind_title

#: The step that a state follows from, and the state that a period is as well.
TOLD_BY: dict[str, str] = {
    EnrolmentState.CANDIDATE: MilestoneKind.PROPOSAL,
    EnrolmentState.MIDTERM_PASSED: MilestoneKind.MIDTERM,
    EnrolmentState.CLINICAL_PASSED: MilestoneKind.CLINICAL_EXAM,
    EnrolmentState.PREDEFENCE_PASSED: MilestoneKind.PREDEFENCE,
    EnrolmentState.DEFENDED: MilestoneKind.DEFENCE,
}
TOLD_AS: dict[str, str] = {
    PeriodKind.SUSPENSION: EnrolmentState.SUSPENDED,
    PeriodKind.DEFERRAL: EnrolmentState.DEFERRED,
}


@dataclass(frozen=True)
class Event:
    """Something that happened or is to happen; `day` sorts, `text` is the day as stated."""

    day: date
    stated: str
    title: str
    text: str = ""


def timeline_of(enrolment: Enrolment, on: date, *, shows_reasons: bool) -> list[dict[str, Any]]:
    """What parts/timeline.html takes, oldest first, with today between past and future.

    Reasons of states, moves and periods are judgements: only those who keep or read the unit, and the
    trainee, are shown them. Six queries.
    """
    spans = list(enrolment.state_spans.known())
    milestones = list(enrolment.milestones.all())
    events = [
        *_states(_untold(spans, milestones), shows_reasons),
        *_moves(enrolment.placements.known().select_related("unit", "direction"), shows_reasons),
        *_periods(_besides(enrolment.periods.known(), spans), shows_reasons),
        *_rotations(enrolment.rotations.all()),
        *_milestones(milestones),
        *_checks(SimilarityCheck.objects.filter(thesis__enrolment=enrolment)),
    ]
    events.sort(key=lambda event: event.day)
    past = [_entry(event, "past") for event in events if event.day <= on]
    future = [_entry(event, "future") for event in events if event.day > on]
    today = {
        "day": _("Today"),
        "title": enrolment.get_state_display(),
        "text": on.isoformat(),
        "state": "now",
    }
    return [*past, today, *future]


def _untold(spans: Iterable[StateSpan], milestones: Iterable[Milestone]) -> list[StateSpan]:
    """The states but those that a step passed on the same day tells already."""
    passed = {(row.kind, row.held_on) for row in milestones if row.outcome == Outcome.PASS}
    return [span for span in spans if (TOLD_BY.get(span.state), span.valid_from) not in passed]


def _besides(periods: Iterable[StudyPeriod], spans: Iterable[StateSpan]) -> list[StudyPeriod]:
    """The periods but those that are a state as well: it tells them."""
    told = {(span.state, span.valid_from) for span in spans}
    return [row for row in periods if (TOLD_AS.get(row.kind), row.valid_from) not in told]


def _entry(event: Event, state: str) -> dict[str, Any]:
    return {
        "day": event.stated,
        "title": event.title,
        "text": event.text,
        "state": state,
    }


def _states(spans: Iterable[StateSpan], shows_reasons: bool) -> list[Event]:
    return [
        Event(
            span.valid_from,
            span.valid_from.isoformat(),
            span.get_state_display(),
            (span.reason or "") if shows_reasons else "",
        )
        for span in spans
    ]


def _moves(places: Iterable[Placement], shows_reasons: bool) -> list[Event]:
    return [
        Event(
            place.valid_from,
            place.valid_from.isoformat(),
            _("Placed: %(unit)s") % {"unit": localised(place.unit, "name")},
            _with_reason(localised(place.direction, "name"), place.reason if shows_reasons else ""),
        )
        for place in places
    ]


def _with_reason(text: str, reason: str) -> str:
    """What happened and why, as far as each is known."""
    return " · ".join(part for part in (text, reason) if part)


def _periods(periods: Iterable[StudyPeriod], shows_reasons: bool) -> list[Event]:
    events = []
    for period in periods:
        end = _("until %(day)s") % {"day": period.valid_to.isoformat()} if period.valid_to else ""
        text = _with_reason(end, (period.reason or "") if shows_reasons else "")
        day = period.valid_from
        events.append(Event(day, day.isoformat(), period.get_kind_display(), text))
    return events


def _rotations(rotations: Iterable[Rotation]) -> list[Event]:
    events = []
    for row in rotations:
        count = count_of(row)
        months = ngettext("%(count)s month", "%(count)s months", count) % {"count": count}
        text = f"{kind_title(row.kind)} · {months}"
        if row.result:
            text = f"{text} · {row.get_result_display()}"
        month = month_start(row.start_month)
        events.append(Event(month, f"{month:%Y-%m}", row.department, text))
    return events


def _milestones(milestones: Iterable[Milestone]) -> list[Event]:
    events = []
    for row in milestones:
        day = row.held_on or row.planned_on
        if day is None:
            continue
        title = row.get_kind_display()
        if row.attempt > 1:
            title = _("%(step)s, attempt %(number)s") % {"step": title, "number": row.attempt}
        text = "" if row.held_on else _("planned")
        if row.held_on and not row.outcome:
            text = _("held, not decided")
        if row.outcome:
            said = {"step": title, "outcome": row.get_outcome_display()}
            title = _("%(step)s: %(outcome)s") % said
        on = stated(row.held_on, row.held_precision) if row.held_on else day.isoformat()
        events.append(Event(day, on, title, text))
    return events


def _checks(checks: Iterable[SimilarityCheck]) -> list[Event]:
    return [
        Event(
            check.checked_on,
            stated(check.checked_on, check.checked_precision),
            _("Similarity check of the thesis"),
            f"{check.similarity_e4 / 100:.2f} %",
        )
        for check in checks
        if check.checked_on is not None
    ]
