from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.models import DatedRecord
from preceptor.base.privacy import Privacy
from preceptor.institutions.models import Unit

from ..choices import GoalKind, MonthKind, Payer, SupportKind
from .postdoc import Postdoc


class Contract(models.Model):
    """The work contract of a postdoc for a time; an extension is a further one."""

    privacy = {
        "postdoc": Privacy.BASIC,
        "number": Privacy.BASIC,
        "signed_on": Privacy.BASIC,
        "first_on": Privacy.BASIC,
        "last_on": Privacy.BASIC,
        "ownership": Privacy.BASIC,
        "breach": Privacy.BASIC,
    }

    postdoc = models.ForeignKey(Postdoc, on_delete=models.CASCADE, related_name="contracts")
    number = models.CharField(max_length=60)
    signed_on = models.DateField()
    first_on = models.DateField()
    last_on = models.DateField()
    ownership = models.CharField(max_length=300, blank=True)
    breach = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gt=F("first_on")), name="contract_has_length"
            )
        ]

    def __str__(self) -> str:
        return self.number


class FundingShare(DatedRecord):
    """Who pays for a postdoc what, in CNY a year."""

    privacy = {
        "postdoc": Privacy.BASIC,
        "payer": Privacy.BASIC,
        "payer_unit": Privacy.BASIC,
        "payer_name": Privacy.BASIC,
        "purpose": Privacy.BASIC,
        "amount_cny": Privacy.JUDGEMENT,
    }

    postdoc = models.ForeignKey(Postdoc, on_delete=models.CASCADE, related_name="funding")
    payer = models.CharField(max_length=10, choices=Payer.choices)
    payer_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    payer_name = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=8, choices=SupportKind.choices)
    amount_cny = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta(DatedRecord.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.postdoc_id} {self.payer} {self.amount_cny}"


class Support(models.Model):
    """What a postdoc was paid or given, once, in CNY."""

    privacy = {
        "postdoc": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "payer": Privacy.BASIC,
        "amount_cny": Privacy.JUDGEMENT,
        "paid_on": Privacy.BASIC,
    }

    postdoc = models.ForeignKey(Postdoc, on_delete=models.CASCADE, related_name="supports")
    kind = models.CharField(max_length=8, choices=SupportKind.choices)
    payer = models.CharField(max_length=10, choices=Payer.choices)
    amount_cny = models.DecimalField(max_digits=12, decimal_places=2)
    paid_on = models.DateField()

    class Meta:
        ordering = ["paid_on", "id"]

    def __str__(self) -> str:
        return f"{self.postdoc_id} {self.kind} {self.amount_cny}"


class PlanGoal(models.Model):
    """A goal of the individual development plan; `reached` is null until something is reported."""

    privacy = {
        "postdoc": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "text": Privacy.BASIC,
        "target": Privacy.BASIC,
        "due_on": Privacy.BASIC,
        "reached": Privacy.BASIC,
        "reached_on": Privacy.BASIC,
        "evidence": Privacy.BASIC,
        "agreed_on": Privacy.BASIC,
    }

    postdoc = models.ForeignKey(Postdoc, on_delete=models.CASCADE, related_name="goals")
    kind = models.CharField(max_length=8, choices=GoalKind.choices)
    text = models.CharField(max_length=300)
    target = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    due_on = models.DateField()
    reached = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    reached_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    agreed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.text


class TrackMonths(models.Model):
    """Months of clinical work or in the laboratory, both months included: planned, or spent.

    `first_month` and `last_month` are first days of months. Of overlapping rows each calendar
    month counts once for its kind.
    """

    privacy = {
        "postdoc": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "is_planned": Privacy.BASIC,
        "place": Privacy.BASIC,
        "unit": Privacy.BASIC,
        "first_month": Privacy.BASIC,
        "last_month": Privacy.BASIC,
        "share_e2": Privacy.BASIC,
    }

    postdoc = models.ForeignKey(Postdoc, on_delete=models.CASCADE, related_name="months")
    kind = models.CharField(max_length=10, choices=MonthKind.choices)
    is_planned = models.BooleanField(default=False)
    place = models.CharField(max_length=120)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_month = models.DateField()
    last_month = models.DateField()
    share_e2 = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["first_month", "id"]
        verbose_name_plural = "months of a track"
        constraints = [
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month")), name="track_months_in_order"
            ),
            models.CheckConstraint(
                condition=Q(share_e2__gte=1, share_e2__lte=100), name="track_months_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.postdoc_id} {self.kind} {self.first_month}"
