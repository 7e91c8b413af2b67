from django.db import models
from django.utils.translation import pgettext_lazy


class CallState(models.TextChoices):
    """Where a call stands; whether it is open for applications follows from its days."""

    DRAFT = "draft", pgettext_lazy("call", "being prepared")
    PUBLISHED = "published", pgettext_lazy("call", "published")
    CLOSED = "closed", pgettext_lazy("call", "closed")
    CANCELLED = "cancelled", pgettext_lazy("call", "cancelled")


class Result(models.TextChoices):
    """What came of an application in the comparison with the others."""

    OPEN = "open", pgettext_lazy("application", "not decided yet")
    PLACED = "placed", pgettext_lazy("application", "chosen")
    RESERVE = "reserve", pgettext_lazy("application", "on the reserve list")
    NOT_PLACED = "not_placed", pgettext_lazy("application", "not chosen")


class WorkKind(models.TextChoices):
    """What kind of work an applicant names."""

    PAPER = "paper", pgettext_lazy("work", "paper")
    PROJECT = "project", pgettext_lazy("work", "project")
    PATENT = "patent", pgettext_lazy("work", "patent")
    BOOK = "book", pgettext_lazy("work", "book")
    AWARD = "award", pgettext_lazy("work", "award")


class OfferState(models.TextChoices):
    """Where an offer stands."""

    OPEN = "open", pgettext_lazy("offer", "waiting for the answer")
    ACCEPTED = "accepted", pgettext_lazy("offer", "accepted")
    DECLINED = "declined", pgettext_lazy("offer", "declined")
    LAPSED = "lapsed", pgettext_lazy("offer", "not answered in time")
    WITHDRAWN = "withdrawn", pgettext_lazy("offer", "taken back")
