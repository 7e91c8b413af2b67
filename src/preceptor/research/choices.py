from django.db import models
from django.utils.translation import pgettext_lazy


class ProjectLevel(models.TextChoices):
    """Who funds a project."""

    NATIONAL = "national", pgettext_lazy("project", "national")
    PROVINCIAL = "provincial", pgettext_lazy("project", "provincial or ministerial")
    BUREAU = "bureau", pgettext_lazy("project", "bureau")
    UNIVERSITY = "university", pgettext_lazy("project", "university")
    COMMISSIONED = "commissioned", pgettext_lazy("project", "commissioned")
