"""Panel rows: one expert on one panel each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from preceptor.base.actors import Actor
from preceptor.people.actions import NewPerson, register_persons
from preceptor.people.choices import IdentifierScheme
from preceptor.people.models import Person
from preceptor.training.actions import (
    NewSeat,
    change_seat,
    compose_panels,
    reschedule_panel,
    take_seat,
)
from preceptor.training.models import Panel, PanelSeat

from .decision import Decision, Status, compared, refusal
from .known import Known
from .refusals import Kind, Refusal, say
from .rows import SeatRow
from .training_rows import SOURCE, reason_of


def stated(row: SeatRow) -> dict[str, Any]:
    """What the row states of the expert; the form's “outside” means both unit and institution."""
    return {
        "stated_title": row.title_text or "",
        "stated_series": row.title_series,
        "stated_level": row.title_level,
        "stated_doctoral_supervisor": row.is_doctoral_supervisor,
        "stated_outside_unit": row.is_outside,
        "stated_outside_institution": row.is_outside,
        "stated_degree_committee": row.is_degree_committee,
        "stated_clinical_work": row.in_clinical_work,
    }


def expert_key(row: SeatRow, place: int) -> str:
    """What names an expert of the workbook: name, title, whether from outside.

    Two experts of one name on one panel are two persons; `place` counts them.
    """
    outside = {True: "outside", False: "inside", None: "unknown"}[row.is_outside]
    return "|".join([row.expert_name, row.title_text or "", outside, *([str(place)] * (place > 1))])


def decide_seats(
    rows: Sequence[SeatRow], known: Known
) -> tuple[list[Decision[SeatRow]], list[Refusal]]:
    """Each row as new, changed or unchanged; rows at odds with a recorded panel are refused."""
    decisions, refusals = [], []
    left = {number: list(known.seats[panel.pk]) for number, panel in known.panels.items()}
    for row in rows:
        panel = known.panels.get(row.panel_number)
        if panel is None:
            decisions.append(Decision(row, Status.NEW))
        elif (panel.enrolment.student_number, panel.stage) != (row.student_number, row.stage):
            refusals.append(_conflict(row, panel))
        else:
            decisions.append(_compared(row, panel, left[row.panel_number]))
    return decisions, refusals


def _conflict(row: SeatRow, panel: Panel) -> Refusal:
    return refusal(row, "panel_number", Kind.CONFLICTING_PANEL, say(
        gettext_lazy(
            "Panel %(number)s is recorded for student %(student)s and another step. "
            "Give this panel a number of its own."
        ),
        number=panel.number, student=panel.enrolment.student_number,
    ))  # fmt: skip


def _compared(row: SeatRow, panel: Panel, left: list[PanelSeat]) -> Decision[SeatRow]:
    day = {
        "sits_on": (panel.sits_on, row.sits_on),
        "precision": (panel.sits_precision, row.precision if row.sits_on else None),
    }
    named = [seat for seat in left if seat.person.name_zh == row.expert_name]
    seat = max(named, key=lambda each: _agreeing(row, each), default=None)
    if seat is None:
        return Decision(row, Status.NEW, None, compared(row, None, day).changes)
    left.remove(seat)
    pairs = {name: (getattr(seat, name), value) for name, value in stated(row).items()}
    return compared(row, seat, day | pairs | {"role": (seat.role, row.role)})


def _agreeing(row: SeatRow, seat: PanelSeat) -> int:
    return sum(getattr(seat, name) == value for name, value in stated(row).items())


def _experts(rows: Sequence[SeatRow], known: Known, by: Actor) -> dict[int, Person]:
    """The persons of new seats by row; those not known yet are created from the sheet."""
    places: Counter[tuple[str, str]] = Counter()
    keys: dict[int, str] = {}
    for row in rows:
        places[row.panel_number, expert_key(row, 1)] += 1
        keys[id(row)] = expert_key(row, places[row.panel_number, expert_key(row, 1)])
    found = known.persons(IdentifierScheme.EXPERT, set(keys.values()))
    unknown = {keys[id(row)]: row.expert_name for row in rows if keys[id(row)] not in found}
    created = register_persons(
        institution=known.institution, by=by,
        persons=[
            NewPerson(IdentifierScheme.EXPERT, key, name, source=SOURCE)
            for key, name in unknown.items()
        ],
    )  # fmt: skip
    persons = found | created
    return {row: persons[key] for row, key in keys.items()}


def write_seats(decisions: Sequence[Decision[SeatRow]], known: Known, by: Actor) -> None:
    """Compose new panels, fill new seats and correct changed ones."""
    new = [decision for decision in decisions if decision.status == Status.NEW]
    experts = _experts([decision.row for decision in new], known, by)
    fresh: dict[str, list[tuple[SeatRow, NewSeat]]] = defaultdict(list)
    for decision in new:
        row = decision.row
        seat = NewSeat(experts[id(row)], row.role, stated(row), SOURCE)
        if row.panel_number in known.panels:
            _write_day(decision, known.panels[row.panel_number], by)
            take_seat(panel=known.panels[row.panel_number], seat=seat, by=by)
        else:
            fresh[row.panel_number].append((row, seat))
    _compose(fresh, known, by)
    for decision in decisions:
        if decision.status == Status.CHANGED:
            _write_change(decision, known, by)


def _compose(fresh: dict[str, list[tuple[SeatRow, NewSeat]]], known: Known, by: Actor) -> None:
    panels = []
    for number, seated in fresh.items():
        head = seated[0][0]
        dated = next((row for row, _seat in seated if row.sits_on), head)
        panel = Panel(
            number=number, institution=known.institution, stage=head.stage, sits_on=dated.sits_on,
            enrolment=known.enrolments[head.student_number],
            sits_precision=dated.precision or "day", source=SOURCE,
        )  # fmt: skip
        panels.append((panel, [seat for _row, seat in seated]))
    compose_panels(institution=known.institution, panels=panels, by=by)
    known.panels.update({panel.number: panel for panel, _seats in panels})


def _write_day(decision: Decision[SeatRow], panel: Panel, by: Actor) -> None:
    after = decision.after
    if "sits_on" in after or "precision" in after:
        reschedule_panel(
            panel=panel, sits_on=after.get("sits_on", panel.sits_on),
            precision=after.get("precision", panel.sits_precision), by=by,
            reason=reason_of(decision.row),
        )  # fmt: skip


def _write_change(decision: Decision[SeatRow], known: Known, by: Actor) -> None:
    panel = known.panels[decision.row.panel_number]
    _write_day(decision, panel, by)
    columns = {
        name: value
        for name, value in decision.after.items()
        if name not in ("sits_on", "precision")
    }
    if columns:
        decision.record.panel = panel
        change_seat(seat=decision.record, by=by, reason=reason_of(decision.row), **columns)
