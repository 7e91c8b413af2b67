"""Records dated twice: true on days, known from an instant on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from preceptor.base.records import retract, supersede
from preceptor.institutions.models import Unit
from preceptor.people.models import Person, Title

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    unit = Unit.objects.create(
        code="U", kind="university", name_zh="某大学", name_en="A university"
    )
    return Person.objects.create(institution=unit, name_zh="夏知远", birth_on=date(1980, 2, 29))


def _title(person: Person, first: date, last: date | None = None) -> Title:
    return Title.objects.create(
        person=person, series="teacher", level="full", name="教授", valid_from=first, valid_to=last
    )


def test_both_ends_of_a_span_are_days_on_which_it_is_true(person: Person) -> None:
    _title(person, date(2020, 1, 1), date(2020, 12, 31))
    assert Title.objects.on(date(2020, 1, 1)).exists()
    assert Title.objects.on(date(2020, 12, 31)).exists()
    assert not Title.objects.on(date(2019, 12, 31)).exists()
    assert not Title.objects.on(date(2021, 1, 1)).exists()


def test_a_correction_leaves_what_was_known_before(person: Person) -> None:
    wrong = _title(person, date(2020, 1, 1))
    before = timezone.now()
    supersede(wrong, valid_from=date(2021, 1, 1))
    assert not Title.objects.on(date(2020, 6, 1)).exists()
    assert Title.objects.on(date(2020, 6, 1), at=before).exists()
    assert Title.objects.known().count() == 1
    assert Title.objects.count() == 2


def test_a_retracted_row_is_no_longer_true_and_stays_readable(person: Person) -> None:
    row = _title(person, date(2020, 1, 1))
    retract(row)
    assert not Title.objects.on(date(2020, 6, 1)).exists()
    assert Title.objects.on(
        date(2020, 6, 1), at=row.recorded_at + timedelta(microseconds=1)
    ).exists()


def test_a_span_cannot_end_before_it_starts(person: Person) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _title(person, date(2020, 1, 2), date(2020, 1, 1))


def test_a_birth_date_lies_encrypted_in_the_table_and_comes_back_whole(person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT birth_on FROM people_person")
        stored = cursor.fetchone()[0]
    assert "1980" not in stored
    assert Person.objects.get().birth_on == date(1980, 2, 29)


def test_an_unknown_birth_date_stays_unknown(person: Person) -> None:
    person.birth_on = None
    person.save()
    assert Person.objects.get().birth_on is None
