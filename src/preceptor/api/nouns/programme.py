"""Programmes of independent principal investigators, and what begins in them."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from preceptor.admission.access import delegation_in
from preceptor.admission.actions import set_quota_line
from preceptor.admission.queries import quota_lines
from preceptor.calls.access import visible_calls
from preceptor.cases.access import visible_bodies
from preceptor.fellows.access import (
    visible_appointments,
    visible_laboratories,
    visible_programmes,
)
from preceptor.fellows.actions import (
    NewUnit,
    appoint,
    change_programme,
    found_laboratory,
    set_up_programme,
)
from preceptor.fellows.actions.programme import COMMITTEES
from preceptor.fellows.models import PiProgramme
from preceptor.institutions.access import visible_regulations, visible_units
from preceptor.institutions.choices import DegreeLevel, RegulationLayer
from preceptor.institutions.models import Unit
from preceptor.people.access import visible_persons

from ..fields import Day, Key, Readable, Remark, Year
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import laboratory as shapes
from .change import Sent

router = Router(tags=["laboratories"])

Code = Annotated[str, StringConstraints(min_length=1, max_length=40), Readable]
Called = Annotated[str, StringConstraints(min_length=1, max_length=200), Readable]
Country = Annotated[str, StringConstraints(max_length=2), Readable]
Places = Annotated[int, Field(ge=0, le=10_000)]


class ProgrammeColumns(Sent):
    """Names, director, committees and delegation; null takes away."""

    name_zh: Called
    name_en: Called
    director: Key | None = None
    academic_committee: Key | None = None
    training_committee: Key | None = None
    education_committee: Key | None = None
    instrument_committee: Key | None = None
    delegation: Key | None = None


class NewProgramme(ProgrammeColumns):
    """A programme in a unit of its own."""

    unit: Key
    code: Code
    opened_on: Day


class NewQuota(Sent):
    """How many places in a year; the layer follows from the delegation."""

    year: Year
    degree_level: DegreeLevel = DegreeLevel.DOCTOR
    places: Places
    note: Remark = ""


class NewLaboratory(Sent):
    """A laboratory that is opened with its unit."""

    code: Code
    name_zh: Called
    name_en: Called
    head: Key
    opened_on: Day


class NewAppointment(Sent):
    """Who is appointed for which term."""

    person: Key
    number: Code
    starts_on: Day
    ends_on: Day
    country: Country = ""


def _rows(request: HttpRequest) -> Any:
    return visible_programmes(reader(request)).select_related(
        "institution", "unit__institution", "director", "delegation", *COMMITTEES
    )


def seen_programme(request: HttpRequest, key: int) -> PiProgramme:
    """The programme; 404 for one that the reader may not see."""
    found: PiProgramme = one(_rows(request), pk=key)
    return found


@router.get("/programmes", response=answers(Page[shapes.ProgrammeLine]))
def programmes(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The programmes that the reader may see."""
    return page_of(_rows(request), "pk", paging)


@router.get("/programmes/{int:key}", response=answers(shapes.PiProgramme))
def programme(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One programme with its committees, its delegation and its quota lines."""
    return told(request, seen_programme(request, key))


def told(request: HttpRequest, row: PiProgramme) -> dict[str, Any]:
    """The programme as it stands, with what of it the reader may see."""
    user = reader(request)
    calls = visible_calls(user).filter(pi_call__programme=row).order_by("-pk")
    columns = ("pk", "code", "name_zh", "name_en", "unit", "director", "opened_on", "closed_on")
    names = (*columns, *COMMITTEES, "delegation")
    lines = list(quota_lines(row.unit))
    return {
        **{name: getattr(row, name) for name in names},
        "quota_lines": lines,
        "laboratories": _keys(visible_laboratories(user).filter(programme=row).order_by("pk")),
        "appointments": _keys(visible_appointments(user).filter(programme=row).order_by("pk")),
        "calls": _keys(calls),
    }


def _keys(rows: Any) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _columns(request: HttpRequest, institution: Unit, sent: ProgrammeColumns) -> dict[str, Any]:
    """Director, committees and delegation as records; 404 for one that the reader may not see."""
    user = reader(request)
    bodies = visible_bodies(user).filter(institution=institution)
    papers = visible_regulations(user).filter(institution=institution)
    return {
        "director": _named(visible_persons(user), sent.director),
        "delegation": _named(papers, sent.delegation),
        **{name: _named(bodies, getattr(sent, name)) for name in COMMITTEES},
    }


def _named(rows: Any, key: int | None) -> Any:
    return None if key is None else one(rows, pk=key)


@router.post("/programmes", response=answers(shapes.PiProgramme, 201))
def set_up_one_programme(request: HttpRequest, sent: NewProgramme) -> Made:
    """Set up a programme in a unit of its own."""
    unit = one(visible_units(reader(request)).select_related("institution"), pk=sent.unit)
    if unit.institution is None:
        raise Http404
    columns = _columns(request, unit.institution, sent)
    committees = {name: columns.pop(name) for name in COMMITTEES}
    made = set_up_programme(
        institution=unit.institution, unit=unit, code=sent.code, name_zh=sent.name_zh,
        name_en=sent.name_en, opened_on=sent.opened_on, committees=committees,
        by=reader(request), **columns,
    )  # fmt: skip
    return Status(201, told(request, seen_programme(request, made.pk)))


@router.post("/programmes/{int:key}/change", response=answers(shapes.PiProgramme))
def change_one_programme(
    request: HttpRequest, key: Key, sent: ProgrammeColumns
) -> dict[str, Any]:  # fmt: skip
    """Give the programme other names, another director, committees or delegation."""
    row = seen_programme(request, key)
    columns = _columns(request, row.institution, sent)
    change_programme(
        programme=row, name_zh=sent.name_zh, name_en=sent.name_en, by=reader(request), **columns
    )
    return told(request, seen_programme(request, key))


@router.post("/programmes/{int:key}/quota-lines", response=answers(shapes.PiProgramme))
def set_programme_quota(request: HttpRequest, key: Key, sent: NewQuota) -> dict[str, Any]:
    """Set the quota line of a year; under a delegation the programme decides, else the university."""
    row = seen_programme(request, key)
    found = delegation_in(row.unit, sent.year)
    layer = RegulationLayer.UNIVERSITY if found is None else RegulationLayer.PROGRAMME
    set_quota_line(
        institution=row.institution, unit=row.unit, layer=layer, by=reader(request), **sent.dict()
    )
    return told(request, row)


@router.post("/programmes/{int:key}/laboratories", response=answers(shapes.LaboratoryLine, 201))
def open_programme_laboratory(request: HttpRequest, key: Key, sent: NewLaboratory) -> Made:
    """Open a laboratory together with its unit."""
    row = seen_programme(request, key)
    head = one(visible_persons(reader(request)), pk=sent.head)
    made: Any = found_laboratory(
        programme=row, new_unit=NewUnit(sent.code, sent.name_zh, sent.name_en), head=head,
        opened_on=sent.opened_on, by=reader(request),
    )  # fmt: skip
    return Status(201, made)


@router.post("/programmes/{int:key}/appointments", response=answers(shapes.AppointmentLine, 201))
def appoint_in_programme(request: HttpRequest, key: Key, sent: NewAppointment) -> Made:
    """Appoint a person for a term; contract and start follow."""
    row = seen_programme(request, key)
    person = one(visible_persons(reader(request)), pk=sent.person)
    made: Any = appoint(
        programme=row, person=person, number=sent.number, starts_on=sent.starts_on,
        ends_on=sent.ends_on, country=sent.country, by=reader(request),
    )  # fmt: skip
    return Status(201, made)
