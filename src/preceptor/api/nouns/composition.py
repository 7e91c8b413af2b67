"""The composition of a panel for a request: ties, supposed verdicts, the repair, its sitting."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from preceptor.base.models import Job, JobState
from preceptor.base.today import today
from preceptor.base.together import answer
from preceptor.people.models import Person
from preceptor.people.queries import matches_name
from preceptor.standing.compositions import Line, Overrides, composition_of, keep_panel
from preceptor.standing.radar import Conflict, rule_in
from preceptor.standing.radar.conflict import TITLES
from preceptor.standing.repair.asking import Asked, ask_repair, asked_in, last_job, mended_by
from preceptor.standing.repair.pool import stated_of
from preceptor.standing.repair.substitutes import substitutes_for
from preceptor.training.access import (
    may_call,
    may_compose,
    may_override,
    visible_experts,
    visible_panels,
)
from preceptor.training.actions import (
    Chosen,
    begin_panel,
    call_panel,
    compose_panel,
    override_conflict,
    remove_seat,
    replace_member,
)
from preceptor.training.choices import SeatRole
from preceptor.training.models import ConflictOverride, MilestoneCase, Panel, PanelSeat

from ..fields import Day, Key, Moment, Name, Readable, Reason, Remark
from ..guard import reader
from ..paging import one
from ..refusals import Made, answers
from ..shapes import composition as shapes
from ..shapes import panel as panel_shapes
from ..shapes.standing import requirement_of
from .case import seen_case
from .change import Sent
from .panel import panel, seat_of

router = Router(tags=["panels"])
#: So many persons are offered for one search, as on the page.
OFFERED = 8
#: More persons than anybody seats.
MOST_SEATS = 60
Searched = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), Readable
]


class Chair(Sent):
    """A person in a role."""

    person: Key
    role: SeatRole = SeatRole.MEMBER


class NewComposition(Sent):
    """Who sits in which role, each person once, and on which day; who is left out leaves."""

    seats: Annotated[list[Chair], Field(max_length=MOST_SEATS)]
    planned_on: Day | None = None


class RepairOf(Sent):
    """The composition whose repair is asked for; the one that is written where no seats are sent."""

    seats: Annotated[list[Chair], Field(max_length=MOST_SEATS)] | None = None
    planned_on: Day | None = None


class NewOverride(Sent):
    """Who sits in spite of which tie (its kind), and why."""

    person: Key
    conflict: Name
    reason: Reason


class CalledSitting(Sent):
    """When and where the panel sits."""

    starts_at: Moment
    ends_at: Moment | None = None
    place: Remark = ""


class Replacement(Sent):
    """Who takes the seat, and why."""

    person: Key
    reason: Reason


class Removal(Sent):
    """Why."""

    reason: Reason


def _seen(request: HttpRequest, key: int) -> tuple[Panel, MilestoneCase]:
    """The panel with its request; 404 for who may not see it, or where it has no request."""
    rows = visible_panels(reader(request)).select_related(
        "institution", "enrolment__person", "enrolment__unit", "enrolment__institution", "sitting"
    )
    found: Panel = one(rows, pk=key)
    row = answer(keep_panel(found))
    if row is None:
        raise Http404
    return found, row


def _composed(request: HttpRequest, key: int) -> tuple[Panel, MilestoneCase]:
    """The same for who composes it or changes who comes. Raises NotPermitted."""
    found, row = _seen(request, key)
    may_override(reader(request), row).demand()
    return found, row


def _saved(row: Panel) -> dict[int, str]:
    return {seat.person_id: seat.role or SeatRole.MEMBER.value for seat in row.seats.all()}


@router.get("/panels/{int:key}/composition", response=answers(shapes.Composition))
def panel_composition(request: HttpRequest, key: Key) -> dict[str, Any]:
    """The composition as it is written, with what ties its members to the trainee; for who composes
    the panel."""
    row, asked = _composed(request, key)
    return _judged(row, asked, _saved(row), [])


@router.post("/panels/{int:key}/composition/check", response=answers(shapes.Composition))
def check_panel_composition(request: HttpRequest, key: Key, sent: NewComposition) -> dict[str, Any]:
    """What the rules and the radar would say of a composition; nothing is written."""
    row, asked = _composed(request, key)
    persons = _persons(request, row, [seat.person for seat in sent.seats])
    row.planned_on = sent.planned_on or row.planned_on
    return _judged(row, asked, {seat.person: seat.role.value for seat in sent.seats}, persons)


@router.post("/panels/{int:key}/composition", response=answers(shapes.Composition))
def write_panel_composition(request: HttpRequest, key: Key, sent: NewComposition) -> dict[str, Any]:
    """Write the composition as a whole; it is kept even where a rule does not hold, and then not
    sent on."""
    row, asked = _seen(request, key)
    may_compose(reader(request), asked).demand()
    persons = _persons(request, row, [seat.person for seat in sent.seats])
    stated, known = stated_of(row, today(), persons), {one.pk: one for one in persons}
    seats = [
        Chosen(known[seat.person], seat.role, stated.get(seat.person, {})) for seat in sent.seats
    ]
    compose_panel(panel=row, seats=seats, planned_on=sent.planned_on, by=reader(request))
    return panel_composition(request, key)


@router.get("/panels/{int:key}/experts", response=answers(list[shapes.Member]))
def panel_experts(request: HttpRequest, key: Key, q: Query[Searched]) -> list[dict[str, Any]]:
    """Who of such a name could be seated, with load, absence and ties; at most eight."""
    row, asked = _composed(request, key)
    rows = visible_experts(reader(request)).filter(pk__in=matches_name(q))
    found = list(rows.exclude(pk__in=_saved(row)).order_by("name_pinyin", "pk")[:OFFERED])
    keys = [one.pk for one in found]
    known = composition_of(row, asked, {}, found, keys, today(), get_language() or "")
    return [_member(row, line, known.overrides) for line in known.offered]


def _persons(request: HttpRequest, row: Panel, keys: Collection[int]) -> list[Person]:
    """The persons; 404 where one is neither on the panel nor an expert of the reader's."""
    known = {seat.person_id: seat.person for seat in row.seats.all()}
    asked = set(keys) - known.keys()
    known |= {person.pk: person for person in visible_experts(reader(request)).filter(pk__in=asked)}
    if not set(keys) <= known.keys():
        raise Http404
    return [known[key] for key in dict.fromkeys(keys)]


def _judged(
    row: Panel, asked: MilestoneCase, roles: Mapping[int, str], persons: Collection[Person]
) -> dict[str, Any]:
    """The composition with its verdict and members."""
    seated = {seat.person_id for seat in row.seats.all()}
    new = [one for one in persons if one.pk not in seated]
    known = composition_of(row, asked, roles, new, (), today(), get_language() or "")
    return {
        "planned_on": row.planned_on,
        "judged_on": _day(row),
        "verdict": known.standing.verdict.value,
        "is_stopped": any(line.is_stopped(known.overrides) for line in known.members),
        "requirements": [requirement_of(one) for one in known.standing.requirements],
        "members": [_member(row, line, known.overrides) for line in known.members],
    }


def _day(row: Panel) -> Any:
    return row.sits_on or row.planned_on or today()


def _member(row: Panel, line: Line, overrides: Overrides) -> dict[str, Any]:
    """A person in the seat, with what is known on the day and what ties."""
    candidate, person = line.candidate, line.seat.person_id
    return {
        **seat_of(line.seat, line.record, _day(row)),
        "load": candidate.load if candidate else None,
        "is_busy": candidate.busy if candidate else None,
        "engagements": list(candidate.engagements) if candidate else [],
        "person": person,
        "conflicts": [_tie(tie, overrides.get((person, tie.kind))) for tie in line.conflicts],
    }


def _tie(tie: Conflict, held: ConflictOverride | None) -> dict[str, Any]:
    return {
        **tie_of(tie),
        "is_overridden": held is not None and not tie.is_final,
        "by_name": held.by_name if held else None,
        "reason": held.reason if held else None,
    }


def tie_of(tie: Conflict) -> dict[str, Any]:
    """A tie with its evidence, as it is told."""
    return {
        "kind": tie.kind,
        "title": str(TITLES[tie.kind]),
        "level": tie.level,
        "since": tie.since,
        "is_final": tie.is_final,
        "evidence": [
            {
                "text": {"zh": found.text_zh, "en": found.text_en},
                "noun": found.noun,
                "key": found.key,
            }
            for found in tie.evidence
        ],
    }


@router.post("/panels/{int:key}/overrides", response=answers(shapes.Override, 201))
def override_panel_conflict(request: HttpRequest, key: Key, sent: NewOverride) -> Made:
    """Seat a person in spite of a tie, with the reason; once for each person and kind."""
    row, _asked = _composed(request, key)
    person = _persons(request, row, [sent.person])[0]
    if sent.conflict not in TITLES or sent.conflict == "self":
        raise Http404
    made: Any = override_conflict(
        panel=row, person=person, conflict=sent.conflict, reason=sent.reason, by=reader(request)
    )
    return Status(201, made)


@router.post("/panels/{int:key}/repair", response=answers(shapes.Repair, 202))
def ask_panel_repair(request: HttpRequest, key: Key, sent: RepairOf | None = None) -> Made:
    """Ask for the smallest change that satisfies every rule: of the composition that is sent and written
    nowhere, or without seats of the composition as it is written. Read it where it was asked for."""
    row, asked = _seen(request, key)
    may_compose(reader(request), asked).demand()
    if sent is None or sent.seats is None:
        ask_repair(row, reader(request))
    else:
        _persons(request, row, [seat.person for seat in sent.seats])
        roles = {seat.person: seat.role.value for seat in sent.seats}
        ask_repair(row, reader(request), Asked(roles, sent.planned_on or row.planned_on))
    return Status(202, panel_repair(request, key))


@router.get("/panels/{int:key}/repair", response=answers(shapes.Repair))
def panel_repair(request: HttpRequest, key: Key) -> dict[str, Any]:
    """The last repair that the reader asked for; 404 where none was."""
    row, _asked = _seen(request, key)
    job = last_job(row, reader(request))
    if job is None:
        raise Http404
    return {"state": job.state, "asked_at": job.created_at, **_repaired(row, job)}


def _repaired(row: Panel, job: Job) -> dict[str, Any]:
    base = asked_in(job) or Asked(_saved(row), row.planned_on)
    asked = {"planned_on": base.planned_on, "of": _seats(base.roles)}
    found = job.result
    if job.state != JobState.DONE or not isinstance(found, dict):
        return asked
    mended = mended_by(base, found) if found.get("is_feasible") else None
    return asked | {
        **{name: found.get(name) for name in ("is_feasible", "is_optimal", "problem")},
        "changes": [_change(change) for change in found["changes"]],
        "conflicting": [obstacle["title"] for obstacle in found["conflicting"]],
        "seats": _seats(mended.roles) if mended else [],
    }


def _seats(roles: Mapping[int, str]) -> list[dict[str, Any]]:
    return [{"person": key, "role": role} for key, role in roles.items()]


def _change(change: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": change["kind"],
        "text": change["text"],
        "leaves": change["out"]["key"] if change["out"] else None,
        "person": change["person"]["key"] if change["person"] else None,
        "role": change["role"],
        "load": change.get("load"),
    }


@router.post("/cases/{int:key}/panel", response=answers(panel_shapes.Panel, 201))
def begin_case_panel(request: HttpRequest, key: Key) -> Made:
    """Make the panel of a request that is to be composed; the one there is, where there is one."""
    row = seen_case(request, key)
    if not MilestoneCase.objects.filter(case=row).exists():
        raise Http404
    made = begin_panel(case=row, by=reader(request))
    return Status(201, panel(request, made.pk))


@router.post("/panels/{int:key}/call", response=answers(shapes.Called))
def call_one_panel(request: HttpRequest, key: Key, sent: CalledSitting) -> Any:
    """Call the sitting of the approved composition; everybody on the panel is invited."""
    row, _asked = _seen(request, key)
    return call_panel(panel=row, by=reader(request), **sent.dict())


def _seat(row: Panel, key: int) -> PanelSeat:
    rows = row.seats.select_related("panel__enrolment")
    found: PanelSeat = one(rows, pk=key)
    return found


@router.get(
    "/panels/{int:key}/seats/{int:seat}/substitutes",
    response=answers(list[shapes.PossibleSubstitute]),
)
def panel_substitutes(request: HttpRequest, key: Key, seat: Key) -> list[dict[str, Any]]:
    """Who could take a seat of a panel that was called, so that every rule still holds, the best first:
    free at that time, without a conflict that keeps off, and who sits least; at most five."""
    row, asked = _seen(request, key)
    may_call(reader(request), asked).demand()
    held = _seat(row, seat)
    found = {one.key: one for one in substitutes_for(row, held, rule_in(asked.case), today())}
    seen = set(visible_experts(reader(request)).filter(pk__in=found).values_list("pk", flat=True))
    return [
        {
            "person": key,
            "person_zh": one.person.name_zh,
            "person_en": one.person.name_en,
            "load": one.load,
            "conflicts": [tie_of(tie) for tie in one.conflicts],
        }
        for key, one in found.items()
        if key in seen
    ]


@router.post("/panels/{int:key}/seats/{int:seat}/replace", response=answers(panel_shapes.Panel))
def replace_panel_member(
    request: HttpRequest, key: Key, seat: Key, sent: Replacement
) -> dict[str, Any]:
    """Put a substitute on a seat of a panel that was called; the composition is judged anew."""
    row, _asked = _seen(request, key)
    held = _seat(row, seat)
    person = one(visible_experts(reader(request)), pk=sent.person)
    stated = stated_of(row, today(), [person]).get(person.pk)
    replace_member(seat=held, person=person, reason=sent.reason, by=reader(request), stated=stated)
    return panel(request, key)


@router.post("/panels/{int:key}/seats/{int:seat}/remove", response=answers(panel_shapes.Panel))
def remove_panel_seat(request: HttpRequest, key: Key, seat: Key, sent: Removal) -> dict[str, Any]:
    """Take a seat off a panel that was called; what is left is judged anew."""
    row, _asked = _seen(request, key)
    remove_seat(seat=_seat(row, seat), reason=sent.reason, by=reader(request))
    return panel(request, key)
