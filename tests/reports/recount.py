"""An independent reader of the records: figures counted again in plain Python, without SQL.

It shares no definition with the product; it was written from the domain specification, section 3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from preceptor.admission.models import Application
from preceptor.institutions.models import DegreePoint, Discipline, Unit, UnitRelation
from preceptor.reports.figures.slugs import slug_of
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training.models import (
    Enrolment,
    Milestone,
    Panel,
    Placement,
    StateSpan,
    Thesis,
)

STUDYING = {
    "registered", "training", "candidate", "midterm_passed", "clinical_passed",
    "predefence_passed", "thesis_in_review", "revising", "defence_ready", "defended", "suspended",
}  # fmt: skip
Counts = dict[tuple[str, str], tuple[Decimal | None, list[int]]]


def _holds(row: Any, day: date) -> bool:
    return row.superseded_at is None and row.valid_from <= day <= (row.valid_to or date.max)


def _last(rows: Iterable[Any]) -> Any:
    return max(rows, key=lambda row: (row.valid_from, row.pk), default=None)


class Recount:
    """All records of one institution, and what they say of a day."""

    def __init__(self, root: Unit, day: date) -> None:
        self.root, self.day = root, day
        self.point = DegreePoint.objects.get(
            institution=root, degree_level="doctor", degree_type="professional"
        )
        entries = Discipline.objects.filter(parent=self.point.discipline, level="direction")
        self.directions = {row.pk: row for row in entries}
        self.relations = [row for row in UnitRelation.objects.all() if row.superseded_at is None]
        self.units = {row.pk: row for row in Unit.objects.all()}
        self.found: Counts = {}

    def within_year(self, day: date | None) -> bool:
        return day is not None and date(self.day.year, 1, 1) <= day <= self.day

    def slug(self, direction: int | None) -> str | None:
        row = self.directions.get(direction or 0)
        return None if row is None else slug_of(row.code, row.name_en)

    def hospital(self, unit: int | None) -> str | None:
        """The code of the nearest unit above in which people are trained."""
        while unit is not None:
            if self.units[unit].kind in (
                "hospital",
                "clinical_college",
                "training_base",
                "college",
            ):
                return self.units[unit].code
            above = [
                r.upper_id for r in self.relations if r.lower_id == unit and _holds(r, self.day)
            ]
            unit = above[0] if above else None
        return None

    def note(self, key: str, keys: Iterable[int], unit: str = "", value: Any = None) -> None:
        listed = sorted(set(keys))
        scope = f"{self.point.code}/{unit}" if unit else self.point.code
        exact = Decimal(len(listed)) if value is None else Decimal(value)
        self.found[key, scope] = (exact, listed)

    def all(self) -> Counts:
        self._trainees()
        self._registers()
        self._supervisors()
        self._applications()
        self._steps()
        self._ratio()
        return self.found

    def _professional(self) -> Iterator[tuple[Enrolment, StateSpan | None, Placement | None]]:
        rows = Enrolment.objects.filter(
            institution=self.root, degree_level="doctor", degree_type="professional"
        )
        spans, places = defaultdict(list), defaultdict(list)
        for span in StateSpan.objects.all():
            spans[span.enrolment_id].append(span)
        for place in Placement.objects.all():
            places[place.enrolment_id].append(place)
        for row in rows:
            known = [span for span in spans[row.pk] if span.superseded_at is None]
            begun = [place for place in places[row.pk]
                     if place.superseded_at is None and place.valid_from <= self.day]  # fmt: skip
            entered = any(span.valid_from <= self.day for span in known)
            last = _last(begun)
            is_here = entered or (not known and row.cohort_on <= self.day)
            if is_here and last is not None and last.direction_id in self.directions:
                yield (
                    row,
                    _last(span for span in known if _holds(span, self.day)),
                    _last(place for place in begun if _holds(place, self.day)),
                )

    def _trainees(self) -> None:
        groups: dict[tuple[str, str], set[int]] = defaultdict(set)
        for row, span, place in self._professional():
            state = span.state if span else None
            slug = self.slug(place.direction_id) if place else None
            unit = self.hospital(place.unit_id) if place else None
            if state in STUDYING and row.mode == "full_time":
                groups["enrolled.fulltime_prof_doctoral", ""].add(row.pk)
                groups[f"enrolled.by_cohort.{row.cohort}", ""].add(row.pk)
                groups[f"enrolled.by_direction.{slug}", ""].add(row.pk)
                groups["enrolled.fulltime_prof_doctoral", unit or "?"].add(row.pk)
            if state in STUDYING and row.mode == "in_service":
                groups["enrolled.in_service", ""].add(row.pk)
            if row.mode == "full_time" and self.within_year(row.cohort_on) and state != "lapsed":
                groups["intake.fulltime_prof_doctoral", ""].add(row.pk)
                groups[f"intake.by_direction.{slug}", ""].add(row.pk)
            if self.within_year(row.awarded_on):
                groups["degree.prof_doctor_awarded_incl_inservice", ""].add(row.pk)
                groups[f"degree.awarded_{row.mode}", ""].add(row.pk)
            if state == "withdrawn" and span and self.within_year(span.valid_from):
                groups["trainee.withdrawn", ""].add(row.pk)
            if state == "suspended":
                groups["enrolled.suspended", ""].add(row.pk)
        for (key, unit), keys in groups.items():
            if unit != "?" and not key.endswith(".None"):
                self.note(key, keys, unit)

    def _registers(self) -> None:
        before = date(self.day.year - 1, 12, 31)
        for key, kind, day in (
            ("org.nonaffiliated_clinical_colleges.ch1", "clinical_college_of", before),
            ("org.nonaffiliated_clinical_colleges.ch3_2", "clinical_college_of", self.day),
            ("org.nonaffiliated_training_bases.ch3_3", "training_base_of", self.day),
        ):
            rows = [r for r in self.relations if r.kind == kind and _holds(r, day)]
            self.note(key, (row.lower_id for row in rows))
        for key, day in (("direction.count.ch1", before), ("direction.count.ch3", self.day)):
            rows = [row for row in self.directions.values()
                    if row.valid_from <= day <= (row.valid_to or date.max)]  # fmt: skip
            self.note(key, (row.pk for row in rows))

    def _supervisors(self) -> None:
        groups: dict[str, list[SupervisorQualification]] = defaultdict(list)
        for row in SupervisorQualification.objects.filter(person__institution=self.root):
            held = row.state in ("qualified", "engaged", "suspended") and _holds(row, self.day)
            professional = row.degree_level == "doctor" and row.degree_type == "professional"
            if held and professional and row.direction_id in self.directions:
                groups["supervisor.prof_doctoral_total"].append(row)
                groups[f"supervisor.by_direction.{self.slug(row.direction_id)}"].append(row)
                if row.is_external:
                    groups["supervisor.prof_doctoral_external"].append(row)
        for key, rows in groups.items():
            persons = len({row.person_id for row in rows})
            self.note(key, (row.pk for row in rows), value=persons)

    def _applications(self) -> None:
        groups: dict[str, set[int]] = defaultdict(set)
        for row in Application.objects.filter(institution=self.root, year=self.day.year):
            doctoral = (row.degree_level, row.degree_type) == ("doctor", "professional")
            if doctoral and row.direction_id in self.directions and row.applied_on <= self.day:
                groups["applicants"].add(row.pk)
                decided = row.decided_on is None or row.decided_on <= self.day
                if row.outcome == "admitted" and decided:
                    groups["admitted"].add(row.pk)
                    groups[f"source_{row.origin}"].add(row.pk)
        for name, keys in groups.items():
            self.note(f"admission.{name}", keys)
        if groups["applicants"]:
            rate = Decimal(100 * len(groups["admitted"])) / len(groups["applicants"])
            rounded = rate.quantize(Decimal("0.01"), ROUND_HALF_UP)
            self.note("admission.rate_pct", groups["applicants"], value=rounded)

    def _steps(self) -> None:
        trainees = {row.pk for row, _, _ in self._professional()}
        groups: dict[str, set[int]] = defaultdict(set)
        for row in Milestone.objects.filter(enrolment__in=trainees):
            if self.within_year(row.held_on) and row.outcome:
                groups[f"milestone.{row.outcome}ed.{row.kind}"].add(row.pk)
        for panel in Panel.objects.filter(enrolment__in=trainees):
            if self.within_year(panel.sits_on):
                groups[f"panel.held.{panel.stage}"].add(panel.pk)
        for key, keys in groups.items():
            self.note(key, keys)
        checked = {
            thesis.enrolment_id
            for thesis in Thesis.objects.filter(enrolment__in=trainees)
            if any(self.within_year(check.checked_on) for check in thesis.similarity_checks.all())
        }
        if checked:
            self.note("thesis.checked", checked)

    def _ratio(self) -> None:
        whole, supervisors = (
            self.found.get((key, self.point.code), (None, []))[0]
            for key in ("enrolled.fulltime_prof_doctoral", "supervisor.prof_doctoral_total")
        )
        if whole and supervisors:
            exact = (whole / supervisors).quantize(Decimal("0.1"), ROUND_HALF_UP)
            self.found["ratio.student_supervisor", self.point.code] = (exact, [])
