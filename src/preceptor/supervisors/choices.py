from django.db import models
from django.utils.translation import gettext_lazy as _


class QualificationState(models.TextChoices):
    """Where a supervisor qualification stands; selection and engagement are separate."""

    NOMINATED = "nominated", _("nominated")
    QUALIFIED = "qualified", _("qualified")
    ENGAGED = "engaged", _("engaged")
    SUSPENDED = "suspended", _("suspended")
    ENDED = "ended", _("ended")
