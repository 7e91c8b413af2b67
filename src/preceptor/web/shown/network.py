"""The network of a discipline's stations: the companies and hospitals that join them, who supervises
there, and the platforms of the discipline, as lanes of a drawing and of a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preceptor.base.today import today
from preceptor.fellows.access import visible_postdocs, visible_stations
from preceptor.fellows.choices import StationKind
from preceptor.fellows.models import Host, Postdoc, Station
from preceptor.fellows.states import PRESENT, RUNNING
from preceptor.institutions.access import visible_platforms
from preceptor.institutions.choices import PlatformLevel
from preceptor.institutions.models import Unit
from preceptor.standing.disciplines import First, first_levels
from preceptor.web.localised import localised
from preceptor.web.shown.network_drawing import drawing_of

Shown = dict[str, Any]
#: The lane of what belongs to no discipline.
NONE = ""


@dataclass
class Node:
    """One name of a column, with its page and a note; `key` tells it from others of its column."""

    key: str
    text: str
    url: str = ""
    note: str = ""


@dataclass
class Lane:
    """A discipline with what belongs to it; `links` are pairs of a company and a station, or of a
    station and a supervisor, by the keys of the nodes."""

    code: str
    name: str
    partners: dict[str, Node] = field(default_factory=dict)
    stations: dict[str, Node] = field(default_factory=dict)
    supervisors: dict[str, Node] = field(default_factory=dict)
    platforms: dict[str, Node] = field(default_factory=dict)
    links: set[tuple[str, str]] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not (self.stations or self.platforms)


def network_of(user: Any, institution: Unit, chosen: Shown) -> Shown:
    """The lanes by code of the discipline, as drawing and as table, and what is counted in them; a
    fixed number of queries."""
    stations = _stations(user, institution, chosen)
    postdocs = _postdocs(user, stations)
    lanes = _lanes(stations)
    homes = _homes(stations, postdocs)
    for row in stations:
        for code in homes[row.pk]:
            _place(lanes.setdefault(code, Lane(code, _unnamed(code))), row)
    _join(lanes, stations, postdocs, homes)
    _supervise(lanes, postdocs, homes)
    if "unit" not in chosen:
        _support(user, institution, lanes, chosen)
    shown = [lanes[code] for code in sorted(lanes, key=lambda one: (one == NONE, one))]
    kept = [lane for lane in shown if not lane.is_empty]
    return {"lanes": kept, "drawing": drawing_of(kept), "stats": _stats(kept)}


def _unnamed(code: str) -> str:
    return code or _("Without a discipline")


def _stations(user: Any, institution: Unit, chosen: Shown) -> list[Station]:
    rows = visible_stations(user).filter(institution=institution, state__in=RUNNING)
    if "discipline" in chosen:
        rows = rows.filter(discipline__code=chosen["discipline"])
    if "unit" in chosen:
        rows = rows.filter(unit__code=chosen["unit"])
    return list(rows.select_related("discipline", "partner", "unit").order_by("code"))


def _postdocs(user: Any, stations: Sequence[Station]) -> list[Postdoc]:
    rows = visible_postdocs(user).filter(station__in=stations, state__in=PRESENT).order_by()
    return list(rows.only("station", "workstation", "person"))


def _lanes(stations: Sequence[Station]) -> dict[str, Lane]:
    found = {row.discipline.code: row.discipline for row in stations if row.discipline}
    return {code: Lane(code, localised(one, "name")) for code, one in found.items()}


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
    key = f"s{row.pk}"
    lane.stations[key] = Node(
        key,
        localised(row, "name"),
        reverse("station", args=[row.pk]),
        str(StationKind(row.kind).label),
    )
    if row.partner is not None:
        partner = f"p{row.partner_id}"
        lane.partners[partner] = Node(partner, localised(row.partner, "name"))
        lane.links.add((partner, key))


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
            key = f"p{partner.pk}"
            lanes[code].partners.setdefault(key, Node(key, localised(partner, "name")))
            lanes[code].links.add((key, f"s{one.station_id}"))


def _supervise(
    lanes: dict[str, Lane], postdocs: Sequence[Postdoc], homes: dict[int, list[str]]
) -> None:
    """Put who supervises today into the lane of the station, with the number of postdocs there."""
    stations = {one.pk: one.station_id for one in postdocs}
    rows = Host.objects.on(today()).filter(postdoc__in=stations).select_related("person")
    guided: Counter[tuple[int, int]] = Counter()
    names = {}
    for row in rows:
        guided[row.person_id, stations[row.postdoc_id]] += 1
        names[row.person_id] = localised(row.person, "name")
    totals: Counter[tuple[str, int]] = Counter()
    for (person, station), count in guided.items():
        for code in homes[station]:
            totals[code, person] += count
            lanes[code].links.add((f"s{station}", f"h{person}"))
    for (code, person), count in sorted(
        totals.items(), key=lambda one: (-one[1], names[one[0][1]])
    ):
        key, note = f"h{person}", ngettext("%(count)s postdoc", "%(count)s postdocs", count)
        lanes[code].supervisors[key] = Node(key, names[person], note=note % {"count": count})


def _support(user: Any, institution: Unit, lanes: dict[str, Lane], chosen: Shown) -> None:
    """Put the platforms that are not closed into the lane of their first-level discipline."""
    rows = visible_platforms(user).filter(institution=institution).order_by("level", "code")
    platforms = list(rows.prefetch_related("spans"))
    firsts = first_levels(row.discipline_id for row in platforms)
    for row in platforms:
        if not _stands(row):
            continue
        first: First | None = firsts.get(row.discipline_id)
        code = first.code if first is not None else NONE
        if code != chosen.get("discipline", code):
            continue
        lane = lanes.setdefault(code, Lane(code, first.name if first else _unnamed(NONE)))
        key = f"f{row.pk}"
        url, level = reverse("platform", args=[row.pk]), str(PlatformLevel(row.level).label)
        lane.platforms[key] = Node(key, localised(row, "name"), url, level)


def _stands(platform: Any) -> bool:
    spans = [span for span in platform.spans.all() if span.superseded_at is None]
    now = next((span.state for span in spans if span.is_true_on(today())), None)
    return now != "closed" and (now is not None or not spans)


def _stats(lanes: Iterable[Lane]) -> list[Shown]:
    """How many different names each column holds."""
    columns = (
        (_("Companies and hospitals"), "partners"), (_("Postdoctoral stations"), "stations"),
        (_("Disciplines"), ""), (_("Co-operating supervisors"), "supervisors"), (_("Platforms"), "platforms"),
    )  # fmt: skip
    found = list(lanes)
    return [
        {
            "label": label,
            "value": len({key for lane in found for key in getattr(lane, name)})
            if name
            else sum(lane.code != NONE for lane in found),
        }
        for label, name in columns
    ]
