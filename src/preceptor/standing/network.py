"""The network of a discipline's stations: the companies and hospitals that join them, who supervises
there, the laboratories that have their postdocs, and the platforms of the discipline, as lanes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from preceptor.base.today import today
from preceptor.fellows.access import visible_laboratories, visible_postdocs, visible_stations
from preceptor.fellows.choices import LabRole, StationKind
from preceptor.fellows.models import (
    Host,
    LabMember,
    Laboratory,
    PlatformPlace,
    Postdoc,
    Station,
)
from preceptor.fellows.states import PRESENT, RUNNING
from preceptor.institutions.access import visible_platforms
from preceptor.institutions.models import Platform, Unit
from preceptor.joint.access import visible_agreements
from preceptor.joint.models import AgreementParty, Partner
from preceptor.people.models import Person

from .disciplines import First, first_levels

#: The lane of what belongs to no discipline.
NONE = ""


@dataclass(frozen=True)
class Guide:
    """Who supervises, and how many postdocs in the lane."""

    person: Person
    count: int


@dataclass(frozen=True)
class House:
    """A laboratory, and how many postdocs of the lane work in it."""

    laboratory: Laboratory
    count: int


@dataclass(frozen=True)
class Base:
    """A platform, and how many postdocs in station work on it, of whatever discipline."""

    platform: Platform
    count: int


@dataclass
class Lane:
    """A discipline (by code and names; all empty for what belongs to none) with what belongs to it, by
    key. Pairs are `joins` of a partner and a station, `held` of the own unit that holds a workstation
    and the station, `guided` of a station and a person, `housed` of a station and a laboratory."""

    code: str
    name_zh: str = ""
    name_en: str = ""
    partners: dict[int, Partner] = field(default_factory=dict)
    holders: dict[int, Unit] = field(default_factory=dict)
    stations: dict[int, Station] = field(default_factory=dict)
    supervisors: dict[int, Guide] = field(default_factory=dict)
    laboratories: dict[int, House] = field(default_factory=dict)
    platforms: dict[int, Base] = field(default_factory=dict)
    joins: set[tuple[int, int]] = field(default_factory=set)
    held: set[tuple[int, int]] = field(default_factory=set)
    guided: set[tuple[int, int]] = field(default_factory=set)
    housed: set[tuple[int, int]] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not (self.stations or self.platforms)


def lanes_of(user: Any, institution: Unit, *, discipline: str = "", unit: str = "") -> list[Lane]:
    """The lanes by code of the discipline, as far as the user sees what stands in them; narrowed to a
    discipline or to the stations of a unit (codes), and then without platforms, which belong to
    none. A fixed number of queries."""
    stations = _stations(user, institution, discipline, unit)
    postdocs = _postdocs(user, stations)
    lanes = _lanes(stations)
    homes = _homes(stations, postdocs)
    for row in stations:
        for code in homes[row.pk]:
            _place(lanes.setdefault(code, Lane(code)), row)
    _join(lanes, stations, postdocs, homes)
    _contract(user, lanes, postdocs, homes)
    _supervise(lanes, postdocs, homes)
    _house(user, lanes, postdocs, homes)
    if not unit:
        _support(user, institution, lanes, discipline)
    found = [lanes[code] for code in sorted(lanes, key=lambda one: (one == NONE, one))]
    return [lane for lane in found if not lane.is_empty]


def _stations(user: Any, institution: Unit, discipline: str, unit: str) -> list[Station]:
    rows = visible_stations(user).filter(institution=institution, state__in=RUNNING)
    if discipline:
        rows = rows.filter(discipline__code=discipline)
    if unit:
        rows = rows.filter(unit__code=unit)
    return list(rows.select_related("discipline", "partner", "unit").order_by("code"))


def _postdocs(user: Any, stations: Sequence[Station]) -> list[Postdoc]:
    rows = visible_postdocs(user).filter(station__in=stations, state__in=PRESENT).order_by()
    return list(rows.only("station", "workstation", "agreement", "person"))


def _lanes(stations: Sequence[Station]) -> dict[str, Lane]:
    found = {row.discipline.code: row.discipline for row in stations if row.discipline}
    return {code: Lane(code, one.name_zh, one.name_en) for code, one in found.items()}


def _homes(stations: Sequence[Station], postdocs: Sequence[Postdoc]) -> dict[int, list[str]]:
    """The lanes of each station: its own discipline, else those of the mobile stations with which it
    has joint postdocs."""
    own = {row.pk: row.discipline.code for row in stations if row.discipline}
    joined: dict[int, set[str]] = defaultdict(set)
    for one in postdocs:
        if one.workstation_id and one.station_id in own:
            joined[one.workstation_id].add(own[one.station_id])
    return {
        row.pk: [own[row.pk]] if row.pk in own else sorted(joined[row.pk]) or [NONE]
        for row in stations
    }


def _place(lane: Lane, row: Station) -> None:
    lane.stations[row.pk] = row
    if row.partner is not None:
        lane.partners[row.partner.pk] = row.partner
        lane.joins.add((row.partner.pk, row.pk))
    elif row.kind != StationKind.MOBILE:
        # A workstation of the institution's own is joined by the hospital that holds it.
        lane.holders[row.unit.pk] = row.unit
        lane.held.add((row.unit.pk, row.pk))


def _join(
    lanes: dict[str, Lane], stations: Sequence[Station], postdocs: Sequence[Postdoc],
    homes: dict[int, list[str]],
) -> None:  # fmt: skip
    """Link the company of a workstation also to the mobile station of its joint postdocs."""
    partners = {row.pk: row.partner for row in stations if row.partner is not None}
    for one in postdocs:
        partner = partners.get(one.workstation_id or 0)
        if partner is None:
            continue
        for code in homes[one.station_id]:
            lanes[code].partners.setdefault(partner.pk, partner)
            lanes[code].joins.add((partner.pk, one.station_id))


def _contract(
    user: Any, lanes: dict[str, Lane], postdocs: Sequence[Postdoc], homes: dict[int, list[str]]
) -> None:
    """Link the companies of the agreements on joint postdocs to the stations of these."""
    stations: dict[int, set[int]] = defaultdict(set)
    for one in postdocs:
        if one.agreement_id is not None:
            stations[one.agreement_id].add(one.station_id)
    seen = visible_agreements(user).filter(pk__in=stations).order_by().values("pk")
    rows = AgreementParty.objects.filter(agreement__in=seen, partner__isnull=False)
    for row in rows.select_related("partner").order_by("partner__code"):
        partner = row.partner
        if partner is None:
            continue
        for station in stations[row.agreement_id]:
            for code in homes[station]:
                lanes[code].partners.setdefault(partner.pk, partner)
                lanes[code].joins.add((partner.pk, station))


def _house(
    user: Any, lanes: dict[str, Lane], postdocs: Sequence[Postdoc], homes: dict[int, list[str]]
) -> None:
    """Put the laboratories in which the postdocs work today into the lanes of their stations."""
    stations = {one.person_id: one.station_id for one in postdocs}
    members = LabMember.objects.on(today()).filter(role=LabRole.POSTDOC, person__in=stations)
    members = members.filter(laboratory__in=visible_laboratories(user).order_by().values("pk"))
    totals: Counter[tuple[str, int]] = Counter()
    known: dict[int, Laboratory] = {}
    for row in members.select_related("laboratory__unit").order_by("laboratory__unit__code"):
        known[row.laboratory_id] = row.laboratory
        station = stations[row.person_id]
        for code in homes[station]:
            totals[code, row.laboratory_id] += 1
            lanes[code].housed.add((station, row.laboratory_id))
    for (code, key), count in totals.items():
        lanes[code].laboratories[key] = House(known[key], count)


def _supervise(
    lanes: dict[str, Lane], postdocs: Sequence[Postdoc], homes: dict[int, list[str]]
) -> None:
    """Put who supervises today into the lane of the station, with the number of postdocs there."""
    stations = {one.pk: one.station_id for one in postdocs}
    rows = Host.objects.on(today()).filter(postdoc__in=stations).select_related("person")
    persons = {row.person_id: row.person for row in rows}
    totals: Counter[tuple[str, int]] = Counter()
    for row in rows:
        station = stations[row.postdoc_id]
        for code in homes[station]:
            totals[code, row.person_id] += 1
            lanes[code].guided.add((station, row.person_id))
    for (code, person), count in totals.items():
        lanes[code].supervisors[person] = Guide(persons[person], count)


def _support(user: Any, institution: Unit, lanes: dict[str, Lane], discipline: str) -> None:
    """Put the platforms that are not closed into the lane of their first-level discipline."""
    rows = visible_platforms(user).filter(institution=institution).order_by("level", "code")
    platforms = list(rows.prefetch_related("spans"))
    firsts = first_levels(row.discipline_id for row in platforms)
    heads = _heads(user, institution)
    for row in platforms:
        if not _stands(row):
            continue
        first: First | None = firsts.get(row.discipline_id)
        lane = Lane(NONE) if first is None else Lane(first.code, first.name, first.name_en)
        if not discipline or lane.code == discipline:
            lanes.setdefault(lane.code, lane).platforms[row.pk] = Base(row, heads[row.pk])


def _heads(user: Any, institution: Unit) -> Counter[int]:
    """How many postdocs in station work on each platform today."""
    seen = visible_postdocs(user).filter(institution=institution, state__in=PRESENT).order_by()
    rows = PlatformPlace.objects.on(today()).filter(postdoc__in=seen.values("pk"))
    counted = rows.order_by().values_list("platform").annotate(n=Count("postdoc", distinct=True))
    return Counter(dict(counted))


def _stands(platform: Platform) -> bool:
    spans = [span for span in platform.spans.all() if span.superseded_at is None]
    now = next((span.state for span in spans if span.is_true_on(today())), None)
    return now != "closed" and (now is not None or not spans)
