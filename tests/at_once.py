"""Many who do something in the same moment, each on a connection of the own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from preceptor.base.errors import NotPermitted, Refusal

#: More than any of them takes, on a busy machine too.
SECONDS = 240


def at_once(works: Iterable[Callable[[], Any]]) -> list[Any]:
    """What each gives, or the refusal it meets; any other error fails the test."""
    listed = list(works)
    gate = threading.Barrier(len(listed))
    answers: list[Any] = [None] * len(listed)

    def run(place: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[place] = work()
        except (Refusal, NotPermitted) as refusal:
            answers[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(listed)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    return answers
