from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.models import DatedRecord
from preceptor.base.privacy import NOT_PERSONAL
from preceptor.calls.models import Call
from preceptor.institutions.models import Discipline, Unit

from ..choices import IntakeSource, StationKind, StationState, Track


class Station(models.Model):
    """A postdoctoral station: a mobile station in a first-level discipline, a workstation of a
    hospital or company, a branch, or a practice base.

    `first_office` and `second_office` own it together; `partner` is the company that holds a
    workstation. `state` repeats the span valid today; only the actions write it. The number is
    the national one, given at approval.
    """

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="stations")
    code = models.CharField(max_length=40)
    number = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=14, choices=StationKind.choices)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    discipline = models.ForeignKey(
        Discipline, on_delete=models.PROTECT, null=True, blank=True, related_name="stations"
    )
    upper = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="branches"
    )
    partner = models.ForeignKey(
        "joint.Partner", on_delete=models.PROTECT, null=True, blank=True, related_name="stations"
    )
    first_office = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_office = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=12, choices=StationState.choices)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="station_code_once"),
            models.CheckConstraint(
                condition=~Q(kind=StationKind.MOBILE) | Q(discipline__isnull=False),
                name="mobile_station_has_a_discipline",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="station_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=~Q(first_office=F("second_office")), name="station_two_offices"
            ),
        ]
        indexes = [models.Index(fields=["institution", "kind", "state"], name="station_kind")]

    def __str__(self) -> str:
        return self.name_zh


class StationSpan(DatedRecord):
    """The state of a station for a time."""

    privacy = NOT_PERSONAL

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="spans")
    state = models.CharField(max_length=12, choices=StationState.choices)

    class Meta(DatedRecord.Meta):
        ordering = ["valid_from", "id"]

    def __str__(self) -> str:
        return f"{self.station_id} {self.state}"


class StationTarget(models.Model):
    """How many postdocs are to enter in a year, and how many to be in station at its end; of one
    station, or of the whole institution where none is named."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, null=True, blank=True, related_name="targets"
    )
    year = models.PositiveSmallIntegerField()
    entries = models.PositiveIntegerField(null=True, blank=True)
    in_station = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["station", "year"], name="station_target_once"),
            models.UniqueConstraint(
                fields=["institution", "year"], condition=Q(station=None), name="whole_target_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.year}"


class StationCall(models.Model):
    """For which station a call takes in postdocs, and on which track."""

    privacy = NOT_PERSONAL

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="station_call")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="calls")
    workstation = models.ForeignKey(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="joint_calls"
    )
    track = models.CharField(max_length=10, choices=Track.choices)
    intake = models.CharField(max_length=10, choices=IntakeSource.choices)
    months = models.PositiveSmallIntegerField(default=24)

    def __str__(self) -> str:
        return f"{self.call_id} {self.station_id}"


class PiCall(models.Model):
    """For which programme of independent principal investigators a call is."""

    privacy = NOT_PERSONAL

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="pi_call")
    programme = models.ForeignKey(
        "fellows.PiProgramme", on_delete=models.PROTECT, related_name="calls"
    )
    months = models.PositiveSmallIntegerField(default=60)

    def __str__(self) -> str:
        return f"{self.call_id} {self.programme_id}"
