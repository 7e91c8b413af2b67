"""A programme of independent principal investigators, and what is done to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.admission.actions import set_quota_line
from preceptor.base.errors import InputRefused
from preceptor.cases.access import visible_bodies
from preceptor.fellows.access import (
    may_keep_programme,
    may_set_up_programme,
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
from preceptor.institutions.choices import UnitKind
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.people.choices import IdentifierScheme
from preceptor.people.models import Person
from preceptor.web.changing import Change, Place, change_page, whom
from preceptor.web.forms.programme import (
    AppointForm,
    NewProgrammeForm,
    OpenForm,
    ProgrammeForm,
    QuotaForm,
)
from preceptor.web.localised import localised
from preceptor.web.shown.programme import layer_in, may_set_line, page_of

Given = dict[str, Any]
Choices = list[tuple[str, str]]
asks = require_http_methods(["GET", "HEAD", "POST"])


def seen(request: HttpRequest, key: int) -> PiProgramme:
    """The programme with what its page shows; 404 for one that the reader may not see."""
    rows = visible_programmes(request.user).select_related(
        "institution", "unit__institution", "director", "delegation", *COMMITTEES
    )
    return get_object_or_404(rows, pk=key)


@require_safe
def programme(request: HttpRequest, key: int) -> HttpResponse:
    """One programme: director, committees, delegation, quota lines, laboratories, PIs, calls."""
    return render(request, "programme/page.html", page_of(seen(request, key), request.user))


def _bodies(institution: Unit, user: Any) -> dict[str, Choices]:
    """The committees that can be those of a programme, by column; one query."""
    rows = visible_bodies(user).filter(institution=institution, closed_on=None).order_by("code")
    found = list(rows)
    return {
        name: [(str(one.pk), localised(one, "name")) for one in found if one.kind == kind]
        for name, kind in COMMITTEES.items()
    }


def _papers(institution: Unit, user: Any) -> Choices:
    rows = visible_regulations(user).filter(institution=institution).order_by("code")
    return [(str(one.pk), localised(one, "title")) for one in rows]


def _columns(institution: Unit, given: Given, by: Any) -> Given:
    """Director, committees and delegation as records; what is left empty is None."""
    bodies = {str(one.pk): one for one in visible_bodies(by).filter(institution=institution)}
    papers = visible_regulations(by).filter(institution=institution)
    number, paper = given.pop("director"), given.pop("delegation")
    return {
        "director": whom(institution.pk, number) if number.strip() else None,
        "delegation": papers.filter(pk=int(paper)).first() if paper else None,
        **{name: bodies.get(given.pop(name)) for name in COMMITTEES},
    }


def _change_form(row: PiProgramme, user: Any, data: Any) -> forms.Form:
    named = {name: str(getattr(row, f"{name}_id") or "") for name in [*COMMITTEES, "delegation"]}
    number = _number_of(row.director) if row.director else ""
    initial = {"name_zh": row.name_zh, "name_en": row.name_en, "director": number, **named}
    institution = row.institution
    return ProgrammeForm(_bodies(institution, user), _papers(institution, user), data, initial)


def _number_of(person: Person) -> str:
    """The staff number by which the person is named in a form; empty where there is none."""
    found = person.identifiers.filter(scheme=IdentifierScheme.STAFF_NUMBER).first()
    return found.value if found is not None else ""


def _changed(row: PiProgramme, given: Given, by: Any) -> Any:
    is_named = bool(given["director"].strip())
    columns = _columns(row.institution, given, by)
    if not is_named and row.director is not None and not _number_of(row.director):
        # A director without a staff number stands in the form as an empty field, and stays.
        columns["director"] = row.director
    return change_programme(programme=row, by=by, **columns, **given)


def _line(row: PiProgramme, given: Given, by: Any) -> Any:
    layer = layer_in(row, given["year"])
    return set_quota_line(
        institution=row.institution, unit=row.unit, layer=layer, by=by, **given
    )  # fmt: skip


def _opened(row: PiProgramme, given: Given, by: Any) -> Any:
    head = whom(row.institution_id, given["head"])
    new_unit = NewUnit(given["code"], given["name_zh"], given["name_en"])
    return found_laboratory(
        programme=row, new_unit=new_unit, head=head, opened_on=given["opened_on"], by=by
    )


def _appointed(row: PiProgramme, given: Given, by: Any) -> Any:
    person = whom(row.institution_id, given.pop("person"))
    return appoint(programme=row, person=person, by=by, **given)


CHANGES: dict[str, Change] = {
    "change": Change(
        gettext_lazy("Change the programme"), gettext_lazy("Keep the changes"),
        gettext_lazy("The programme is changed."),
        _change_form, lambda user, row: may_set_up_programme(user, row.institution), _changed,
    ),
    "quota": Change(
        gettext_lazy("Set a quota line"), gettext_lazy("Set the line"),
        gettext_lazy("The line is set, with the layer that decided it."),
        lambda row, user, data: QuotaForm(data), lambda user, row: may_set_line(user, row), _line,
        gettext_lazy("Under a delegation the programme decides; without one the university does."),
    ),
    "laboratory": Change(
        gettext_lazy("Open a laboratory"), gettext_lazy("Open the laboratory"),
        gettext_lazy("The laboratory is open, with a unit of its own below the programme."),
        lambda row, user, data: OpenForm(data), may_keep_programme, _opened,
        gettext_lazy("Without limits in its charter the head decides nothing alone; set them next."),
    ),
    "appoint": Change(
        gettext_lazy("Appoint a principal investigator"), gettext_lazy("Appoint"),
        gettext_lazy("The appointment is recorded. Record the contract next."),
        lambda row, user, data: AppointForm(data), may_keep_programme, _appointed,
        gettext_lazy("Who accepted an offer of a call is appointed by the offer itself."),
    ),
}  # fmt: skip


def place_of(row: PiProgramme) -> Place:
    """Where the programme lies."""
    above = [(_("Laboratories"), reverse("laboratories"))]
    return Place(above, localised(row, "name"), reverse("programmes_pi", args=[row.pk]))


@asks
def change(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One change of a programme, or what begins in it: a laboratory, an appointment, a quota line."""
    row = seen(request, key)
    if verb not in CHANGES:
        raise Http404
    return change_page(request, CHANGES[verb], row, place_of(row))


@asks
def new(request: HttpRequest) -> HttpResponse:
    """Set up a programme in a unit of its own; for the office and leaders of the institution."""
    institution = scope(request.user).institution
    if institution is None or not may_set_up_programme(request.user, institution):
        raise Http404
    units = _free_units(institution, request.user)
    change = Change(
        _("Set up a programme"), _("Set up the programme"), _("The programme is set up."),
        lambda row, user, data: NewProgrammeForm(
            [(str(one.pk), localised(one, "name")) for one in units],
            _bodies(row, user), _papers(row, user), data,
        ),
        may_set_up_programme, lambda row, given, by: _set_up(row, units, given, by),
        _("The operator opens the unit of the programme first."),
    )  # fmt: skip
    back = reverse("laboratories")
    return change_page(request, change, institution, Place([(_("Laboratories"), back)], "", back))


def _free_units(institution: Unit, user: Any) -> Sequence[Unit]:
    rows = visible_units(user).filter(institution=institution, kind=UnitKind.PROGRAMME)
    return list(rows.filter(pi_programme=None).order_by("code"))


def _set_up(institution: Unit, units: Sequence[Unit], given: Given, by: Any) -> Any:
    key = given.pop("unit")
    unit = next((one for one in units if str(one.pk) == key), None)
    if unit is None:
        raise InputRefused(_("Choose the unit of the programme."))
    columns = _columns(institution, given, by)
    committees = {name: columns.pop(name) for name in COMMITTEES}
    return set_up_programme(
        institution=institution, unit=unit, committees=committees, by=by, **columns, **given
    )
