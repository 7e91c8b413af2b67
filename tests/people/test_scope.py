"""Scope: what an account may reach follows its roles of today over the units of today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser

import kept_statements
from preceptor.base.actors import OPERATOR
from preceptor.base.kept import Kept
from preceptor.base.records import retract, supersede
from preceptor.base.today import today
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import Unit, UnitRelation
from preceptor.people.access import (
    Scope,
    count_for,
    may_keep,
    may_keep_institution,
    rows_for,
    scope,
    visible_persons,
)
from preceptor.people.choices import CapacityKind, RoleKind
from preceptor.people.models import Account, Capacity, Person, Role

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

YESTERDAY = timedelta(days=-1)
NewAccount = Callable[..., Account]


def fresh(account: Account) -> Account:
    """The account as the next request reads it."""
    return Account.objects.get(pk=account.pk)


@pytest.fixture
def account(cast: Cast) -> NewAccount:
    def make(kind: RoleKind, unit: Unit, since: date, until: date | None = None) -> Account:
        made = Account.objects.create(login=f"{kind}-{unit.code}", name="某人")
        Role.objects.create(account=made, kind=kind, unit=unit, valid_from=since, valid_to=until)
        return made

    return make


@pytest.fixture
def base(cast: Cast) -> Unit:
    """A training base of the General Hospital, and an office below it."""
    made = open_unit(
        upper=cast.general, code="YT-01-B", kind="training_base", name_zh="基地", name_en="Base",
        valid_from=date(2015, 9, 1), relation="training_base_of", by=OPERATOR,
    )  # fmt: skip
    open_unit(
        upper=made, code="YT-01-B-O", kind="teaching_office", name_zh="教研室", name_en="Office",
        valid_from=date(2015, 9, 1), by=OPERATOR,
    )  # fmt: skip
    return made


def test_a_secretary_keeps_the_own_hospital_with_its_bases_and_no_other(
    cast: Cast, base: Unit, secretary: Account
) -> None:
    office = Unit.objects.get(code="YT-01-B-O")
    for unit in (cast.general, base, office):
        assert may_keep(secretary, unit)
        assert scope(secretary).reads(unit.pk)
    for unit in (cast.cancer, cast.institution):
        assert not may_keep(secretary, unit)
        assert not scope(secretary).reads(unit.pk)


def test_a_base_that_left_the_hospital_is_no_longer_the_secretary_s(
    base: Unit, secretary: Account
) -> None:
    assert may_keep(secretary, base)
    relation = UnitRelation.objects.get(lower=base, superseded_at=None)
    supersede(relation, valid_to=today() + YESTERDAY)
    assert not may_keep(fresh(secretary), base)


def test_a_refusal_names_the_unit_whose_secretary_may(cast: Cast, secretary: Account) -> None:
    permit = may_keep(secretary, cast.cancer)
    assert not permit
    assert "肿瘤医院" in str(permit.reason)


def test_the_office_keeps_the_whole_institution(cast: Cast, base: Unit, office: Account) -> None:
    for unit in (cast.institution, cast.general, cast.cancer, base):
        assert may_keep(office, unit)
    assert may_keep_institution(office, cast.institution)
    assert scope(office).institutions == {cast.institution.pk}
    assert scope(office).parts == frozenset()


def test_a_leader_reads_everything_and_writes_nothing(cast: Cast, leader: Account) -> None:
    for unit in (cast.institution, cast.general, cast.cancer):
        assert scope(leader).reads(unit.pk)
        assert not may_keep(leader, unit)
    assert not may_keep_institution(leader, cast.institution)


@pytest.mark.parametrize("kind", [RoleKind.OPERATOR, RoleKind.SUPERVISOR, RoleKind.TRAINEE])
def test_other_roles_reach_no_unit_by_themselves(
    cast: Cast, account: NewAccount, kind: RoleKind
) -> None:
    reach = scope(account(kind, cast.institution, date(2015, 1, 1)))
    assert (reach.units, reach.kept, reach.institutions) == (frozenset(),) * 3
    assert reach.kinds == {kind}


def test_a_role_holds_from_its_first_day_to_its_last(cast: Cast, account: NewAccount) -> None:
    on = today()
    ended = account(RoleKind.OFFICE, cast.institution, date(2015, 1, 1), on + YESTERDAY)
    ahead = account(RoleKind.OFFICE, cast.general, on - YESTERDAY)
    last = account(RoleKind.OFFICE, cast.cancer, date(2015, 1, 1), on)
    assert scope(ended) == Scope()
    assert scope(ahead) == Scope()
    assert scope(last).kept == {cast.cancer.pk}


def test_a_role_that_was_taken_back_holds_no_more(cast: Cast, secretary: Account) -> None:
    assert scope(secretary).kept
    retract(Role.objects.get(account=secretary))
    assert scope(fresh(secretary)) == Scope()


def test_a_closed_account_a_visitor_and_nobody_reach_nothing(cast: Cast, office: Account) -> None:
    office.is_active = False
    office.save()
    for nobody in (fresh(office), AnonymousUser(), None, object()):
        assert scope(nobody) == Scope()
        assert not visible_persons(nobody).exists()
        assert not may_keep(nobody, cast.general)


def test_the_command_line_reaches_everything(cast: Cast) -> None:
    assert scope(OPERATOR).everything
    assert visible_persons(OPERATOR).count() == Person.objects.count() > 0
    assert may_keep_institution(OPERATOR, cast.institution)


def test_scope_is_read_once_for_a_request(
    secretary: Account, django_assert_num_queries: object
) -> None:
    scope(secretary)
    with django_assert_num_queries(0):  # type: ignore[operator]
        scope(secretary)


def test_scope_asks_for_roles_and_the_tree_of_units_in_one_query(
    secretary: Account, trainee: Account, django_assert_num_queries: Callable[..., Any]
) -> None:
    reading, learning = fresh(secretary), fresh(trainee)
    with django_assert_num_queries(1):
        assert scope(reading).units == scope(reading).kept != frozenset()
    with django_assert_num_queries(1):
        assert scope(learning).units == frozenset()


def test_the_institution_of_a_scope_is_that_of_the_unit_of_its_role(
    cast: Cast, secretary: Account, office: Account, stranger: Account
) -> None:
    assert scope(secretary).institution == scope(office).institution == cast.institution
    assert scope(stranger).institution is None


def test_a_secretary_sees_the_staff_of_today_and_not_who_left_or_never_was_there(
    cast: Cast, secretary: Account
) -> None:
    names = set(visible_persons(secretary).values_list("name_zh", flat=True))
    assert names == {"江晚晴", "韩明澈", "方叔玉"}
    left = Capacity.objects.get(person=cast.persons["T2"])
    supersede(left, valid_to=today() + YESTERDAY)
    retract(Capacity.objects.get(person=cast.persons["T3"]))
    after = set(visible_persons(fresh(secretary)).values_list("name_zh", flat=True))
    assert after == {"江晚晴"}


def test_a_neighbour_sees_none_of_the_staff_of_the_other_hospital(
    cast: Cast, neighbour: Account
) -> None:
    assert not visible_persons(neighbour).exists()
    Capacity.objects.create(
        person=cast.persons["T2"], unit=cast.cancer, kind=CapacityKind.FLEXIBLE,
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    assert [row.name_zh for row in visible_persons(fresh(neighbour))] == ["韩明澈"]


def test_a_trainee_sees_the_own_person_only(trainee: Account) -> None:
    assert [row.name_zh for row in visible_persons(trainee)] == ["林知远"]


def test_the_office_sees_no_person_of_another_university(cast: Cast, office: Account) -> None:
    other = open_unit(
        upper=None, code="OT", kind="university", name_zh="别处医科大学", name_en="Elsewhere",
        valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip
    stranger = Person.objects.create(institution=other, name_zh="外人")
    seen = visible_persons(office)
    assert stranger not in seen
    assert seen.count() == len(cast.persons)


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements as the product keeps them, without the check of all tests."""
    monkeypatch.setattr(Kept, "statement", kept_statements._statement)


def persons_of(user: Any) -> set[int]:
    """The visible persons, by a kept statement."""
    found = rows_for(user, "persons", lambda: visible_persons(user).order_by().values_list("pk"))
    assert count_for(user, "persons", lambda: visible_persons(user).values_list("pk")) == len(found)
    return {key for (key,) in found}


def seen_by(user: Any) -> set[int]:
    return set(visible_persons(user).values_list("pk", flat=True))


def test_a_kept_statement_follows_each_change_of_what_the_reader_reaches(
    unchecked: None, cast: Cast, base: Unit, secretary: Account
) -> None:
    assert persons_of(fresh(secretary)) == seen_by(fresh(secretary))
    teacher = Person.objects.create(name_zh="闻人雪", institution=cast.institution)
    Capacity.objects.create(
        person=teacher, kind=CapacityKind.STAFF, unit=base, valid_from=date(2020, 9, 1)
    )
    assert teacher.pk in persons_of(fresh(secretary))
    relation = UnitRelation.objects.get(lower=base, superseded_at=None)
    supersede(relation, valid_to=today() + YESTERDAY)
    assert teacher.pk not in persons_of(fresh(secretary))
    retract(Role.objects.get(account=secretary))
    assert persons_of(fresh(secretary)) == seen_by(fresh(secretary)) == set()


def test_a_kept_statement_of_yesterday_is_not_the_one_of_today(
    unchecked: None, cast: Cast, account: NewAccount, time_machine: Any
) -> None:
    until = today() + timedelta(days=3)
    guest = account(RoleKind.OFFICE, cast.institution, date(2020, 9, 1), until)
    assert persons_of(fresh(guest))
    time_machine.move_to(datetime.combine(until + timedelta(days=1), time(12), UTC))
    assert persons_of(fresh(guest)) == seen_by(fresh(guest)) == set()


def test_nothing_is_kept_for_the_command_line_and_a_stranger(
    unchecked: None, cast: Cast, secretary: Account
) -> None:
    assert persons_of(OPERATOR) == seen_by(OPERATOR)
    assert persons_of(AnonymousUser()) == set()
