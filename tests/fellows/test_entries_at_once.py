"""Two let the same person enter in the same moment: one stay begins."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from new_fellows import Fellows, entering
from preceptor.base.errors import RuleBroken
from preceptor.fellows.actions import enter_postdoc
from preceptor.fellows.models import Postdoc, Stay

pytest_plugins = ["fellow_cast"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def test_of_two_entries_of_one_person_at_once_one_is_made(fellows: Fellows) -> None:
    gate, answers = threading.Barrier(2), [None, None]

    def enter(place: int, station: Any) -> None:
        gate.wait()
        try:
            given = entering(fellows, station=station, number=f"N{place}")
            answers[place] = enter_postdoc(**given)  # type: ignore[call-overload]
        except RuleBroken as refusal:
            answers[place] = refusal  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [
        threading.Thread(target=enter, args=pair)
        for pair in enumerate((fellows.station, fellows.other_station))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    made = [answer for answer in answers if isinstance(answer, Postdoc)]
    told = [answer for answer in answers if isinstance(answer, RuleBroken)]
    assert (len(made), len(told)) == (1, 1)
    assert Stay.objects.filter(postdoc__person=fellows.persons["P2"]).count() == 1
