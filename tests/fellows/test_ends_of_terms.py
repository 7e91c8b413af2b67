"""What the end of a term ends with it, and what a decision that is set aside gives back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from new_fellows import Fellows, decided, handed_in
from preceptor.base.actors import Mandate
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.models import Case
from preceptor.cases.registry import port_of
from preceptor.fellows.access import may_view_postdoc, visible_postdocs, visible_stations
from preceptor.fellows.access.station import AFTERWARDS
from preceptor.fellows.actions import (
    add_host,
    ask_step,
    end_host,
    leave_station,
    prolong,
)
from preceptor.fellows.choices import PostdocStep, StayEnd
from preceptor.fellows.models import Host, Postdoc
from preceptor.people.models import Account

pytest_plugins = ["fellow_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("procedures")]
A_DAY = timedelta(days=1)


def now(fellows: Fellows) -> Postdoc:
    return Postdoc.objects.get(pk=fellows.xu.pk)


def anew(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


def set_aside(case: Case) -> None:
    """What an appeal that is granted does to the first decision."""
    case.refresh_from_db()
    with deed(Mandate("account:1", "leader", str(case))) as _act:
        port_of(case).effect(case, "set_aside", Mandate("account:1", "leader", str(case)), None)


def granted(fellows: Fellows, step: PostdocStep, wished_on: date) -> Case:
    case = ask_step(postdoc=fellows.xu, step=step, wished_on=wished_on, by=fellows.postdoc)
    handed_in(case, fellows.postdoc)
    for actor in (fellows.host, fellows.secretary, fellows.personnel):
        decided(case, actor)
    return case


@pytest.mark.parametrize(
    ("days", "is_read"), [(0, True), (AFTERWARDS.days - 1, True), (AFTERWARDS.days, False)]
)
def test_a_supervisor_reads_a_term_that_ended_for_half_a_year_and_no_longer(
    fellows: Fellows, days: int, is_read: bool
) -> None:
    left = today() - timedelta(days=days)
    leave_station(postdoc=fellows.xu, goes_by=StayEnd.EXIT, on=left, by=fellows.personnel)
    assert Host.objects.known().get(postdoc=fellows.xu).valid_to == left
    assert visible_postdocs(fellows.host).exists() == is_read
    assert visible_stations(fellows.host).exists() == is_read
    assert bool(may_view_postdoc(fellows.host, now(fellows))) == is_read
    assert list(visible_postdocs(fellows.postdoc)) == [fellows.xu]


def test_an_old_record_whose_supervisor_has_no_last_day_is_read_no_longer_either(
    fellows: Fellows,
) -> None:
    leave_station(
        postdoc=fellows.xu, goes_by=StayEnd.EXIT, on=today() - AFTERWARDS, by=fellows.personnel
    )
    Host.objects.update(valid_to=None)
    assert not visible_postdocs(fellows.host).exists()


def test_who_was_replaced_before_the_end_does_not_read_the_term_again_because_it_ended(
    fellows: Fellows,
) -> None:
    add_host(postdoc=fellows.xu, person=fellows.persons["T2"], by=fellows.personnel)
    first = Host.objects.get(person=fellows.persons["T1"])
    end_host(host=first, last_on=today() - 20 * A_DAY, by=fellows.personnel)
    leave_station(
        postdoc=fellows.xu, goes_by=StayEnd.EXIT, on=today() - 5 * A_DAY, by=fellows.personnel
    )
    assert not visible_postdocs(fellows.host).exists()
    assert not may_view_postdoc(fellows.host, now(fellows))


def test_a_supervisor_of_a_term_that_ends_ahead_reads_it_as_before(fellows: Fellows) -> None:
    granted(fellows, PostdocStep.TRANSFER, today() + 40 * A_DAY)
    assert Host.objects.known().get().valid_to == today() + 40 * A_DAY
    assert list(visible_postdocs(fellows.host)) == [fellows.xu]


def test_a_move_that_is_set_aside_gives_the_supervisors_back_as_they_were(fellows: Fellows) -> None:
    on = today() + 40 * A_DAY
    for person, first in (("T2", on - 9 * A_DAY), ("E1", on + 9 * A_DAY)):
        add_host(postdoc=fellows.xu, person=fellows.persons[person], on=first, by=fellows.personnel)
    first_host = Host.objects.get(person=fellows.persons["T1"])
    end_host(host=first_host, last_on=on + 5 * A_DAY, by=fellows.personnel)
    before = set(Host.objects.known().values_list("person", "valid_from", "valid_to"))
    case = granted(fellows, PostdocStep.TRANSFER, on)
    assert {row.valid_to for row in Host.objects.known()} == {on}
    set_aside(case)
    assert set(Host.objects.known().values_list("person", "valid_from", "valid_to")) == before
    assert now(fellows).left_on is None


def test_an_extension_that_is_set_aside_gives_the_former_end_back(fellows: Fellows) -> None:
    former, until = today() + 100 * A_DAY, today() + 300 * A_DAY
    Postdoc.objects.update(term_ends_on=former)
    case = granted(fellows, PostdocStep.EXTENSION, until)
    assert now(fellows).term_ends_on == until
    set_aside(case)
    assert now(fellows).term_ends_on == former


def test_a_refused_extension_that_is_set_aside_changes_no_end(fellows: Fellows) -> None:
    Postdoc.objects.update(term_ends_on=today() + 100 * A_DAY)
    case = ask_step(
        postdoc=fellows.xu, step=PostdocStep.EXTENSION, wished_on=today() + 300 * A_DAY,
        by=fellows.postdoc,
    )  # fmt: skip
    decided(handed_in(case, fellows.postdoc), fellows.host, "refused")
    set_aside(case)
    assert now(fellows).term_ends_on == today() + 100 * A_DAY


def test_a_term_extended_once_more_since_does_not_fall_back_behind_that(fellows: Fellows) -> None:
    Postdoc.objects.update(term_ends_on=today() + 100 * A_DAY)
    case = granted(fellows, PostdocStep.EXTENSION, today() + 300 * A_DAY)
    prolong(postdoc=fellows.xu, until=today() + 500 * A_DAY, by=fellows.personnel)
    with pytest.raises(RuleBroken, match=str(today() + 500 * A_DAY)):
        set_aside(case)
    assert now(fellows).term_ends_on == today() + 500 * A_DAY
