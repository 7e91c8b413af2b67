"""What the cases of this room are about; one row for each case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.cases.models import Case

from ..choices import Grade, LimitKind, LimitPeriod, PostdocStep, ReviewKind, Verdict
from .appointment import Appointment
from .laboratory import Laboratory
from .postdoc import Postdoc
from .station import Station


class StationCase(models.Model):
    """The request to open a station, or to close it; `dossier` is the content as it was handed in,
    each figure with the census and query that gave it."""

    privacy = NOT_PERSONAL

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="station_case")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="cases")
    opens = models.BooleanField(default=True)
    dossier = models.JSONField(null=True, blank=True)
    national_number = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.station_id} {'opening' if self.opens else 'closing'}"


class PostdocCase(models.Model):
    """A request about a postdoc. `wished_on` is the day of exit or move, or the new end of the term;
    `to_station` where somebody moves; `grade` what the panel gave; `restores` what stood before the
    decision was carried out (end of the term, supervisors), for a granted appeal."""

    privacy = {
        "case": Privacy.BASIC,
        "postdoc": Privacy.BASIC,
        "step": Privacy.BASIC,
        "year": Privacy.BASIC,
        "wished_on": Privacy.BASIC,
        "to_station": Privacy.BASIC,
        "grounds": Privacy.JUDGEMENT,
        "grade": Privacy.JUDGEMENT,
        "restores": Privacy.BASIC,
    }

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="postdoc_case")
    postdoc = models.ForeignKey(Postdoc, on_delete=models.PROTECT, related_name="cases")
    step = models.CharField(max_length=10, choices=PostdocStep.choices)
    year = models.PositiveSmallIntegerField()
    wished_on = models.DateField(null=True, blank=True)
    to_station = models.ForeignKey(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    grounds = models.JSONField(null=True, blank=True)
    grade = models.CharField(max_length=11, choices=Grade.choices, null=True, blank=True)
    restores = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["postdoc", "step"], name="postdoc_case_step")]

    def __str__(self) -> str:
        return f"{self.postdoc_id} {self.step}"


class AssessmentCase(models.Model):
    """The assessment of a principal investigator as a request; `scorecard` holds the targets and
    evidence as they stood when it was handed in, `proposed` the verdict that the committee votes on
    (an extended probation lasts until `probation_until`), `restores` what stood before the verdict was
    carried out, for a granted appeal."""

    privacy = {
        "case": Privacy.BASIC,
        "appointment": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "proposed": Privacy.JUDGEMENT,
        "probation_until": Privacy.JUDGEMENT,
        "scorecard": Privacy.JUDGEMENT,
        "restores": Privacy.JUDGEMENT,
    }

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="assessment_case")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=11, choices=ReviewKind.choices)
    proposed = models.CharField(max_length=9, choices=Verdict.choices, null=True, blank=True)
    probation_until = models.DateField(null=True, blank=True)
    scorecard = models.JSONField(null=True, blank=True)
    restores = models.JSONField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.kind}"


class LabCase(models.Model):
    """What a laboratory wants to do under its charter; above the limit it climbs."""

    privacy = {
        "case": Privacy.BASIC,
        "laboratory": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "amount": Privacy.BASIC,
        "has_climbed": Privacy.BASIC,
    }

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="lab_case")
    laboratory = models.ForeignKey(Laboratory, on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=6, choices=LimitKind.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    has_climbed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="lab_case_asks_for_something")
        ]

    def __str__(self) -> str:
        return f"{self.laboratory_id} {self.kind} {self.amount}"


class CharterCase(models.Model):
    """A limit of a charter that is to be set or changed, from a day."""

    privacy = NOT_PERSONAL

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="charter_case")
    laboratory = models.ForeignKey(
        Laboratory, on_delete=models.PROTECT, related_name="charter_cases"
    )
    kind = models.CharField(max_length=6, choices=LimitKind.choices)
    most = models.DecimalField(max_digits=14, decimal_places=2)
    period = models.CharField(max_length=4, choices=LimitPeriod.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.laboratory_id} {self.kind} {self.most}"


class ClosingCase(models.Model):
    """The closing of a laboratory: granted only when nobody, nothing and no money is left."""

    privacy = NOT_PERSONAL

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="closing_case")
    laboratory = models.ForeignKey(
        Laboratory, on_delete=models.PROTECT, related_name="closing_cases"
    )
    closes_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.laboratory_id} {self.closes_on}"
