"""The outbox: a letter is written with what it tells of, and leaves after the commit."""

from __future__ import annotations

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from .models import OutgoingMail
from .queue.tasks import enqueue, job


def write_mail(
    *, to: str, subject: str, body: str, unique_key: str | None = None, holds_secret: bool = False
) -> OutgoingMail:
    """Put a letter into the outbox, in the caller's transaction; a worker sends it afterwards.

    With `holds_secret` the outbox forgets the body as soon as the letter is sent. The same `unique_key` again gives the letter that was written first. Raises ValidationError
    for an address that is none or a subject over 200 characters.
    """
    letter = OutgoingMail(
        to=to, subject=" ".join(subject.split()), body=body, unique_key=unique_key,
        holds_secret=holds_secret,
    )  # fmt: skip
    letter.clean_fields()
    with transaction.atomic():
        letter = _stored(letter)
        if letter.sent_at is None:
            enqueue("send_mail", {"letter": letter.pk}, unique_key=f"send_mail:{letter.pk}")
    return letter


def _stored(letter: OutgoingMail) -> OutgoingMail:
    if letter.unique_key is None:
        letter.save(force_insert=True)
        return letter
    OutgoingMail.objects.bulk_create([letter], ignore_conflicts=True)
    return OutgoingMail.objects.get(unique_key=letter.unique_key)


@job("send_mail", most_attempts=24, in_transaction=False)
def send_mail(letter: int) -> None:
    """Send one letter of the outbox unless it went out already; retried when the server refuses.

    A worker killed between the server's answer and the mark leaves a letter that is sent again,
    under the same Message-ID, by which the reader's mail program knows it.
    """
    found = OutgoingMail.objects.get(pk=letter)
    if found.sent_at is not None or not _claim(found):
        return
    rows = OutgoingMail.objects.filter(pk=found.pk)
    try:
        _message(found).send()
    except (OSError, SMTPException) as error:
        rows.update(error=f"{type(error).__name__}: {error}")
        raise
    forgotten = {"body": ""} if found.holds_secret else {}
    rows.update(sent_at=Now(), error="", **forgotten)


def _claim(letter: OutgoingMail) -> bool:
    unclaimed = OutgoingMail.objects.filter(pk=letter.pk, sent_at=None, attempt=letter.attempt)
    return bool(unclaimed.update(attempt=F("attempt") + 1))


def _message(letter: OutgoingMail) -> EmailMessage:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ")
    number = f"{letter.created_at:%Y%m%d%H%M%S}.{letter.pk}"
    return EmailMessage(
        letter.subject, letter.body, to=[letter.to], headers={"Message-ID": f"<{number}@{domain}>"}
    )
