"""Recording a station, its state and targets; its opening, dossier and closing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.permits import GRANTED, Permit, first_refusal
from preceptor.fellows.access import may_keep_fellows, may_keep_station, visible_stations
from preceptor.fellows.actions import (
    ask_closing,
    ask_opening,
    keep_dossier,
    move_station,
    need_station,
    record_approval,
    record_station,
    set_target,
)
from preceptor.fellows.asking import allows_closing, allows_opening
from preceptor.fellows.choices import StationKind, StationState
from preceptor.fellows.models import Station
from preceptor.institutions.access import visible_disciplines, visible_units
from preceptor.institutions.choices import DisciplineLevel
from preceptor.institutions.models import Unit
from preceptor.joint.access import visible_partners
from preceptor.people.access import scope
from preceptor.web.changing import REFUSALS, Change, Place, change_page
from preceptor.web.forms.station import (
    IS_OPEN,
    ApprovalForm,
    AskForm,
    StateForm,
    StationForm,
    TargetForm,
)
from preceptor.web.localised import localised
from preceptor.web.pages.station import institution_for, seen
from preceptor.web.shown.dossier import dossier_page, newest_census, opening_case

asks = require_http_methods(["GET", "HEAD", "POST"])
Given = dict[str, Any]


def place_of(row: Station) -> Place:
    """Where the page of a change of the station lies."""
    above = [(_("Postdoctoral stations"), reverse("stations"))]
    return Place(above, localised(row, "name"), reverse("station", args=[row.pk]))


def _may_open(user: Any, row: Station) -> Permit:
    return first_refusal(may_keep_station(user, row), allows_opening(row))


def _may_close(user: Any, row: Station) -> Permit:
    return first_refusal(may_keep_station(user, row), allows_closing(row))


def _approved(row: Station, given: Given, by: Any) -> object:
    held = opening_case(row, by)
    if held is None:
        raise RuleBroken(_("The opening was not asked for yet."))
    return record_approval(case=held.case, by=by, **given)


CHANGES: dict[str, Change] = {
    "state": Change(
        gettext_lazy("Record another state"), gettext_lazy("Record the state"),
        gettext_lazy("The state is recorded."), lambda row, user, data: StateForm(row, data),
        may_keep_station,
        lambda row, given, by: move_station(
            station=row, by=by, **given | {"to": StationState(given["to"])}
        ),
        gettext_lazy("Opening and closing are asked for by a request; record here what was decided elsewhere or before."),
    ),
    "target": Change(
        gettext_lazy("Set a target"), gettext_lazy("Set the target"),
        gettext_lazy("The target is set."), lambda row, user, data: TargetForm(data),
        may_keep_station,
        lambda row, given, by: set_target(institution=row.institution, station=row, by=by, **given),
        gettext_lazy("A later target of the same year replaces this one."),
    ),
    "opening": Change(
        gettext_lazy("Ask for the opening of the station"), gettext_lazy("Prepare the request"),
        gettext_lazy("The request is prepared. Hand in its documents, and keep the dossier on the page of the station."),
        lambda row, user, data: AskForm(data), _may_open,
        lambda row, given, by: ask_opening(station=row, by=by, **given),
    ),
    "closing": Change(
        gettext_lazy("Ask for the closing of the station"), gettext_lazy("Prepare the request"),
        gettext_lazy("The request is prepared. Hand in its documents, then submit it."),
        lambda row, user, data: AskForm(data), _may_close,
        lambda row, given, by: ask_closing(station=row, by=by, **given),
        gettext_lazy("A station is closed when nobody is in it any more."),
    ),
    "approval": Change(
        gettext_lazy("Enter the national approval"), gettext_lazy("Enter the number"),
        gettext_lazy("The number is entered. The station opens with it when the request is granted."),
        lambda row, user, data: ApprovalForm(data), may_keep_station, _approved,
    ),
}  # fmt: skip


@asks
def change(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One change of a station, or the request that opens or closes it."""
    row = seen(request, key)
    if verb not in CHANGES:
        raise Http404
    return change_page(request, CHANGES[verb], row, place_of(row))


@asks
def dossier(request: HttpRequest, key: int) -> HttpResponse:
    """The dossier of a station that is to be opened; sending keeps the lines of the newest census."""
    row = seen(request, key)
    if request.method == "POST":
        return _kept(request, row)
    return render(request, "station/dossier.html", dossier_page(row, request.user))


def _kept(request: HttpRequest, row: Station) -> HttpResponse:
    """Keep what the newest census says; a refusal stands on the page, and nothing is written."""
    try:
        held, census = opening_case(row, request.user), newest_census(row)
        if held is None:
            raise RuleBroken(_("Ask for the opening first; the dossier belongs to the request."))
        if census is None:
            raise RuleBroken(_("There is no census yet. Freeze a day, then make the dossier."))
        keep_dossier(case=held.case, census=census.pk, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The dossier is kept as the census has it."))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("station_dossier", key=row.pk)


@asks
def new(request: HttpRequest) -> HttpResponse:
    """Record a station; for who keeps the postdocs of some unit."""
    if not scope(request.user).fellows:
        raise Http404
    offered = _offered(request.user)
    names = {name: _names(rows) for name, rows in offered.items()}
    change = Change(
        _("Record a station"), _("Record the station"), _("The station is recorded."),
        lambda _row, _user, data: StationForm(names, data), lambda _user, _row: GRANTED,
        lambda _row, given, by: _recorded(offered, given, by),
        goes_to=lambda made: reverse("station", args=[made.pk]),
    )  # fmt: skip
    place = Place([(_("Postdoctoral stations"), reverse("stations"))], "", reverse("stations"))
    return change_page(request, change, None, place)


Offered = dict[str, QuerySet[Any]]


def _offered(user: Any) -> Offered:
    """What a new station can be placed in and belong to: within the reader's own institutions."""
    kept = visible_units(user).filter(pk__in=scope(user).fellows).order_by("code")
    roots = {unit.institution_id or unit.pk for unit in kept}
    offices = visible_units(user).filter(institution__in=roots).order_by("code")
    firsts = visible_disciplines(user).filter(level=DisciplineLevel.FIRST, valid_to=None)
    return {
        "unit": kept.select_related("institution"),
        "discipline": firsts.order_by("code"),
        "first_office": offices,
        "second_office": offices,
        "partner": visible_partners(user).filter(institution__in=roots).order_by("code"),
        "upper": visible_stations(user).filter(institution__in=roots).order_by("code"),
    }


def _names(rows: QuerySet[Any]) -> dict[str, str]:
    return {str(row.pk): f"{row.code} {localised(row, 'name')}" for row in rows}


def _recorded(offered: Offered, given: Given, by: Any) -> Station:
    """The station as it is, or as it is needed. Raises InputRefused for a number of a needed one."""
    chosen = {name: _chosen(rows, given[name]) for name, rows in offered.items()}
    unit: Unit = chosen.pop("unit")
    common = chosen | {
        "institution": unit.institution or unit, "unit": unit, "code": given["code"],
        "kind": StationKind(given["kind"]), "name_zh": given["name_zh"],
        "name_en": given["name_en"], "by": by,
    }  # fmt: skip
    if given["now"] == IS_OPEN:
        history = {name: given[name] for name in ("number", "paper", "reason")}
        return record_station(opened_on=given["since"], **history, **common)
    if given["number"]:
        raise InputRefused(_("A station that is only needed has no national number yet."))
    return need_station(since=given["since"], **common)


def _chosen(rows: QuerySet[Any], key: str) -> Any:
    return rows.get(pk=int(key)) if key else None


@asks
def target(request: HttpRequest) -> HttpResponse:
    """Set a target of the whole institution."""
    institution = institution_for(request)
    change = Change(
        _("Set a target of the whole institution"), _("Set the target"), _("The target is set."),
        lambda _row, _user, data: TargetForm(data), may_keep_fellows,
        lambda row, given, by: set_target(institution=row, by=by, **given),
        _("A later target of the same year replaces this one."),
    )  # fmt: skip
    above = [(_("Postdoctoral stations"), reverse("stations"))]
    back = f"{reverse('station_targets')}?institution={institution.code}"
    return change_page(request, change, institution, Place(above, _("Targets"), back))
