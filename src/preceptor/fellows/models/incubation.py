from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.models import StoredFile
from preceptor.base.privacy import Privacy
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..choices import StageKind
from .postdoc import Postdoc


class Incubation(models.Model):
    """A clinical need on its way to a product, carried by a joint team of medicine and engineering.

    One that was given up says on which day and why; what was learned stays.
    """

    privacy = {
        "institution": Privacy.PUBLIC,
        "unit": Privacy.PUBLIC,
        "number": Privacy.PUBLIC,
        "title_zh": Privacy.PUBLIC,
        "title_en": Privacy.PUBLIC,
        "need": Privacy.PUBLIC,
        "partner": Privacy.PUBLIC,
        "postdoc": Privacy.BASIC,
        "began_on": Privacy.PUBLIC,
        "dropped_on": Privacy.PUBLIC,
        "drop_reason": Privacy.PUBLIC,
    }

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="incubations")
    number = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    need = models.TextField()
    partner = models.ForeignKey(
        "joint.Partner", on_delete=models.PROTECT, null=True, blank=True, related_name="incubations"
    )
    postdoc = models.ForeignKey(
        Postdoc, on_delete=models.PROTECT, null=True, blank=True, related_name="incubations"
    )
    began_on = models.DateField()
    dropped_on = models.DateField(null=True, blank=True)
    drop_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-began_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="incubation_once"),
            models.CheckConstraint(
                condition=Q(dropped_on=None) | ~Q(drop_reason=""),
                name="incubation_dropped_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title_zh


class IncubationMember(models.Model):
    """A person of the joint team."""

    privacy = {"incubation": Privacy.BASIC, "person": Privacy.BASIC, "part": Privacy.BASIC}

    incubation = models.ForeignKey(Incubation, on_delete=models.CASCADE, related_name="team")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="incubations")
    part = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incubation", "person"], name="incubation_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.incubation_id} {self.person_id}"


class IncubationStage(models.Model):
    """A stage of an incubation: whose it is, since when, and what proved that it was reached."""

    privacy = {
        "incubation": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "owner": Privacy.BASIC,
        "due_on": Privacy.BASIC,
        "began_on": Privacy.BASIC,
        "done_on": Privacy.BASIC,
        "evidence": Privacy.BASIC,
        "file": Privacy.BASIC,
    }

    incubation = models.ForeignKey(Incubation, on_delete=models.CASCADE, related_name="stages")
    kind = models.CharField(max_length=11, choices=StageKind.choices)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="incubation_stages")
    due_on = models.DateField(null=True, blank=True)
    began_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["incubation", "kind"], name="incubation_stage_once"),
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(evidence=""), name="stage_done_with_evidence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incubation_id} {self.kind}"
