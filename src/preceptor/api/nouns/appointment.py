"""Appointments of principal investigators, and the evidence and verdict of their assessments."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from preceptor.base.today import today
from preceptor.cases.access import is_asker, may_act, sees_reasons, visible_cases
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case
from preceptor.cases.queries import kind_of
from preceptor.fellows.access import may_read_end, visible_appointments
from preceptor.fellows.actions import (
    NewAsset,
    NewTranche,
    NewUnit,
    StartPackage,
    add_representative_work,
    ask_assessment,
    drop_representative_work,
    end_appointment,
    freeze_scorecard,
    hold_tranche,
    plan_tranche,
    propose_verdict,
    record_teaching,
    release_tranche,
    report_pi_goal,
    resume_appointment,
    set_pi_goal,
    sign_appointment,
    start_appointment,
    stop_tranche,
)
from preceptor.fellows.choices import (
    AppointmentState,
    GoalKind,
    LabRole,
    ReviewKind,
    TermEndGround,
    Verdict,
)
from preceptor.fellows.models import Appointment, AssessmentCase
from preceptor.fellows.ports.assessment import AssessmentPort
from preceptor.people.access import visible_persons
from preceptor.standing.investigators import Verdict as Standing
from preceptor.standing.investigators import Wanted, appointments_wanted
from preceptor.standing.subjects import explain_record

from ..fields import Day, Key, Name, Paper, Readable, Reason, Remark, Title, Year
from ..fields import Wanted as Text
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import case as cases
from ..shapes import laboratory as shapes
from ..shapes.standing import requirement_of
from .case import seen_case
from .case import told as told_case
from .change import Sent
from .programme import Called, Code

router = Router(tags=["laboratories"])

Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
Measure = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Shown = Annotated[str, StringConstraints(max_length=300), Readable]
Meaning = Annotated[str, StringConstraints(min_length=1, max_length=500), Readable]
#: So many requests are named, the newest first; so many parts has a start package.
MOST, MOST_PARTS = 50, 100
LINE = (
    "pk", "number", "person", "programme_id", "laboratory_id", "state", "starts_on", "ends_on",
    "probation_until", "left_on",
)  # fmt: skip
MOVES = {"released": release_tranche, "held": hold_tranche, "stopped": stop_tranche}


class AppointmentFilter(Paging):
    """What the list can be narrowed by; programme and laboratory by their codes. `standing` has each
    judged: `any` leaves none out, `none` finds those of whom no rule speaks."""

    q: Text = ""
    programme: Name | None = None
    laboratory: Name | None = None
    state: AppointmentState | Literal["in_office"] | None = None
    ends: Literal["soon", "year", "over"] | None = None
    standing: Literal["any", "fail", "pending", "warn", "open", "pass", "none"] | None = None


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


class StartThing(Sent):
    """A thing that comes with the start package; a value that is not known is null."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=60), Readable]
    name: Paper
    value_cny: Amount | None = None


class StartTranche(Sent):
    """A part of the rolling investment that is planned at the start."""

    amount_cny: Amount
    planned_on: Day


class StartMember(Sent):
    """Who works in the laboratory from the first day, as what."""

    person: Key
    role: LabRole


class Start(Sent):
    """The first day in office; a first term names the unit of its laboratory and may have a start
    package: money, things, tranches and members."""

    on: Day
    unit: NewUnitOf | None = None
    money_cny: Amount | None = None
    assets: Annotated[list[StartThing], Field(max_length=MOST_PARTS)] = []
    tranches: Annotated[list[StartTranche], Field(max_length=MOST_PARTS)] = []
    members: Annotated[list[StartMember], Field(max_length=MOST_PARTS)] = []


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


class TermEnded(Sent):
    """The end of a term without an assessment: the ground, the first day not in office, the number of
    the paper (needed where both sides agreed) and the reason."""

    ground: TermEndGround
    on: Day
    paper: Remark = ""
    reason: Reason


class EndUndone(Sent):
    """Why the end that was recorded does not hold."""

    reason: Reason


class Proposal(Sent):
    """The verdict on which the committee votes; a probation names its last day."""

    verdict: Verdict
    probation_until: Day | None = None


def _rows(request: HttpRequest) -> Any:
    return visible_appointments(reader(request)).select_related(
        "person", "institution", "programme__unit", "programme__director",
        "programme__institution", "laboratory__unit", "end_by_hand",
    )  # fmt: skip


def seen_appointment(request: HttpRequest, key: int) -> Appointment:
    """The appointment; 404 for one that the reader may not see."""
    found: Appointment = one(_rows(request), pk=key)
    return found


@router.get("/appointments", response=answers(Page[shapes.JudgedAppointment]))
def appointments(request: HttpRequest, narrowed: Query[AppointmentFilter]) -> dict[str, Any]:
    """The appointments that the reader may see, by number; with `standing` each judged afresh."""
    user, language = reader(request), get_language() or ""
    given = narrowed.dict(exclude={"after", "size"})
    wanted = Wanted(text=given.pop("q"), **{name: value or "" for name, value in given.items()})
    found = appointments_wanted(user, wanted, language)
    page = page_of(found.rows.select_related("person", "programme"), "number", narrowed)
    told = found.verdicts_of(page["rows"], user, language) if wanted.standing else {}
    return {**page, "rows": [_judged(row, told.get(row.pk)) for row in page["rows"]]}


def _judged(row: Appointment, found: Standing | None) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in LINE}
    return {
        **told,
        "verdict": found.word if found else None,
        "rules": list(found.titles) if found else [],
    }


@router.get("/appointments/{int:key}", response=answers(shapes.Appointment))
def appointment(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One appointment with targets, works, teaching, tranches and assessments."""
    return _told(request, key)


def _told(request: HttpRequest, key: int) -> dict[str, Any]:
    row = seen_appointment(request, key)
    columns = (*LINE, "contract_number", "contracted_on", "country", "follows_id")
    parts = ("goals", "works", "teaching", "tranches", "assessments")
    asked = visible_cases(reader(request)).filter(assessment_case__appointment=row)
    known = explain_record("appointment", row, today(), get_language() or "")
    return {
        **{name: getattr(row, name) for name in columns},
        **{name: list(getattr(row, name).all()) for name in parts},
        "ended": _ended(request, row),
        "requests": list(asked.order_by("-pk").values_list("pk", flat=True)[:MOST]),
        "requirements": [requirement_of(found) for found in known],
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
    start_appointment(
        appointment=row, on=sent.on, new_unit=unit, package=_package(request, sent),
        by=reader(request),
    )  # fmt: skip
    return _told(request, key)


def _package(request: HttpRequest, sent: Start) -> StartPackage | None:
    """What the laboratory begins with; None where nothing is named."""
    persons = visible_persons(reader(request))
    package = StartPackage(
        money_cny=sent.money_cny or None,
        assets=tuple(NewAsset(**one_.dict()) for one_ in sent.assets),
        tranches=tuple(NewTranche(**one_.dict()) for one_ in sent.tranches),
        members=tuple((one(persons, pk=one_.person), one_.role) for one_ in sent.members),
    )
    return None if package == StartPackage() else package


def _ended(request: HttpRequest, row: Appointment) -> dict[str, Any] | None:
    end = getattr(row, "end_by_hand", None)
    if end is None:
        return None
    is_told = may_read_end(reader(request), row)
    return {"ground": end.ground, "paper": end.paper, "reason": end.reason if is_told else None}


@router.post("/appointments/{int:key}/end", response=answers(shapes.Appointment))
def end_one_appointment(request: HttpRequest, key: Key, sent: TermEnded) -> dict[str, Any]:
    """Record that the term ended without an assessment; its laboratory begins to close."""
    row = seen_appointment(request, key)
    end_appointment(appointment=row, by=reader(request), **sent.dict())
    return _told(request, key)


@router.post("/appointments/{int:key}/resume", response=answers(shapes.Appointment))
def resume_one_appointment(request: HttpRequest, key: Key, sent: EndUndone) -> dict[str, Any]:
    """Undo an end that was recorded by mistake."""
    row = seen_appointment(request, key)
    resume_appointment(appointment=row, reason=sent.reason, by=reader(request))
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


@router.get("/cases/{int:key}/evidence", response=answers(shapes.AssessmentEvidence))
def assessment_evidence(request: HttpRequest, key: Key) -> dict[str, Any]:
    """The evidence of an assessment as it was taken together, and the verdict on which is voted; for
    who reads the request, has to act on it, or is assessed."""
    row, user = _assessed(request, key), reader(request)
    held = AssessmentCase.objects.get(case=row)
    reads = sees_reasons(user, row, kind_of(row))
    acts = row.state == CaseState.RUNNING and bool(may_act(user, row))
    is_own = row.person_id is not None and row.person_id == user.person_id
    if not (reads or acts or is_own or is_asker(user, row)):
        raise Http404
    is_told = reads or acts or row.state == CaseState.GRANTED
    return {
        "kind": held.kind,
        "appointment": held.appointment_id,
        "scorecard": held.scorecard,
        "proposed": held.proposed if is_told else None,
        "probation_until": held.probation_until if is_told else None,
    }


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
