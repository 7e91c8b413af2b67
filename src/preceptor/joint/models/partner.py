from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..choices import AbroadKind, ContributionKind, EventKind, PartnerKind


class Partner(models.Model):
    """An organisation outside, as one institution knows it; `peer` where it keeps its own records
    here too. `country` is its ISO code of two letters."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="partners")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=PartnerKind.choices)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, default="CN")
    peer = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="partner_rows"
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="partner_code_once"),
            models.CheckConstraint(
                condition=~Q(peer=F("institution")), name="partner_is_another_institution"
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh


class Contribution(models.Model):
    """What a partner gave under an agreement; `amount` in the unit of its kind (CNY, hours, m²)."""

    privacy = NOT_PERSONAL

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="contributions")
    agreement = models.ForeignKey(
        "joint.Agreement", on_delete=models.PROTECT, null=True, blank=True,
        related_name="contributions",
    )  # fmt: skip
    kind = models.CharField(max_length=18, choices=ContributionKind.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    given_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-given_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="contribution_is_positive")
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.kind} {self.amount}"


class JointEvent(models.Model):
    """What was done together, and with how many persons (unknown is null)."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="events")
    agreement = models.ForeignKey(
        "joint.Agreement", on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    first_on = models.DateField()
    last_on = models.DateField()
    persons = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-first_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="joint_event_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.title_zh


class Abroad(models.Model):
    """A person's time abroad; `country` is an ISO code of two letters, an open end is null."""

    privacy = {
        "institution": Privacy.BASIC,
        "person": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "country": Privacy.BASIC,
        "host": Privacy.BASIC,
        "partner": Privacy.BASIC,
        "agreement": Privacy.BASIC,
        "first_on": Privacy.BASIC,
        "last_on": Privacy.BASIC,
        "returned_on": Privacy.BASIC,
    }

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="times_abroad")
    kind = models.CharField(max_length=8, choices=AbroadKind.choices)
    country = models.CharField(max_length=2)
    host = models.CharField(max_length=200, blank=True)
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="guests"
    )
    agreement = models.ForeignKey(
        "joint.Agreement", on_delete=models.PROTECT, null=True, blank=True, related_name="guests"
    )
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-first_on", "-id"]
        verbose_name_plural = "times abroad"
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("first_on")),
                name="abroad_ends_after_start",
            )
        ]
        indexes = [models.Index(fields=["institution", "first_on"], name="abroad_institution")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.country}"
