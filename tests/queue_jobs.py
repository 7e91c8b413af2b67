"""Jobs that the tests of the queue run, in their own process and in real workers."""

from __future__ import annotations

import time
from pathlib import Path
from smtplib import SMTPServerDisconnected
from typing import Any

from django.core.mail.backends.locmem import EmailBackend

from preceptor.base.actors import OPERATOR
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.queue import lease
from preceptor.base.queue.tasks import job


def write_line(text: str) -> None:
    with deed(OPERATOR) as done:
        done.write("noted", "note", text)


def wait_for(path: str) -> None:
    while not Path(path).exists():
        time.sleep(0.02)


@job("test_add")
def add(one: int, more: int) -> int:
    return one + more


@job("test_note")
def note(text: str) -> str:
    write_line(text)
    return text


@job("test_break")
def write_and_break(text: str) -> None:
    write_line(text)
    raise ValueError(text)


@job("test_refuse")
def refuse() -> None:
    raise RuleBroken("The thesis has no similarity check.")


@job("test_note_at_the_end", in_transaction=False)
def note_at_the_end(text: str) -> None:
    with deed(OPERATOR) as done:
        done.write("noted", "note", text)
        lease.settle({"settled": text})


@job("test_sleep", in_transaction=False)
def sleep_without_writing(seconds: float) -> None:
    time.sleep(seconds)


@job("test_note_then_wait")
def note_then_wait_for_file(text: str, begun: str, go_on: str) -> str:
    write_line(text)
    Path(begun).touch()
    wait_for(go_on)
    return text


@job("test_wait_then_note", in_transaction=False)
def wait_for_file_then_note(text: str, begun: str, go_on: str) -> None:
    Path(begun).touch()
    wait_for(go_on)
    time.sleep(0.2)
    with deed(OPERATOR) as done:
        done.write("noted", "note", text)
        lease.settle()


@job("test_count")
def count() -> None:
    return None


class Unreachable(EmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPServerDisconnected("Connection unexpectedly closed")
