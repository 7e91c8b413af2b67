"""Who sees stations, postdocs and incubations: lists and single records agree, strangers see nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from new_fellows import ENTRY, Fellows, entering
from preceptor.base.actors import OPERATOR
from preceptor.fellows.access import (
    may_keep_postdoc,
    may_view_incubation,
    may_view_postdoc,
    may_view_station,
    visible_incubations,
    visible_postdocs,
    visible_stations,
)
from preceptor.fellows.actions import add_host, begin_incubation, end_host, enter_postdoc
from preceptor.fellows.models import Host, Incubation, Postdoc, Station
from preceptor.people.models import Account

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db

ROLES = (
    "personnel", "office", "secretary", "neighbour", "leader", "stranger", "host", "postdoc",
)  # fmt: skip
SETS: list[tuple[Callable[[Any], Any], Callable[..., Any], type]] = [
    (visible_stations, may_view_station, Station),
    (visible_postdocs, may_view_postdoc, Postdoc),
    (visible_incubations, may_view_incubation, Incubation),
]


@pytest.fixture
def world(fellows: Fellows) -> Fellows:
    """A second postdoc, in basic medicine, and an incubation of 许望舒."""
    enter_postdoc(**entering(fellows, station=fellows.other_station))
    begin_incubation(
        institution=fellows.institution, unit=fellows.general, number="FH-01",
        title_zh="可降解支架", need="术后再狭窄", began_on=ENTRY, owner=fellows.persons["T2"],
        postdoc=fellows.xu, by=OPERATOR,
    )  # fmt: skip
    return fellows


@pytest.mark.parametrize("role", ROLES)
def test_what_a_list_shows_is_what_may_be_opened(world: Fellows, role: str) -> None:
    account: Account = getattr(world, role)
    for visible, may_view, model in SETS:
        shown = set(visible(account).values_list("pk", flat=True))
        opened = {row.pk for row in model._default_manager.all() if may_view(account, row)}
        assert shown == opened, (role, model)


def test_officers_of_the_place_see_all_and_others_nothing(world: Fellows) -> None:
    for role in ("personnel", "office", "secretary", "leader"):
        assert visible_postdocs(getattr(world, role)).count() == 2
        assert visible_stations(getattr(world, role)).count() == 3
    for role in ("neighbour", "stranger"):
        for visible, _may_view, _model in SETS:
            assert not visible(getattr(world, role)).exists()


def test_a_postdoc_and_the_host_see_the_own_term_and_its_station_only(world: Fellows) -> None:
    for account in (world.postdoc, world.host):
        assert list(visible_postdocs(account)) == [world.xu]
        assert list(visible_stations(account)) == [world.station]
    assert visible_incubations(world.postdoc).count() == 1
    assert not may_keep_postdoc(world.postdoc, world.xu)


def test_who_is_no_host_any_more_sees_the_postdoc_no_longer(world: Fellows) -> None:
    add_host(postdoc=world.xu, person=world.persons["T2"], by=world.personnel)
    end_host(host=Host.objects.get(person=world.persons["T1"]), last_on=ENTRY, by=world.personnel)
    assert not visible_postdocs(world.host).exists()


def test_the_secretary_of_another_hospital_keeps_no_postdoc_of_this_one(world: Fellows) -> None:
    assert may_keep_postdoc(world.secretary, world.xu)
    for role in ("neighbour", "leader", "stranger", "host"):
        assert not may_keep_postdoc(getattr(world, role), world.xu)
