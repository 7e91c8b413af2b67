"""Postdoctoral stations in the shape of the subject schema: what each was prepared with, counted from
the registers. A register that an institution does not keep leaves its figures unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Coalesce

from preceptor.base.together import Question, Set, answer, together
from preceptor.fellows.choices import StationState
from preceptor.fellows.models import Station, StationSpan
from preceptor.institutions.choices import DegreeLevel
from preceptor.institutions.models import DegreePoint
from preceptor.research.choices import ProjectLevel
from preceptor.research.models import Authorship, Project
from preceptor.supervisors.models import SupervisorQualification
from preceptor.supervisors.queries import HELD
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Enrolment

from .applicants import discipline_of
from .disciplines import First, first_levels_asked
from .records import Record, rows_asked
from .spans import shifted

#: The states that follow a demonstration before experts.
DEMONSTRATED = (
    StationState.DEMONSTRATED, StationState.SUBMITTED, StationState.APPROVED, StationState.OPEN,
    StationState.RECTIFYING, StationState.CLOSED,
)  # fmt: skip
#: Papers of so many months count.
PAPER_MONTHS = 60


class Row(NamedTuple):
    """A row of a register: its institution, the entry of the catalogue, and what it says."""

    institution: int
    discipline: int | None
    value: int


class Register:
    """The rows of a register of some institutions, found by institution and first-level discipline."""

    def __init__(self, rows: Iterable[Row], firsts: dict[int | None, First]) -> None:
        self.firsts = firsts
        self.of: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            self.of[row.institution].append(row)

    def values(self, institution: int, first: First) -> set[int] | None:
        """What the rows of the discipline say, each once; None where the register is not kept."""
        if institution not in self.of:
            return None
        return {
            row.value
            for row in self.of[institution]
            if row.discipline in self.firsts and self.firsts[row.discipline].is_same(first)
        }


def station_records(stations: Sequence[Station], on: date) -> list[Record]:
    """Records of the subject `station` on the day, in the order given; `stations` must come with
    the station above. Two queries."""
    known = _Known(stations, on)
    return [_record(row, known, on) for row in stations]


class _Known:
    """What the registers of the stations' institutions say."""

    def __init__(self, stations: Sequence[Station], on: date) -> None:
        institutions = {row.institution_id for row in stations}
        self.spans, *registers = answer(
            together(
                rows_asked(stations, "spans", StationSpan.objects.known(), "station"),
                _points(institutions, on), _cohorts(institutions, on), _supervisors(institutions, on),
            )
        )  # fmt: skip
        entries = {row.discipline for rows in registers for row in rows}
        persons = {row.value for row in registers[-1]}
        self.firsts, self.projects, self.papers = answer(
            together(
                first_levels_asked(entries | {discipline_of(row) for row in stations}),
                _projects(persons, on), _papers(persons, on),
            )
        )  # fmt: skip
        self.points, self.cohorts, self.supervisors = (
            Register(rows, self.firsts) for rows in registers
        )


def _points(institutions: set[int], on: date) -> Question[list[Row]]:
    rows = DegreePoint.objects.filter(institution__in=institutions, degree_level=DegreeLevel.DOCTOR)
    rows = rows.filter(Q(authorised_on=None) | Q(authorised_on__lte=on)).order_by()
    [found] = yield [Set(rows, ("institution", "discipline", "pk"))]
    return [Row(*row) for row in found]


def _cohorts(institutions: set[int], on: date) -> Question[list[Row]]:
    """The cohorts with a doctor who graduated, and cohort 0 for the others, so that a register with
    nobody graduated yet is told from one that is not kept."""
    rows = Enrolment.objects.filter(institution__in=institutions, degree_level=DegreeLevel.DOCTOR)
    done = Q(awarded_on__lte=on) | Q(state=EnrolmentState.GRADUATED)
    graduated, kept = yield [
        Set(rows.filter(done).order_by().distinct(), ("institution", "direction", "cohort")),
        Set(rows.order_by().distinct(), ("institution",)),
    ]
    return [*(Row(*row) for row in graduated), *(Row(key, None, 0) for (key,) in kept)]


def _supervisors(institutions: set[int], on: date) -> Question[list[Row]]:
    rows = SupervisorQualification.objects.on(on).filter(
        degree_level=DegreeLevel.DOCTOR, state__in=HELD
    )
    rows = rows.annotate(root=Coalesce("unit__institution", "unit")).filter(root__in=institutions)
    [found] = yield [Set(rows.order_by(), ("root", "direction", "person"))]
    return [Row(*row) for row in found]


class _Project(NamedTuple):
    key: int
    level: str
    amount: Decimal | None


def _projects(persons: set[int], on: date) -> Question[dict[int, set[_Project]]]:
    """The projects that run on the day, by person."""
    found: dict[int, set[_Project]] = defaultdict(set)
    rows = Project.objects.filter(starts_on__lte=on, members__person__in=persons)
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=on)).order_by()
    [members] = yield [Set(rows, ("members__person", "pk", "level", "amount_cny"))]
    for person, key, level, amount in members:
        found[person].add(_Project(key, level, amount))
    return found


def _papers(persons: set[int], on: date) -> Question[dict[int, set[int]]]:
    """The papers of the last years by person; one of unknown day is in no year."""
    found: dict[int, set[int]] = defaultdict(set)
    since = shifted(on, -PAPER_MONTHS)
    rows = Authorship.objects.filter(
        person__in=persons, paper__published_on__gt=since, paper__published_on__lte=on
    )
    [authors] = yield [Set(rows.order_by(), ("person", "paper"))]
    for person, paper in authors:
        found[person].add(paper)
    return found


def _record(row: Station, known: _Known, on: date) -> Record:
    first = known.firsts.get(discipline_of(row))
    return {
        "key": str(row.pk),
        "event_on": on,
        "kind": row.kind,
        "phase": _phase(row, known.spans[row.pk], on),
        "has_demonstration": _was_demonstrated(row, known.spans[row.pk], on),
        "has_two_offices": row.first_office_id is not None and row.second_office_id is not None,
        "has_partner": row.partner_id is not None,
        **({} if first is None else _figures(row.institution_id, first, known)),
    }


def _phase(row: Station, spans: Iterable[StationSpan], on: date) -> str | None:
    """The state of the day; that of the row where no spans are kept."""
    kept = list(spans)
    if not kept:
        return row.state
    return next((span.state for span in kept if span.is_true_on(on)), None)


def _was_demonstrated(row: Station, spans: Iterable[StationSpan], on: date) -> bool:
    """Whether it ever had a state by the day that follows the demonstration."""
    kept = list(spans)
    reached = {span.state for span in kept if span.valid_from <= on} if kept else {row.state}
    return not reached.isdisjoint(DEMONSTRATED)


def _figures(institution: int, first: First, known: _Known) -> Record:
    points = known.points.values(institution, first)
    cohorts = known.cohorts.values(institution, first)
    persons = known.supervisors.values(institution, first)
    return {
        "has_doctoral_right": None if points is None else bool(points),
        "graduated_cohorts": None if cohorts is None else len(cohorts),
        "doctoral_supervisors": None if persons is None else len(persons),
        **({} if persons is None else _research(persons, known)),
    }


def _research(persons: Iterable[int], known: _Known) -> Record:
    """Projects, their money and papers of the supervisors; a project of unknown level or amount
    leaves the figure unknown."""
    people = list(persons)
    projects = {one for person in people for one in known.projects.get(person, ())}
    levels = [one.level for one in projects]
    amounts = [one.amount for one in projects if one.amount is not None]
    return {
        "projects": len(projects),
        "national_projects": None if "" in levels else levels.count(ProjectLevel.NATIONAL),
        "money_cny": int(sum(amounts)) if len(amounts) == len(projects) else None,
        "papers": len({paper for person in people for paper in known.papers.get(person, ())}),
    }
