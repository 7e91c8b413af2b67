from __future__ import annotations

from django.db import models

from preceptor.base.encryption import EncryptedDateField, EncryptedTextField
from preceptor.base.privacy import Privacy
from preceptor.cases.models import Case
from preceptor.institutions.models import Discipline
from preceptor.people.models import Person

from ..choices import Result, WorkKind
from .call import Call, Criterion


class CallApplication(models.Model):
    """An application to a call: a request whose draft only the applicant sees.

    What rules of eligibility ask about is a column here; unknown is null. `host` is the supervisor
    or laboratory head whom the applicant would work with. Documents and history lie in the case.
    """

    privacy = {
        "case": Privacy.BASIC,
        "call": Privacy.BASIC,
        "person": Privacy.BASIC,
        "host": Privacy.BASIC,
        "born_on": Privacy.IDENTITY,
        "country": Privacy.BASIC,
        "doctorate_on": Privacy.BASIC,
        "doctorate_from": Privacy.BASIC,
        "doctorate_discipline": Privacy.BASIC,
        "is_own_doctor": Privacy.BASIC,
        "is_full_time": Privacy.BASIC,
        "has_special_approval": Privacy.BASIC,
        "employer": Privacy.BASIC,
        "earlier_months": Privacy.BASIC,
        "statement": Privacy.SENSITIVE,
        "result": Privacy.JUDGEMENT,
        "rank": Privacy.JUDGEMENT,
    }

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="call_application")
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="call_applications")
    host = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="applicants"
    )
    born_on = EncryptedDateField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    doctorate_on = models.DateField(null=True, blank=True)
    doctorate_from = models.CharField(max_length=200, blank=True)
    doctorate_discipline = models.ForeignKey(
        Discipline, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_own_doctor = models.BooleanField(null=True, blank=True)
    is_full_time = models.BooleanField(null=True, blank=True)
    has_special_approval = models.BooleanField(null=True, blank=True)
    employer = models.CharField(max_length=200, blank=True)
    earlier_months = models.PositiveSmallIntegerField(null=True, blank=True)
    statement = EncryptedTextField(blank=True)
    result = models.CharField(max_length=10, choices=Result.choices, default=Result.OPEN)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["call", "person"], name="applies_once_to_a_call")
        ]
        indexes = [models.Index(fields=["call", "result", "rank"], name="call_application_result")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.person_id}"


class ApplicationWork(models.Model):
    """A work that an applicant names; a representative one is read first."""

    privacy = {
        "application": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "title": Privacy.BASIC,
        "year": Privacy.BASIC,
        "part": Privacy.BASIC,
        "doi": Privacy.BASIC,
        "is_representative": Privacy.BASIC,
    }

    application = models.ForeignKey(CallApplication, on_delete=models.CASCADE, related_name="works")
    kind = models.CharField(max_length=8, choices=WorkKind.choices)
    title = models.CharField(max_length=500)
    year = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=120, blank=True)
    doi = models.CharField(max_length=200, blank=True)
    is_representative = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_representative", "-year", "id"]

    def __str__(self) -> str:
        return self.title


class Score(models.Model):
    """The points that one member of the scoring panel gave an application for one criterion."""

    privacy = {
        "application": Privacy.BASIC,
        "criterion": Privacy.BASIC,
        "person": Privacy.BASIC,
        "points": Privacy.JUDGEMENT,
        "comment": Privacy.JUDGEMENT,
        "at": Privacy.BASIC,
    }

    application = models.ForeignKey(
        CallApplication, on_delete=models.CASCADE, related_name="scores"
    )
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=6, decimal_places=2)
    comment = EncryptedTextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "criterion", "person"], name="score_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.criterion_id} {self.points}"
