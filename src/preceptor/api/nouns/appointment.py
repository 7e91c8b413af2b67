"""Appointments of principal investigators, and the evidence and verdict of their assessments."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from preceptor.cases.models import Case
from preceptor.fellows.access import visible_appointments
from preceptor.fellows.actions import (
    NewUnit,
    StartPackage,
    add_representative_work,
    ask_assessment,
    drop_representative_work,
    freeze_scorecard,
    hold_tranche,
    plan_tranche,
    propose_verdict,
    record_teaching,
    release_tranche,
    report_pi_goal,
    set_pi_goal,
    sign_appointment,
    start_appointment,
    stop_tranche,
)
from preceptor.fellows.choices import GoalKind, ReviewKind, Verdict
from preceptor.fellows.models import Appointment
from preceptor.fellows.ports.assessment import AssessmentPort

from ..fields import Day, Key, Paper, Readable, Reason, Remark, Title, Year
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import case as cases
from ..shapes import laboratory as shapes
from .case import seen_case
from .case import told as told_case
from .change import Sent
from .programme import Called, Code

router = Router(tags=["laboratories"])

Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
Measure = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Shown = Annotated[str, StringConstraints(max_length=300), Readable]
Meaning = Annotated[str, StringConstraints(min_length=1, max_length=500), Readable]
MOVES = {"released": release_tranche, "held": hold_tranche, "stopped": stop_tranche}


class Contract(Sent):
    """The contract, and the term where it names other days."""

    contract_number: Annotated[str, StringConstraints(min_length=1, max_length=60), Readable]
    contracted_on: Day
    starts_on: Day | None = None
    ends_on: Day | None = None


class NewUnitOf(Sent):
    """The unit that is opened for the laboratory of a first term."""

    code: Code
    name_zh: Called
    name_en: Called


class Start(Sent):
    """The first day in office; a first term names the unit of its laboratory."""

    on: Day
    unit: NewUnitOf | None = None
    money_cny: Amount | None = None


class NewGoal(Sent):
    """A target of the contract."""

    kind: GoalKind
    text: Title
    target: Measure
    due_on: Day


class Report(Sent):
    """What was reached, and by what it is shown; null takes the report back."""

    reached: Measure | None
    evidence: Shown = ""


class NewRepresentativeWork(Sent):
    """A representative work, and why it matters."""

    title: Meaning
    year: Year
    doi: Remark = ""
    meaning: Meaning


class NewTeaching(Sent):
    """What was taught in a year; a number of trainees that is not known is null."""

    year: Year
    course: Paper
    hours: Annotated[int, Field(ge=1, le=2000)]
    trainees: Annotated[int, Field(ge=0, le=10_000)] | None = None


class PlannedTranche(Sent):
    """A further part of the rolling investment."""

    amount_cny: Amount
    planned_on: Day


class TrancheDecided(Sent):
    """What becomes of a tranche, and why."""

    to: Literal["released", "held", "stopped"]
    reason: Reason


class NewAssessment(Sent):
    """Which assessment is asked for."""

    kind: ReviewKind
    reason: Remark = ""


class Proposal(Sent):
    """The verdict on which the committee votes; a probation names its last day."""

    verdict: Verdict
    probation_until: Day | None = None


def _rows(request: HttpRequest) -> Any:
    return visible_appointments(reader(request)).select_related(
        "person", "institution", "programme__unit", "programme__director",
        "programme__institution", "laboratory__unit",
    )  # fmt: skip


def seen_appointment(request: HttpRequest, key: int) -> Appointment:
    """The appointment; 404 for one that the reader may not see."""
    found: Appointment = one(_rows(request), pk=key)
    return found


@router.get("/appointments", response=answers(Page[shapes.AppointmentLine]))
def appointments(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The appointments that the reader may see."""
    return page_of(_rows(request), "pk", paging)


@router.get("/appointments/{int:key}", response=answers(shapes.Appointment))
def appointment(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One appointment with targets, works, teaching, tranches and assessments."""
    return _told(request, key)


def _told(request: HttpRequest, key: int) -> dict[str, Any]:
    row = seen_appointment(request, key)
    columns = (
        "pk", "number", "person", "programme_id", "laboratory_id", "state", "starts_on", "ends_on",
        "probation_until", "left_on", "contract_number", "contracted_on", "country", "follows_id",
    )  # fmt: skip
    parts = ("goals", "works", "teaching", "tranches")
    return {
        **{name: getattr(row, name) for name in columns},
        **{name: list(getattr(row, name).all()) for name in parts},
        "assessments": list(row.assessments.defer("comment")),
    }


@router.post("/appointments/{int:key}/contract", response=answers(shapes.Appointment))
def sign_one_appointment(request: HttpRequest, key: Key, sent: Contract) -> dict[str, Any]:
    """Record the contract."""
    row = seen_appointment(request, key)
    sign_appointment(appointment=row, by=reader(request), **sent.dict())
    return _told(request, key)


@router.post("/appointments/{int:key}/start", response=answers(shapes.Appointment))
def start_one_appointment(request: HttpRequest, key: Key, sent: Start) -> dict[str, Any]:
    """Let the term begin; a first term opens the laboratory with its unit."""
    row = seen_appointment(request, key)
    unit = NewUnit(**sent.unit.dict()) if sent.unit is not None else None
    package = StartPackage(money_cny=sent.money_cny) if sent.money_cny else None
    start_appointment(
        appointment=row, on=sent.on, new_unit=unit, package=package, by=reader(request)
    )
    return _told(request, key)


@router.post("/appointments/{int:key}/goals", response=answers(shapes.Appointment, 201))
def write_appointment_goal(request: HttpRequest, key: Key, sent: NewGoal) -> Made:
    """Write a target of the contract."""
    row = seen_appointment(request, key)
    set_pi_goal(appointment=row, by=reader(request), **sent.dict())
    return Status(201, _told(request, key))


@router.post(
    "/appointments/{int:key}/goals/{int:part}/report", response=answers(shapes.Appointment)
)
def report_appointment_goal(
    request: HttpRequest, key: Key, part: Key, sent: Report
) -> dict[str, Any]:  # fmt: skip
    """Report what was reached of a target, with its evidence."""
    goal = one(seen_appointment(request, key).goals.all(), pk=part)
    report_pi_goal(goal=goal, by=reader(request), **sent.dict())
    return _told(request, key)


@router.post("/appointments/{int:key}/works", response=answers(shapes.Appointment, 201))
def name_appointment_work(request: HttpRequest, key: Key, sent: NewRepresentativeWork) -> Made:
    """Name a representative work."""
    row = seen_appointment(request, key)
    add_representative_work(appointment=row, by=reader(request), **sent.dict())
    return Status(201, _told(request, key))


@router.post("/appointments/{int:key}/works/{int:part}/drop", response=answers(shapes.Appointment))
def drop_appointment_work(request: HttpRequest, key: Key, part: Key) -> dict[str, Any]:
    """Take a work out of those that represent the investigator."""
    work = one(seen_appointment(request, key).works.all(), pk=part)
    drop_representative_work(work=work, by=reader(request))
    return _told(request, key)


@router.post("/appointments/{int:key}/teaching", response=answers(shapes.Appointment, 201))
def record_appointment_teaching(request: HttpRequest, key: Key, sent: NewTeaching) -> Made:
    """Record what was taught; the same course in the same year takes the new hours."""
    row = seen_appointment(request, key)
    record_teaching(appointment=row, by=reader(request), **sent.dict())
    return Status(201, _told(request, key))


@router.post("/appointments/{int:key}/tranches", response=answers(shapes.Appointment, 201))
def plan_appointment_tranche(request: HttpRequest, key: Key, sent: PlannedTranche) -> Made:
    """Plan a further tranche; for those above the investigator."""
    row = seen_appointment(request, key)
    plan_tranche(appointment=row, by=reader(request), **sent.dict())
    return Status(201, _told(request, key))


@router.post(
    "/appointments/{int:key}/tranches/{int:part}/decide", response=answers(shapes.Appointment)
)
def decide_appointment_tranche(
    request: HttpRequest, key: Key, part: Key, sent: TrancheDecided
) -> dict[str, Any]:  # fmt: skip
    """Release a tranche, hold it back or stop it; released money is booked in the same step."""
    tranche = one(seen_appointment(request, key).tranches.all(), pk=part)
    MOVES[sent.to](tranche=tranche, reason=sent.reason, by=reader(request))
    return _told(request, key)


@router.post("/appointments/{int:key}/assessments", response=answers(cases.Case, 201))
def ask_for_assessment(request: HttpRequest, key: Key, sent: NewAssessment) -> Made:
    """Prepare an assessment with the evidence of today."""
    row = seen_appointment(request, key)
    made = ask_assessment(appointment=row, by=reader(request), **sent.dict())
    return Status(201, told_case(request, seen_case(request, made.pk)))


def _assessed(request: HttpRequest, key: int) -> Case:
    """The request, if it is an assessment; 404 for every other one."""
    found = seen_case(request, key)
    if found.kind.port != AssessmentPort.name:
        raise Http404
    return found


@router.post("/cases/{int:key}/evidence", response=answers(cases.Case))
def take_evidence_together(request: HttpRequest, key: Key) -> dict[str, Any]:
    """Take the evidence of an assessment together anew, before it is handed in."""
    freeze_scorecard(case=_assessed(request, key), by=reader(request))
    return told_case(request, seen_case(request, key))


@router.post("/cases/{int:key}/verdict", response=answers(cases.Case))
def propose_assessment_verdict(request: HttpRequest, key: Key, sent: Proposal) -> dict[str, Any]:
    """Say on which verdict the committee votes."""
    row = _assessed(request, key)
    propose_verdict(case=row, by=reader(request), **sent.dict())
    return told_case(request, seen_case(request, key))
