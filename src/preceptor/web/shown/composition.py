"""The composition of a panel as it is being chosen: seats not yet written, what the rules say of them,
what is known of each person, and who else could sit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.people.models import Person
from preceptor.standing.compositions import Composition, Line, Overrides, composition_of
from preceptor.standing.radar import Conflict
from preceptor.standing.radar.conflict import TITLES
from preceptor.standing.repair.candidate import Candidate
from preceptor.standing.repair.free import Engagement
from preceptor.training.choices import SeatRole
from preceptor.training.models import MilestoneCase, Panel
from preceptor.web.shown.panel import seat_shown, sitting_day
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


def shown_composition(
    panel: Panel,
    row: MilestoneCase,
    chosen: Chosen,
    persons: Collection[Person],
    found: Sequence[int],
) -> Shown:
    """What panel/composition.html takes. `persons` are all who are chosen or offered, `found` the
    keys of those offered, in their order."""
    panel.planned_on = chosen.planned_on
    on, language = today(), get_language() or ""
    known = composition_of(panel, row, chosen.roles, persons, found, on, language)
    members = _lines(panel, known, known.members)
    return {
        "panel": panel,
        "case": row.case,
        "chosen": chosen,
        "verdict_word": known.standing.verdict.value,
        "requirements": requirements(known.standing.requirements, frozenset()),
        "members": members,
        "offered": _lines(panel, known, known.offered),
        "roles": [(role.value, role.label) for role in SeatRole],
        "day": sitting_day(panel, on),
        "is_changed": not chosen.is_saved,
        "stopped": [line for line in members if line["is_stopped"]],
    }


def _lines(panel: Panel, known: Composition, lines: Sequence[Line]) -> list[Shown]:
    day = sitting_day(panel, today())
    return [
        seat_shown(line.seat, line.record, day) | _line(panel, line, known.overrides)
        for line in lines
    ]


def _line(panel: Panel, line: Line, overrides: Overrides) -> Shown:
    """One person: the load of the year, what keeps the person from coming, and what ties."""
    candidate, seat = line.candidate, line.seat
    return {
        "key": seat.person_id,
        "role_value": seat.role or SeatRole.MEMBER.value,
        "load": candidate.load if candidate else None,
        "engagements": [engagement_text(one) for one in candidate.engagements] if candidate else [],
        "conflicts": ties_shown(panel, seat.person_id, line.conflicts, overrides),
        "is_stopped": line.is_stopped(overrides),
    }


def engagement_text(one: Engagement) -> str:
    """What keeps somebody from the sitting; of another sitting nothing but its time."""
    if one.kind == "absent":
        begins, ends = (day.isoformat() if day else "—" for day in (one.begins, one.ends))
        return _("absent from %(first)s to %(last)s") % {"first": begins, "last": ends}
    if one.kind == "sitting":
        return _("at another sitting, %(time)s") % {"time": _times(one)}
    if one.kind == "panel":
        return _("on another panel that day")
    return _("declined this sitting")


def _times(one: Engagement) -> str:
    begins, ends = (
        timezone.localtime(at) if isinstance(at, datetime) else None
        for at in (one.begins, one.ends)
    )
    first = begins.strftime("%H:%M") if begins else "—"
    return f"{first}-{ends:%H:%M}" if ends else first


def substitute_text(name: str, candidate: Candidate) -> str:
    """A substitute in one line: the name, how often the person sits this year, and what only warns."""
    line = _("%(name)s (other sittings this year: %(count)s)") % {
        "name": name, "count": candidate.load,
    }  # fmt: skip
    ties = _(", ").join(str(TITLES[tie.kind]) for tie in candidate.conflicts)
    return f"{line} · {ties}" if ties else line


def ties_shown(
    panel: Panel, person: int, ties: Sequence[Conflict], overrides: Overrides
) -> list[Shown]:
    """What ties a person of the panel to the trainee, as panel/ties.html takes it."""
    return [_tie(tie, person, panel, overrides) for tie in ties]


def _tie(tie: Conflict, person: int, panel: Panel, overrides: Overrides) -> Shown:
    """A conflict, whether it was overridden and by whom; the reason is read by those who compose or
    call the panel, who alone are shown it."""
    is_english = get_language() == "en"
    address = reverse("panel_override", args=[panel.pk, person])
    held = overrides.get((person, tie.kind))
    return {
        "kind": tie.kind,
        "title": str(TITLES[tie.kind]),
        "is_block": tie.level == "block",
        "evidence": [one.text_en if is_english else one.text_zh for one in tie.evidence],
        "override_url": "" if tie.is_final else f"{address}?conflict={tie.kind}",
        "is_overridden": held is not None and not tie.is_final,
        "by": held.by_name if held else "",
        "reason": held.reason if held else "",
    }
