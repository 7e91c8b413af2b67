"""Supervisor qualifications: who records them, who sees them, when they are held."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.records import retract, supersede
from preceptor.institutions.actions import open_unit
from preceptor.people.models import Account, Person
from preceptor.supervisors.access import visible_qualifications
from preceptor.supervisors.actions import record_qualifications
from preceptor.supervisors.choices import QualificationState
from preceptor.supervisors.models import SupervisorQualification
from preceptor.supervisors.queries import doctoral_supervisors_on

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

SINCE = date(2018, 9, 1)


def qualification(cast: Cast, person: Person, **columns: object) -> SupervisorQualification:
    return SupervisorQualification(
        **{
            "person": person, "unit": cast.general, "direction": cast.medicine,
            "degree_level": "doctor", "degree_type": "professional", "is_external": False,
            "state": QualificationState.ENGAGED, "valid_from": SINCE, **columns,
        }
    )  # fmt: skip


@pytest.fixture
def recorded(cast: Cast) -> SupervisorQualification:
    """江晚晴 may supervise in the General Hospital; 韩明澈 in the Cancer Hospital."""
    rows = [
        qualification(cast, cast.persons["T1"]),
        qualification(cast, cast.persons["T2"], unit=cast.cancer),
    ]
    record_qualifications(institution=cast.institution, qualifications=rows, by=OPERATOR)
    return rows[0]


def names(user: Account) -> list[str]:
    return sorted(visible_qualifications(user).values_list("person__name_zh", flat=True))


def test_each_sees_the_qualifications_of_the_own_units_and_the_own(
    recorded: SupervisorQualification, secretary: Account, neighbour: Account, office: Account,
    leader: Account, supervisor: Account, trainee: Account, stranger: Account,
) -> None:  # fmt: skip
    assert names(secretary) == ["江晚晴"]
    assert names(neighbour) == ["韩明澈"]
    assert names(office) == names(leader) == ["江晚晴", "韩明澈"]
    assert names(supervisor) == ["江晚晴"]
    assert names(trainee) == names(stranger) == []
    assert visible_qualifications(OPERATOR).count() == 2


@pytest.mark.parametrize("who", ["secretary", "leader", "supervisor", "stranger"])
def test_only_the_office_records_qualifications(
    cast: Cast, who: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(NotPermitted):
        record_qualifications(
            institution=cast.institution, qualifications=[qualification(cast, cast.persons["T3"])],
            by=request.getfixturevalue(who),
        )  # fmt: skip
    assert not SupervisorQualification.objects.exists()
    assert not JournalEntry.objects.filter(verb="qualification.record").exists()


def test_the_same_qualification_again_changes_nothing(
    cast: Cast, recorded: SupervisorQualification, office: Account
) -> None:
    again = [qualification(cast, cast.persons["T1"])]
    record_qualifications(institution=cast.institution, qualifications=again, by=office)
    assert SupervisorQualification.objects.count() == 2
    assert JournalEntry.objects.filter(verb="qualification.record").count() == 2


def test_a_person_of_another_university_is_not_qualified_here(cast: Cast, office: Account) -> None:
    other = open_unit(
        upper=None, code="OT", kind="university", name_zh="别处", name_en="Elsewhere",
        valid_from=SINCE, by=OPERATOR,
    )  # fmt: skip
    stranger = Person.objects.create(institution=other, name_zh="外人")
    with pytest.raises(RuleBroken, match="外人"):
        record_qualifications(
            institution=cast.institution, qualifications=[qualification(cast, stranger)], by=office
        )
    assert not SupervisorQualification.objects.exists()


def test_the_right_to_supervise_doctors_is_held_from_its_first_day_to_its_last(
    cast: Cast, recorded: SupervisorQualification
) -> None:
    person, last = cast.persons["T1"].pk, date(2022, 8, 31)
    supersede(recorded, valid_to=last)
    a_day = timedelta(days=1)
    days = [SINCE - a_day, SINCE, last, last + a_day]
    held = [bool(doctoral_supervisors_on([person], day)) for day in days]
    assert held == [False, True, True, False]


@pytest.mark.parametrize(
    ("columns", "is_held"),
    [
        ({"state": "nominated"}, False),
        ({"state": "ended"}, False),
        ({"state": "suspended"}, True),
        ({"state": "qualified"}, True),
        ({"degree_level": "master"}, False),
    ],
)
def test_a_nomination_or_a_master_s_qualification_is_no_right_to_supervise_doctors(
    cast: Cast, columns: dict[str, str], is_held: bool
) -> None:
    person = cast.persons["T3"]
    qualification(cast, person, **columns).save()
    assert bool(doctoral_supervisors_on([person.pk], SINCE)) is is_held


def test_a_qualification_taken_back_was_never_held(
    cast: Cast, recorded: SupervisorQualification
) -> None:
    retract(recorded)
    assert doctoral_supervisors_on([cast.persons["T1"].pk], SINCE) == frozenset()
