from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.privacy import Privacy
from preceptor.training.models import Enrolment, Panel

from ..choices import ChangeCause

_ABOUT = {
    "enrolment": Privacy.BASIC,
    "panel": Privacy.BASIC,
    "subject": Privacy.BASIC,
    "rule": Privacy.BASIC,
    "kind": Privacy.BASIC,
    "verdict": Privacy.JUDGEMENT,
    "missing": Privacy.BASIC,
    "pack": Privacy.BASIC,
    "version": Privacy.BASIC,
    "hash": Privacy.BASIC,
    "since": Privacy.BASIC,
}


class Finding(models.Model):
    """A stored verdict: one rule on one record, by one content of a pack.

    Lists filter by it; a record's own page evaluates afresh. `enrolment` is the trainee whom
    the finding concerns, whatever the subject of the rule; `student_number`, `unit`, `direction`
    and `cohort` repeat hers, so that a list by rule and verdict, narrowed further or not, is read
    in its order from one index. What is counted in a unit is taken from there again when she
    moves. `since` is the first day of this verdict, `as_of` the day on which it was last written: a later evaluation with the same
    answer from the same content leaves the row alone.
    """

    privacy = {
        **_ABOUT, "student_number": Privacy.BASIC, "unit": Privacy.BASIC,
        "direction": Privacy.BASIC, "cohort": Privacy.BASIC, "as_of": Privacy.BASIC,
    }  # fmt: skip

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="findings")
    panel = models.ForeignKey(
        Panel, on_delete=models.CASCADE, null=True, blank=True, related_name="findings"
    )
    student_number = models.CharField(max_length=20)
    unit = models.ForeignKey(
        "institutions.Unit", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    direction = models.ForeignKey(
        "institutions.Discipline", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    cohort = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=12)
    rule = models.CharField(max_length=60)
    kind = models.CharField(max_length=8)
    verdict = models.CharField(max_length=16)
    missing = models.CharField(max_length=300, blank=True)
    pack = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    hash = models.CharField(max_length=64)
    since = models.DateField()
    as_of = models.DateField()

    class Meta:
        indexes = [
            # The columns after the order answer the other filters from the index alone.
            models.Index(
                fields=[
                    "rule",
                    "verdict",
                    "student_number",
                    "enrolment",
                    "unit",
                    "cohort",
                    "direction",
                    "kind",
                ],
                name="finding_rule_verdict",
            ),
            models.Index(
                fields=[
                    "unit",
                    "rule",
                    "verdict",
                    "student_number",
                    "enrolment",
                    "cohort",
                    "direction",
                    "kind",
                ],
                name="finding_unit",
            ),
            models.Index(
                fields=["student_number", "id"],
                condition=Q(panel__isnull=False, verdict="fail", kind="block"),
                name="finding_panel_stops",
            ),
            models.Index(fields=["enrolment", "rule"], name="finding_enrolment"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "rule", "pack"],
                condition=Q(panel=None),
                name="one_verdict_on_a_trainee",
            ),
            models.UniqueConstraint(
                fields=["panel", "rule", "pack"],
                condition=Q(panel__isnull=False),
                name="one_verdict_on_a_panel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.rule} {self.verdict}"


class FindingChange(models.Model):
    """A verdict that stood once: from `since` to `until`, both days included.

    `until` may be the day of `since`, or of its successor: a verdict can change twice a day.
    `cause` says what ended it: a record, time alone, a pack, or a waiver.
    """

    privacy = {**_ABOUT, "until": Privacy.BASIC, "cause": Privacy.BASIC}

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="finding_changes"
    )
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, null=True, blank=True)
    subject = models.CharField(max_length=12)
    rule = models.CharField(max_length=60)
    kind = models.CharField(max_length=8)
    verdict = models.CharField(max_length=16)
    missing = models.CharField(max_length=300, blank=True)
    pack = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    hash = models.CharField(max_length=64)
    since = models.DateField()
    until = models.DateField()
    cause = models.CharField(max_length=8, choices=ChangeCause.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["enrolment", "created_at"], name="finding_change_enrolment")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.rule} {self.verdict} {self.since}–{self.until}"
