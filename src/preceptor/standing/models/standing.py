from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.training.models import Enrolment


class Standing(models.Model):
    """The standing of a trainee as a whole, stored for lists; the worst of the rules on the trainee
    and the thesis: fail, pending, warn, open (not met or pending, and not due yet), pass.

    Unit, direction, cohort and student number repeat those of the enrolment, so that the named
    filters of the list each read one index in the order of the list.
    """

    privacy = {
        "enrolment": Privacy.BASIC,
        "institution": Privacy.BASIC,
        "unit": Privacy.BASIC,
        "direction": Privacy.BASIC,
        "cohort": Privacy.BASIC,
        "student_number": Privacy.BASIC,
        "whole": Privacy.JUDGEMENT,
        "is_waived": Privacy.JUDGEMENT,
        "as_of": Privacy.BASIC,
    }

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    institution = models.ForeignKey(
        "institutions.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "institutions.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    direction = models.ForeignKey(
        "institutions.Discipline", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    cohort = models.PositiveSmallIntegerField()
    student_number = models.CharField(max_length=20)
    whole = models.CharField(max_length=16)
    is_waived = models.BooleanField(default=False)
    as_of = models.DateField()

    class Meta:
        # In the order of the list; the columns after it answer the other filters from the index.
        indexes = [
            models.Index(
                fields=[
                    "whole",
                    "student_number",
                    "enrolment",
                    "unit",
                    "cohort",
                    "direction",
                    "institution",
                ],
                name="standing_whole",
            ),
            models.Index(
                fields=[
                    "unit",
                    "whole",
                    "student_number",
                    "enrolment",
                    "cohort",
                    "direction",
                    "institution",
                ],
                name="standing_unit",
            ),
            models.Index(
                fields=[
                    "direction",
                    "whole",
                    "student_number",
                    "enrolment",
                    "unit",
                    "cohort",
                    "institution",
                ],
                name="standing_direction",
            ),
            models.Index(
                fields=[
                    "cohort",
                    "whole",
                    "student_number",
                    "enrolment",
                    "unit",
                    "direction",
                    "institution",
                ],
                name="standing_cohort",
            ),
            models.Index(
                fields=["student_number", "enrolment"],
                condition=Q(is_waived=True),
                name="standing_waived",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_number} {self.whole}"


class StandingTally(models.Model):
    """How many trainees, theses or panels of a unit have a verdict against a rule, or, with an
    empty `rule`, how many trainees stand so as a whole. Kept with the verdicts, in their
    transaction, so that a page counts a unit's verdicts without reading them."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(
        "institutions.Unit", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "institutions.Unit", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    rule = models.CharField(max_length=60, blank=True)
    pack = models.CharField(max_length=80, blank=True)
    verdict = models.CharField(max_length=16)
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "rule", "pack", "verdict"], name="one_tally_of_a_unit"
            )
        ]
        indexes = [models.Index(fields=["institution", "rule"], name="tally_institution")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.rule} {self.verdict}: {self.count}"
