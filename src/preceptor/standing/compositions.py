"""A composition as it is being chosen: seats that nobody wrote yet, what the rules say of them, and what
is known of everybody who sits or could."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from preceptor.base.together import Question, Set, answer, asked, kept_at, together
from preceptor.cases.access.case import keep_open_tasks
from preceptor.people.models import Person, Title
from preceptor.training.choices import SeatRole
from preceptor.training.models import ConflictOverride, MilestoneCase, Panel, PanelSeat

from .models import WaiverSignature
from .queries import PanelStanding
from .radar import Conflict, conflicts_asked, guidance, rule_in
from .records import Record, capacities, seats
from .repair.candidate import APART, Candidate
from .repair.free import day_of
from .repair.pool import pool_asked
from .supposing import supposed_beside, supposed_seats
from .waiving import alive

#: The override of one kind of conflict of one person.
Overrides = Mapping[tuple[int, str], ConflictOverride]


@dataclass(frozen=True)
class Line:
    """One person, with the seat that is chosen or could be, what is true of the person on the day, what
    ties the person to the trainee, and, of all but secretary and advisers, load and engagements."""

    seat: PanelSeat
    record: Record
    conflicts: Sequence[Conflict]
    candidate: Candidate | None

    def is_stopped(self, overrides: Overrides) -> bool:
        """Whether a conflict keeps the person off that nobody overrode."""
        return any(
            tie.level == "block"
            and (tie.is_final or (self.seat.person_id, tie.kind) not in overrides)
            for tie in self.conflicts
        )


@dataclass(frozen=True)
class Composition:
    """What the rules say of the seats that are chosen, and what is known of those who sit and of those
    who are offered besides."""

    standing: PanelStanding
    members: Sequence[Line]
    offered: Sequence[Line]
    overrides: Overrides


def keep_panel(panel: Panel) -> Question[MilestoneCase | None]:
    """Keep at the panel what a composition reads whatever is chosen: its seats with their persons, its
    waivers, and who guides the trainee; gives the request that it is composed for, with its case and
    kind, and what is open of it. Two rounds."""
    found: MilestoneCase | None
    found, *_kept = yield from together(
        _request(panel),
        kept_at([panel], "seats", seats()),
        kept_at([panel], "waivers", alive().prefetch_related(None)),
        kept_at([panel.enrolment], "supervisions", guidance()),
    )
    signatures = WaiverSignature.objects.filter(verb="granted").defer("reason")
    signed = kept_at(panel.waivers.all(), "signatures", signatures)
    yield from together(signed, *([keep_open_tasks(found.case)] if found else []))
    return found


def _request(panel: Panel) -> Question[MilestoneCase | None]:
    rows: QuerySet[MilestoneCase] = MilestoneCase.objects.filter(panel=panel.pk)
    beside = ("case__kind", "case__unit", "case__institution", "enrolment")
    [found] = yield from asked(Set(rows.select_related(*beside)))
    return found[0] if found else None


def composition_of(
    panel: Panel,
    row: MilestoneCase,
    roles: Mapping[int, str],
    persons: Collection[Person],
    offered: Sequence[int],
    on: date,
    language: str,
) -> Composition:
    """The composition of the persons in their roles, by key, judged as `supposed_panel` judges it, on the
    day that is set at the panel.

    `persons` are all who are chosen or offered and not yet on the panel, `offered` the keys of those
    offered, in their order. `panel` comes with what `keep_panel` keeps. Four queries at most for any
    number of persons; nothing is written.
    """
    seated = [seat.person for seat in panel.seats.all()]
    every = {one.pk: one for one in [*persons, *seated]}
    apart = [seat.person for seat in panel.seats.all() if seat.role in APART]
    rule, day = rule_in(row.case), day_of(panel, on)
    pool, ties, overrides, *_kept = answer(
        together(
            pool_asked(panel, on, every.values(), rule),
            conflicts_asked(apart, panel.enrolment, day, rule, panel),
            overrides_asked(panel),
            kept_at(every.values(), "titles", Title.objects.known()),
            kept_at(every.values(), "capacities", capacities()),
        )
    )
    known = {one.key: one for one in pool}
    ties |= {one.key: list(one.conflicts) for one in pool}
    chosen = supposed_seats(panel, known, roles)
    more = [_offered(panel, known[key]) for key in offered if key not in roles and key in known]
    for seat in (*chosen, *more):
        seat.person = every[seat.person_id]
    standing, records = supposed_beside(panel, chosen, more, on, language)
    lines = [
        Line(seat, record, ties[seat.person_id], known.get(seat.person_id))
        for seat, record in zip([*chosen, *more], records, strict=True)
    ]
    return Composition(standing, lines[: len(chosen)], lines[len(chosen) :], overrides)


def ties_asked(
    panel: Panel, row: MilestoneCase, on: date
) -> Question[tuple[Mapping[int, Sequence[Conflict]], Overrides]]:
    """What ties each member of the panel to the trainee on the day of the sitting as far as it is known
    today, and what was overridden; one round where `radar.guidance` was kept at the trainee."""
    persons = [seat.person for seat in panel.seats.all()]
    asked_of = conflicts_asked(
        persons, panel.enrolment, day_of(panel, on), rule_in(row.case), panel
    )
    ties, overrides = yield from together(asked_of, overrides_asked(panel))
    return ties, overrides


def _offered(panel: Panel, candidate: Candidate) -> PanelSeat:
    seat = candidate.seated(SeatRole.MEMBER.value)
    seat.panel = panel
    return seat


def overrides_asked(panel: Panel) -> Question[Overrides]:
    """In spite of which conflicts somebody is seated; one set."""
    [found] = yield from asked(Set(ConflictOverride.objects.filter(panel=panel)))
    return {(row.person_id, row.conflict): row for row in found}
