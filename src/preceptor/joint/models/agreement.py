from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.models import StoredFile
from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.institutions.models import Unit

from ..choices import AgreementKind, AgreementState, Noun
from .partner import Partner


class Agreement(models.Model):
    """An agreement with partners. Where it stands on a day follows from state and days.

    An agreement has an end, or says in `open_reason` why it has none: one without either is refused.
    `starts_on` and `ends_on` are its first and last day in force; from `terminated_on` on it is not.
    `follows` is the agreement that it renews.
    """

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="agreements")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=AgreementKind.choices)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=10, choices=AgreementState.choices, default=AgreementState.DRAFTING
    )
    signed_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    open_reason = models.CharField(max_length=300, blank=True)
    terminated_on = models.DateField(null=True, blank=True)
    terminated_reason = models.CharField(max_length=300, blank=True)
    warns_days = models.PositiveSmallIntegerField(default=180)
    data_clause = EncryptedTextField(blank=True)
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewal"
    )
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-signed_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="agreement_number_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(state=AgreementState.SIGNED)
                | (Q(starts_on__isnull=False) & (Q(ends_on__isnull=False) | ~Q(open_reason=""))),
                name="agreement_signed_has_an_end",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "state", "ends_on"], name="agreement_ending"),
            models.Index(fields=["institution", "kind", "-signed_on"], name="agreement_kind"),
        ]

    def __str__(self) -> str:
        return self.number


class AgreementParty(models.Model):
    """A side of an agreement: a partner, or a unit of the institution (exactly one of them), and who
    signed for it."""

    privacy = {
        "agreement": Privacy.BASIC,
        "partner": Privacy.BASIC,
        "unit": Privacy.BASIC,
        "part": Privacy.BASIC,
        "signatory": Privacy.BASIC,
        "signatory_post": Privacy.BASIC,
        "signed_on": Privacy.BASIC,
    }

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="agreement_sides"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="agreement_sides"
    )
    part = models.CharField(max_length=80, blank=True)
    signatory = models.CharField(max_length=80, blank=True)
    signatory_post = models.CharField(max_length=120, blank=True)
    signed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "agreement parties"
        constraints = [
            models.CheckConstraint(
                condition=Q(partner=None, unit__isnull=False) | Q(partner__isnull=False, unit=None),
                name="party_is_partner_or_unit",
            ),
            models.UniqueConstraint(
                fields=["agreement", "partner"], name="partner_once_an_agreement"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.partner_id or self.unit_id}"


class AgreementDocument(models.Model):
    """A paper of an agreement: the signed text, an annex, an amendment."""

    privacy = NOT_PERSONAL

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class AgreementTrainee(models.Model):
    """A trainee trained under an agreement, from a day to a day; an open end is null."""

    privacy = {
        "agreement": Privacy.BASIC,
        "enrolment": Privacy.BASIC,
        "first_on": Privacy.BASIC,
        "last_on": Privacy.BASIC,
    }

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="trainees")
    enrolment = models.ForeignKey(
        "training.Enrolment", on_delete=models.CASCADE, related_name="agreements"
    )
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "enrolment"], name="trainee_once_an_agreement"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.enrolment_id}"


class Sight(models.Model):
    """What a side lets a partner see of the persons under their agreement, while it is in force."""

    privacy = NOT_PERSONAL

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="sights")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="sights")
    noun = models.CharField(max_length=10, choices=Noun.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "partner", "noun"], name="sight_once")
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.partner_id} {self.noun}"
