"""The enrolment of a trainee with its dated files: states, placements, supervision, periods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from preceptor.institutions.choices import DegreeLevel, DegreeType
from preceptor.training.choices import EnrolmentState as State
from preceptor.training.choices import PeriodKind, StudyMode, SupervisionRole
from preceptor.training.models import Enrolment, Placement, StateSpan, StudyPeriod, Supervision

from .careers import CENSUS
from .courses import NORMAL_YEARS
from .institution import Institution
from .supervisors import SupervisorRoll

if TYPE_CHECKING:
    from .trainees import Trainee

SUPERVISOR_CHANGED_ON = date(2023, 1, 1)
_A_DAY = timedelta(days=1)


def write_enrolment(institution: Institution, roll: SupervisorRoll, trainee: Trainee) -> int:
    """The enrolment and all that is dated about it; gives its key."""
    made, lot = trainee.made, trainee.lot
    first_direction = trainee.directions[0][0]
    key = institution.batch.add(
        Enrolment,
        student_number=lot.number,
        person_id=trainee.person,
        institution_id=institution.root,
        unit_id=trainee.unit,
        direction_id=institution.directions[lot.direction],
        programme_id=institution.programmes.of(first_direction, lot.cohort),
        degree_level=DegreeLevel.DOCTOR,
        degree_type=DegreeType.PROFESSIONAL,
        mode=StudyMode.IN_SERVICE if trainee.is_in_service else StudyMode.FULL_TIME,
        cohort=lot.cohort,
        cohort_on=made.started_on,
        state=made.state,
        awarded_on=made.awarded_on,
    )
    _write_spans(institution, trainee, key)
    _write_placements(institution, trainee, key)
    _write_supervision(institution, roll, trainee, key)
    _write_periods(institution, trainee, key)
    return key


def _write_spans(institution: Institution, trainee: Trainee, key: int) -> None:
    """One span after the other without gap or overlap; the last is open."""
    spans = trainee.made.spans
    ends = [following.since - _A_DAY for following in spans[1:]]
    for span, until in zip(spans, [*ends, None], strict=True):
        institution.batch.add(
            StateSpan,
            enrolment_id=key,
            state=span.state,
            reason=span.reason,
            valid_from=span.since,
            valid_to=until,
        )


def _write_placements(institution: Institution, trainee: Trainee, key: int) -> None:
    """Where the trainee is placed until leaving; a move of direction is a placement of its own."""
    rows = trainee.directions
    ends = [since - _A_DAY for _, since, _ in rows[1:]]
    for (direction, since, reason), until in zip(rows, [*ends, trainee.made.left_on], strict=True):
        institution.batch.add(
            Placement,
            enrolment_id=key,
            unit_id=trainee.unit,
            direction_id=institution.directions[direction],
            reason=reason,
            valid_from=since,
            valid_to=until,
        )


def _write_supervision(
    institution: Institution, roll: SupervisorRoll, trainee: Trainee, key: int
) -> None:
    def write(place: int | None, role: SupervisionRole, since: date, until: date | None) -> None:
        if place is not None:
            institution.batch.add(
                Supervision,
                enrolment_id=key,
                person_id=roll.person(place),
                role=role,
                valid_from=since,
                valid_to=until,
            )

    start, left = trainee.made.started_on, trainee.made.left_on
    if trainee.former_supervisor is not None:
        until = SUPERVISOR_CHANGED_ON - _A_DAY
        write(trainee.former_supervisor, SupervisionRole.MAIN, start, until)
        start = SUPERVISOR_CHANGED_ON
    write(trainee.supervisor, SupervisionRole.MAIN, start, left)
    write(trainee.co_supervisor, SupervisionRole.CO, trainee.made.started_on, left)
    if trainee.supervisor is not None and left is None:
        roll.load[trainee.supervisor] += 1


def _write_periods(institution: Institution, trainee: Trainee, key: int) -> None:
    """Suspensions and deferrals as the states say, and extensions past the normal length."""

    def write(kind: PeriodKind, since: date, until: date | None, reason: str) -> None:
        institution.batch.add(
            StudyPeriod,
            enrolment_id=key,
            kind=kind,
            reason=reason,
            valid_from=since,
            valid_to=until,
        )

    kinds = {State.SUSPENDED: PeriodKind.SUSPENSION, State.DEFERRED: PeriodKind.DEFERRAL}
    spans = trainee.made.spans
    for place, span in enumerate(spans):
        if span.state in kinds:
            until = spans[place + 1].since - _A_DAY if place + 1 < len(spans) else None
            write(kinds[span.state], span.since, until, span.reason)
    normal_end = date(trainee.lot.cohort + NORMAL_YEARS, 8, 31)
    left = trainee.made.left_on
    if (left or CENSUS) > normal_end and not trainee.is_in_service:
        until = left or date(CENSUS.year + 1, 8, 31)
        write(PeriodKind.EXTENSION, normal_end + _A_DAY, until, "申请延长学习年限完成学位论文")
