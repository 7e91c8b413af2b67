"""Writing persons, titles, capacities, accounts and roles."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.people.actions import (
    NewPerson,
    change_person,
    close_account,
    end_capacity,
    end_role,
    end_title,
    give_capacities,
    give_titles,
    grant_role,
    open_account,
    register_persons,
    reopen_account,
)
from preceptor.people.choices import CapacityKind, RoleKind, TitleLevel, TitleSeries
from preceptor.people.models import Account, Capacity, Identifier, Person, Role, Title
from preceptor.people.queries import best_first, capacities_on, person_by, titles_on

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

SINCE = date(2020, 1, 1)


def lines(verb: str) -> int:
    return JournalEntry.objects.filter(verb=verb).count()


def title(
    person: Person, level: str = TitleLevel.FULL, since: date = SINCE, name: str = "研究员"
) -> Title:
    return Title(
        person=person, series=TitleSeries.RESEARCHER, level=level, name=name, valid_from=since
    )


@pytest.fixture
def elsewhere() -> Unit:
    return open_unit(
        upper=None, code="OT", kind="university", name_zh="别处医科大学", name_en="Elsewhere",
        valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip


def test_a_person_is_registered_with_a_number_and_read_by_it(cast: Cast, office: Account) -> None:
    new = NewPerson("staff_number", "T9", "曾静远", sex="female", birth_on=date(1980, 2, 29))
    made = register_persons(institution=cast.institution, persons=[new], by=office)
    assert person_by(cast.institution.pk, "staff_number", "T9") == made["T9"]
    assert made["T9"].name_pinyin == "zeng jingyuan"
    stored = Person.objects.get(pk=made["T9"].pk)
    assert stored.birth_on == date(1980, 2, 29)
    assert person_by(cast.institution.pk, "student_number", "T9") is None


def test_whom_a_number_names_already_is_given_and_not_registered_again(
    cast: Cast, office: Account
) -> None:
    before = (Person.objects.count(), lines("person.register"))
    found = register_persons(
        institution=cast.institution, persons=[NewPerson("staff_number", "T1", "别人")], by=office
    )
    assert found == {"T1": cast.persons["T1"]}
    assert (Person.objects.count(), lines("person.register")) == before


def test_one_number_twice_in_a_list_is_one_person(cast: Cast, office: Account) -> None:
    twice = [NewPerson("staff_number", "T9", "甲"), NewPerson("staff_number", "T9", "乙")]
    made = register_persons(institution=cast.institution, persons=twice, by=office)
    assert made["T9"].name_zh == "甲"
    assert Identifier.objects.filter(value="T9").count() == 1


def test_more_persons_than_one_query_asks_for_are_registered_once(cast: Cast) -> None:
    many = [NewPerson("expert", f"E{number}", "某某") for number in range(1900)]
    register_persons(institution=cast.institution, persons=many, by=OPERATOR)
    register_persons(institution=cast.institution, persons=many, by=OPERATOR)
    assert Identifier.objects.filter(scheme="expert").count() == 1900


def test_a_national_number_never_names_a_person_in_clear(cast: Cast, office: Account) -> None:
    secret = "11010119800101001X"
    with pytest.raises(RuleBroken):
        register_persons(
            institution=cast.institution, persons=[NewPerson("national", secret, "某人")], by=office
        )
    assert not Identifier.objects.filter(value=secret).exists()
    assert secret not in str(list(JournalEntry.objects.values()))


@pytest.mark.parametrize("who", ["secretary", "leader", "supervisor", "trainee", "stranger"])
def test_only_the_office_writes_persons(
    cast: Cast, who: str, request: pytest.FixtureRequest
) -> None:
    by, person = request.getfixturevalue(who), cast.persons["T1"]
    before = (Person.objects.count(), Title.objects.count(), JournalEntry.objects.count())
    new = [NewPerson("staff_number", "T9", "某人")]
    with pytest.raises(NotPermitted):
        register_persons(institution=cast.institution, persons=new, by=by)
    with pytest.raises(NotPermitted):
        change_person(person=person, by=by, reason="更正", name_zh="别名")
    with pytest.raises(NotPermitted):
        give_titles(institution=cast.institution, titles=[title(person)], by=by)
    with pytest.raises(NotPermitted):
        give_capacities(
            institution=cast.institution, by=by,
            capacities=[Capacity(person=person, unit=cast.cancer, kind="staff", valid_from=SINCE)],
        )  # fmt: skip
    with pytest.raises(NotPermitted):
        open_account(login="new", name="新", password="a long password", person=person, by=by)
    with pytest.raises(NotPermitted):
        grant_role(account=by, kind=RoleKind.OFFICE, unit=cast.institution, valid_from=SINCE, by=by)
    after = (Person.objects.count(), Title.objects.count(), JournalEntry.objects.count())
    assert after == before
    person.refresh_from_db()
    assert person.name_zh == "江晚晴"


def test_the_journal_never_learns_sex_or_birth_date(cast: Cast, office: Account) -> None:
    person = cast.persons["T1"]
    change_person(person=person, by=office, reason="更正", sex="female", birth_on=date(1971, 3, 9))
    change_person(person=person, by=office, reason="更正", sex="male", name_zh="江晚清")
    entries = JournalEntry.objects.filter(verb="person.change")
    said = str(list(entries.values_list("before", "after")))
    for secret in ("female", "male", "1971"):
        assert secret not in said
    assert "江晚晴" in said
    assert "江晚清" in said
    person.refresh_from_db()
    assert (person.sex, person.birth_on, person.name_pinyin) == (
        "male", date(1971, 3, 9), "jiang wanqing",
    )  # fmt: skip


def test_a_correction_that_changes_nothing_leaves_no_line(cast: Cast, office: Account) -> None:
    change_person(person=cast.persons["T1"], by=office, reason="核对", name_zh="江晚晴")
    assert lines("person.change") == 0


def test_a_correction_of_one_column_leaves_what_somebody_else_corrected(
    cast: Cast, office: Account
) -> None:
    stale = Person.objects.get(pk=cast.persons["T1"].pk)
    change_person(person=cast.persons["T1"], by=office, reason="更正", name_en="Jiang W.")
    change_person(person=stale, by=office, reason="更正", sex="female")
    stored = Person.objects.get(pk=stale.pk)
    assert (stored.name_en, stored.sex) == ("Jiang W.", "female")


def test_a_column_that_is_no_correction_of_the_person_is_refused(
    cast: Cast, office: Account, elsewhere: Unit
) -> None:
    with pytest.raises(ValueError, match="name_zh"):
        change_person(person=cast.persons["T1"], by=office, reason="更正", institution=elsewhere)
    assert Person.objects.get(pk=cast.persons["T1"].pk).institution == cast.institution


def test_of_several_titles_the_best_counts_and_of_one_level_the_one_held_longest() -> None:
    rows = [
        Title(level=TitleLevel.ASSOCIATE, valid_from=date(2000, 1, 1), name="副教授"),
        Title(level=TitleLevel.FULL, valid_from=date(2015, 1, 1), name="主任医师"),
        Title(level=TitleLevel.FULL, valid_from=date(2010, 1, 1), name="教授"),
        Title(level=TitleLevel.JUNIOR, valid_from=date(1990, 1, 1), name="助教"),
    ]
    assert [row.name for row in best_first(rows)] == ["教授", "主任医师", "副教授", "助教"]


def test_titles_and_capacities_of_a_day_are_those_valid_on_it(cast: Cast) -> None:
    person = cast.persons["T3"]
    give_titles(institution=cast.institution, titles=[title(person)], by=OPERATOR)
    before = titles_on([person.pk], date(2019, 12, 31))
    on_the_day = titles_on([person.pk], SINCE)
    assert before == {}
    assert [row.name for row in on_the_day[person.pk]] == ["研究员"]
    assert capacities_on([person.pk], date(2009, 12, 31)) == {}
    assert capacities_on([person.pk], date(2010, 1, 1))[person.pk][0].unit == cast.general


def test_a_title_or_capacity_given_twice_is_held_once(cast: Cast, office: Account) -> None:
    person = cast.persons["T3"]
    for _ in range(2):
        give_titles(institution=cast.institution, titles=[title(person)], by=office)
        give_capacities(
            institution=cast.institution, by=office,
            capacities=[
                Capacity(
                    person=person, unit=cast.cancer, kind=CapacityKind.FLEXIBLE, valid_from=SINCE
                )
            ],
        )  # fmt: skip
    assert Title.objects.filter(person=person).count() == 1
    assert Capacity.objects.filter(person=person, unit=cast.cancer).count() == 1
    assert lines("title.give") == 3
    assert lines("capacity.give") == 4


def test_an_office_gives_no_title_to_a_person_of_another_university(
    cast: Cast, office: Account, elsewhere: Unit
) -> None:
    stranger = Person.objects.create(institution=elsewhere, name_zh="外人")
    with pytest.raises(RuleBroken, match="外人"):
        give_titles(institution=cast.institution, titles=[title(stranger)], by=office)
    with pytest.raises(RuleBroken, match="外人"):
        give_capacities(
            institution=cast.institution, by=office,
            capacities=[Capacity(person=stranger, unit=cast.general, kind="staff", valid_from=SINCE)],
        )  # fmt: skip
    assert not stranger.titles.exists()
    assert not stranger.capacities.exists()


def test_an_account_is_opened_with_a_hashed_password_that_the_journal_never_learns(
    cast: Cast, office: Account
) -> None:
    account = open_account(
        login="han", name="韩明澈", password="a long password", person=cast.persons["T2"], by=office
    )
    assert account.check_password("a long password")
    assert "a long password" not in account.password
    assert "password" not in str(list(JournalEntry.objects.values_list("before", "after")))
    with pytest.raises(RuleBroken, match="han"):
        open_account(login="han", name="又一", password="x", person=None, by=OPERATOR)


def test_an_office_opens_no_account_for_another_university_and_none_without_a_person(
    cast: Cast, office: Account, elsewhere: Unit
) -> None:
    stranger = Person.objects.create(institution=elsewhere, name_zh="外人")
    for person in (stranger, None):
        with pytest.raises(NotPermitted):
            open_account(login="new", name="新", password="x", person=person, by=office)
    assert not Account.objects.filter(login="new").exists()


def test_a_role_is_granted_once(cast: Cast, office: Account, stranger: Account) -> None:
    for _ in range(2):
        grant_role(
            account=stranger, kind=RoleKind.SECRETARY, unit=cast.cancer, valid_from=SINCE, by=office
        )
    assert Role.objects.filter(account=stranger).count() == 1


def test_an_office_names_no_operator_and_grants_nothing_elsewhere(
    cast: Cast, office: Account, elsewhere: Unit
) -> None:
    for kind, unit in ((RoleKind.OPERATOR, cast.institution), (RoleKind.OFFICE, elsewhere)):
        with pytest.raises(NotPermitted):
            grant_role(account=office, kind=kind, unit=unit, valid_from=SINCE, by=office)
    assert Role.objects.filter(account=office).count() == 1
    grant_role(
        account=office, kind=RoleKind.OPERATOR, unit=cast.institution, valid_from=SINCE, by=OPERATOR
    )
    assert Role.objects.filter(account=office).count() == 2


def test_a_title_ends_on_its_last_day_and_what_was_known_before_stays(
    cast: Cast, office: Account
) -> None:
    person = cast.persons["T1"]
    give_titles(institution=cast.institution, titles=[title(person)], by=office)
    held = Title.objects.known().get(person=person, valid_from=SINCE)
    end_title(title=held, last_day=date(2024, 6, 30), by=office)
    named = {row.name for row in titles_on([person.pk], date(2024, 6, 30))[person.pk]}
    assert "研究员" in named
    after = titles_on([person.pk], date(2024, 7, 1)).get(person.pk, [])
    assert "研究员" not in {row.name for row in after}
    held.refresh_from_db()
    assert held.valid_to is None and held.superseded_at is not None
    assert lines("title.end") == 1


def test_ending_twice_writes_once_and_a_stale_page_is_told(cast: Cast, office: Account) -> None:
    give_titles(institution=cast.institution, titles=[title(cast.persons["T1"])], by=office)
    held = Title.objects.known().get(person=cast.persons["T1"], valid_from=SINCE)
    ended = end_title(title=held, last_day=date(2024, 6, 30), by=office)
    assert end_title(title=ended, last_day=date(2024, 6, 30), by=office) == ended
    assert lines("title.end") == 1
    with pytest.raises(RuleBroken):
        end_title(title=held, last_day=date(2024, 7, 31), by=office)
    with pytest.raises(RuleBroken):
        end_title(title=ended, last_day=date(2019, 1, 1), by=office)


def test_a_capacity_ends_and_a_stranger_ends_nothing(
    cast: Cast, office: Account, stranger: Account
) -> None:
    held = Capacity.objects.known().filter(person__institution=cast.institution).first()
    assert held is not None
    with pytest.raises(NotPermitted):
        end_capacity(capacity=held, last_day=today(), by=stranger)
    end_capacity(capacity=held, last_day=today(), by=office)
    known = Capacity.objects.known().get(
        person=held.person, unit=held.unit, kind=held.kind, valid_from=held.valid_from
    )
    assert known.valid_to == today()
    assert lines("capacity.end") == 1


def test_an_account_whose_role_has_ended_reads_nothing_the_day_after(
    cast: Cast, office: Account, secretary: Account
) -> None:
    (role,) = Role.objects.known().filter(account=secretary)
    end_role(role=role, last_day=today() - timedelta(days=1), by=office)
    reach = scope(Account.objects.get(pk=secretary.pk))
    assert (reach.units, reach.kinds) == (frozenset(), frozenset())
    assert lines("role.end") == 1


def test_nobody_ends_their_own_role_or_closes_their_own_account(
    cast: Cast, office: Account
) -> None:
    (role,) = Role.objects.known().filter(account=office)
    with pytest.raises(RuleBroken):
        end_role(role=role, last_day=today(), by=office)
    with pytest.raises(RuleBroken):
        close_account(account=office, by=office)
    assert Account.objects.get(pk=office.pk).is_active


def test_a_closed_account_reads_nothing_until_it_is_opened_again(
    cast: Cast, office: Account, trainee: Account, stranger: Account
) -> None:
    with pytest.raises(NotPermitted):
        close_account(account=trainee, by=stranger)
    close_account(account=trainee, by=office)
    assert scope(Account.objects.get(pk=trainee.pk)).person is None
    reopen_account(account=trainee, by=office)
    assert scope(Account.objects.get(pk=trainee.pk)).person == trainee.person_id
    assert (lines("account.close"), lines("account.reopen")) == (1, 1)
