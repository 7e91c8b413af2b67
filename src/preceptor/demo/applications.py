"""Applications for admission: those admitted become the cohort, the others do not.

Source of the numbers of 2023: domain specification 8.3; of the years before: invented.
"""

from __future__ import annotations

from datetime import date, timedelta

from preceptor.admission.choices import ApplicationOutcome, Origin
from preceptor.admission.models import Application
from preceptor.institutions.choices import DegreeLevel, DegreeType

from .apportionment import apportion
from .catalogue import SPLIT_ON
from .distribution import CENSUS_YEAR, DIRECTIONS, ORTHOPAEDICS, SURGERY
from .institution import Institution
from .names import draw_name

CHUNK = 4000
OWN_SHARE = 0.63


class Intake:
    """The applications of one year, written as the trainees of the cohort come."""

    def __init__(self, institution: Institution, year: int) -> None:
        self.institution = institution
        self.year = year
        self.random = institution.stream(f"applications {year}")
        self.admitted = 0
        self.serial = 0
        self.own_left = list(institution.distribution.own)

    def admit(self, name: str, direction: int, unit: int) -> None:
        """The application of one who was admitted; of 2023 the published origin is kept."""
        self.admitted += 1
        self._write(name, direction, unit, self._origin(direction), ApplicationOutcome.ADMITTED)

    def turn_away(self) -> None:
        """The applications of those who were not admitted."""
        for direction, number in enumerate(self._rejected()):
            for _ in range(number):
                name = draw_name(self.random).zh
                self._write(name, direction, None, self._chance(), ApplicationOutcome.REJECTED)
                if self.serial % CHUNK == 0:
                    self.institution.batch.write(f"applicants of {self.year}")

    def _rejected(self) -> list[int]:
        distribution = self.institution.distribution
        if self.year == CENSUS_YEAR:
            return list(distribution.rejected)
        applicants = distribution.earlier_applicants.get(self.year, 0)
        weights = [row.applicants for row in DIRECTIONS]
        return apportion(max(0, applicants - self.admitted), weights)

    def _chance(self) -> Origin:
        return Origin.OWN if self.random.random() < OWN_SHARE else Origin.OTHER

    def _origin(self, direction: int) -> Origin:
        if self.year != CENSUS_YEAR:
            return self._chance()
        self.own_left[direction] -= 1
        return Origin.OWN if self.own_left[direction] >= 0 else Origin.OTHER

    def _write(
        self,
        name: str,
        direction: int,
        unit: int | None,
        origin: Origin,
        outcome: ApplicationOutcome,
    ) -> None:
        decided = date(self.year, 7, 10)
        if direction == ORTHOPAEDICS and decided < SPLIT_ON:
            direction = SURGERY
        self.serial += 1
        self.institution.batch.add(
            Application,
            institution_id=self.institution.root,
            candidate_number=f"{self.year}1051{self.serial:05}",
            name=name,
            year=self.year,
            direction_id=self.institution.directions[direction],
            unit_id=unit,
            degree_level=DegreeLevel.DOCTOR,
            degree_type=DegreeType.PROFESSIONAL,
            origin=origin,
            applied_on=date(self.year, 3, 1) + timedelta(days=self.random.randint(0, 30)),
            outcome=outcome,
            decided_on=decided,
        )
