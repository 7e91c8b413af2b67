from __future__ import annotations

from django.db import models

from preceptor.base.privacy import NOT_PERSONAL

from ..choices import RegulationLayer
from .unit import Unit


class Regulation(models.Model):
    """A regulation as a document: who issued it, when it holds, what it replaces.

    Its thresholds are not here but in the pack named by `pack`, where each cites the document.
    """

    privacy = NOT_PERSONAL

    code = models.CharField(max_length=60, unique=True)
    institution = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="regulations"
    )
    layer = models.CharField(max_length=12, choices=RegulationLayer.choices)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    issuer_zh = models.CharField(max_length=200, blank=True)
    issuer_en = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=80, blank=True)
    on_trial = models.BooleanField(default=False)
    issued_on = models.DateField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    pack = models.CharField(max_length=80, blank=True)
    source_in_pack = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["layer", "code"]

    def __str__(self) -> str:
        return self.title_zh


class Clause(models.Model):
    """A clause of a regulation as the packs cite it: its name, and its gist in our own words.

    `key` is what citations write after the source: `report2023 四(五)`.
    """

    privacy = NOT_PERSONAL

    regulation = models.ForeignKey(Regulation, on_delete=models.CASCADE, related_name="clauses")
    key = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    gist = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["regulation", "position"]
        constraints = [models.UniqueConstraint(fields=["regulation", "key"], name="clause_once")]

    def __str__(self) -> str:
        return self.title_zh
