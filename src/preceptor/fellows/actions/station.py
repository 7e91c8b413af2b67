"""Every write to stations, besides the requests to open and close them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.records import retract, supersede
from preceptor.base.today import today
from preceptor.cases.queries import kind_in_force
from preceptor.institutions.choices import DisciplineLevel
from preceptor.institutions.models import Discipline, Unit
from preceptor.institutions.queries import name_of

from ..access import may_keep_fellows, may_keep_station
from ..choices import StationKind, StationState
from ..models import Postdoc, Station, StationSpan, StationTarget, Stay
from ..states import RUNNING, following
from .by_hand import demand_by_hand, demand_history

_MOST = 100_000
#: The kind of request by which a station is opened.
OPENING = "station_opening"


def record_station(
    *,
    institution: Unit,
    unit: Unit,
    code: str,
    kind: StationKind,
    name_zh: str,
    name_en: str,
    opened_on: date,
    by: Actor,
    number: str = "",
    discipline: Discipline | None = None,
    upper: Station | None = None,
    partner: Any = None,
    first_office: Unit | None = None,
    second_office: Unit | None = None,
    paper: str = "",
    reason: str = "",
) -> Station:
    """Enter a station that is open since a day. `partner` is the company that holds it.

    A station that opened since the institution opens them by request is entered by who keeps the
    postdocs of the whole institution, with the reason and the document of its approval (`paper`).
    Recorded again under the same code it is given unchanged. Raises NotPermitted; RuleBroken for a
    mobile station without a first-level discipline, a place in another institution, two equal
    offices, a day that lies ahead, or such a station without reason and document.
    """
    if opened_on > today():
        raise RuleBroken(
            _("%(day)s lies ahead; record the station when it is open.") % {"day": opened_on}
        )
    if kind_in_force(institution, OPENING, opened_on) is not None:
        demand_history(institution, by, paper, reason)
    station = Station(
        institution=institution, unit=unit, code=code.strip(), number=number.strip(),
        kind=StationKind(kind), name_zh=name_zh.strip(), name_en=name_en.strip(),
        discipline=discipline, upper=upper, partner=partner, first_office=first_office,
        second_office=second_office, state=StationState.OPEN, opened_on=opened_on,
    )  # fmt: skip
    return _make(station, opened_on, by, paper.strip(), reason.strip())


def need_station(
    *,
    institution: Unit,
    unit: Unit,
    code: str,
    kind: StationKind,
    name_zh: str,
    name_en: str,
    since: date,
    by: Actor,
    discipline: Discipline | None = None,
    upper: Station | None = None,
    partner: Any = None,
    first_office: Unit | None = None,
    second_office: Unit | None = None,
) -> Station:
    """Note that a station is needed, from a day on; to open it is asked for by a request.

    Noted again under the same code it is given unchanged. Raises as `record_station` does.
    """
    if since > today():
        raise RuleBroken(_("%(day)s lies ahead; note the need when it is there.") % {"day": since})
    station = Station(
        institution=institution, unit=unit, code=code.strip(), kind=StationKind(kind),
        name_zh=name_zh.strip(), name_en=name_en.strip(), discipline=discipline, upper=upper,
        partner=partner, first_office=first_office, second_office=second_office,
        state=StationState.NEED,
    )  # fmt: skip
    return _make(station, since, by)


def _make(station: Station, since: date, by: Actor, paper: str = "", reason: str = "") -> Station:
    may_keep_fellows(by, station.unit).demand()
    _demand_sound(station)
    with deed(by, reason) as act:
        list(Unit.objects.select_for_update(no_key=True).filter(pk=station.institution_id))
        known = Station.objects.filter(institution=station.institution, code=station.code).first()
        if known is not None:
            return known
        station.save()
        StationSpan.objects.create(station=station, state=station.state, valid_from=since)
        after = {
            "code": station.code, "kind": station.kind, "state": station.state, "since": since,
            "unit": station.unit_id, "paper": paper,
        }  # fmt: skip
        act.write("station.enter", "station", station.pk, after=after)
        act.touch("station", [station.pk])
    return station


def _demand_sound(station: Station) -> None:
    if not station.code or not station.name_zh or not station.name_en:
        raise RuleBroken(_("A station has a code, and a name in both languages."))
    _demand_discipline(station)
    places = [station.unit, station.first_office, station.second_office]
    for place in places:
        if place is not None and (place.institution_id or place.pk) != station.institution_id:
            raise RuleBroken(
                _("%(unit)s belongs to another institution than the station.")
                % {"unit": name_of(place)}
            )
    if station.first_office and station.first_office == station.second_office:
        raise RuleBroken(_("Two different offices own a station; the same was named twice."))
    if station.upper is not None and station.upper.institution_id != station.institution_id:
        raise RuleBroken(_("The station above belongs to another institution."))


def _demand_discipline(station: Station) -> None:
    if station.kind != StationKind.MOBILE:
        return
    if station.discipline is None:
        raise RuleBroken(
            _("A mobile station is one of a first-level discipline. Say of which discipline.")
        )
    if station.discipline.level != DisciplineLevel.FIRST:
        raise RuleBroken(
            _("%(discipline)s is not a first-level discipline; a mobile station needs one.")
            % {"discipline": name_of(station.discipline)}
        )


def move_station(
    *,
    station: Station,
    to: StationState,
    on: date,
    by: Actor,
    reason: str = "",
    number: str = "",
    paper: str = "",
) -> Station:
    """Move a station to another state from a day on; to the state it is in changes nothing.

    A station is opened by a request. While one is under way, only how far it has come is recorded
    here; without one, the steps of an opening are recorded as history alone: they lie before the
    station was entered, and who keeps the postdocs of the whole institution gives the reason and the
    document (`paper`). Opening needs its national number, closing that nobody is there any more.
    Raises NotPermitted; RuleBroken for a state that cannot follow, a day that lies ahead or before
    the present state, and for what only a request does.
    """
    with deed(by, reason) as act:
        held = locked_station(station)
        may_keep_station(by, held).demand()
        to = StationState(to)
        if held.state == to:
            return held
        if to not in following(StationState(held.state)):
            raise RuleBroken(
                _("A station that is “%(state)s” cannot become “%(to)s”.")
                % {"state": StationState(held.state).label, "to": to.label}
            )
        if demand_by_hand(held, to, on, by, paper=paper, reason=reason):
            after = {"to": to, "on": on, "paper": paper.strip()}
            act.write("station.history", "station", held.pk, after=after)
        put_in_state(act, held, to, on, number)
    return held


def locked_station(station: Station) -> Station:
    """The station, locked until the deed is done."""
    rows = Station.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("unit", "institution").get(pk=station.pk)


def put_in_state(act: Deed, held: Station, to: StationState, on: date, number: str = "") -> None:
    """Write the state of a locked station from the day on. Raises RuleBroken for a day that cannot
    be, opening without a national number, or closing while somebody is there."""
    last = StationSpan.objects.known().filter(station=held).order_by("valid_from").last()
    _demand_day(last, on)
    if to == StationState.CLOSED:
        _demand_empty(held, on)
    before = {"state": held.state, "number": held.number}
    held.number = number.strip() or held.number
    if to == StationState.OPEN and held.opened_on is None:
        _demand_number(held)
        held.opened_on = on
    if to == StationState.CLOSED:
        held.closed_on = on
    _follow(last, held, to, on)
    held.state = to
    held.save()
    after = {"state": held.state, "number": held.number, "on": on}
    act.write("station.state", "station", held.pk, before=before, after=after)
    act.touch("station", [held.pk])


def _demand_day(last: StationSpan | None, on: date) -> None:
    if on > today():
        raise RuleBroken(
            _("%(day)s lies ahead; the state of a station is always that of today.") % {"day": on}
        )
    if last is not None and on < last.valid_from:
        raise RuleBroken(
            _("The present state holds since %(since)s; %(day)s lies before it.")
            % {"since": last.valid_from, "day": on}
        )


def _demand_number(held: Station) -> None:
    if held.kind == StationKind.MOBILE and not held.number:
        raise RuleBroken(
            _("A station is opened with the number of its national approval. Enter the number.")
        )


def _demand_empty(held: Station, on: date) -> None:
    still = Q(left_on=None) | Q(left_on__gt=on)
    there = Stay.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), station=held).count()
    there += Postdoc.objects.filter(still, workstation=held).count()
    if there:
        raise RuleBroken(
            _(
                "%(count)s postdocs are in %(station)s on %(day)s. Let them exit or move before the "
                "station is closed."
            )
            % {"count": there, "station": held.name_zh, "day": on}
        )


def _follow(last: StationSpan | None, held: Station, to: StationState, on: date) -> None:
    if last is not None and last.valid_from == on:
        retract(last)
    elif last is not None:
        supersede(last, valid_to=on - timedelta(days=1))
    StationSpan.objects.create(station=held, state=to, valid_from=on)


def is_running(station: Station, on: date) -> bool:
    """Whether postdocs could be at the station on the day: it was open, or to be rectified."""
    rows = StationSpan.objects.on(on).filter(station=station)
    return any(row.state in RUNNING for row in rows)


def set_target(
    *,
    institution: Unit,
    year: int,
    by: Actor,
    station: Station | None = None,
    entries: int | None = None,
    in_station: int | None = None,
) -> StationTarget:
    """Say how many postdocs are to enter in a year and how many to be in station at its end, of one
    station or of the whole institution. A later word replaces an earlier one; unknown is None.

    Raises NotPermitted; RuleBroken for a station of another institution; InputRefused for a number
    out of range.
    """
    _demand_numbers(year, entries, in_station)
    if station is not None and station.institution_id != institution.pk:
        raise RuleBroken(_("The station belongs to another institution."))
    if station is not None:
        may_keep_station(by, station).demand()
    else:
        may_keep_fellows(by, institution).demand()
    with deed(by) as act:
        list(Unit.objects.select_for_update(no_key=True).filter(pk=institution.pk))
        rows = StationTarget.objects.filter(institution=institution, station=station, year=year)
        held = rows.first() or StationTarget(institution=institution, station=station, year=year)
        before = {"entries": held.entries, "in_station": held.in_station}
        after = {"entries": entries, "in_station": in_station}
        if held.pk is not None and before == after:
            return held
        held.entries, held.in_station = entries, in_station
        held.save()
        about = ("station", station.pk) if station else ("unit", institution.pk)
        act.write("station.target", *about, before=before, after=after | {"year": year})
    return held


def _demand_numbers(year: int, *counts: int | None) -> None:
    if not 1985 <= year <= 2200:
        raise InputRefused(_("%(year)s is no year of postdoctoral stations.") % {"year": year})
    if any(count is not None and not 0 <= count <= _MOST for count in counts):
        raise InputRefused(
            _("A target is a number from 0 to %(most)s; leave it empty where none was set.")
            % {"most": _MOST}
        )
