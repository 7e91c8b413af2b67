from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.models import DatedRecord
from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.institutions.models import Unit

from ..choices import AwardKind
from .agreement import Agreement, AgreementParty


class JointSchool(models.Model):
    """A school that two institutions run together, by an agreement; `unit` is its place in the tree
    of the institution that keeps its records."""

    privacy = NOT_PERSONAL

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="joint_school")
    partner = models.ForeignKey("joint.Partner", on_delete=models.PROTECT, related_name="schools")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="schools")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.unit)


class JointProgramme(models.Model):
    """A programme of a joint school: the training programme of each side and what it leads to.

    `partner_programme` is null where the partner keeps no records here.
    """

    privacy = NOT_PERSONAL

    school = models.ForeignKey(JointSchool, on_delete=models.PROTECT, related_name="programmes")
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    home_programme = models.ForeignKey(
        "training.Programme", on_delete=models.PROTECT, related_name="joint_as_home"
    )
    partner_programme = models.ForeignKey(
        "training.Programme",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="joint_as_partner",
    )
    award_kind = models.CharField(max_length=16, choices=AwardKind.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["school", "code"], name="joint_programme_code_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="joint_programme_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh


class Recognition(DatedRecord):
    """A course of one side that counts as a course of the other, with so many credits."""

    privacy = NOT_PERSONAL

    programme = models.ForeignKey(
        JointProgramme, on_delete=models.CASCADE, related_name="recognitions"
    )
    taken = models.ForeignKey(
        "training.Course", on_delete=models.PROTECT, related_name="recognised_as"
    )
    counts_as = models.ForeignKey(
        "training.Course", on_delete=models.PROTECT, related_name="recognised_from"
    )
    credits = models.DecimalField(max_digits=4, decimal_places=1)

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(taken=F("counts_as")), name="recognition_of_another_course"
            ),
            models.CheckConstraint(condition=Q(credits__gt=0), name="recognition_has_credits"),
        ]

    def __str__(self) -> str:
        return f"{self.taken_id} {self.counts_as_id}"


class DualEnrolment(models.Model):
    """One trainee in a joint programme, with the enrolment of each side; `partner` is null until the
    other side has enrolled the trainee."""

    privacy = {
        "programme": Privacy.BASIC,
        "home": Privacy.BASIC,
        "partner": Privacy.BASIC,
        "starts_on": Privacy.BASIC,
        "left_on": Privacy.BASIC,
    }

    programme = models.ForeignKey(
        JointProgramme, on_delete=models.PROTECT, related_name="dual_enrolments"
    )
    home = models.OneToOneField(
        "training.Enrolment", on_delete=models.PROTECT, related_name="dual_as_home"
    )
    partner = models.OneToOneField(
        "training.Enrolment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dual_as_partner",
    )
    starts_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(home=F("partner")), name="dual_has_two_sides"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("starts_on")),
                name="dual_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.home_id} {self.partner_id}"


class CostShare(DatedRecord):
    """Which part of the costs for a purpose a side of the agreement bears, in hundredths of a per
    cent; the shares of a purpose on a day add up to 10,000."""

    privacy = NOT_PERSONAL

    school = models.ForeignKey(JointSchool, on_delete=models.CASCADE, related_name="shares")
    party = models.ForeignKey(AgreementParty, on_delete=models.PROTECT, related_name="shares")
    purpose = models.CharField(max_length=80)
    share_e4 = models.PositiveSmallIntegerField()

    class Meta(DatedRecord.Meta):
        constraints = [
            *DatedRecord.Meta.constraints,
            models.CheckConstraint(condition=Q(share_e4__lte=10000), name="share_at_most_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.purpose} {self.share_e4}"


class Cost(models.Model):
    """What a joint school spent, and which side paid it; settled by the shares of its purpose."""

    privacy = NOT_PERSONAL

    school = models.ForeignKey(JointSchool, on_delete=models.CASCADE, related_name="costs")
    party = models.ForeignKey(AgreementParty, on_delete=models.PROTECT, related_name="costs")
    purpose = models.CharField(max_length=80)
    amount_cny = models.DecimalField(max_digits=14, decimal_places=2)
    spent_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-spent_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cny__gt=0), name="cost_is_positive")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.amount_cny}"
