"""Letters leave after the commit that they tell of, once each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as post
from django.core.exceptions import ValidationError
from django.db import transaction

from preceptor.base.mail import send_mail, write_mail
from preceptor.base.models import Job, JobState, OutgoingMail
from preceptor.base.queue import clock
from preceptor.base.queue.worker import Worker

pytestmark = pytest.mark.database
TO = "secretary@yunting.example"


def write(**changes: Any) -> OutgoingMail:
    content = {"to": TO, "subject": "Thesis returned", "body": "Please see page 3."}
    return write_mail(**content | changes)


@pytest.mark.django_db(transaction=True)
def test_a_letter_leaves_after_the_commit_and_not_before() -> None:
    with transaction.atomic():
        letter = write()
        assert post.outbox == []
    assert Worker().run_due() == 1
    assert [(sent.to, sent.subject) for sent in post.outbox] == [([TO], "Thesis returned")]
    letter.refresh_from_db()
    assert letter.sent_at is not None
    assert letter.attempt == 1


@pytest.mark.django_db(transaction=True)
def test_a_letter_of_a_deed_that_failed_is_never_sent() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write()
        raise ZeroDivisionError
    assert Worker().run_due() == 0
    assert post.outbox == []
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_the_same_news_is_one_letter_even_after_it_was_sent() -> None:
    first = write(unique_key="thesis-7-returned")
    assert write(unique_key="thesis-7-returned").pk == first.pk
    Worker().run_due()
    assert write(unique_key="thesis-7-returned").pk == first.pk
    Worker().run_due()
    assert len(post.outbox) == 1


@pytest.mark.django_db
def test_sending_a_letter_again_does_not_send_it_twice() -> None:
    letter = write()
    send_mail.call(letter.pk)
    send_mail.call(letter.pk)
    assert len(post.outbox) == 1


@pytest.mark.django_db
def test_a_letter_that_the_server_refused_is_kept_with_the_reason_and_tried_again(
    settings: Any,
) -> None:
    letter = write()
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "queue_jobs.Unreachable"
    Worker().run_due()
    letter.refresh_from_db()
    assert (letter.sent_at, letter.attempt) == (None, 1)
    assert "Connection unexpectedly closed" in letter.error
    assert Job.objects.get().state == JobState.QUEUED
    settings.EMAIL_BACKEND = good
    Job.objects.update(run_at=clock.after(timedelta(minutes=-1)))
    Worker().run_due()
    letter.refresh_from_db()
    assert letter.sent_at is not None
    assert letter.error == ""
    assert len(post.outbox) == 1


@pytest.mark.django_db
def test_the_outbox_forgets_a_secret_once_it_is_sent_and_not_before(settings: Any) -> None:
    secret, other = write(holds_secret=True), write()
    body = secret.body
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "queue_jobs.Unreachable"
    Worker().run_due()
    assert OutgoingMail.objects.get(pk=secret.pk).body == body
    settings.EMAIL_BACKEND = good
    Job.objects.update(run_at=clock.after(timedelta(minutes=-1)))
    Worker().run_due()
    assert [sent.body for sent in post.outbox] == [body, body]
    assert OutgoingMail.objects.get(pk=secret.pk).body == ""
    assert OutgoingMail.objects.get(pk=other.pk).body == body


@pytest.mark.django_db
def test_a_letter_keeps_its_message_number_however_often_it_is_tried() -> None:
    letter = write()
    send_mail.call(letter.pk)
    OutgoingMail.objects.update(sent_at=None)
    send_mail.call(letter.pk)
    first, second = (sent.extra_headers["Message-ID"] for sent in post.outbox)
    assert first == second
    assert first.endswith("@example.edu>")


@pytest.mark.django_db
def test_a_subject_cannot_smuggle_in_another_line() -> None:
    write(subject="Thesis\r\nBcc: press@example.org")
    Worker().run_due()
    assert post.outbox[0].subject == "Thesis Bcc: press@example.org"
    assert post.outbox[0].recipients() == [TO]


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"to": "nobody"}, {"to": ""}, {"subject": "x" * 201}])
def test_a_letter_that_cannot_arrive_is_refused_when_written(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        write(**wrong)
    assert not OutgoingMail.objects.exists()
    assert not Job.objects.exists()
