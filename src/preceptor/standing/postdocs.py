"""Postdocs in the shape of the subject schema: entry, term, clock, assessments, requests, grounds.

Missing stays missing. A register that is kept here (findings, contracts, plans) says by having no row
that there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from preceptor.base.dates import months_between
from preceptor.base.together import Question, Set, answer, together
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case
from preceptor.fellows.choices import Grade, GroundKind, PostdocStep
from preceptor.fellows.models import (
    Contract,
    Ground,
    Leave,
    PlanGoal,
    Postdoc,
    PostdocAssessment,
    PostdocCase,
    TrackMonths,
)
from preceptor.joint.models import Agreement
from preceptor.joint.queries.standing import in_force

from .applicants import discipline_of, since_doctorate
from .clocks import Clock, clocks_asked
from .disciplines import First, first_levels_asked, same_discipline
from .grounds import ground_columns, sanctions, standing_grounds
from .records import Record, rows_asked
from .spans import A_DAY, begun_months, complete_months, days_back

#: What a request about a postdoc can still lead to.
ASKED = (CaseState.RUNNING, CaseState.RETURNED)
#: For so many months the rules are told how many days they have.
MONTHS = range(1, 121)


def postdoc_records(postdocs: Sequence[Postdoc], on: date) -> list[Record]:
    """Records of the subject `postdoc` on the day, in the order given.

    `postdocs` must come with their station and the one above it, and their application; one query,
    and one more for each renewal of a renewed agreement.
    """
    known = _Known(postdocs, on)
    return [_record(row, known, on) for row in postdocs]


def asked_cases(own: Case | None = None) -> QuerySet[PostdocCase]:
    """The requests about postdocs that run or were granted, with their cases; besides them the one
    that is about to be handed in, which nobody else is told of."""
    alive = Q(case__state__in=(*ASKED, CaseState.GRANTED))
    mine = Q(pk__in=()) if own is None else Q(case=own)
    return PostdocCase.objects.filter(alive | mine).select_related("case").order_by("pk")


def judged() -> dict[str, QuerySet[Any]]:
    """The relations of a postdoc that rules ask about, each with its rows as they are read for it."""
    return {
        "assessments": PostdocAssessment.objects.defer("comment"),
        "grounds": Ground.objects.defer("note"),
        "leaves": Leave.objects.defer("note"),
        "contracts": Contract.objects.all(),
        "goals": PlanGoal.objects.all(),
        "months": TrackMonths.objects.all(),
        "cases": asked_cases(),
    }


class _Known:
    """The rows about some postdocs."""

    def __init__(self, postdocs: Sequence[Postdoc], on: date) -> None:
        read: Any = answer(
            together(
                first_levels_asked(
                    key
                    for row in postdocs
                    for key in (row.doctorate_discipline_id, discipline_of(row.station))
                ),
                clocks_asked([(row.person_id, on) for row in postdocs]),
                agreements_asked({row.agreement_id for row in postdocs if row.agreement_id}, on),
                *(rows_asked(postdocs, name, rows, "postdoc") for name, rows in judged().items()),
            )
        )
        self.firsts: dict[int | None, First] = read[0]
        self.clocks: dict[tuple[int, date], Clock] = read[1]
        self.agreements: set[int] = read[2]
        self.rows: dict[str, dict[int, list[Any]]] = dict(zip(judged(), read[3:], strict=True))


def _record(row: Postdoc, known: _Known, on: date) -> Record:
    own = {name: rows[row.pk] for name, rows in known.rows.items()}
    assessments = [one for one in own["assessments"] if one.held_on <= on]
    return {
        "key": str(row.pk),
        "event_on": on,
        "is_in_station": row.entered_on <= on and (row.left_on is None or row.left_on > on),
        "entered_on": row.entered_on,
        "term_ends_on": row.term_ends_on,
        "track": row.track,
        "intake": row.intake,
        **_entry(row, known.firsts),
        **_term(row, on),
        **_station_time(row, known.clocks[row.person_id, on]),
        **_papers(row, own["contracts"], known.agreements, on),
        **_requests(row, own["cases"], on),
        **ground_columns(own["grounds"], own["leaves"], on),
        "has_doctorate": _has_doctorate(row, own["grounds"], on),
        "assessments": _assessments(assessments),
        "sanctions": sanctions(own["grounds"], on),
        "months": _months(own["months"], on),
        "goals": [_goal(goal) for goal in own["goals"]],
    }


def _entry(row: Postdoc, firsts: dict[int | None, First]) -> Record:
    """What was known at entry; the age only where an application states the day of birth."""
    own, there = (
        firsts.get(key) for key in (row.doctorate_discipline_id, discipline_of(row.station))
    )
    born_on = None if row.application is None else row.application.born_on
    return {
        "entry_age_months": None if born_on is None else complete_months(born_on, row.entered_on),
        "entry_months_since_doctorate": since_doctorate(row.doctorate_on, row.entered_on),
        "is_own_doctor": row.is_own_doctor,
        "is_same_discipline": same_discipline(own, there),
        "is_medicine": None if there is None else there.is_medicine,
        "is_full_time": row.is_full_time,
        "has_special_approval": row.has_special_approval,
    }


def _term(row: Postdoc, on: date) -> Record:
    end = row.term_ends_on + A_DAY
    until = min(on + A_DAY, row.left_on or date.max)
    return {
        "term_months": complete_months(row.entered_on, end),
        "term_months_begun": begun_months(row.entered_on, end),
        "months_served": complete_months(row.entered_on, until),
        "months_left": complete_months(on + A_DAY, end),
    }


def _station_time(row: Postdoc, clock: Clock) -> Record:
    """The clock across stations. Months that the applicant stated to have spent in stations count
    where none of them is recorded here; where there is no stay at all nothing is known, but on the
    day of entry that no day is spent yet."""
    stated = _stated_before(row, clock)
    recorded = clock.days if clock.stays or row.entered_on >= clock.on else None
    days = None if stated is None or recorded is None else recorded + stated[1]
    months = None if days is None or stated is None else clock.begun_months + stated[0]
    return {
        "station_days": days,
        "station_months": months,
        "leaves": [
            {"leave": one.kind, "days": one.days, "first_on": one.first_on} for one in clock.leaves
        ],
        "calendar": [
            {"back_months": count, "back_days": days_back(clock.on, count)} for count in MONTHS
        ],
    }


def _stated_before(row: Postdoc, clock: Clock) -> tuple[int, int] | None:
    """Months and days in stations that only the application tells; None where it should and does
    not."""
    if row.application is None or clock.began_before(row.entered_on):
        return 0, 0
    months = row.application.earlier_months
    return None if months is None else (months, days_back(row.entered_on, months))


def _papers(row: Postdoc, contracts: Iterable[Contract], held: set[int], on: date) -> Record:
    in_force = [one for one in contracts if one.first_on <= on <= one.last_on]
    return {
        "has_contract": any(one.signed_on <= on for one in in_force),
        "has_agreement": row.agreement_id is not None,
        "agreement_in_force": row.agreement_id in held,
    }


def agreements_asked(agreements: Iterable[int], on: date) -> Question[set[int]]:
    """Those of the agreements that are in force on the day, or of which a renewal is; keys. One round,
    and one more for each renewal."""
    origins = {key: {key} for key in agreements}
    held: set[int] = set()
    while origins:
        chosen = Agreement.objects.filter(in_force(on), pk__in=origins)
        later = Agreement.objects.filter(follows__in=origins)
        binding, renewals = yield [
            Set(chosen.order_by(), ("pk",)),
            Set(later.order_by(), ("pk", "follows")),
        ]
        for (key,) in binding:
            held |= origins[key]
        origins = {key: origins[before] for key, before in renewals}
    return held


def _requests(row: Postdoc, cases: Sequence[PostdocCase], on: date) -> Record:
    """The newest requests of an extension and of exit that are not decided, and whether exit was
    granted."""
    extension = _newest(cases, PostdocStep.EXTENSION)
    leaving = _newest(cases, PostdocStep.EXIT)
    granted = any(
        one.step == PostdocStep.EXIT and one.case.state == CaseState.GRANTED for one in cases
    )
    return {
        "asks_extension": extension is not None,
        **_extension(row, extension, on),
        "asks_exit": leaving is not None,
        **_exit(row, leaving, on),
        "has_exit_formalities": granted or bool(row.certificate),
    }


def _newest(cases: Sequence[PostdocCase], step: PostdocStep) -> PostdocCase | None:
    """A granted request changed the postdoc's own columns: it is asked no longer."""
    found = [one for one in cases if one.step == step and one.case.state != CaseState.GRANTED]
    return found[-1] if found else None


def _asked_on(row: PostdocCase, on: date) -> date:
    """The day on which it was handed in; that of the question while it is being prepared."""
    at = row.case.submitted_at
    return on if at is None else timezone.localdate(at)


def _extension(row: Postdoc, asked: PostdocCase | None, on: date) -> Record:
    if asked is None:
        return {}
    until = asked.wished_on
    return {
        "extension_days_before": (row.term_ends_on - _asked_on(asked, on)).days,
        "extended_months_begun": None
        if until is None
        else begun_months(row.entered_on, until + A_DAY),
    }


def _exit(row: Postdoc, asked: PostdocCase | None, on: date) -> Record:
    if asked is None or asked.wished_on is None:
        return {}
    return {
        "is_early_exit": asked.wished_on < row.term_ends_on,
        "exit_asked_days_before": (asked.wished_on - _asked_on(asked, on)).days,
        "exit_months": complete_months(row.entered_on, asked.wished_on),
    }


def _has_doctorate(row: Postdoc, grounds: Iterable[Ground], on: date) -> bool | None:
    """Whether the doctorate was recognised by the day; None where nothing is recorded of it."""
    if row.doctorate_recognised_on is not None:
        return row.doctorate_recognised_on <= on
    return (
        False
        if any(one.kind == GroundKind.NO_DOCTORATE for one in standing_grounds(grounds, on))
        else None
    )


class _Run(NamedTuple):
    """How many assessments of a kind failed in a row; None after one of unknown grade."""

    fails: int | None


def _assessments(rows: Sequence[PostdocAssessment]) -> list[Record]:
    """The assessments in the order in which they were held, each with the failures in a row of its
    own kind."""
    runs: dict[str, _Run] = {}
    found = []
    for row in sorted(rows, key=lambda one: (one.held_on, one.attempt, one.pk)):
        before = runs.get(row.kind, _Run(0)).fails
        outcome = _outcome(row)
        running: int | None = 0 if outcome == "pass" else None
        if outcome == "fail" and before is not None:
            running = before + 1
        runs[row.kind] = _Run(running)
        found.append(
            {"kind": row.kind, "outcome": outcome, "day": row.held_on, "fails_running": running}
        )
    return found


def _outcome(row: PostdocAssessment) -> str | None:
    if row.grade is None:
        return None
    return "fail" if row.grade == Grade.UNQUALIFIED else "pass"


def _months(rows: Iterable[TrackMonths], on: date) -> list[Record]:
    """One row for each calendar month and kind; months to come are planned, not spent. The shares
    of a month add up to one month at most."""
    shares: dict[tuple[str, bool, date], int] = {}
    for row in rows:
        last = row.last_month if row.is_planned else min(row.last_month, on)
        for month in months_between(row.first_month, last):
            key = row.kind, row.is_planned, month
            shares[key] = min(100, shares.get(key, 0) + row.share_e2)
    return [
        {"setting": kind, "is_planned": planned, "share": _hundredths(share), "month": month}
        for (kind, planned, month), share in sorted(shares.items())
    ]


def _hundredths(share: int) -> str:
    return f"{share // 100}.{share % 100:02}"


def _goal(goal: PlanGoal) -> dict[str, Any]:
    return {
        "name": goal.text,
        "goal": goal.kind,
        "target": goal.target,
        "reached": goal.reached,
        "due_on": goal.due_on,
        "is_agreed": goal.agreed_on is not None,
    }
