from django.db import models
from django.utils.translation import gettext_lazy as _


class ApplicationOutcome(models.TextChoices):
    """What came of an application."""

    APPLIED = "applied", _("applied")
    ADMITTED = "admitted", _("admitted")
    REJECTED = "rejected", _("not admitted")


class Origin(models.TextChoices):
    """Where an applicant studied before."""

    OWN = "own", _("own university")
    OTHER = "other", _("another university")
