from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from preceptor.base.encryption import EncryptedDateField, EncryptedTextField
from preceptor.base.models import DatedRecord
from preceptor.base.privacy import Privacy
from preceptor.institutions.models import Unit

from ..choices import CapacityKind, IdentifierScheme, Sex, TitleLevel, TitleSeries


class Person(models.Model):
    """A human being, once. What a person is, and when, lies in titles and capacities."""

    privacy = {
        "institution": Privacy.BASIC,
        "name_zh": Privacy.BASIC,
        "name_en": Privacy.BASIC,
        "name_pinyin": Privacy.BASIC,
        "sex": Privacy.IDENTITY,
        "birth_on": Privacy.IDENTITY,
    }

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="persons")
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    name_pinyin = models.CharField(max_length=120, blank=True, db_index=True)
    sex = models.CharField(max_length=6, choices=Sex.choices, null=True, blank=True)
    birth_on = EncryptedDateField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["name_zh"], name="person_name_zh"),
            models.Index(Lower("name_en"), name="person_name_en"),
        ]

    def __str__(self) -> str:
        return self.name_zh


class Identifier(models.Model):
    """A number that names a person within an institution."""

    privacy = {
        "person": Privacy.BASIC,
        "institution": Privacy.BASIC,
        "scheme": Privacy.BASIC,
        "value": Privacy.BASIC,
        "secret": Privacy.IDENTITY,
    }

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identifiers")
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=16, choices=IdentifierScheme.choices)
    value = models.CharField(max_length=120)
    secret = EncryptedTextField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "scheme", "value"], name="identifier_names_one_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class Title(DatedRecord):
    """A professional title held for a time; of several the best valid one counts."""

    privacy = {
        "person": Privacy.BASIC,
        "series": Privacy.BASIC,
        "level": Privacy.BASIC,
        "name": Privacy.BASIC,
    }

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="titles")
    series = models.CharField(max_length=12, choices=TitleSeries.choices)
    level = models.CharField(max_length=14, choices=TitleLevel.choices)
    name = models.CharField(max_length=40)
    source = models.CharField(max_length=20, blank=True)

    class Meta(DatedRecord.Meta):
        indexes = [models.Index(fields=["person", "valid_from"], name="title_person")]

    def __str__(self) -> str:
        return self.name


class Capacity(DatedRecord):
    """What a person is in a unit, for a time: staff, physician, external expert, seat holder."""

    privacy = {"person": Privacy.BASIC, "unit": Privacy.BASIC, "kind": Privacy.BASIC}

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="capacities")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="capacities")
    kind = models.CharField(max_length=18, choices=CapacityKind.choices)
    source = models.CharField(max_length=20, blank=True)

    class Meta(DatedRecord.Meta):
        indexes = [
            models.Index(fields=["person", "kind"], name="capacity_person"),
            models.Index(fields=["unit", "kind"], name="capacity_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.unit_id}"
