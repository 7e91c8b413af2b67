from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.calls.models import CallApplication
from preceptor.cases.models import Body
from preceptor.institutions.models import Regulation, Unit
from preceptor.people.models import Person

from ..choices import (
    AppointmentState,
    GoalKind,
    ReviewKind,
    TermEndGround,
    TrancheState,
    Verdict,
)
from .laboratory import Laboratory


class PiProgramme(models.Model):
    """A programme of independent principal investigators with a director and committees of its own.

    `delegation` is the paper by which the university lets it have rules and a quota line of its own;
    `unit` is its place in the institution, to which its packs and laboratories belong.
    """

    privacy = {
        "institution": Privacy.PUBLIC,
        "unit": Privacy.PUBLIC,
        "code": Privacy.PUBLIC,
        "name_zh": Privacy.PUBLIC,
        "name_en": Privacy.PUBLIC,
        "director": Privacy.BASIC,
        "academic_committee": Privacy.PUBLIC,
        "training_committee": Privacy.PUBLIC,
        "education_committee": Privacy.PUBLIC,
        "instrument_committee": Privacy.PUBLIC,
        "delegation": Privacy.PUBLIC,
        "opened_on": Privacy.PUBLIC,
        "closed_on": Privacy.PUBLIC,
    }

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="pi_programme")
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    director = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="programmes_directed"
    )
    academic_committee = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    training_committee = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    education_committee = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    instrument_committee = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    delegation = models.ForeignKey(
        Regulation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="pi_programme_code_once")
        ]

    def __str__(self) -> str:
        return self.name_zh


class Appointment(models.Model):
    """A person's term as independent principal investigator; a renewal is a further term that
    `follows` this one."""

    privacy = {
        "number": Privacy.BASIC,
        "person": Privacy.BASIC,
        "institution": Privacy.BASIC,
        "programme": Privacy.BASIC,
        "laboratory": Privacy.BASIC,
        "application": Privacy.BASIC,
        "follows": Privacy.BASIC,
        "state": Privacy.BASIC,
        "contract_number": Privacy.BASIC,
        "contracted_on": Privacy.BASIC,
        "starts_on": Privacy.BASIC,
        "ends_on": Privacy.BASIC,
        "probation_until": Privacy.BASIC,
        "left_on": Privacy.BASIC,
        "country": Privacy.BASIC,
    }

    number = models.CharField(max_length=40)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(
        PiProgramme, on_delete=models.PROTECT, related_name="appointments"
    )
    laboratory = models.ForeignKey(
        Laboratory, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    application = models.OneToOneField(
        CallApplication, on_delete=models.PROTECT, null=True, blank=True, related_name="appointment"
    )
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    state = models.CharField(
        max_length=10, choices=AppointmentState.choices, default=AppointmentState.CONTRACTED
    )
    contract_number = models.CharField(max_length=60, blank=True)
    contracted_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    probation_until = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="appointment_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="appointment_has_length"
            ),
        ]
        indexes = [models.Index(fields=["person"], name="appointment_person")]

    def __str__(self) -> str:
        return self.number


class TermEnd(models.Model):
    """Why an appointment ended without the verdict of an assessment; the day is `left_on` of the
    appointment. `restores` is what stood before, for an end that was recorded by mistake."""

    privacy = {
        "appointment": Privacy.BASIC,
        "ground": Privacy.BASIC,
        "paper": Privacy.BASIC,
        "reason": Privacy.JUDGEMENT,
        "restores": Privacy.BASIC,
    }

    appointment = models.OneToOneField(
        Appointment, on_delete=models.CASCADE, related_name="end_by_hand"
    )
    ground = models.CharField(max_length=8, choices=TermEndGround.choices)
    paper = models.CharField(max_length=200, blank=True)
    reason = EncryptedTextField()
    restores = models.JSONField()

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.ground}"


class PiGoal(models.Model):
    """A target of the contract; what was reached is null until it is reported, with its evidence."""

    privacy = {
        "appointment": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "text": Privacy.BASIC,
        "target": Privacy.BASIC,
        "due_on": Privacy.BASIC,
        "reached": Privacy.BASIC,
        "evidence": Privacy.BASIC,
    }

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="goals")
    kind = models.CharField(max_length=8, choices=GoalKind.choices)
    text = models.CharField(max_length=300)
    target = models.DecimalField(max_digits=12, decimal_places=2)
    due_on = models.DateField()
    reached = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.text


class RepresentativeWork(models.Model):
    """A work by which a principal investigator wants to be judged, and why."""

    privacy = {
        "appointment": Privacy.BASIC,
        "title": Privacy.BASIC,
        "year": Privacy.BASIC,
        "doi": Privacy.BASIC,
        "meaning": Privacy.BASIC,
    }

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="works")
    title = models.CharField(max_length=500)
    year = models.PositiveSmallIntegerField()
    doi = models.CharField(max_length=200, blank=True)
    meaning = models.CharField(max_length=500)

    class Meta:
        ordering = ["-year", "id"]

    def __str__(self) -> str:
        return self.title


class PiAssessment(models.Model):
    """An assessment of a principal investigator; `verdict` is null for an annual check."""

    privacy = {
        "appointment": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "held_on": Privacy.BASIC,
        "grade": Privacy.JUDGEMENT,
        "verdict": Privacy.JUDGEMENT,
        "comment": Privacy.JUDGEMENT,
    }

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="assessments"
    )
    kind = models.CharField(max_length=11, choices=ReviewKind.choices)
    held_on = models.DateField()
    grade = models.CharField(max_length=11, blank=True)
    verdict = models.CharField(max_length=9, choices=Verdict.choices, null=True, blank=True)
    comment = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["held_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "kind", "held_on"], name="pi_assessment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.kind}"


class Tranche(models.Model):
    """A part of the rolling investment in CNY; `assessment` is the one that decided about it."""

    privacy = NOT_PERSONAL

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="tranches")
    place = models.PositiveSmallIntegerField()
    amount_cny = models.DecimalField(max_digits=14, decimal_places=2)
    planned_on = models.DateField()
    state = models.CharField(
        max_length=8, choices=TrancheState.choices, default=TrancheState.PLANNED
    )
    decided_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    assessment = models.ForeignKey(
        PiAssessment, on_delete=models.PROTECT, null=True, blank=True, related_name="tranches"
    )

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["appointment", "place"], name="tranche_once"),
            models.CheckConstraint(condition=Q(amount_cny__gt=0), name="tranche_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.place}"


class Teaching(models.Model):
    """What a principal investigator taught in a year, in contact hours."""

    privacy = {
        "appointment": Privacy.BASIC,
        "year": Privacy.BASIC,
        "course": Privacy.BASIC,
        "hours": Privacy.BASIC,
        "trainees": Privacy.BASIC,
    }

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="teaching")
    year = models.PositiveSmallIntegerField()
    course = models.CharField(max_length=200)
    hours = models.PositiveSmallIntegerField()
    trainees = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["year", "id"]
        verbose_name_plural = "teaching"

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.year} {self.course}"
