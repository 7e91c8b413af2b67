"""What the cases of this room are about; one row for each case."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.privacy import Privacy
from preceptor.cases.models import Case, SittingSeat
from preceptor.people.models import Person

from ..choices import EnrolmentState, MilestoneKind, PeriodKind
from .enrolment import Enrolment
from .panel import Panel


class MilestoneCase(models.Model):
    """The request to take a step of training before a panel; `attempt` is the attempt it will be.

    `panel` is the one that sits now; a panel set aside by an appeal stays in `panels`.
    """

    privacy = {
        "case": Privacy.BASIC,
        "enrolment": Privacy.BASIC,
        "milestone": Privacy.BASIC,
        "attempt": Privacy.BASIC,
        "wished_on": Privacy.BASIC,
        "panel": Privacy.BASIC,
    }

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="milestone_case")
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="milestone_cases"
    )
    milestone = models.CharField(max_length=14, choices=MilestoneKind.choices)
    attempt = models.PositiveSmallIntegerField(default=1)
    wished_on = models.DateField(null=True, blank=True)
    panel = models.OneToOneField(
        Panel, on_delete=models.PROTECT, null=True, blank=True, related_name="milestone_case"
    )

    class Meta:
        indexes = [models.Index(fields=["enrolment", "milestone"], name="milestone_case_step")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.milestone} {self.attempt}"


class PeriodCase(models.Model):
    """The request for an extension, a suspension or a deferred award; `last_on` is open when null."""

    privacy = {
        "case": Privacy.BASIC,
        "enrolment": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "first_on": Privacy.BASIC,
        "last_on": Privacy.BASIC,
    }

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="period_case")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="period_cases")
    kind = models.CharField(max_length=12, choices=PeriodKind.choices)
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("first_on")),
                name="period_case_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.kind}"


class StateCase(models.Model):
    """The request to move an enrolment to another state by a decision: award of the degree, for one."""

    privacy = {"case": Privacy.BASIC, "enrolment": Privacy.BASIC, "to": Privacy.BASIC}

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="state_case")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="state_cases")
    to = models.CharField(max_length=24, choices=EnrolmentState.choices)

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.to}"


class OtherCase(models.Model):
    """The request about a trainee of a kind that the office made; the decision alone is its effect."""

    privacy = {"case": Privacy.BASIC, "enrolment": Privacy.BASIC}

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="other_case")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="other_cases")

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.case_id}"


class ConflictOverride(models.Model):
    """A person seated in spite of a conflict of interest, by whom and why."""

    privacy = {
        "panel": Privacy.BASIC,
        "person": Privacy.BASIC,
        "conflict": Privacy.SENSITIVE,
        "reason": Privacy.SENSITIVE,
        "at": Privacy.BASIC,
        "by_key": Privacy.BASIC,
        "by_name": Privacy.BASIC,
    }

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="overrides")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    conflict = EncryptedTextField()
    reason = EncryptedTextField()
    at = models.DateTimeField()
    by_key = models.CharField(max_length=40)
    by_name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.panel_id} {self.person_id}"


class SeatLink(models.Model):
    """The seat at the sitting that a seat of the panel became."""

    privacy = {"seat": Privacy.BASIC, "sitting_seat": Privacy.BASIC}

    seat = models.OneToOneField("training.PanelSeat", on_delete=models.CASCADE, related_name="link")
    sitting_seat = models.OneToOneField(
        SittingSeat, on_delete=models.PROTECT, related_name="panel_link"
    )

    def __str__(self) -> str:
        return f"{self.seat_id} {self.sitting_seat_id}"
