from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QualificationState(models.TextChoices):
    """Where a supervisor qualification stands; selection and engagement are separate."""

    NOMINATED = "nominated", _("nominated")
    QUALIFIED = "qualified", _("qualified")
    ENGAGED = "engaged", _("engaged")
    SUSPENDED = "suspended", pgettext_lazy("qualification", "suspended")
    ENDED = "ended", pgettext_lazy("qualification", "ended")
