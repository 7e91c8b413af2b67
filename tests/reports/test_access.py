"""The value is the same for every reader; the records are those that the reader may see."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preceptor.base.actors import OPERATOR
from preceptor.institutions.models import Unit
from preceptor.people.models import Account, Role
from preceptor.reports.access import visible_censuses, visible_figures, visible_records
from preceptor.reports.figures.keys import record_keys, record_kinds
from preceptor.reports.models import Census, FigureValue
from reports.small_university import SmallUniversity


def account(university: SmallUniversity, login: str, kind: str = "", unit: str = "") -> Account:
    person = university.persons["inside"] if login == "person" else None
    reader = Account.objects.create(login=login, name=login, person=person)
    if kind:
        place = university.units[unit] if unit else university.root
        Role.objects.create(account=reader, kind=kind, unit=place, valid_from=date(2020, 1, 1))
    return reader


@pytest.fixture
def office(university: SmallUniversity) -> Account:
    return account(university, "office", "office")


@pytest.fixture
def secretary(university: SmallUniversity) -> Account:
    return account(university, "secretary", "secretary", "H2")


@pytest.fixture(autouse=True)
def _nothing_kept(frozen: object) -> object:
    """Roll back what a test adds beside the frozen university."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def enrolled(census: Census) -> FigureValue:
    return census.figures.get(key="enrolled.fulltime_prof_doctoral", scope="SMALL-DP")


def test_the_office_sees_every_record_behind_a_figure(census: Census, office: Account) -> None:
    records, hidden = visible_records(enrolled(census), office)
    assert (records.count(), hidden) == (5, 0)


def test_a_secretary_sees_the_trainees_of_the_unit_and_how_many_are_hidden(
    university: SmallUniversity, census: Census, secretary: Account
) -> None:
    records, hidden = visible_records(enrolled(census), secretary)
    seen = {row.pk for row in records}
    # The records are those of today's rights: one of the trainees of H2 on the day is elsewhere now.
    assert university.enrolments["awarded_later"].pk in seen
    assert university.enrolments["fresh"].pk not in seen
    assert len(seen) + hidden == 5


def test_a_stranger_sees_no_record_and_no_census(
    census: Census, university: SmallUniversity
) -> None:
    stranger = account(university, "stranger")
    records, hidden = visible_records(enrolled(census), stranger)
    assert (records.count(), hidden) == (0, 5)
    assert not visible_censuses(stranger).exists()
    assert not visible_figures(stranger).exists()


def test_every_reader_of_the_institution_reads_the_same_values(
    census: Census, office: Account, secretary: Account, university: SmallUniversity
) -> None:
    readers = [OPERATOR, office, secretary]
    values = [
        list(visible_figures(reader).filter(census=census).values_list("key", "scope", "value"))
        for reader in readers
    ]
    assert len(values[0]) > 100
    assert all(found == values[0] for found in values)


def test_an_account_that_reads_no_unit_sees_no_census_even_with_a_person(
    census: Census, university: SmallUniversity
) -> None:
    person = account(university, "person")
    assert person.person_id is not None
    assert not visible_censuses(person).exists()


def test_the_office_of_another_university_sees_no_census_of_this_one(
    census: Census, university: SmallUniversity
) -> None:
    other = Unit.objects.create(
        code="OTHER", kind="university", name_zh="另一大学", name_en="Another university"
    )
    neighbour = Account.objects.create(login="neighbour", name="另一大学研究生院")
    Role.objects.create(account=neighbour, kind="office", unit=other, valid_from=date(2020, 1, 1))
    assert not visible_censuses(neighbour).exists()
    assert not visible_figures(neighbour).exists()


def test_a_census_is_listed_once_for_a_reader_with_several_roles(
    census: Census, office: Account, university: SmallUniversity
) -> None:
    Role.objects.create(
        account=office, kind="secretary", unit=university.units["H1"], valid_from=date(2020, 1, 1)
    )
    assert list(visible_censuses(office)) == [census]


def test_each_kind_of_record_can_be_looked_up(census: Census) -> None:
    kinds = set()
    for row in census.figures.exclude(records=0):
        for kind in record_kinds(row):
            records, hidden = visible_records(row, OPERATOR, kind)
            assert records.count() == len(list(record_keys(row, kind)))
            assert hidden == 0
            kinds.add(kind)
    assert kinds == {
        "advice", "agreement", "application", "appointment", "case", "course", "discipline",
        "enrolment", "laboratory", "milestone", "panel", "partner", "person", "platform", "point",
        "postdoc", "project", "qualification", "sitting", "station", "unit",
    }  # fmt: skip


def test_looking_up_records_takes_as_many_queries_for_five_as_for_one(census: Census) -> None:
    one = census.figures.get(key="enrolled.by_direction.orthopaedics")
    counts = []
    for row in (one, enrolled(census)):
        list(record_keys(row))
        with CaptureQueriesContext(connection) as queries:
            list(visible_records(row, OPERATOR)[0])
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3
