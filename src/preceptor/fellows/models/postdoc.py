from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.models import DatedRecord
from preceptor.base.privacy import Privacy
from preceptor.calls.models import CallApplication
from preceptor.institutions.models import Discipline, Platform, Unit
from preceptor.people.models import Person

from ..choices import (
    AssessmentKind,
    Grade,
    GroundKind,
    HostRole,
    IntakeSource,
    LeaveKind,
    PostdocState,
    StayEnd,
    StayStart,
    Track,
)
from .station import Station


class Postdoc(models.Model):
    """A person's term as a postdoc, from entry to exit; who moves to another station begins a
    further term that `follows` this one.

    `number` is the national one. `station`, `track` and `intake` repeat the stay of today; only the
    actions write them. `workstation` is the station of the company or hospital where it is a joint
    intake. Facts of entry that rules ask about are columns; unknown is null.
    """

    privacy = {
        "number": Privacy.BASIC,
        "person": Privacy.BASIC,
        "institution": Privacy.BASIC,
        "unit": Privacy.BASIC,
        "station": Privacy.BASIC,
        "workstation": Privacy.BASIC,
        "agreement": Privacy.BASIC,
        "application": Privacy.BASIC,
        "follows": Privacy.BASIC,
        "track": Privacy.BASIC,
        "intake": Privacy.BASIC,
        "state": Privacy.BASIC,
        "entered_on": Privacy.BASIC,
        "term_ends_on": Privacy.BASIC,
        "left_on": Privacy.BASIC,
        "doctorate_on": Privacy.BASIC,
        "doctorate_recognised_on": Privacy.BASIC,
        "doctorate_from": Privacy.BASIC,
        "doctorate_discipline": Privacy.BASIC,
        "is_own_doctor": Privacy.BASIC,
        "is_full_time": Privacy.BASIC,
        "has_special_approval": Privacy.BASIC,
        "certificate": Privacy.BASIC,
    }

    number = models.CharField(max_length=40)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="postdocs")
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="postdocs")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="postdocs")
    workstation = models.ForeignKey(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="joint_postdocs"
    )
    agreement = models.ForeignKey(
        "joint.Agreement", on_delete=models.PROTECT, null=True, blank=True, related_name="postdocs"
    )
    application = models.OneToOneField(
        CallApplication, on_delete=models.PROTECT, null=True, blank=True, related_name="postdoc"
    )
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    track = models.CharField(max_length=10, choices=Track.choices)
    intake = models.CharField(max_length=10, choices=IntakeSource.choices)
    state = models.CharField(
        max_length=11, choices=PostdocState.choices, default=PostdocState.IN_STATION
    )
    entered_on = models.DateField()
    term_ends_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    doctorate_on = models.DateField(null=True, blank=True)
    doctorate_recognised_on = models.DateField(null=True, blank=True)
    doctorate_from = models.CharField(max_length=200, blank=True)
    doctorate_discipline = models.ForeignKey(
        Discipline, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_own_doctor = models.BooleanField(null=True, blank=True)
    is_full_time = models.BooleanField(null=True, blank=True)
    has_special_approval = models.BooleanField(null=True, blank=True)
    certificate = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="postdoc_number_once"),
            models.CheckConstraint(
                condition=Q(term_ends_on__gt=F("entered_on")), name="postdoc_term_has_length"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("entered_on")),
                name="postdoc_leaves_after_entry",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "state", "number", "id"], name="postdoc_state"),
            models.Index(fields=["institution", "number", "id"], name="postdoc_institution"),
            models.Index(fields=["station", "number", "id"], name="postdoc_station"),
            models.Index(fields=["unit", "number", "id"], name="postdoc_unit"),
            models.Index(fields=["person"], name="postdoc_person"),
            models.Index(
                fields=["term_ends_on", "id"], condition=Q(left_on=None), name="postdoc_term_ends"
            ),
            models.Index(
                fields=["left_on", "id"], condition=Q(left_on__isnull=False), name="postdoc_left"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Stay(models.Model):
    """A time in one station, on one track, from one source; the headcount counts stays.

    In station from `begins_on` to the day before `ends_on`; an open end is null. So the end of one
    stay may be the beginning of the next, and a stay that ends on a day is not counted on it.
    """

    privacy = {
        "postdoc": Privacy.BASIC,
        "institution": Privacy.BASIC,
        "station": Privacy.BASIC,
        "track": Privacy.BASIC,
        "intake": Privacy.BASIC,
        "begins_on": Privacy.BASIC,
        "ends_on": Privacy.BASIC,
        "comes_by": Privacy.BASIC,
        "goes_by": Privacy.BASIC,
    }

    postdoc = models.ForeignKey(Postdoc, on_delete=models.CASCADE, related_name="stays")
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="stays")
    track = models.CharField(max_length=10, choices=Track.choices)
    intake = models.CharField(max_length=10, choices=IntakeSource.choices)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    comes_by = models.CharField(max_length=8, choices=StayStart.choices)
    goes_by = models.CharField(max_length=10, choices=StayEnd.choices, blank=True)

    class Meta:
        ordering = ["begins_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None, goes_by="")
                | (Q(ends_on__gt=F("begins_on")) & ~Q(goes_by="")),
                name="stay_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["postdoc"], condition=Q(ends_on=None), name="stay_open_once"
            ),
        ]
        indexes = [
            # All that the flow of institutions reads, so that it need not fetch the rows.
            models.Index(
                fields=[
                    "institution",
                    "begins_on",
                    "ends_on",
                    "comes_by",
                    "goes_by",
                    "postdoc",
                    "station",
                ],
                name="stay_flow",
            ),
            models.Index(fields=["station", "begins_on", "ends_on"], name="stay_station"),
        ]

    def __str__(self) -> str:
        return f"{self.postdoc_id} {self.station_id} {self.begins_on}"


class Host(DatedRecord):
    """Who supervises a postdoc, as what, for a time; `is_outside` of the institution."""

    privacy = {
        "postdoc": Privacy.BASIC,
        "person": Privacy.BASIC,
        "role": Privacy.BASIC,
        "is_outside": Privacy.BASIC,
    }

    postdoc = models.ForeignKey(Postdoc, on_delete=models.CASCADE, related_name="hosts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="hosted")
    role = models.CharField(max_length=12, choices=HostRole.choices)
    is_outside = models.BooleanField(default=False)

    class Meta(DatedRecord.Meta):
        ordering = ["id"]
        indexes = [models.Index(fields=["person", "postdoc"], name="host_person")]

    def __str__(self) -> str:
        return f"{self.postdoc_id} {self.person_id}"


class PlatformPlace(DatedRecord):
    """On which platform a postdoc works, for a time."""

    privacy = {"postdoc": Privacy.BASIC, "platform": Privacy.BASIC}

    postdoc = models.ForeignKey(Postdoc, on_delete=models.CASCADE, related_name="platform_places")
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="postdoc_places")

    class Meta(DatedRecord.Meta):
        ordering = ["valid_from", "id"]

    def __str__(self) -> str:
        return f"{self.postdoc_id} {self.platform_id}"


class Leave(models.Model):
    """A leave of a postdoc, both days included; whether it stops the clock is the rules' affair."""

    privacy = {
        "postdoc": Privacy.BASIC,
        "kind": Privacy.JUDGEMENT,
        "first_on": Privacy.BASIC,
        "last_on": Privacy.BASIC,
        "returned_on": Privacy.BASIC,
        "note": Privacy.SENSITIVE,
    }

    postdoc = models.ForeignKey(Postdoc, on_delete=models.CASCADE, related_name="leaves")
    kind = models.CharField(max_length=10, choices=LeaveKind.choices)
    first_on = models.DateField()
    last_on = models.DateField()
    returned_on = models.DateField(null=True, blank=True)
    note = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="leave_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.postdoc_id} {self.kind}"


class PostdocAssessment(models.Model):
    """An assessment that was held; the grade is null until it is given."""

    privacy = {
        "postdoc": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "attempt": Privacy.BASIC,
        "year": Privacy.BASIC,
        "held_on": Privacy.BASIC,
        "grade": Privacy.JUDGEMENT,
        "comment": Privacy.JUDGEMENT,
    }

    postdoc = models.ForeignKey(Postdoc, on_delete=models.CASCADE, related_name="assessments")
    kind = models.CharField(max_length=8, choices=AssessmentKind.choices)
    attempt = models.PositiveSmallIntegerField(default=1)
    year = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    grade = models.CharField(max_length=11, choices=Grade.choices, null=True, blank=True)
    comment = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["held_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["postdoc", "kind", "year", "attempt"], name="postdoc_assessment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.postdoc_id} {self.kind} {self.year}"


class Ground(models.Model):
    """Something found about a postdoc that rules may count as a ground for withdrawal.

    An absence has its days and first day; a late return the days late. Taken back, not deleted.
    """

    privacy = {
        "postdoc": Privacy.BASIC,
        "kind": Privacy.JUDGEMENT,
        "found_on": Privacy.BASIC,
        "first_on": Privacy.BASIC,
        "days": Privacy.BASIC,
        "paper": Privacy.BASIC,
        "note": Privacy.SENSITIVE,
        "taken_back_at": Privacy.BASIC,
    }

    postdoc = models.ForeignKey(Postdoc, on_delete=models.CASCADE, related_name="grounds")
    kind = models.CharField(max_length=14, choices=GroundKind.choices)
    found_on = models.DateField()
    first_on = models.DateField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    paper = models.CharField(max_length=200, blank=True)
    note = EncryptedTextField(blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["found_on", "id"]

    def __str__(self) -> str:
        return f"{self.postdoc_id} {self.kind}"
