from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from .choices import ProjectLevel


class Paper(models.Model):
    """A published paper; `published_on` is the first day of the month or year when no day is known."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=500)
    journal = models.CharField(max_length=200, blank=True)
    doi = models.CharField(max_length=200, blank=True)
    published_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-published_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="paper_number_once")
        ]

    def __str__(self) -> str:
        return self.title


class Authorship(models.Model):
    """A person among the authors of a paper; `place` counts from one."""

    privacy = {"paper": Privacy.BASIC, "person": Privacy.BASIC, "place": Privacy.BASIC}

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="authorships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="authorships")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "person"], name="author_once_a_paper")
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.person_id}"


class Project(models.Model):
    """A research project; an open end is null, an unknown level or field is empty."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=500)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    level = models.CharField(max_length=12, choices=ProjectLevel.choices, blank=True)
    field = models.CharField(max_length=60, blank=True)
    scheme = models.CharField(max_length=80, blank=True)
    amount_cny = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="project_number_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="project_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ProjectMember(models.Model):
    """A person who works on a project; `is_head` leads it."""

    privacy = {"project": Privacy.BASIC, "person": Privacy.BASIC, "is_head": Privacy.BASIC}

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="projects")
    is_head = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "person"], name="member_once_a_project")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.person_id}"


class Patent(models.Model):
    """A patent applied for; `granted_on` is null until it is granted."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=500)
    applied_on = models.DateField()
    granted_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-applied_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="patent_number_once")
        ]

    def __str__(self) -> str:
        return self.title


class Inventor(models.Model):
    """A person among the inventors of a patent; `place` counts from one."""

    privacy = {"patent": Privacy.BASIC, "person": Privacy.BASIC, "place": Privacy.BASIC}

    patent = models.ForeignKey(Patent, on_delete=models.CASCADE, related_name="inventors")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="inventions")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["patent", "person"], name="inventor_once_a_patent")
        ]

    def __str__(self) -> str:
        return f"{self.patent_id} {self.person_id}"


class Translation(models.Model):
    """A contract by which a result is translated into use, in CNY."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=500)
    signed_on = models.DateField()
    amount_cny = models.DecimalField(max_digits=14, decimal_places=2)
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-signed_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "number"], name="translation_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Contributor(models.Model):
    """A person whose work a translation contract rests on, with the share in hundredths of a per
    cent; unknown is null."""

    privacy = {"translation": Privacy.BASIC, "person": Privacy.BASIC, "share_e4": Privacy.BASIC}

    translation = models.ForeignKey(
        Translation, on_delete=models.CASCADE, related_name="contributors"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="translations")
    share_e4 = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["translation", "person"], name="contributor_once_a_translation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.translation_id} {self.person_id}"
