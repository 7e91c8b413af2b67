"""What the institution knows of the trainees and panels that a workbook names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TypeVar

from preceptor.institutions.choices import DisciplineLevel
from preceptor.institutions.models import Discipline, Unit
from preceptor.people.choices import IdentifierScheme
from preceptor.people.models import Identifier, Person
from preceptor.training.choices import SupervisionRole
from preceptor.training.models import (
    Enrolment,
    Milestone,
    Panel,
    PanelSeat,
    Programme,
    Rotation,
    SimilarityCheck,
    Supervision,
    Thesis,
)

SLICE = 500
T = TypeVar("T")


def sliced(values: Collection[T]) -> Iterator[list[T]]:
    """The values, a bounded number at a time, as databases bound the length of a question."""
    ordered = list(values)
    for start in range(0, len(ordered), SLICE):
        yield ordered[start : start + SLICE]


class Known:
    """The records that the rows of a workbook may meet, read in a bounded number of questions."""

    def __init__(self, institution: Unit) -> None:
        self.institution = institution
        self.units = {
            unit.name_zh: unit
            for unit in [institution, *Unit.objects.filter(institution=institution)]
        }
        self.directions = {
            entry.code: entry
            for entry in Discipline.objects.filter(level=DisciplineLevel.DIRECTION)
        }
        self.enrolments: dict[str, Enrolment] = {}
        self.supervisors: dict[int, Person] = {}
        self.rotations: dict[int, list[Rotation]] = defaultdict(list)
        self.milestones: dict[int, list[Milestone]] = defaultdict(list)
        self.theses: dict[int, Thesis] = {}
        self.checks: dict[int, list[SimilarityCheck]] = defaultdict(list)
        self.panels: dict[str, Panel] = {}
        self.seats: dict[int, list[PanelSeat]] = defaultdict(list)
        self.persons_by_staff_number: dict[str, Person] = {}
        self._programmes = list(Programme.objects.filter(point__institution=institution))

    def programme(self, direction: str, cohort: int) -> Programme | None:
        """The latest programme version of the direction that is open to the cohort."""
        fitting = [
            version
            for version in self._programmes
            if version.direction_id == self.directions[direction].pk
            and version.cohort_from <= cohort
            and (version.cohort_to is None or cohort <= version.cohort_to)
        ]
        return max(fitting, key=lambda version: version.cohort_from, default=None)

    def read_supervisors(self, numbers: Collection[str]) -> None:
        """Read the persons whom these staff numbers name."""
        wanted = {number for number in numbers if number}
        self.persons_by_staff_number = self.persons(IdentifierScheme.STAFF_NUMBER, wanted)

    def students(self, numbers: Collection[str]) -> set[str]:
        """Those of the student numbers that the institution has already."""
        return {
            number
            for some in sliced(numbers)
            for number in Enrolment.objects.filter(
                institution=self.institution, student_number__in=some
            ).values_list("student_number", flat=True)
        }

    def read_trainees(self, numbers: Collection[str]) -> None:
        """Read the enrolments with these numbers and all that hangs on them."""
        for some in sliced(numbers):
            rows = Enrolment.objects.filter(
                institution=self.institution, student_number__in=some
            ).select_related("person", "unit", "direction", "institution")
            self.enrolments.update({row.student_number: row for row in rows})
        keys = [row.pk for row in self.enrolments.values()]
        for slice_of_keys in sliced(keys):
            self._read_progress(slice_of_keys)
            self._read_theses(slice_of_keys)

    def _read_progress(self, keys: list[int]) -> None:
        guides = Supervision.objects.known().filter(
            enrolment__in=keys, role=SupervisionRole.MAIN, valid_to=None
        )
        for guide in guides.select_related("person"):
            self.supervisors[guide.enrolment_id] = guide.person
        for rotation in Rotation.objects.filter(enrolment__in=keys):
            self.rotations[rotation.enrolment_id].append(rotation)
        for milestone in Milestone.objects.filter(enrolment__in=keys):
            self.milestones[milestone.enrolment_id].append(milestone)

    def _read_theses(self, keys: list[int]) -> None:
        for thesis in Thesis.objects.filter(enrolment__in=keys):
            self.theses[thesis.enrolment_id] = thesis
        checks = SimilarityCheck.objects.filter(thesis__enrolment__in=keys)
        for check in checks.select_related("thesis"):
            self.checks[check.thesis.enrolment_id].append(check)

    def read_panels(self, numbers: Collection[str]) -> None:
        """Read the panels with these numbers and their seats."""
        for some in sliced(numbers):
            rows = Panel.objects.filter(institution=self.institution, number__in=some)
            self.panels.update({row.number: row for row in rows.select_related("enrolment")})
        for keys in sliced([panel.pk for panel in self.panels.values()]):
            seats = PanelSeat.objects.filter(panel__in=keys).select_related("person")
            for seat in seats.order_by("id"):
                self.seats[seat.panel_id].append(seat)

    def persons(self, scheme: IdentifierScheme, values: Collection[str]) -> dict[str, Person]:
        """The persons whom these numbers name."""
        found: dict[str, Person] = {}
        for some in sliced(values):
            rows = Identifier.objects.filter(
                institution=self.institution, scheme=scheme, value__in=some
            ).select_related("person")
            found.update({row.value: row.person for row in rows})
        return found
