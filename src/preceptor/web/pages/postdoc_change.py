"""Every change of a postdoc's records, and the requests about a postdoc."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from preceptor.base.permits import Permit
from preceptor.fellows.access import (
    may_ask_for_postdoc,
    may_keep_postdoc,
    may_plan_for,
    visible_stations,
)
from preceptor.fellows.actions import (
    add_host,
    ask_step,
    certify,
    change_stay,
    give_support,
    number_postdoc,
    place_at_platform,
    record_ground,
    record_leave,
    record_months,
    set_funding,
    set_goal,
    sign_contract,
)
from preceptor.fellows.choices import (
    HostRole,
    IntakeSource,
    LeaveKind,
    Payer,
    PostdocStep,
    StationState,
    Track,
)
from preceptor.fellows.models import Postdoc
from preceptor.web.changing import Change, Place, change_page, whom
from preceptor.web.forms.postdoc import (
    ContractForm,
    FundingForm,
    GroundForm,
    HostForm,
    LeaveForm,
    NumberForm,
    PlatformForm,
    StepForm,
    SupportForm,
    TrackForm,
)
from preceptor.web.forms.postdoc_plan import GoalForm, MonthsForm
from preceptor.web.localised import localised
from preceptor.web.pages.postdoc import seen

asks = require_http_methods(["GET", "HEAD", "POST"])
Given = dict[str, Any]


def place_of(row: Postdoc) -> Place:
    """Where the page of a change of the postdoc lies."""
    above = [(_("Postdocs"), reverse("postdocs"))]
    return Place(above, localised(row.person, "name"), reverse("postdoc", args=[row.pk]))


def _host(row: Postdoc, given: Given, by: Any) -> object:
    person = whom(row.institution_id, given.pop("number"))
    role = HostRole(given.pop("role"))
    return add_host(postdoc=row, person=person, role=role, by=by, **given)


def _leave(row: Postdoc, given: Given, by: Any) -> object:
    return record_leave(postdoc=row, by=by, **given | {"kind": LeaveKind(given["kind"])})


def _funding(row: Postdoc, given: Given, by: Any) -> object:
    unit = row.unit if given["payer"] == Payer.HOST else None
    return set_funding(postdoc=row, payer_unit=unit, by=by, **given)


def _track(row: Postdoc, given: Given, by: Any) -> object:
    chosen = {"track": Track(given["track"]), "intake": IntakeSource(given["intake"])}
    return change_stay(postdoc=row, by=by, **given | chosen)


CHANGES: dict[str, Change] = {
    "host": Change(
        gettext_lazy("Add a supervisor"), gettext_lazy("Add the supervisor"),
        gettext_lazy("The supervisor is added."), lambda row, user, data: HostForm(data),
        may_keep_postdoc, _host,
    ),
    "platform": Change(
        gettext_lazy("Place on a platform"), gettext_lazy("Place there"),
        gettext_lazy("The work on the platform is recorded."),
        lambda row, user, data: PlatformForm(row, user, data), may_keep_postdoc,
        lambda row, given, by: place_at_platform(postdoc=row, by=by, **given),
        gettext_lazy("Work on a platform lasts until it is ended here, and never longer than the time in station."),
    ),
    "leave": Change(
        gettext_lazy("Record a leave"), gettext_lazy("Record the leave"),
        gettext_lazy("The leave is recorded."), lambda row, user, data: LeaveForm(data),
        may_keep_postdoc, _leave,
        gettext_lazy("Both days are included. Whether the leave stops the clock, the rules in force say."),
    ),
    "ground": Change(
        gettext_lazy("Record a finding"), gettext_lazy("Record the finding"),
        gettext_lazy("The finding is recorded."), lambda row, user, data: GroundForm(data),
        may_keep_postdoc, lambda row, given, by: record_ground(postdoc=row, by=by, **given),
        gettext_lazy("Record only what was established. Whether it is a ground for withdrawal, and from how many days on, the rules in force say; nothing follows without a request and a hearing."),
    ),
    "contract": Change(
        gettext_lazy("Record a contract"), gettext_lazy("Record the contract"),
        gettext_lazy("The contract is recorded."), lambda row, user, data: ContractForm(row, data),
        may_keep_postdoc, lambda row, given, by: sign_contract(postdoc=row, by=by, **given),
    ),
    "funding": Change(
        gettext_lazy("Who pays what"), gettext_lazy("Record the share"),
        gettext_lazy("The share is recorded; one before it ends the day before."),
        lambda row, user, data: FundingForm(data), may_keep_postdoc, _funding,
    ),
    "support": Change(
        gettext_lazy("Record what was given"), gettext_lazy("Record the support"),
        gettext_lazy("The support is recorded."), lambda row, user, data: SupportForm(data),
        may_keep_postdoc, lambda row, given, by: give_support(postdoc=row, by=by, **given),
        gettext_lazy("Each entry is one payment; the same entered twice is two."),
    ),
    "goal": Change(
        gettext_lazy("Set a goal of the plan"), gettext_lazy("Set the goal"),
        gettext_lazy("The goal stands in the plan."), lambda row, user, data: GoalForm(data),
        may_plan_for, lambda row, given, by: set_goal(postdoc=row, by=by, **given),
    ),
    "months": Change(
        gettext_lazy("Enter months of the track"), gettext_lazy("Enter the months"),
        gettext_lazy("The months are entered."), lambda row, user, data: MonthsForm(data),
        may_keep_postdoc, lambda row, given, by: record_months(postdoc=row, by=by, **given),
    ),
    "track": Change(
        gettext_lazy("Change track or source"), gettext_lazy("Change it"),
        gettext_lazy("Track and source are changed."), lambda row, user, data: TrackForm(row, data),
        may_keep_postdoc, _track,
    ),
    "number": Change(
        gettext_lazy("Enter the national number"), gettext_lazy("Enter the number"),
        gettext_lazy("The number is entered."), lambda row, user, data: NumberForm(row.number, data),
        may_keep_postdoc, lambda row, given, by: number_postdoc(postdoc=row, by=by, **given),
    ),
    "certificate": Change(
        gettext_lazy("Enter the certificate of exit"), gettext_lazy("Enter the certificate"),
        gettext_lazy("The certificate is entered."),
        lambda row, user, data: NumberForm(row.certificate, data), may_keep_postdoc,
        lambda row, given, by: certify(postdoc=row, certificate=given["number"], by=by),
    ),
}  # fmt: skip

_INTROS = {
    PostdocStep.EXIT: gettext_lazy("Ask in time: the rules say how long before the day of exit."),
    PostdocStep.WITHDRAWAL: gettext_lazy("The request keeps the findings that are recorded now. The postdoc is heard before it is decided."),
}  # fmt: skip


def _may_step(step: PostdocStep) -> Any:
    def may(user: Any, row: Postdoc) -> Permit:
        asking = may_ask_for_postdoc(user, row)
        return may_keep_postdoc(user, row) if step == PostdocStep.WITHDRAWAL else asking

    return may


def _goals(row: Postdoc, user: Any) -> dict[str, Any]:
    """The stations to which the postdoc can move: open ones of the institution, by key."""
    rows = visible_stations(user).filter(
        institution=row.institution_id, state=StationState.OPEN
    ).exclude(pk=row.station_id)  # fmt: skip
    return {str(one.pk): one for one in rows.order_by("code")}


def step_change(step: PostdocStep) -> Change:
    """The form and action of one kind of request."""

    def form(row: Postdoc, user: Any, data: Any) -> StepForm:
        goals = _goals(row, user) if step == PostdocStep.TRANSFER else {}
        return StepForm(
            step, row, {key: localised(one, "name") for key, one in goals.items()}, data
        )

    def act(row: Postdoc, given: Given, by: Any) -> object:
        goal = _goals(row, by).get(given.pop("to_station", ""))
        return ask_step(postdoc=row, step=step, to_station=goal, by=by, **given)

    return Change(
        step.label, gettext_lazy("Prepare the request"),
        gettext_lazy("The request is prepared. Hand in its documents, then submit it."),
        form, _may_step(step), act, _INTROS.get(step, ""),
    )  # fmt: skip


CHANGES |= {step.value: step_change(step) for step in PostdocStep}


@asks
def change(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One change of a postdoc's records, or one request."""
    row = seen(request, key)
    if verb not in CHANGES:
        raise Http404
    return change_page(request, CHANGES[verb], row, place_of(row))
