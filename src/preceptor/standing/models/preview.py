from __future__ import annotations

from django.db import models

from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.training.models import Enrolment, Panel

from .draft import PackDraft


class Preview(models.Model):
    """What a planned content of a pack would change for the people there are, on a day.

    `counts` are the numbers by change, rule, unit and cohort; the persons are in PreviewFlip. `hash` is
    the planned content, `base_hash` the one it was compared with (empty: none).
    """

    privacy = NOT_PERSONAL

    institution = models.ForeignKey("institutions.Unit", on_delete=models.CASCADE, related_name="+")
    draft = models.ForeignKey(
        PackDraft, on_delete=models.CASCADE, null=True, blank=True, related_name="previews"
    )
    on = models.DateField()
    hash = models.CharField(max_length=64)
    base_hash = models.CharField(max_length=64, blank=True)
    records = models.IntegerField()
    flips = models.IntegerField()
    counts = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.hash[:8]} {self.on}"


class PreviewFlip(models.Model):
    """One record on which one rule would give another verdict.

    With `decided_on` it tells of a decision taken on that day, at the step `step`, that the rule
    would have had otherwise; the decision stays.
    """

    privacy = {
        "preview": Privacy.BASIC,
        "enrolment": Privacy.BASIC,
        "panel": Privacy.BASIC,
        "student_number": Privacy.BASIC,
        "subject": Privacy.BASIC,
        "rule": Privacy.BASIC,
        "before": Privacy.JUDGEMENT,
        "after": Privacy.JUDGEMENT,
        "decided_on": Privacy.BASIC,
        "step": Privacy.BASIC,
    }

    preview = models.ForeignKey(
        Preview, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    panel = models.ForeignKey(
        Panel, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    student_number = models.CharField(max_length=20)
    subject = models.CharField(max_length=12)
    rule = models.CharField(max_length=60)
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16)
    decided_on = models.DateField(null=True, blank=True)
    step = models.CharField(max_length=14, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["preview", "student_number", "id"], name="preview_flip_order"),
            models.Index(
                fields=["preview", "rule", "after", "student_number", "id"],
                name="preview_flip_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_number} {self.rule}: {self.before} → {self.after}"
