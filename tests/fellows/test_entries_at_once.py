"""Two let the same person enter in the same moment: one stay begins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from at_once import at_once
from new_fellows import Fellows, entering
from preceptor.base.errors import RuleBroken
from preceptor.fellows.actions import enter_postdoc
from preceptor.fellows.models import Postdoc, Station, Stay

pytest_plugins = ["fellow_cast"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def test_of_two_entries_of_one_person_at_once_one_is_made(fellows: Fellows) -> None:
    def taking(number: str, station: Station) -> Callable[[], Postdoc]:
        return lambda: enter_postdoc(**entering(fellows, station=station, number=number))

    answers = at_once([taking("N0", fellows.station), taking("N1", fellows.other_station)])
    assert {type(answer) for answer in answers} == {Postdoc, RuleBroken}
    assert Stay.objects.filter(postdoc__person=fellows.persons["P2"]).count() == 1
