"""The composition of a panel for a request: ties, supposed verdicts, the repair, its sitting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from preceptor.base.models import Job, JobState
from preceptor.base.today import today
from preceptor.people.models import Person, Title
from preceptor.people.queries import matches_name
from preceptor.standing.radar import Conflict, conflicts, rule_of
from preceptor.standing.radar.conflict import TITLES
from preceptor.standing.records import capacities
from preceptor.standing.repair.asking import ask_repair, last_job
from preceptor.standing.repair.candidate import Candidate
from preceptor.standing.repair.pool import pool_of, stated_of
from preceptor.standing.supposing import supposed_panel, supposed_seats
from preceptor.training.access import may_compose, may_override, visible_experts, visible_panels
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
from preceptor.training.composing import case_row
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
from .panel import panel, seat_of, with_members

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
    found: Panel = one(with_members(rows), pk=key)
    row = case_row(found)
    if row is None:
        raise Http404
    return found, row


def _composed(request: HttpRequest, key: int) -> Panel:
    """The same for who composes it or changes who comes. Raises NotPermitted."""
    found, row = _seen(request, key)
    may_override(reader(request), row).demand()
    return found


def _saved(row: Panel) -> dict[int, str]:
    return {seat.person_id: seat.role or SeatRole.MEMBER.value for seat in row.seats.all()}


@router.get("/panels/{int:key}/composition", response=answers(shapes.Composition))
def panel_composition(request: HttpRequest, key: Key) -> dict[str, Any]:
    """The composition as it is written, with what ties its members to the trainee; for who composes
    the panel."""
    row = _composed(request, key)
    return _judged(row, _saved(row), [seat.person for seat in row.seats.all()])


@router.post("/panels/{int:key}/composition/check", response=answers(shapes.Composition))
def check_panel_composition(request: HttpRequest, key: Key, sent: NewComposition) -> dict[str, Any]:
    """What the rules and the radar would say of a composition; nothing is written."""
    row = _composed(request, key)
    persons = _persons(request, row, [seat.person for seat in sent.seats])
    row.planned_on = sent.planned_on or row.planned_on
    return _judged(row, {seat.person: seat.role.value for seat in sent.seats}, persons)


@router.post("/panels/{int:key}/composition", response=answers(shapes.Composition))
def write_panel_composition(request: HttpRequest, key: Key, sent: NewComposition) -> dict[str, Any]:
    """Write the composition as a whole; it is kept even where a rule does not hold, and then not
    sent on."""
    row, asked = _seen(request, key)
    may_compose(reader(request), asked).demand()
    persons = _persons(request, row, [seat.person for seat in sent.seats])
    pool, known = _pool(row, persons), {person.pk: person for person in persons}
    seats = [
        Chosen(known[seat.person], seat.role, dict(_stated(pool, seat.person)))
        for seat in sent.seats
    ]
    compose_panel(panel=row, seats=seats, planned_on=sent.planned_on, by=reader(request))
    return panel_composition(request, key)


@router.get("/panels/{int:key}/experts", response=answers(list[shapes.Member]))
def panel_experts(request: HttpRequest, key: Key, q: Query[Searched]) -> list[dict[str, Any]]:
    """Who of such a name could be seated, with load, absence and ties; at most eight."""
    row = _composed(request, key)
    rows = visible_experts(reader(request)).filter(pk__in=matches_name(q))
    found = list(rows.exclude(pk__in=_saved(row)).order_by("name_pinyin", "pk")[:OFFERED])
    return _members(row, {person.pk: SeatRole.MEMBER.value for person in found}, found)


def _persons(request: HttpRequest, row: Panel, keys: Collection[int]) -> list[Person]:
    """The persons; 404 where one is neither on the panel nor an expert of the reader's."""
    known = {seat.person_id: seat.person for seat in row.seats.all()}
    asked = set(keys) - known.keys()
    known |= {person.pk: person for person in visible_experts(reader(request)).filter(pk__in=asked)}
    if not set(keys) <= known.keys():
        raise Http404
    return [known[key] for key in dict.fromkeys(keys)]


def _pool(row: Panel, persons: Collection[Person]) -> dict[int, Candidate]:
    titles, posts = Prefetch("titles", Title.objects.known()), Prefetch("capacities", capacities())
    prefetch_related_objects(list(persons), titles, posts)
    return {found.key: found for found in pool_of(row, today(), persons)}


def _stated(pool: Mapping[int, Candidate], key: int) -> Mapping[str, Any]:
    return pool[key].stated if key in pool else {}


def _judged(row: Panel, roles: Mapping[int, str], persons: list[Person]) -> dict[str, Any]:
    """The composition with its verdict and members."""
    seats = _seats(row, _pool(row, persons), roles, persons)
    standing = supposed_panel(row, seats, today(), get_language() or "")
    members = _members(row, roles, persons)
    return {
        "planned_on": row.planned_on,
        "judged_on": _day(row),
        "verdict": standing.verdict.value,
        "is_stopped": any(_is_stopped(member) for member in members),
        "requirements": [requirement_of(known) for known in standing.requirements],
        "members": members,
    }


def _is_stopped(member: Mapping[str, Any]) -> bool:
    ties = member["conflicts"]
    return any(tie["level"] == "block" and not tie["is_overridden"] for tie in ties)


def _day(row: Panel) -> Any:
    return row.sits_on or row.planned_on or today()


def _seats(
    row: Panel, pool: Mapping[int, Candidate], roles: Mapping[int, str], persons: Iterable[Person]
) -> list[PanelSeat]:
    kept = {seat.person_id for seat in row.seats.all()}
    known = {person.pk: person for person in persons}
    seated = {key: role for key, role in roles.items() if key in pool or key in kept}
    found = supposed_seats(row, pool, seated)
    for seat in found:
        seat.person = known.get(seat.person_id, seat.person)
    return found


def _members(row: Panel, roles: Mapping[int, str], persons: list[Person]) -> list[dict[str, Any]]:
    """Each person in the role, with what is known on the day and what ties; a fixed number of
    queries."""
    pool, day = _pool(row, persons), _day(row)
    seats = _seats(row, pool, roles, persons)
    facts = supposed_panel(row, seats, today(), get_language() or "").members
    ties = conflicts([seat.person for seat in seats], row.enrolment, day, rule_of(row), row)
    held = {
        (found.person_id, found.conflict): found
        for found in ConflictOverride.objects.filter(panel=row)
    }
    return [
        {
            **seat_of(seat, record, day),
            **_load(pool.get(seat.person_id)),
            "person": seat.person_id,
            "conflicts": [
                _tie(tie, held.get((seat.person_id, tie.kind))) for tie in ties[seat.person_id]
            ],
        }
        for seat, record in zip(seats, facts, strict=True)
    ]


def _load(found: Candidate | None) -> dict[str, Any]:
    if found is None:
        return {"load": None, "is_busy": None}
    return {"load": found.load, "is_busy": found.busy}


def _tie(tie: Conflict, held: ConflictOverride | None) -> dict[str, Any]:
    return {
        **tie_of(tie),
        "is_overridden": held is not None,
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
    row = _composed(request, key)
    person = _persons(request, row, [sent.person])[0]
    if sent.conflict not in TITLES or sent.conflict == "self":
        raise Http404
    made: Any = override_conflict(
        panel=row, person=person, conflict=sent.conflict, reason=sent.reason, by=reader(request)
    )
    return Status(201, made)


@router.post("/panels/{int:key}/repair", response=answers(shapes.Repair, 202))
def ask_panel_repair(request: HttpRequest, key: Key) -> Made:
    """Ask for the smallest change that satisfies every rule; read it where it was asked for."""
    row, asked = _seen(request, key)
    may_compose(reader(request), asked).demand()
    ask_repair(row, reader(request))
    return Status(202, panel_repair(request, key))


@router.get("/panels/{int:key}/repair", response=answers(shapes.Repair))
def panel_repair(request: HttpRequest, key: Key) -> dict[str, Any]:
    """The last repair that the reader asked for; 404 where none was."""
    row, _asked = _seen(request, key)
    job = last_job(row, reader(request))
    if job is None:
        raise Http404
    return {"state": job.state, "asked_at": job.created_at, **_repaired(job)}


def _repaired(job: Job) -> dict[str, Any]:
    found = job.result
    if job.state != JobState.DONE or not isinstance(found, dict):
        return {}
    return {
        **{name: found.get(name) for name in ("is_feasible", "is_optimal", "problem")},
        "changes": [_change(change) for change in found["changes"]],
        "conflicting": [obstacle["title"] for obstacle in found["conflicting"]],
    }


def _change(change: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": change["kind"],
        "text": change["text"],
        "leaves": change["out"]["key"] if change["out"] else None,
        "person": change["person"]["key"] if change["person"] else None,
        "role": change["role"],
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
