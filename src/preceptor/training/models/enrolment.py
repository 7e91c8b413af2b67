from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.models import DatedRecord
from preceptor.base.privacy import Privacy
from preceptor.institutions.choices import DegreeLevel, DegreeType
from preceptor.institutions.models import Discipline, Unit
from preceptor.people.models import Person

from ..choices import EnrolmentState, PeriodKind, StudyMode, SupervisionRole
from .programme import Programme

#: Rows that stand in the records and have no end.
OPEN = Q(superseded_at=None, valid_to=None)


class Enrolment(models.Model):
    """A person studies for a degree in a direction. Files of events hang on it, not columns.

    `state`, `unit` and `direction` repeat the row valid today of `StateSpan` and `Placement`,
    so that lists need no join; only the actions write them. `cohort_on` is the plan date that
    binds the trainee to the rules of a cohort; it changes only by a recorded move.
    """

    privacy = {
        "student_number": Privacy.BASIC,
        "person": Privacy.BASIC,
        "institution": Privacy.BASIC,
        "unit": Privacy.BASIC,
        "direction": Privacy.BASIC,
        "programme": Privacy.BASIC,
        "degree_level": Privacy.BASIC,
        "degree_type": Privacy.BASIC,
        "mode": Privacy.BASIC,
        "cohort": Privacy.BASIC,
        "cohort_on": Privacy.BASIC,
        "state": Privacy.BASIC,
        "awarded_on": Privacy.BASIC,
    }

    student_number = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="enrolments")
    direction = models.ForeignKey(Discipline, on_delete=models.PROTECT, related_name="enrolments")
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments"
    )
    degree_level = models.CharField(max_length=10, choices=DegreeLevel.choices)
    degree_type = models.CharField(max_length=14, choices=DegreeType.choices)
    mode = models.CharField(max_length=12, choices=StudyMode.choices)
    cohort = models.PositiveSmallIntegerField()
    cohort_on = models.DateField()
    state = models.CharField(max_length=24, choices=EnrolmentState.choices)
    awarded_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "student_number"], name="student_number_once"
            )
        ]
        # In the order of the list; the columns after it answer the other filters from the index.
        indexes = [
            models.Index(
                fields=[
                    "student_number",
                    "id",
                    "unit",
                    "cohort",
                    "direction",
                    "state",
                    "institution",
                    "person",
                ],
                name="enrolment_number",
            ),
            models.Index(
                fields=[
                    "unit",
                    "student_number",
                    "id",
                    "cohort",
                    "direction",
                    "state",
                    "institution",
                    "person",
                ],
                name="enrolment_unit",
            ),
            models.Index(
                fields=[
                    "direction",
                    "student_number",
                    "id",
                    "unit",
                    "cohort",
                    "state",
                    "institution",
                    "person",
                ],
                name="enrolment_direction",
            ),
            models.Index(
                fields=[
                    "cohort",
                    "student_number",
                    "id",
                    "unit",
                    "direction",
                    "state",
                    "institution",
                    "person",
                ],
                name="enrolment_cohort",
            ),
            models.Index(
                fields=[
                    "state",
                    "student_number",
                    "id",
                    "unit",
                    "cohort",
                    "direction",
                    "institution",
                    "person",
                ],
                name="enrolment_state",
            ),
            models.Index(fields=["person", "student_number", "id"], name="enrolment_person"),
            models.Index(fields=["institution", "unit", "state"], name="enrolment_counted"),
        ]

    def __str__(self) -> str:
        return self.student_number


class StateSpan(DatedRecord):
    """The state of an enrolment for a time, with why it came about."""

    privacy = {"enrolment": Privacy.BASIC, "state": Privacy.BASIC, "reason": Privacy.SENSITIVE}

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="state_spans")
    state = models.CharField(max_length=24, choices=EnrolmentState.choices)
    reason = EncryptedTextField(blank=True)

    class Meta(DatedRecord.Meta):
        ordering = ["valid_from", "id"]
        constraints = [
            *DatedRecord.Meta.constraints,
            models.UniqueConstraint(fields=["enrolment"], condition=OPEN, name="one_open_state"),
        ]
        indexes = [models.Index(fields=["enrolment", "valid_from"], name="state_span_enrolment")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.state}"


class Placement(DatedRecord):
    """Where an enrolment is placed for a time: hospital or college, and direction."""

    privacy = {
        "enrolment": Privacy.BASIC,
        "unit": Privacy.BASIC,
        "direction": Privacy.BASIC,
        "reason": Privacy.BASIC,
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="placements")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    direction = models.ForeignKey(Discipline, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta(DatedRecord.Meta):
        ordering = ["valid_from", "id"]
        constraints = [
            *DatedRecord.Meta.constraints,
            models.UniqueConstraint(fields=["enrolment"], condition=OPEN, name="one_open_place"),
        ]
        indexes = [models.Index(fields=["enrolment", "valid_from"], name="placement_enrolment")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.unit_id} {self.direction_id}"


class StudyPeriod(DatedRecord):
    """An extension, deferral or suspension: a dated fact beside the state."""

    privacy = {"enrolment": Privacy.BASIC, "kind": Privacy.BASIC, "reason": Privacy.SENSITIVE}

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="periods")
    kind = models.CharField(max_length=12, choices=PeriodKind.choices)
    reason = EncryptedTextField()

    class Meta(DatedRecord.Meta):
        ordering = ["valid_from", "id"]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.kind}"


class Supervision(DatedRecord):
    """A supervisor guides a trainee for a time."""

    privacy = {"enrolment": Privacy.BASIC, "person": Privacy.BASIC, "role": Privacy.BASIC}

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="supervisions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="supervisions")
    role = models.CharField(max_length=8, choices=SupervisionRole.choices)
    source = models.CharField(max_length=20, blank=True)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=OPEN & Q(role=SupervisionRole.MAIN),
                name="one_open_main_supervisor",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "enrolment"], name="supervision_person"),
            models.Index(fields=["enrolment", "role"], name="supervision_enrolment"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.enrolment_id}"
