from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.models import StoredFile
from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..choices import (
    Answer,
    BodyRole,
    Choice,
    ItemState,
    LinkPurpose,
    SittingState,
    VoteResult,
)
from .body import Body
from .case import Case


class Sitting(models.Model):
    """One meeting of a panel or of a standing body: when, where, who, and what it decides.

    `board` names which room keeps the composition of a panel ("training.panel"); empty for a body.
    """

    privacy = {
        "number": Privacy.BASIC,
        "institution": Privacy.BASIC,
        "unit": Privacy.BASIC,
        "body": Privacy.BASIC,
        "board": Privacy.BASIC,
        "title_zh": Privacy.BASIC,
        "title_en": Privacy.BASIC,
        "starts_at": Privacy.BASIC,
        "ends_at": Privacy.BASIC,
        "place": Privacy.BASIC,
        "is_public": Privacy.BASIC,
        "state": Privacy.BASIC,
        "revision": Privacy.BASIC,
        "opened_at": Privacy.BASIC,
        "closed_at": Privacy.BASIC,
        "record": Privacy.JUDGEMENT,
    }

    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sittings")
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="sittings"
    )
    board = models.CharField(max_length=40, blank=True)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    is_public = models.BooleanField(default=False)
    state = models.CharField(
        max_length=9, choices=SittingState.choices, default=SittingState.PLANNED
    )
    revision = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    record = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="sitting_ends_after_start",
            )
        ]
        indexes = [
            models.Index(fields=["institution", "starts_at"], name="sitting_institution"),
            models.Index(fields=["body", "starts_at"], name="sitting_body"),
        ]

    def __str__(self) -> str:
        return self.number or f"sitting {self.pk}"


class SittingSeat(models.Model):
    """A person invited to a sitting; who sits for somebody names the seat that is replaced."""

    privacy = {
        "sitting": Privacy.BASIC,
        "person": Privacy.BASIC,
        "role": Privacy.BASIC,
        "is_head": Privacy.PUBLIC,
        "invited_at": Privacy.BASIC,
        "answer": Privacy.BASIC,
        "answered_at": Privacy.BASIC,
        "answer_reason": Privacy.SENSITIVE,
        "stands_in_for": Privacy.BASIC,
        "is_present": Privacy.BASIC,
        "arrived_at": Privacy.BASIC,
        "left_at": Privacy.BASIC,
        "released_at": Privacy.BASIC,
    }

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sitting_seats")
    role = models.CharField(max_length=12, choices=BodyRole.choices)
    is_head = models.BooleanField(default=False)
    invited_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_reason = EncryptedTextField(blank=True)
    stands_in_for = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="substitutes"
    )
    is_present = models.BooleanField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "person"],
                condition=Q(released_at=None),
                name="sitting_one_seat_a_person",
            )
        ]
        indexes = [models.Index(fields=["person", "sitting"], name="sitting_seat_person")]

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.person_id}"


class Item(models.Model):
    """One item of the agenda; where it decides a case, the vote is that case's decision.

    `voting` is the rule that was in force when the item was put down. The counts are filled when
    the vote is closed and stay null before.
    """

    privacy = {
        "sitting": Privacy.BASIC,
        "place": Privacy.BASIC,
        "case": Privacy.BASIC,
        "title_zh": Privacy.BASIC,
        "title_en": Privacy.BASIC,
        "summary": Privacy.JUDGEMENT,
        "voting": Privacy.BASIC,
        "state": Privacy.BASIC,
        "members": Privacy.BASIC,
        "present": Privacy.BASIC,
        "votes_cast": Privacy.BASIC,
        "votes_for": Privacy.JUDGEMENT,
        "votes_against": Privacy.JUDGEMENT,
        "abstentions": Privacy.JUDGEMENT,
        "result": Privacy.JUDGEMENT,
        "opened_at": Privacy.BASIC,
        "decided_at": Privacy.BASIC,
    }

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="items")
    place = models.PositiveSmallIntegerField()
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    summary = EncryptedTextField(blank=True)
    voting = models.JSONField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=ItemState.choices, default=ItemState.LISTED)
    members = models.PositiveSmallIntegerField(null=True, blank=True)
    present = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_cast = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_for = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(null=True, blank=True)
    result = models.CharField(max_length=6, choices=VoteResult.choices, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=[ItemState.LISTED, ItemState.OPEN]),
                name="item_case_on_one_agenda",
            )
        ]

    def __str__(self) -> str:
        return self.title_zh


class Recusal(models.Model):
    """A member who takes no part in an item, and why."""

    privacy = {
        "item": Privacy.BASIC,
        "seat": Privacy.BASIC,
        "reason": Privacy.SENSITIVE,
        "at": Privacy.BASIC,
        "by_key": Privacy.BASIC,
        "by_name": Privacy.BASIC,
    }

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="recusals")
    seat = models.ForeignKey(SittingSeat, on_delete=models.PROTECT, related_name="recusals")
    reason = EncryptedTextField()
    at = models.DateTimeField()
    by_key = models.CharField(max_length=40)
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "seat"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.seat_id}"


class VoteCast(models.Model):
    """That a member voted on an item; never how."""

    privacy = {"item": Privacy.BASIC, "seat": Privacy.BASIC, "at": Privacy.BASIC}

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="casts")
    seat = models.ForeignKey(SittingSeat, on_delete=models.PROTECT, related_name="casts")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "seat"], name="vote_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.seat_id}"


class BallotBox(models.Model):
    """The secret ballots of an item: only their counts, sealed. No row, order or time leads from a
    choice to a voter, because no choice is ever written down by itself."""

    privacy = {"item": Privacy.BASIC, "sealed": Privacy.SECRET}

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="box")
    sealed = EncryptedTextField()

    class Meta:
        verbose_name_plural = "ballot boxes"

    def __str__(self) -> str:
        return str(self.item_id)


class OpenVote(models.Model):
    """How a member voted where the vote is open."""

    privacy = {
        "item": Privacy.BASIC,
        "seat": Privacy.BASIC,
        "choice": Privacy.JUDGEMENT,
        "reason": Privacy.JUDGEMENT,
    }

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="open_votes")
    seat = models.ForeignKey(SittingSeat, on_delete=models.PROTECT, related_name="open_votes")
    choice = models.CharField(max_length=7, choices=Choice.choices)
    reason = EncryptedTextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "seat"], name="open_vote_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.seat_id}"


class AnswerLink(models.Model):
    """A link for somebody without an account, bound to one task; only its digest is kept."""

    privacy = {
        "digest": Privacy.BASIC,
        "purpose": Privacy.BASIC,
        "seat": Privacy.BASIC,
        "item": Privacy.BASIC,
        "made_at": Privacy.BASIC,
        "expires_at": Privacy.BASIC,
        "revoked_at": Privacy.BASIC,
        "used_at": Privacy.BASIC,
        "made_by_key": Privacy.BASIC,
    }

    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=10, choices=LinkPurpose.choices)
    seat = models.ForeignKey(SittingSeat, on_delete=models.CASCADE, related_name="links")
    item = models.ForeignKey(
        Item, on_delete=models.CASCADE, null=True, blank=True, related_name="links"
    )
    made_at = models.DateTimeField()
    made_by_key = models.CharField(max_length=40)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.seat_id}"


class MinutesTemplate(models.Model):
    """An institution's Word template for minutes, version by version; the newest counts."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Minutes(models.Model):
    """The minutes of a sitting as a Word file; a changed text is a new version with no signatures."""

    privacy = {
        "sitting": Privacy.BASIC,
        "version": Privacy.BASIC,
        "file": Privacy.JUDGEMENT,
        "language": Privacy.BASIC,
        "made_at": Privacy.BASIC,
        "made_by": Privacy.BASIC,
    }

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="minutes")
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["-version"]
        verbose_name_plural = "minutes"
        constraints = [
            models.UniqueConstraint(fields=["sitting", "version"], name="minutes_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.version}"


class MinutesSignature(models.Model):
    """A member's signature under one version of the minutes, by its SHA-256."""

    privacy = {
        "minutes": Privacy.BASIC,
        "seat": Privacy.BASIC,
        "sha256": Privacy.BASIC,
        "at": Privacy.BASIC,
        "by_key": Privacy.BASIC,
        "by_name": Privacy.BASIC,
    }

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="signatures")
    seat = models.ForeignKey(SittingSeat, on_delete=models.PROTECT, related_name="signatures")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by_key = models.CharField(max_length=40)
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["minutes", "seat"], name="minutes_signed_once")
        ]

    def __str__(self) -> str:
        return f"{self.minutes_id} {self.seat_id}"
