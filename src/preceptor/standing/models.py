from __future__ import annotations

from django.db import models
from django.db.models import Q

from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.training.models import Enrolment, Panel


class PackInForce(models.Model):
    """A pack that an institution has put into force, with the text it had then.

    It is judged by this text, whatever becomes of the file that it was read from.
    """

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(
        "institutions.Unit", on_delete=models.PROTECT, related_name="packs"
    )
    pack = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    hash = models.CharField(max_length=64)
    text = models.TextField()
    in_force_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "pack"], name="pack_once_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.version}"


class Finding(models.Model):
    """A stored verdict: one rule on one record, as of a day, by one version of a pack.

    Lists filter by it; a record's own page evaluates afresh. `enrolment` is the trainee whom
    the finding concerns, whatever the subject of the rule.
    """

    privacy = {
        "enrolment": Privacy.BASIC,
        "panel": Privacy.BASIC,
        "subject": Privacy.BASIC,
        "rule": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "verdict": Privacy.JUDGEMENT,
        "missing": Privacy.BASIC,
        "pack": Privacy.BASIC,
        "version": Privacy.BASIC,
        "hash": Privacy.BASIC,
        "as_of": Privacy.BASIC,
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="findings")
    panel = models.ForeignKey(
        Panel, on_delete=models.CASCADE, null=True, blank=True, related_name="findings"
    )
    subject = models.CharField(max_length=12)
    rule = models.CharField(max_length=60)
    kind = models.CharField(max_length=8)
    verdict = models.CharField(max_length=16)
    missing = models.CharField(max_length=300, blank=True)
    pack = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    hash = models.CharField(max_length=64)
    as_of = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["rule", "verdict", "enrolment"], name="finding_rule_verdict"),
            models.Index(fields=["enrolment", "rule"], name="finding_enrolment"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "rule", "pack"],
                condition=Q(panel=None),
                name="one_verdict_on_a_trainee",
            ),
            models.UniqueConstraint(
                fields=["panel", "rule", "pack"],
                condition=Q(panel__isnull=False),
                name="one_verdict_on_a_panel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.rule} {self.verdict}"
