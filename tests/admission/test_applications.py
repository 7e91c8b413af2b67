"""Applications: who records and who sees them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser

from preceptor.admission.access import visible_applications
from preceptor.admission.actions import record_applications
from preceptor.admission.models import Application
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import Unit
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]


def application(cast: Cast, number: str, unit: Unit | None, **columns: object) -> Application:
    return Application(
        **{
            "institution": cast.institution, "candidate_number": number, "name": f"考生{number}",
            "year": 2023, "direction": cast.medicine, "unit": unit, "degree_level": "doctor",
            "degree_type": "professional", "origin": "own", "applied_on": date(2023, 1, 10),
            "outcome": "admitted", "decided_on": date(2023, 6, 1), **columns,
        }
    )  # fmt: skip


@pytest.fixture
def recorded(cast: Cast) -> list[Application]:
    rows = [
        application(cast, "K1", cast.general),
        application(cast, "K2", cast.cancer),
        application(cast, "K3", None),
    ]
    record_applications(institution=cast.institution, applications=rows, by=OPERATOR)
    return rows


def numbers(user: object) -> list[str]:
    return sorted(visible_applications(user).values_list("candidate_number", flat=True))


def test_each_sees_the_applications_to_the_own_units(
    recorded: list[Application], secretary: Account, neighbour: Account, office: Account,
    leader: Account, supervisor: Account, trainee: Account, stranger: Account,
) -> None:  # fmt: skip
    assert numbers(secretary) == ["K1"]
    assert numbers(neighbour) == ["K2"]
    assert numbers(office) == numbers(leader) == numbers(OPERATOR) == ["K1", "K2", "K3"]
    for nobody in (supervisor, trainee, stranger, AnonymousUser()):
        assert numbers(nobody) == []


@pytest.mark.parametrize("who", ["secretary", "leader", "supervisor", "stranger"])
def test_only_the_office_records_applications(
    cast: Cast, who: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(NotPermitted):
        record_applications(
            institution=cast.institution, applications=[application(cast, "K9", cast.general)],
            by=request.getfixturevalue(who),
        )  # fmt: skip
    assert not Application.objects.exists()
    assert not JournalEntry.objects.filter(verb="application.record").exists()


def test_every_application_is_a_line_of_the_journal_without_the_candidate_s_name(
    recorded: list[Application],
) -> None:
    entries = JournalEntry.objects.filter(verb="application.record")
    assert entries.count() == 3
    assert "考生" not in str(list(entries.values_list("after", flat=True)))


def test_a_candidate_number_is_taken_once_a_year(
    cast: Cast, recorded: list[Application], office: Account
) -> None:
    next_year = application(cast, "K1", cast.general, year=2024)
    record_applications(institution=cast.institution, applications=[next_year], by=office)
    with pytest.raises(RuleBroken, match="K1"):
        record_applications(
            institution=cast.institution, by=office,
            applications=[application(cast, "K8", None), application(cast, "K1", None)],
        )  # fmt: skip
    with pytest.raises(RuleBroken, match="K7"):
        record_applications(
            institution=cast.institution, by=office,
            applications=[application(cast, "K7", None), application(cast, "K7", None)],
        )  # fmt: skip
    assert numbers(office) == ["K1", "K1", "K2", "K3"]


def test_an_application_to_another_university_is_not_recorded_here(
    cast: Cast, office: Account
) -> None:
    other = open_unit(
        upper=None, code="OT", kind="university", name_zh="别处", name_en="Elsewhere",
        valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip
    foreign = application(cast, "K1", None, institution=other)
    with pytest.raises(RuleBroken, match="K1"):
        record_applications(institution=cast.institution, applications=[foreign], by=office)
    assert not Application.objects.exists()
