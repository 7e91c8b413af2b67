"""Who sees which trainees and panels: for the set and for the single record alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser

from preceptor.base.actors import OPERATOR
from preceptor.base.records import retract, supersede
from preceptor.base.today import today
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import Unit
from preceptor.people.actions import NewPerson, grant_role, open_account, register_persons
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Role
from preceptor.training.access import (
    may_change_state,
    may_keep_training,
    may_view_enrolment,
    may_view_panel,
    visible_enrolments,
    visible_panels,
)
from preceptor.training.actions import NewEnrolment, NewSeat, compose_panels, enrol, move
from preceptor.training.models import Enrolment, Panel, Supervision

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

SINCE = date(2021, 9, 1)
YESTERDAY = -timedelta(days=1)
NAMED = ("trainee", "supervisor", "secretary", "neighbour", "office", "leader", "stranger")


def student(cast: Cast, institution: Unit, unit: Unit, number: str) -> Enrolment:
    new = NewPerson("student_number", number, f"密{number}")
    person = register_persons(institution=institution, persons=[new], by=OPERATOR)[number]
    entry = NewEnrolment(
        student_number=number, person=person, unit=unit, direction=cast.medicine, cohort=2021,
        cohort_on=SINCE, state="training", mode="full_time",
    )  # fmt: skip
    made = enrol(institution=institution, entries=[entry], by=OPERATOR)[0]
    panel = Panel(number=f"P-{number}", institution=institution, enrolment=made, stage="midterm")
    seats = [NewSeat(cast.persons["T2"], "member")]
    compose_panels(institution=institution, panels=[(panel, seats)], by=OPERATOR)
    return made


def below(upper: Unit, code: str, kind: str) -> Unit:
    return open_unit(
        upper=upper, code=code, kind=kind, name_zh=code, name_en=code, valid_from=SINCE, by=OPERATOR
    )


@pytest.fixture
def crowd(cast: Cast) -> dict[str, Enrolment]:
    """Trainees in every kind of place, each with a panel; one of another university."""
    base = below(cast.general, "YT-01-B", "training_base")
    elsewhere = open_unit(
        upper=None, code="OT", kind="university", name_zh="别处", name_en="Elsewhere",
        valid_from=SINCE, by=OPERATOR,
    )  # fmt: skip
    places = {
        "B1": (cast.institution, base),
        "O1": (cast.institution, below(base, "YT-01-B-O", "teaching_office")),
        "C1": (cast.institution, cast.cancer),
        "R1": (cast.institution, cast.institution),
        "X1": (elsewhere, below(elsewhere, "OT-01", "hospital")),
    }
    return {key: student(cast, *place, key) for key, place in places.items()}


def role(kind: RoleKind, unit: Unit, until: date | None = None) -> Account:
    account = Account.objects.create(login=f"{kind}-{unit.code}-{until}", name="某人")
    Role.objects.create(account=account, kind=kind, unit=unit, valid_from=SINCE, valid_to=until)
    return account


@pytest.fixture
def everybody(
    cast: Cast, crowd: dict[str, Enrolment], request: pytest.FixtureRequest
) -> dict[str, Any]:
    users: dict[str, Any] = {name: request.getfixturevalue(name) for name in NAMED}
    base, elsewhere = crowd["B1"].unit, crowd["X1"].institution
    both = role(RoleKind.SECRETARY, base)
    Role.objects.create(account=both, kind=RoleKind.LEADER, unit=cast.cancer, valid_from=SINCE)
    closed = role(RoleKind.LEADER, cast.institution)
    Account.objects.filter(pk=closed.pk).update(is_active=False)
    former = open_account(
        login="former", name="韩明澈", password="x" * 12, person=cast.persons["T2"], by=OPERATOR
    )
    Supervision.objects.create(
        enrolment=crowd["C1"], person=cast.persons["T2"], role="co", valid_from=SINCE,
        valid_to=today() + YESTERDAY,
    )  # fmt: skip
    return users | {
        "former": former,
        "secretary of a base, leader of another hospital": both,
        "leader of a hospital": role(RoleKind.LEADER, cast.general),
        "operator": role(RoleKind.OPERATOR, cast.institution),
        "office of another university": role(RoleKind.OFFICE, elsewhere),
        "office until yesterday": role(RoleKind.OFFICE, cast.institution, today() + YESTERDAY),
        "closed": Account.objects.get(pk=closed.pk),
        "anonymous": AnonymousUser(),
        "nobody": None,
        "command line": OPERATOR,
    }


def seen(user: Any) -> set[str]:
    return {row.student_number[-2:] for row in visible_enrolments(user)}


def test_the_answer_for_all_and_the_answer_for_one_agree(everybody: dict[str, Any]) -> None:
    enrolments = list(Enrolment.objects.select_related("unit", "institution"))
    panels = list(Panel.objects.select_related("enrolment__unit"))
    assert (len(enrolments), len(panels), len(everybody)) == (8, 6, 17)
    agreed = 0
    for user in everybody.values():
        set_of_enrolments = set(visible_enrolments(user))
        set_of_panels = set(visible_panels(user))
        for enrolment in enrolments:
            assert (enrolment in set_of_enrolments) == bool(may_view_enrolment(user, enrolment))
            agreed += enrolment in set_of_enrolments
        for panel in panels:
            assert (panel in set_of_panels) == bool(may_view_panel(user, panel))
            assert (panel in set_of_panels) == (panel.enrolment in set_of_enrolments)
    assert agreed > 20


def test_each_sees_exactly_these(everybody: dict[str, Any]) -> None:
    ours = {"01", "02", "03", "B1", "O1", "C1", "R1"}
    general = {"01", "02", "B1", "O1"}
    expected: dict[str, set[str]] = {
        "trainee": {"01"},
        "supervisor": {"01", "02"},
        "secretary": general,
        "neighbour": {"03", "C1"},
        "office": ours,
        "leader": ours,
        "stranger": set(),
        "former": set(),
        "secretary of a base, leader of another hospital": {"B1", "O1", "03", "C1"},
        "leader of a hospital": general,
        "operator": set(),
        "office of another university": {"X1"},
        "office until yesterday": set(),
        "closed": set(),
        "anonymous": set(),
        "nobody": set(),
        "command line": ours | {"X1"},
    }
    assert {name: seen(user) for name, user in everybody.items()} == expected


def test_each_may_write_exactly_these(everybody: dict[str, Any]) -> None:
    enrolments = list(Enrolment.objects.select_related("unit"))
    writes = {
        name: {row.student_number[-2:] for row in enrolments if may_keep_training(user, row)}
        for name, user in everybody.items()
    }
    ours = {"01", "02", "03", "B1", "O1", "C1", "R1"}
    assert {name: found for name, found in writes.items() if found} == {
        "secretary": {"01", "02", "B1", "O1"},
        "neighbour": {"03", "C1"},
        "office": ours,
        "secretary of a base, leader of another hospital": {"B1", "O1"},
        "office of another university": {"X1"},
        "command line": ours | {"X1"},
    }


def test_a_refusal_says_why_and_names_no_trainee(cast: Cast, neighbour: Account) -> None:
    for permit in (may_view_enrolment(neighbour, cast.lin), may_keep_training(neighbour, cast.lin)):
        assert not permit
        assert str(permit.reason)
        for secret in ("林知远", "2021110001"):
            assert secret not in str(permit.reason)


def test_a_supervisor_sees_a_trainee_from_the_first_day_to_the_last(
    cast: Cast, supervisor: Account
) -> None:
    guided = Supervision.objects.get(enrolment=cast.lin)
    ends_today = supersede(guided, valid_to=today())
    assert seen(supervisor) == {"01", "02"}
    ended = supersede(ends_today, valid_to=today() + YESTERDAY)
    assert seen(supervisor) == {"02"}
    assert not may_view_panel(supervisor, cast.panel)
    supersede(ended, valid_from=today() - YESTERDAY, valid_to=None)
    assert seen(supervisor) == {"02"}
    retract(Supervision.objects.known().get(enrolment=cast.gu))
    assert seen(supervisor) == set()


def test_a_closed_account_does_not_see_even_the_own_record(cast: Cast, trainee: Account) -> None:
    trainee.is_active = False
    assert seen(trainee) == set()
    assert not may_view_enrolment(trainee, cast.lin)


def test_a_trainee_who_moved_is_seen_in_the_new_hospital(
    cast: Cast, neighbour: Account, secretary: Account, office: Account
) -> None:
    move(
        enrolment=cast.lin, unit=cast.cancer, direction=cast.medicine, on=today(), reason="转院",
        by=office,
    )  # fmt: skip
    assert seen(neighbour) == {"01", "03"}
    assert seen(secretary) == {"02"}


def test_lists_ask_as_often_for_many_as_for_few(
    everybody: dict[str, Any], django_assert_num_queries: Callable[..., Any]
) -> None:
    for name in ("secretary", "supervisor", "office"):
        seen(everybody[name])
        with django_assert_num_queries(1):
            seen(everybody[name])
        with django_assert_num_queries(1):
            list(visible_panels(everybody[name]))


def test_an_enrolment_that_ended_offers_no_other_state(cast: Cast, secretary: Account) -> None:
    assert may_change_state(secretary, cast.lin)
    cast.lin.state = "withdrawn"
    refused = may_change_state(secretary, cast.lin)
    assert not refused
    assert refused.reason


def test_a_role_over_both_hospitals_reaches_both(cast: Cast, secretary: Account) -> None:
    grant_role(
        account=secretary, kind=RoleKind.SECRETARY, unit=cast.cancer, valid_from=SINCE, by=OPERATOR
    )
    assert seen(Account.objects.get(pk=secretary.pk)) == {"01", "02", "03"}
