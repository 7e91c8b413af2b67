from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.models import DatedRecord
from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.cases.models import Case
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..choices import EntryKind, LabRole, LimitKind, LimitPeriod


class Laboratory(models.Model):
    """An independent laboratory: the unit of people, money and things that a principal investigator
    leads. `unit` is its place in the institution."""

    privacy = {
        "unit": Privacy.PUBLIC,
        "institution": Privacy.PUBLIC,
        "programme": Privacy.PUBLIC,
        "head": Privacy.BASIC,
        "opened_on": Privacy.PUBLIC,
        "closing_on": Privacy.PUBLIC,
        "closed_on": Privacy.PUBLIC,
    }

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="laboratory")
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(
        "fellows.PiProgramme", on_delete=models.PROTECT, related_name="laboratories"
    )
    head = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="laboratories")
    opened_on = models.DateField()
    closing_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "laboratories"
        indexes = [models.Index(fields=["institution", "closed_on"], name="laboratory_open")]

    def __str__(self) -> str:
        return str(self.unit)


class LabMember(DatedRecord):
    """A person who works in a laboratory for a time."""

    privacy = {"laboratory": Privacy.BASIC, "person": Privacy.BASIC, "role": Privacy.BASIC}

    laboratory = models.ForeignKey(Laboratory, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="lab_places")
    role = models.CharField(max_length=10, choices=LabRole.choices)

    class Meta(DatedRecord.Meta):
        ordering = ["id"]
        indexes = [models.Index(fields=["person", "laboratory"], name="lab_member_person")]

    def __str__(self) -> str:
        return f"{self.laboratory_id} {self.person_id}"


class LabAsset(DatedRecord):
    """A thing that a laboratory holds for a time; `value_cny` is what it cost."""

    privacy = NOT_PERSONAL

    laboratory = models.ForeignKey(Laboratory, on_delete=models.CASCADE, related_name="assets")
    number = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    value_cny = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    goes_to = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(DatedRecord.Meta):
        ordering = ["number", "id"]

    def __str__(self) -> str:
        return self.number


class LabEntry(models.Model):
    """A movement of a laboratory's money in CNY: what came in is positive, what went out negative.
    An entry is never changed; a wrong one is followed by its counter-entry."""

    privacy = NOT_PERSONAL

    laboratory = models.ForeignKey(Laboratory, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=8, choices=EntryKind.choices)
    amount_cny = models.DecimalField(max_digits=14, decimal_places=2)
    booked_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    counters = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="countered_by"
    )

    class Meta:
        ordering = ["booked_on", "id"]
        verbose_name_plural = "laboratory entries"
        constraints = [
            models.CheckConstraint(condition=~Q(amount_cny=0), name="lab_entry_moves_money")
        ]

    def __str__(self) -> str:
        return f"{self.laboratory_id} {self.amount_cny}"


class Limit(DatedRecord):
    """A limit of the laboratory's charter: up to `most` the head decides alone. No row, no authority.

    `most` counts persons or CNY, as the kind says; `paper` is the decision that gave the authority.
    """

    privacy = NOT_PERSONAL

    laboratory = models.ForeignKey(Laboratory, on_delete=models.CASCADE, related_name="limits")
    kind = models.CharField(max_length=6, choices=LimitKind.choices)
    most = models.DecimalField(max_digits=14, decimal_places=2)
    period = models.CharField(max_length=4, choices=LimitPeriod.choices)
    paper = models.CharField(max_length=200)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(DatedRecord.Meta):
        ordering = ["kind", "valid_from", "id"]
        constraints = [
            *DatedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(most__gte=0), name="limit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.laboratory_id} {self.kind} {self.most}"


class LimitUse(models.Model):
    """The ledger of the charter: each decision with what was used before, the limit of that day, and
    who decided. `is_within` is false for what climbed above the head. A return is a negative row
    that names the decision it takes back, because it frees that decision's period and no other."""

    privacy = {
        "laboratory": Privacy.BASIC,
        "limit": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "amount": Privacy.BASIC,
        "used_before": Privacy.BASIC,
        "most": Privacy.BASIC,
        "is_within": Privacy.BASIC,
        "decided_on": Privacy.BASIC,
        "case": Privacy.BASIC,
        "by_key": Privacy.BASIC,
        "by_name": Privacy.BASIC,
        "note": Privacy.BASIC,
        "returns": Privacy.BASIC,
    }

    laboratory = models.ForeignKey(Laboratory, on_delete=models.PROTECT, related_name="uses")
    limit = models.ForeignKey(
        Limit, on_delete=models.PROTECT, null=True, blank=True, related_name="uses"
    )
    kind = models.CharField(max_length=6, choices=LimitKind.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    used_before = models.DecimalField(max_digits=14, decimal_places=2)
    most = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    is_within = models.BooleanField()
    decided_on = models.DateField()
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="limit_uses"
    )
    by_key = models.CharField(max_length=40)
    by_name = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True)
    returns = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="returned_by"
    )

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["laboratory", "kind", "decided_on"], name="limit_use_counted")
        ]

    def __str__(self) -> str:
        return f"{self.laboratory_id} {self.kind} {self.amount}"
