from __future__ import annotations

from django.db import models

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.models import DatedRecord, StoredFile
from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..choices import AdviceState, BodyKind, BodyRole
from .case import Case


class Body(models.Model):
    """A standing body: who it is for, and how it votes. A guidance committee is set up for one person."""

    privacy = {
        "institution": Privacy.PUBLIC,
        "unit": Privacy.PUBLIC,
        "code": Privacy.PUBLIC,
        "kind": Privacy.PUBLIC,
        "name_zh": Privacy.PUBLIC,
        "name_en": Privacy.PUBLIC,
        "person": Privacy.BASIC,
        "upper": Privacy.PUBLIC,
        "term_years": Privacy.PUBLIC,
        "meetings_a_year": Privacy.PUBLIC,
        "voting": Privacy.PUBLIC,
        "opened_on": Privacy.PUBLIC,
        "closed_on": Privacy.PUBLIC,
    }

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bodies")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=BodyKind.choices)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="guidance_bodies"
    )
    upper = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="lower_bodies"
    )
    term_years = models.PositiveSmallIntegerField(null=True, blank=True)
    meetings_a_year = models.PositiveSmallIntegerField(null=True, blank=True)
    voting = models.JSONField(default=dict)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "bodies"
        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="body_code_once")
        ]
        indexes = [models.Index(fields=["person"], name="body_person")]

    def __str__(self) -> str:
        return self.name_zh


class Charter(DatedRecord):
    """The charter of a body, version by version."""

    privacy = NOT_PERSONAL

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="charters")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(DatedRecord.Meta):
        ordering = ["valid_from", "id"]

    def __str__(self) -> str:
        return self.title_zh


class BodySeat(DatedRecord):
    """A person's seat in a body for a term; `is_head`: the head of the institution, as the Degrees
    Law (article 10) demands of the chair."""

    privacy = {
        "body": Privacy.PUBLIC,
        "person": Privacy.BASIC,
        "role": Privacy.PUBLIC,
        "is_head": Privacy.PUBLIC,
        "substitute": Privacy.BASIC,
        "term": Privacy.PUBLIC,
    }

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="body_seats")
    role = models.CharField(max_length=12, choices=BodyRole.choices)
    is_head = models.BooleanField(default=False)
    substitute = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    term = models.PositiveSmallIntegerField(default=1)

    class Meta(DatedRecord.Meta):
        ordering = ["id"]
        indexes = [
            models.Index(fields=["body", "valid_from"], name="body_seat_body"),
            models.Index(fields=["person", "body"], name="body_seat_person"),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.person_id}"


class Advice(models.Model):
    """What a body advised, whose task it is, and what came of it."""

    privacy = {
        "body": Privacy.BASIC,
        "sitting": Privacy.BASIC,
        "case": Privacy.BASIC,
        "person": Privacy.BASIC,
        "text": Privacy.JUDGEMENT,
        "given_on": Privacy.BASIC,
        "owner": Privacy.BASIC,
        "owner_unit": Privacy.BASIC,
        "due_on": Privacy.BASIC,
        "state": Privacy.BASIC,
    }

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="advice")
    sitting = models.ForeignKey(
        "cases.Sitting", on_delete=models.PROTECT, null=True, blank=True, related_name="advice"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="advice"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="advice_received"
    )
    text = EncryptedTextField()
    given_on = models.DateField()
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="advice_owned"
    )
    owner_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=AdviceState.choices, default=AdviceState.OPEN)

    class Meta:
        ordering = ["-given_on", "-id"]
        verbose_name_plural = "advice"
        indexes = [
            models.Index(fields=["owner", "state"], name="advice_owner"),
            models.Index(fields=["body", "state"], name="advice_body"),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.given_on}"


class AdviceReport(models.Model):
    """What was done about an advice, step by step."""

    privacy = {
        "advice": Privacy.BASIC,
        "text": Privacy.JUDGEMENT,
        "at": Privacy.BASIC,
        "by_key": Privacy.BASIC,
        "by_name": Privacy.BASIC,
        "state": Privacy.BASIC,
    }

    advice = models.ForeignKey(Advice, on_delete=models.CASCADE, related_name="reports")
    text = EncryptedTextField()
    at = models.DateTimeField()
    by_key = models.CharField(max_length=40)
    by_name = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=AdviceState.choices)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.advice_id} {self.at}"
