"""The composition of a panel as it is being chosen: seats not yet written, what the rules say of them,
what is known of each person, and who else could sit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import get_language

from preceptor.base.today import today
from preceptor.people.models import Person, Title
from preceptor.standing.radar import Conflict, conflicts, rule_of
from preceptor.standing.radar.conflict import TITLES
from preceptor.standing.records import capacities
from preceptor.standing.repair.candidate import Candidate
from preceptor.standing.repair.pool import pool_of
from preceptor.standing.supposing import supposed_panel, supposed_seats
from preceptor.training.choices import SeatRole
from preceptor.training.models import ConflictOverride, MilestoneCase, Panel, PanelSeat
from preceptor.web.shown.panel import seats_of, sitting_day
from preceptor.web.shown.requirement import requirements

Shown = dict[str, Any]
#: So many persons are offered for one search.
OFFERED = 8


@dataclass(frozen=True)
class Chosen:
    """What the reader has chosen so far, saved or not."""

    roles: Mapping[int, str]
    planned_on: date | None
    search: str = ""
    is_saved: bool = False


def saved(panel: Panel) -> Chosen:
    """The composition as it is written."""
    seats = panel.seats.all()
    roles = {seat.person_id: seat.role or SeatRole.MEMBER.value for seat in seats}
    return Chosen(roles, panel.planned_on, is_saved=True)


def composition_of(
    panel: Panel,
    row: MilestoneCase,
    chosen: Chosen,
    persons: Collection[Person],
    found: Sequence[int],
) -> Shown:
    """What panel/composition.html takes. `persons` are all who are chosen or offered, `found` the
    keys of those offered, in their order."""
    panel.planned_on = chosen.planned_on
    on = today()
    prefetch_related_objects(
        list(persons),
        Prefetch("titles", Title.objects.known()),
        Prefetch("capacities", capacities()),
    )
    pool = {one.key: one for one in pool_of(panel, on, persons)}
    known = {person.pk: person for person in persons}
    seats = supposed_seats(panel, pool, chosen.roles)
    offered = [key for key in found if key not in chosen.roles and key in pool]
    everybody = [*seats, *(_seated(panel, pool[key]) for key in offered)]
    for seat in everybody:
        seat.person = known.get(seat.person_id, seat.person)
    standing = supposed_panel(panel, seats, on, get_language() or "")
    facts = seats_of(supposed_panel(panel, everybody, on, get_language() or ""), on)
    ties = conflicts(
        [seat.person for seat in everybody], panel.enrolment, _day(panel), rule_of(panel), panel
    )
    lines = [
        _line(seat, fact, pool.get(seat.person_id), ties[seat.person_id], panel)
        for seat, fact in zip(everybody, facts, strict=True)
    ]
    _mark_overridden(panel, lines)
    return {
        "panel": panel,
        "case": row.case,
        "chosen": chosen,
        "verdict_word": standing.verdict.value,
        "requirements": requirements(standing.requirements, frozenset()),
        "members": lines[: len(seats)],
        "offered": lines[len(seats) :],
        "roles": [(role.value, role.label) for role in SeatRole],
        "day": _day(panel),
        "is_changed": not chosen.is_saved,
        "stopped": [line for line in lines[: len(seats)] if line["is_stopped"]],
    }


def _seated(panel: Panel, candidate: Candidate) -> PanelSeat:
    seat = candidate.seated(SeatRole.MEMBER.value)
    seat.panel = panel
    return seat


def _day(panel: Panel) -> date:
    return sitting_day(panel, today())


def _line(
    seat: PanelSeat, fact: Shown, candidate: Candidate | None, ties: list[Conflict], panel: Panel
) -> Shown:
    """One person: the facts of the day, the load of the year, whether free, and what ties."""
    return fact | {
        "key": seat.person_id,
        "role_value": seat.role or SeatRole.MEMBER.value,
        "load": candidate.load if candidate else None,
        "is_busy": candidate.busy if candidate else None,
        "conflicts": [_tie(tie, seat, panel) for tie in ties],
        "is_stopped": any(tie.level == "block" for tie in ties),
    }


def _tie(tie: Conflict, seat: PanelSeat, panel: Panel) -> Shown:
    is_english = get_language() == "en"
    address = reverse("panel_override", args=[panel.pk, seat.person_id])
    return {
        "kind": tie.kind,
        "title": str(TITLES[tie.kind]),
        "is_block": tie.level == "block",
        "evidence": [one.text_en if is_english else one.text_zh for one in tie.evidence],
        "override_url": f"{address}?conflict={tie.kind}" if tie.kind != "self" else "",
        "is_overridden": False,
    }


def _mark_overridden(panel: Panel, lines: list[Shown]) -> None:
    """Say of each conflict whether it was overridden and by whom; the reason is read by those who
    compose the panel, who are the only ones to see this page."""
    rows = {
        (row.person_id, row.conflict): row for row in ConflictOverride.objects.filter(panel=panel)
    }
    for line in lines:
        for tie in line["conflicts"]:
            held = rows.get((line["key"], tie["kind"]))
            if held is not None:
                tie |= {"is_overridden": True, "by": held.by_name, "reason": held.reason}
        left = [tie for tie in line["conflicts"] if tie["is_block"] and not tie["is_overridden"]]
        line["is_stopped"] = bool(left)
