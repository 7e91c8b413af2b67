"""Background work and mail that leave the transaction which asked for them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..privacy import NOT_PERSONAL, Privacy


class JobState(models.TextChoices):
    """Where a piece of background work stands."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class Job(models.Model):
    """Work leased by a worker; a lease that runs out is taken by another, fenced by attempt."""

    privacy = NOT_PERSONAL

    key = models.UUIDField(unique=True)
    task = models.CharField(max_length=200)
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    arguments = models.JSONField(default=dict)
    unique_key = models.CharField(max_length=200, null=True, blank=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    run_at = models.DateTimeField(default=timezone.now)
    attempt = models.PositiveIntegerField(default=0)
    most_attempts = models.PositiveIntegerField(default=3)
    worker = models.CharField(max_length=80, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=models.Q(state__in=["queued", "running"]),
                name="job_once_while_waiting",
            )
        ]
        indexes = [
            models.Index(fields=["state", "queue", "-priority", "run_at"], name="job_next"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.state}"


class OutgoingMail(models.Model):
    """A letter written in the transaction and sent after it, by the worker.

    `holds_secret`: the body is a secret of the reader (a link that needs no password), and is
    removed when the letter is sent.
    """

    privacy = {
        "to": Privacy.BASIC,
        "subject": Privacy.BASIC,
        "body": Privacy.JUDGEMENT,
        "holds_secret": Privacy.PUBLIC,
        "unique_key": Privacy.PUBLIC,
        "sent_at": Privacy.PUBLIC,
        "attempt": Privacy.PUBLIC,
        "error": Privacy.BASIC,
    }

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    holds_secret = models.BooleanField(default=False)
    unique_key = models.CharField(max_length=200, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["sent_at", "created_at"], name="mail_next")]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
