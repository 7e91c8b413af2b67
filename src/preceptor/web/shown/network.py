"""The network of stations as a drawing and as a table: names with their pages, in lanes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preceptor.fellows.choices import StationKind
from preceptor.institutions.choices import PlatformLevel
from preceptor.institutions.models import Unit
from preceptor.standing import network as graph
from preceptor.web.localised import localised
from preceptor.web.shown.network_drawing import drawing_of

Shown = dict[str, Any]


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
    station and a supervisor or laboratory, by the keys of the nodes."""

    code: str
    name: str
    partners: dict[str, Node] = field(default_factory=dict)
    stations: dict[str, Node] = field(default_factory=dict)
    supervisors: dict[str, Node] = field(default_factory=dict)
    laboratories: dict[str, Node] = field(default_factory=dict)
    platforms: dict[str, Node] = field(default_factory=dict)
    links: set[tuple[str, str]] = field(default_factory=set)


def network_of(user: Any, institution: Unit, chosen: Shown) -> Shown:
    """The lanes by code of the discipline, as drawing and as table, and what is counted in them; a
    fixed number of queries."""
    lanes = [_lane(one) for one in graph.lanes_of(user, institution, **chosen)]
    return {"lanes": lanes, "drawing": drawing_of(lanes), "stats": _stats(lanes)}


def _lane(found: graph.Lane) -> Lane:
    unnamed = found.code or _("Without a discipline")
    return Lane(
        found.code,
        localised(found, "name") or unnamed,
        _nodes("p", found.partners) | _nodes("u", found.holders),
        _nodes("s", found.stations, "station", StationKind, "kind"),
        _supervisors(found),
        _laboratories(found),
        _platforms(found),
        {(f"p{partner}", f"s{station}") for partner, station in found.joins}
        | {(f"u{unit}", f"s{station}") for unit, station in found.held}
        | {(f"s{station}", f"h{person}") for station, person in found.guided}
        | {(f"s{station}", f"l{laboratory}") for station, laboratory in found.housed},
    )


def _nodes(
    letter: str, rows: dict[int, Any], page: str = "", words: Any = None, column: str = ""
) -> dict[str, Node]:
    """The rows by name, each with its page and the word of its column as a note."""
    return {
        f"{letter}{key}": Node(
            f"{letter}{key}", localised(row, "name"), reverse(page, args=[key]) if page else "",
            str(words(getattr(row, column)).label) if words else "",
        )
        for key, row in rows.items()
    }  # fmt: skip


def _supervisors(found: graph.Lane) -> dict[str, Node]:
    """Who supervises, those of most postdocs first."""
    guides = [(localised(one.person, "name"), one) for one in found.supervisors.values()]
    return {
        f"h{one.person.pk}": Node(f"h{one.person.pk}", name, note=_counted(one.count))
        for name, one in sorted(guides, key=lambda named: (-named[1].count, named[0]))
    }


def _laboratories(found: graph.Lane) -> dict[str, Node]:
    """The laboratories that have postdocs of the lane, by the code of their unit."""
    return {
        f"l{key}": Node(
            f"l{key}", localised(one.laboratory.unit, "name"), reverse("laboratory", args=[key]),
            _counted(one.count),
        )
        for key, one in found.laboratories.items()
    }  # fmt: skip


def _platforms(found: graph.Lane) -> dict[str, Node]:
    """The platforms with their level, and how many postdocs work there, where anybody does."""
    return {
        f"f{key}": Node(
            f"f{key}", localised(one.platform, "name"), reverse("platform", args=[key]),
            " · ".join([
                str(PlatformLevel(one.platform.level).label),
                *([_counted(one.count)] if one.count else []),
            ]),
        )
        for key, one in found.platforms.items()
    }  # fmt: skip


def _counted(count: int) -> str:
    return ngettext("%(count)s postdoc", "%(count)s postdocs", count) % {"count": count}


def _stats(lanes: Iterable[Lane]) -> list[Shown]:
    """How many different names each column holds."""
    columns = (
        (_("Companies and hospitals"), "partners"), (_("Postdoctoral stations"), "stations"),
        (_("Disciplines"), ""), (_("Co-operating supervisors"), "supervisors"),
        (_("Laboratories"), "laboratories"), (_("Platforms"), "platforms"),
    )  # fmt: skip
    found = list(lanes)
    return [
        {
            "label": label,
            "value": len({key for lane in found for key in getattr(lane, name)})
            if name
            else sum(lane.code != graph.NONE for lane in found),
        }
        for label, name in columns
    ]
