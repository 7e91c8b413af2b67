"""A station as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.permits import GRANTED, Permit, first_refusal, refused
from preceptor.base.today import today
from preceptor.base.together import answer, kept_at
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case
from preceptor.fellows.access import may_keep_station, visible_postdocs
from preceptor.fellows.asking import allows_closing, allows_opening
from preceptor.fellows.choices import StationKind, StationState, StayStart
from preceptor.fellows.models import Station, StationCase, StationSpan, StationTarget, Stay
from preceptor.fellows.states import PLANNED, RUNNING, following, present
from preceptor.people.access import scope
from preceptor.standing.subjects import explain_read
from preceptor.web.localised import localised
from preceptor.web.shown.fellow_journal import journal_of
from preceptor.web.shown.requests import MOST, cases_about, requests_shown
from preceptor.web.shown.requirement import counts, requirements
from preceptor.web.tables.postdoc import short_cells
from preceptor.web.tables.station import discipline_text

Shown = dict[str, Any]
#: The way from the need to the open station.
WAY = (
    StationState.NEED, StationState.PREPARING, StationState.DEMONSTRATED, StationState.SUBMITTED,
    StationState.APPROVED, StationState.OPEN,
)  # fmt: skip
TONES = {
    StationState.OPEN: "pass", StationState.RECTIFYING: "warn", StationState.CLOSED: "none",
    StationState.DROPPED: "none",
}  # fmt: skip
#: So many postdocs are shown; all are on their list.
SHOWN = 30


def page_of(row: Station, user: Any) -> Shown:
    """All of a station that the reader may see; it comes with its unit, offices and partner."""
    keep = may_keep_station(user, row)
    cases = list(cases_about(user, station_case__station=row)[:MOST])
    opening = opening_of(cases)
    answer(kept_at([row], "spans", StationSpan.objects.known()))
    spans = list(row.spans.all())
    return {
        "station": row,
        "name": localised(row, "name"),
        "kind": StationKind(row.kind).label,
        "state_title": StationState(row.state).label,
        "tone": TONES.get(StationState(row.state), "info"),
        "definitions": definitions_of(row),
        "requests": requests_shown(user, cases),
        "opening": opening,
        "is_planned": row.state in PLANNED,
        "track": _track(row, spans) if row.state in PLANNED or opening else [],
        "entries": history_of(spans),
        "journal": journal_of(user, "station", row),
        "keep": keep,
        "acts": acts_of(row, keep, opening),
        **_present(row, user),
        **standing_of(row, user),
        "aims": aims_of(row) if scope(user).reads_fellows(row.unit_id) else [],
    }


def opening_of(cases: Sequence[Case]) -> Case | None:
    """The newest request to open the station, whatever became of it."""
    return next((case for case in cases if case.kind.name == "station_opening"), None)


def definitions_of(row: Station) -> list[Shown]:
    """What the station is, as parts/definitions.html takes it."""
    items: list[Shown] = [
        {"term": _("Kind of station"), "value": StationKind(row.kind).label},
        {"term": _("Discipline"), "value": discipline_text(row) or "–"},
        {"term": _("Host institution"), "value": localised(row.institution, "name")},
        {"term": _("Unit"), "value": localised(row.unit, "name")},
        {"term": _("First owning office"), "value": _named(row.first_office)},
        {"term": _("Second owning office"), "value": _named(row.second_office)},
        {"term": _("Code"), "value": row.code},
        {"term": _("National number"), "value": row.number or _("given at approval")},
        {"term": _("Opened on"), "value": row.opened_on or "–"},
    ]
    if row.partner is not None:
        items.append({"term": _("Company or hospital"), "value": localised(row.partner, "name")})
    if row.upper is not None:
        url = reverse("station", args=[row.upper_id])
        items.append({"term": _("Station above"), "value": _named(row.upper), "url": url})
    if row.closed_on is not None:
        items.append({"term": _("Closed on"), "value": row.closed_on})
    return items


def _named(row: Any) -> str:
    return localised(row, "name") if row is not None else _("not named")


def _track(row: Station, spans: Sequence[Any]) -> list[Shown]:
    """The way to the open station, with the day on which each state was reached."""
    since = {span.state: span.valid_from for span in spans}
    reached = [place for place, state in enumerate(WAY) if state == row.state]
    here = reached[0] if reached else len(WAY) if row.state in RUNNING else -1
    return [
        {
            "title": state.label,
            "state": "done" if place < here else "now" if place == here else "ahead",
            "note": since[state].isoformat() if state in since else "",
        }
        for place, state in enumerate(WAY)
    ]


def history_of(spans: Sequence[Any]) -> list[Shown]:
    """The states that the station had, the newest first, for parts/timeline.html."""
    return [
        {
            "day": span.valid_from.isoformat(),
            "title": StationState(span.state).label,
            "state": "now" if span.is_true_on(today()) else "past",
            "text": _("until %(day)s") % {"day": span.valid_to} if span.valid_to else "",
        }
        for span in sorted(spans, key=lambda one: one.valid_from, reverse=True)
    ]


def _present(row: Station, user: Any) -> Shown:
    """Who is there today, at the mobile station or with the workstation."""
    column = "station" if row.kind == StationKind.MOBILE else "workstation"
    rows = visible_postdocs(user).filter(present(today()), **{column: row})
    found = list(rows.select_related("person", "station").order_by("number", "pk")[: SHOWN + 1])
    return {
        "postdocs": short_cells(found[:SHOWN]),
        "has_more": len(found) > SHOWN,
        "postdocs_url": f"{reverse('postdocs')}?station={row.code}",
    }


def standing_of(row: Station, user: Any) -> Shown:
    """What the rules in force say of the station today."""
    relations = scope(user).relations
    [known] = explain_read("station", [row], today(), get_language() or "", relations=relations)
    shown = requirements(known, frozenset())
    return {"shown_rules": shown, "counts": counts(shown)}


def aims_of(row: Station) -> list[Shown]:
    """The targets of the years beside what was reached; of a year ahead nothing is known. Two
    queries."""
    targets = list(StationTarget.objects.filter(station=row).order_by("-year")[:6])
    if not targets:
        return []
    stays = list(
        Stay.objects.filter(station=row).order_by().values_list("begins_on", "ends_on", "comes_by")
    )
    return [_aim(target, stays) for target in targets]


def _aim(target: StationTarget, stays: Sequence[tuple[date, date | None, str]]) -> Shown:
    last = min(date(target.year, 12, 31), today())
    is_ahead = last.year < target.year
    came = [
        stay for stay in stays
        if stay[2] == StayStart.ENTRY and stay[0].year == target.year and stay[0] <= last
    ]  # fmt: skip
    there = [stay for stay in stays if stay[0] <= last and (stay[1] is None or stay[1] > last)]
    return {
        "year": target.year,
        "entries_target": target.entries,
        "entries": None if is_ahead else len(came),
        "in_station_target": target.in_station,
        "in_station": None if is_ahead else len(there),
    }


def _act(row: Station, verb: str, label: str, permit: Permit, icon: str, kind: str = "") -> Shown:
    return {
        "label": label,
        "url": reverse("station_change", args=[row.pk, verb]),
        "icon": icon,
        "kind": kind,
        "reason": "" if permit else str(permit.reason),
        "identifier": f"station-{verb}",
    }


def _not_asked_for(opening: Case | None) -> Permit:
    if opening is None or opening.state in (CaseState.REFUSED, CaseState.WITHDRAWN):
        return GRANTED
    return refused(_("The opening is asked for already; the request stands on this page."))


def acts_of(row: Station, keep: Permit, opening: Case | None) -> list[Shown]:
    """What can be done with the station now, each with the reason where not; nothing that makes no
    sense in its state."""
    acts = []
    if row.state in PLANNED:
        permit = first_refusal(keep, allows_opening(row), _not_asked_for(opening))
        acts.append(_act(row, "opening", _("Ask for the opening"), permit, "flag", "main"))
    if row.state in RUNNING:
        permit = first_refusal(keep, allows_closing(row))
        acts.append(_act(row, "closing", _("Ask for the closing"), permit, "lock"))
    if keep and following(StationState(row.state)):
        acts.append(_act(row, "state", _("Record another state"), keep, "pencil"))
    if keep:
        acts.append(_act(row, "target", _("Set a target"), keep, "chart-bar"))
    if keep and opening is not None and opening.state == "running":
        acts.append(_act(row, "approval", _("Enter the approval"), keep, "certificate"))
    return acts


def opening_row(case: Case) -> StationCase:
    """What the request keeps: the dossier and the number of the approval."""
    return StationCase.objects.select_related("station").get(case=case)
