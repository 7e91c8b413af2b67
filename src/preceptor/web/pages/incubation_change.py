"""Beginning an incubation, its team and stages, and giving it up."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from preceptor.base.errors import RuleBroken
from preceptor.base.permits import GRANTED
from preceptor.fellows.access import may_keep_incubation, visible_postdocs
from preceptor.fellows.actions import (
    add_to_team,
    begin_incubation,
    begin_stage,
    drop_incubation,
    finish_stage,
)
from preceptor.fellows.choices import StageKind, Track
from preceptor.fellows.models import Incubation
from preceptor.fellows.states import PRESENT
from preceptor.institutions.access import visible_units
from preceptor.joint.access import visible_partners
from preceptor.people.access import scope
from preceptor.web.changing import Change, Place, change_page, whom
from preceptor.web.forms.incubation import (
    DropForm,
    FinishForm,
    IncubationForm,
    StageForm,
    TeamForm,
)
from preceptor.web.localised import localised
from preceptor.web.pages.incubation import seen
from preceptor.web.tables.incubation import stage_now

asks = require_http_methods(["GET", "HEAD", "POST"])
Given = dict[str, Any]
Offered = dict[str, QuerySet[Any]]


def place_of(row: Incubation) -> Place:
    """Where the page of a change of the incubation lies."""
    above = [(_("Incubations"), reverse("incubations"))]
    return Place(above, localised(row, "title"), reverse("incubation", args=[row.pk]))


def following(row: Incubation) -> StageKind:
    """The stage after the present one. Raises RuleBroken after the last."""
    now = stage_now(row)
    order = list(StageKind)
    place = 0 if now is None else order.index(StageKind(now.kind)) + 1
    if place >= len(order):
        raise RuleBroken(_("All stages are done."))
    return order[place]


def _team(row: Incubation, given: Given, by: Any) -> object:
    person = whom(row.institution_id, given["number"])
    return add_to_team(incubation=row, person=person, part=given["part"], by=by)


def _stage(row: Incubation, given: Given, by: Any) -> object:
    owner = whom(row.institution_id, given.pop("owner"))
    return begin_stage(incubation=row, kind=following(row), owner=owner, by=by, **given)


CHANGES: dict[str, Change] = {
    "team": Change(
        gettext_lazy("Take somebody into the team"), gettext_lazy("Take into the team"),
        gettext_lazy("The team has one more person."), lambda row, user, data: TeamForm(data),
        may_keep_incubation, _team,
    ),
    "stage": Change(
        gettext_lazy("Begin the next stage"), gettext_lazy("Begin the stage"),
        gettext_lazy("The stage has begun."), lambda row, user, data: StageForm(data),
        may_keep_incubation, _stage,
        gettext_lazy("The stages follow each other: need, joint team, prototype, validation, translation."),
    ),
    "drop": Change(
        gettext_lazy("Give the incubation up"), gettext_lazy("Give it up"),
        gettext_lazy("The incubation is given up."), lambda row, user, data: DropForm(data),
        may_keep_incubation, lambda row, given, by: drop_incubation(incubation=row, by=by, **given),
        gettext_lazy("What was learned stays readable; say why, so that others learn from it."),
    ),
}  # fmt: skip

FINISH = Change(
    gettext_lazy("Say that the stage is reached"), gettext_lazy("The stage is reached"),
    gettext_lazy("The stage is reached."), lambda row, user, data: FinishForm(data),
    lambda user, row: may_keep_incubation(user, row.incubation),
    lambda row, given, by: finish_stage(stage=row, by=by, **given),
)  # fmt: skip


@asks
def change(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One change of an incubation."""
    row = seen(request, key)
    if verb not in CHANGES:
        raise Http404
    return change_page(request, CHANGES[verb], row, place_of(row))


@asks
def finish(request: HttpRequest, key: int, stage: int) -> HttpResponse:
    """Say that a stage of the incubation was reached."""
    row = seen(request, key)
    found = get_object_or_404(row.stages.select_related("incubation__unit"), pk=stage)
    return change_page(request, FINISH, found, place_of(row))


@asks
def new(request: HttpRequest) -> HttpResponse:
    """Begin an incubation with a clinical need; for who keeps the fellows of some unit."""
    if not scope(request.user).fellows:
        raise Http404
    offered = _offered(request.user)
    names = {
        "unit": {str(row.pk): localised(row, "name") for row in offered["unit"]},
        "partner": {str(row.pk): localised(row, "name") for row in offered["partner"]},
        "postdoc": {str(row.pk): localised(row.person, "name") for row in offered["postdoc"]},
    }
    change = Change(
        _("Begin an incubation"), _("Begin"), _("The incubation has begun with its need."),
        lambda _row, _user, data: IncubationForm(names, data), lambda _user, _row: GRANTED,
        lambda _row, given, by: _begun(offered, given, by),
    )  # fmt: skip
    place = Place([(_("Incubations"), reverse("incubations"))], "", reverse("incubations"))
    return change_page(request, change, None, place)


def _offered(user: Any) -> Offered:
    units = visible_units(user).filter(pk__in=scope(user).fellows).select_related("institution")
    roots = {unit.institution_id or unit.pk for unit in units}
    postdocs = visible_postdocs(user).filter(track=Track.INCUBATION, state__in=PRESENT)
    return {
        "unit": units.order_by("code"),
        "partner": visible_partners(user).filter(institution__in=roots).order_by("code"),
        "postdoc": postdocs.select_related("person").order_by("number"),
    }


def _begun(offered: Offered, given: Given, by: Any) -> object:
    chosen = {
        name: rows.get(pk=int(given[name])) if given[name] else None
        for name, rows in offered.items()
    }
    unit: Any = chosen["unit"]
    root = unit.institution or unit
    given |= chosen | {"owner": whom(root.pk, given["owner"])}
    return begin_incubation(institution=root, by=by, **given)
