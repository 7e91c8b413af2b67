"""Units and their relations in time: who lies below whom, on which day."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from preceptor.base.actors import OPERATOR
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.records import retract, supersede
from preceptor.institutions.access import (
    visible_disciplines,
    visible_regulations,
    visible_units,
)
from preceptor.institutions.actions import (
    add_discipline,
    end_relation,
    open_laboratory_unit,
    open_unit,
    register_regulation,
    relate_units,
)
from preceptor.institutions.models import Discipline, Regulation, Unit, UnitRelation
from preceptor.institutions.queries import directions, institution, units_below, units_of
from preceptor.people.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.database]

FOUNDED = date(1951, 6, 1)
JOINED = date(2023, 9, 1)
THE_DAY_BEFORE = date(2023, 8, 31)


def opened(code: str, upper: Unit | None, kind: str = "hospital", since: date = FOUNDED) -> Unit:
    return open_unit(
        upper=upper, code=code, kind=kind, name_zh=f"单位{code}", name_en=f"Unit {code}",
        valid_from=since, by=OPERATOR,
    )  # fmt: skip


@pytest.fixture
def university() -> Unit:
    return opened("YT", None, "university")


def test_two_colleges_that_join_in_september_lie_below_the_university_from_that_day_on(
    university: Unit,
) -> None:
    for number in range(19):
        since = JOINED if number > 16 else FOUNDED
        opened(f"CC{number}", university, "clinical_college", since)
    before = units_below([university.pk], THE_DAY_BEFORE) - {university.pk}
    after = units_below([university.pk], JOINED) - {university.pk}
    assert (len(before), len(after)) == (17, 19)


def test_a_relation_that_ended_holds_on_its_last_day_and_not_on_the_next(university: Unit) -> None:
    base = opened("TB", None, "training_base")
    Unit.objects.filter(pk=base.pk).update(institution=university)
    base.refresh_from_db()
    relate_units(
        lower=base, upper=university, kind="training_base_of", valid_from=FOUNDED,
        valid_to=THE_DAY_BEFORE, by=OPERATOR,
    )  # fmt: skip
    assert base.pk in units_below([university.pk], THE_DAY_BEFORE)
    assert base.pk not in units_below([university.pk], JOINED)


def test_a_college_that_leaves_lies_below_until_its_last_day(university: Unit) -> None:
    college = opened("CC1", university, "clinical_college")
    (relation,) = UnitRelation.objects.known().filter(lower=college)
    end_relation(relation=relation, last_day=THE_DAY_BEFORE, by=OPERATOR)
    assert college.pk in units_below([university.pk], THE_DAY_BEFORE)
    assert college.pk not in units_below([university.pk], JOINED)
    relation.refresh_from_db()
    assert relation.valid_to is None and relation.superseded_at is not None
    with pytest.raises(RuleBroken):
        end_relation(relation=relation, last_day=JOINED, by=OPERATOR)
    with pytest.raises(NotPermitted):
        end_relation(relation=relation, last_day=JOINED, by=Account(name="外人"))


def test_offices_below_bases_below_hospitals_all_lie_below_the_university(
    university: Unit, django_assert_num_queries: object
) -> None:
    hospital = opened("H", university)
    office = opened("O", opened("B", hospital, "training_base"), "teaching_office")
    neighbour = opened("N", university)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = units_below([hospital.pk])
    assert office.pk in found
    assert neighbour.pk not in found
    assert university.pk not in found


def test_nothing_lies_below_nothing(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert units_below([]) == frozenset()


def test_a_relation_that_was_never_true_counts_on_no_day(university: Unit) -> None:
    hospital = opened("H", university)
    retract(UnitRelation.objects.get(lower=hospital))
    assert units_below([university.pk], JOINED) == {university.pk}


def test_a_corrected_relation_counts_as_corrected(university: Unit) -> None:
    hospital = opened("H", university)
    supersede(UnitRelation.objects.get(lower=hospital), valid_from=JOINED)
    assert hospital.pk not in units_below([university.pk], THE_DAY_BEFORE)
    assert hospital.pk in units_below([university.pk], JOINED)


def test_units_in_a_circle_are_found_once_and_the_search_ends(university: Unit) -> None:
    hospital = opened("H", university)
    UnitRelation.objects.create(
        lower=university, upper=hospital, kind="part_of", valid_from=FOUNDED
    )
    assert units_below([hospital.pk]) == {hospital.pk, university.pk}


def test_no_unit_may_come_to_lie_above_one_that_lies_above_it(university: Unit) -> None:
    hospital = opened("H", university)
    office = opened("O", hospital, "teaching_office")
    with pytest.raises(RuleBroken, match="H"):
        relate_units(lower=hospital, upper=office, kind="part_of", valid_from=FOUNDED, by=OPERATOR)
    assert hospital.pk not in units_below([office.pk])


def test_a_unit_of_another_university_cannot_be_put_below_ones_own(university: Unit) -> None:
    stranger = opened("X1", opened("X", None, "university"))
    with pytest.raises(RuleBroken, match="X1"):
        relate_units(
            lower=stranger, upper=university, kind="part_of", valid_from=FOUNDED, by=OPERATOR
        )
    assert stranger.pk not in units_below([university.pk])


def test_the_same_relation_again_changes_nothing(university: Unit) -> None:
    hospital = opened("H", university)
    lines = JournalEntry.objects.count()
    again = relate_units(
        lower=hospital, upper=university, kind="part_of", valid_from=FOUNDED, by=OPERATOR
    )
    assert again == UnitRelation.objects.get(lower=hospital)
    assert JournalEntry.objects.count() == lines


def test_the_database_itself_refuses_a_relation_known_twice(university: Unit) -> None:
    relation = UnitRelation.objects.get(lower=opened("H", university))
    relation.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        relation.save(force_insert=True)


def test_a_unit_code_names_one_unit(university: Unit) -> None:
    with pytest.raises(RuleBroken, match="YT"):
        opened("YT", university)
    assert Unit.objects.count() == 1


def test_a_unit_below_a_hospital_belongs_to_the_same_university(university: Unit) -> None:
    office = opened("O", opened("H", university), "teaching_office")
    assert office.institution == university
    assert university.institution is None
    assert units_of(university) == [*Unit.objects.order_by("code")]


def test_only_the_operator_keeps_the_registers(university: Unit) -> None:
    visitor = Account.objects.create(login="somebody", name="某人")
    with pytest.raises(NotPermitted):
        open_unit(
            upper=university, code="YT", kind="hospital", name_zh="新院", name_en="New",
            valid_from=FOUNDED, by=visitor,
        )  # fmt: skip
    with pytest.raises(NotPermitted):
        relate_units(
            lower=university, upper=university, kind="part_of", valid_from=FOUNDED, by=visitor
        )
    with pytest.raises(NotPermitted):
        add_discipline(by=visitor, code="105101")
    with pytest.raises(NotPermitted):
        register_regulation(by=visitor, code="R1")
    assert Unit.objects.count() == 1
    assert not Discipline.objects.exists()
    assert not Regulation.objects.exists()


def test_every_entry_into_a_register_is_a_line_of_the_journal(university: Unit) -> None:
    opened("H", university)
    add_discipline(
        by=OPERATOR, catalogue="YT", code="105101", level="direction", degree_type="professional",
        name_zh="内科学", name_en="Internal Medicine", valid_from=FOUNDED,
    )  # fmt: skip
    register_regulation(
        by=OPERATOR, code="R1", layer="university", title_zh="细则", title_en="Rules"
    )
    verbs = list(JournalEntry.objects.order_by("number").values_list("verb", flat=True))
    assert verbs == ["unit.open", "unit.open", "discipline.add", "regulation.register"]


def test_directions_of_a_day_are_those_that_stand_in_the_catalogue_on_it() -> None:
    spans = [
        ("105101", FOUNDED, None),
        ("105102", JOINED, None),
        ("105103", FOUNDED, THE_DAY_BEFORE),
    ]
    for code, since, until in spans:
        Discipline.objects.create(
            catalogue="YT", code=code, level="direction", degree_type="professional",
            name_zh=code, name_en=code, valid_from=since, valid_to=until,
        )  # fmt: skip
    assert [row.code for row in directions(THE_DAY_BEFORE)] == ["105101", "105103"]
    assert [row.code for row in directions(JOINED)] == ["105101", "105102"]


def test_an_installation_without_an_institution_says_how_to_make_one() -> None:
    with pytest.raises(InputRefused, match="preceptor demo"):
        institution()


def test_an_institution_is_found_by_its_code_and_a_hospital_is_none(university: Unit) -> None:
    opened("H", university)
    assert institution() == institution("YT") == university
    with pytest.raises(InputRefused):
        institution("H")


def test_registers_are_open_to_the_signed_in_and_to_nobody_else(university: Unit) -> None:
    opened("H", university)
    inside = Account.objects.create(login="inside", name="在职")
    gone = Account.objects.create(login="gone", name="离职", is_active=False)
    for visible in (visible_units, visible_disciplines, visible_regulations):
        for nobody in (AnonymousUser(), gone, None, object()):
            assert not visible(nobody).exists()
    assert visible_units(inside).count() == visible_units(OPERATOR).count() == 2


def test_a_room_above_opens_the_unit_of_a_laboratory_and_no_other_unit() -> None:
    root = opened("R", None, kind="university")
    with deed(OPERATOR) as act:
        unit = open_laboratory_unit(
            act, upper=root, code=" R-L1 ", name_zh="云溪实验室", name_en="Yunxi", valid_from=JOINED
        )
    assert (unit.code, unit.kind, unit.institution) == ("R-L1", "laboratory", root)
    assert unit.pk in units_below([root.pk], JOINED)
    assert unit.pk not in units_below([root.pk], THE_DAY_BEFORE)
    for code, name, error in (("R-L1", "另一个", RuleBroken), ("R-L2", " ", InputRefused)):
        with pytest.raises(error), deed(OPERATOR) as act:
            open_laboratory_unit(
                act, upper=root, code=code, name_zh=name, name_en="Other", valid_from=JOINED
            )
    assert Unit.objects.filter(institution=root).count() == 1
    verbs = JournalEntry.objects.filter(subject_kind="unit", subject_key=str(unit.pk))
    assert [line.verb for line in verbs] == ["unit.open"]


def test_a_code_that_no_institution_has_is_answered_with_those_that_there_are(
    university: Unit,
) -> None:
    with pytest.raises(InputRefused, match=r"YT-9.*YT"):
        institution("YT-9")
