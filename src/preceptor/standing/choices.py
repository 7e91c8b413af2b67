"""Words that the tables of this room store."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DraftState(models.TextChoices):
    """Where a planned change of a pack stands."""

    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("waits for approval")
    RETURNED = "returned", _("returned for correction")
    APPROVED = "approved", _("approved")
    WITHDRAWN = "withdrawn", pgettext_lazy("a draft or a waiver", "withdrawn")


class WaiverState(models.TextChoices):
    """Where a request for a waiver stands; two persons sign before it is granted."""

    ASKED = "asked", _("asked for")
    SIGNED_ONCE = "signed_once", _("signed by one of two")
    GRANTED = "granted", pgettext_lazy("a waiver", "granted")
    REFUSED = "refused", pgettext_lazy("a waiver", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("a draft or a waiver", "withdrawn")


class SignatureVerb(models.TextChoices):
    """What a signer said."""

    GRANTED = "granted", pgettext_lazy("a signer", "granted")
    REFUSED = "refused", pgettext_lazy("a signer", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("a signer", "withdrew")


class ChangeCause(models.TextChoices):
    """What ended a verdict."""

    RECORD = "record", _("a record changed")
    TIME = "time", _("time passed")
    PACK = "pack", _("the rules changed")
    WAIVER = "waiver", _("a waiver began or ended")


class RunCause(models.TextChoices):
    """Why a whole institution was evaluated."""

    TIME = "time", _("nightly")
    PACK = "pack", _("the rules changed")
    ASKED = "asked", _("asked for")
