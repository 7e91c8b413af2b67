"""Making the demo institution: the same every time, at every scale, and only once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import models, transaction
from django.utils.translation import override

from preceptor.admission.models import Application
from preceptor.base import journal
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.demo import insertion
from preceptor.demo.actions import Built, build
from preceptor.institutions.models import Regulation, Unit
from preceptor.people.models import Account, Person
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training.models import Course, Enrolment, Panel, PanelSeat, Programme

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SMALL = Decimal("0.05")
ROOMS = ("institutions", "people", "supervisors", "admission", "training")
#: Columns that say when or with which salt a row was written, not what it says.
OF_THE_MOMENT = {"recorded_at", "superseded_at", "created_at", "password"}


def tables() -> Iterator[type[models.Model]]:
    for room in ROOMS:
        yield from apps.get_app_config(room).get_models()


def digest() -> str:
    """Everything that the tables of the records say."""
    seal = hashlib.sha256()
    for model in tables():
        columns = [f.attname for f in model._meta.concrete_fields if f.attname not in OF_THE_MOMENT]
        for row in model._base_manager.order_by("pk").values_list(*columns):
            seal.update(repr(row).encode())
    return seal.hexdigest()


def digest_of(seed: int) -> str:
    with transaction.atomic():
        build(scale=SMALL, seed=seed, by=OPERATOR)
        found = digest()
        transaction.set_rollback(True)
    return found


def test_one_seed_gives_the_same_institution_and_another_seed_another() -> None:
    first = digest_of(7)
    assert digest_of(7) == first
    assert digest_of(8) != first


@pytest.mark.parametrize(
    ("scale", "supervisors", "external", "applicants", "admitted", "enrolled", "degrees"),
    [
        ("0.1", 28, 10, 49, 23, 61, 38),
        ("0.03", 8, 3, 15, 7, 18, 11),
    ],
)
def test_at_another_scale_the_numbers_are_shared_out_in_proportion(
    scale: str,
    supervisors: int,
    external: int,
    applicants: int,
    admitted: int,
    enrolled: int,
    degrees: int,
) -> None:
    build(scale=Decimal(scale), by=OPERATOR)
    held = SupervisorQualification.objects.on(date(2023, 12, 31)).filter(degree_level="doctor")
    assert held.count() == supervisors
    assert held.filter(is_external=True).count() == external
    assert Application.objects.filter(year=2023).count() == applicants
    assert Application.objects.filter(year=2023, outcome="admitted").count() == admitted
    studying = Enrolment.objects.filter(awarded_on=None).exclude(state="withdrawn")
    assert studying.count() == enrolled
    assert Enrolment.objects.filter(awarded_on__year=2023).count() == degrees


def test_an_institution_of_almost_nobody_can_be_made() -> None:
    built = build(scale=Decimal("0.001"), by=OPERATOR)
    assert "panel_of_four" not in built.planted
    assert Enrolment.objects.count() <= 3


def test_a_panel_that_cannot_be_filled_is_not_called() -> None:
    build(scale=Decimal("0.01"), by=OPERATOR)
    sizes = [panel.seats.count() for panel in Panel.objects.all()]
    assert all(size in (3, 4, 5, 7) for size in sizes)
    assert PanelSeat.objects.count() == sum(sizes)


def test_an_empty_institution_has_rules_and_desks_and_nobody_in_training() -> None:
    build(empty=True, by=OPERATOR)
    assert Unit.objects.count() > 50
    assert Programme.objects.count() == 47
    assert Course.objects.count() == 9
    assert Regulation.objects.count() >= 20
    assert set(Account.objects.values_list("login", flat=True)) == {"secretary", "office", "leader"}
    assert Person.objects.count() == 3
    for nobody in (Enrolment, Application, SupervisorQualification):
        assert not nobody.objects.exists()


def test_it_is_made_once_and_a_second_making_changes_nothing() -> None:
    build(scale=SMALL, by=OPERATOR)
    before = digest()
    with pytest.raises(RuleBroken, match="PRECEPTOR_HOME"):
        build(scale=SMALL, seed=99, by=OPERATOR)
    assert digest() == before


def test_a_making_that_was_broken_off_is_not_taken_for_a_whole_one() -> None:
    Unit.objects.create(
        code="YUNTING", kind="university", name_zh="云汀医科大学", name_en="Yunting"
    )
    with pytest.raises(RuleBroken):
        build(scale=SMALL, by=OPERATOR)
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("scale", ["0", "-1", "NaN", "Infinity"])
def test_a_scale_that_is_not_above_zero_is_refused_and_nothing_written(scale: str) -> None:
    with pytest.raises(InputRefused) as refused:
        build(scale=Decimal(scale), by=OPERATOR)
    with override("en"):
        assert "scale must be a number above 0" in str(refused.value)
    with override("zh-hans"):
        assert "规模必须是大于 0 的数" in str(refused.value)
    assert not Unit.objects.exists()


def test_the_journal_says_how_much_of_what_was_put_in() -> None:
    built = build(scale=SMALL, by=OPERATOR)
    lines = JournalEntry.objects.filter(verb="demo.insert")
    told: dict[str, int] = {}
    for line in lines:
        assert line.actor_key == "operator"
        assert line.reason
        for table, number in (line.after or {}).items():
            told[table] = told.get(table, 0) + number
    assert told == built.rows
    assert told["enrolment"] == Enrolment.objects.count()
    assert journal.first_broken() is None


def test_the_last_line_of_the_journal_keeps_the_seed_and_what_was_planted() -> None:
    built: Built = build(scale=SMALL, seed=5, by=OPERATOR)
    last = JournalEntry.objects.get(verb="demo.finish")
    assert last.after is not None
    assert (last.after["seed"], last.after["scale"]) == (5, "0.05")
    assert last.after["planted"] == built.planted


def test_a_record_made_afterwards_gets_a_key_of_its_own() -> None:
    build(scale=SMALL, by=OPERATOR)
    root = Unit.objects.get(code="YUNTING")
    last = Person.objects.order_by("pk").last()
    assert last is not None
    assert Person.objects.create(institution=root, name_zh="示例").pk > last.pk


def test_a_column_that_a_table_does_not_have_is_an_error() -> None:
    columns = insertion.Columns(Person, datetime.fromisoformat("2024-01-01T00:00:00+08:00"))
    with pytest.raises(KeyError, match="nickname"):
        columns.row({"nickname": "x"})


def test_a_making_that_breaks_off_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def power_cut(*_: object) -> None:
        assert Enrolment.objects.exists()
        raise KeyboardInterrupt

    monkeypatch.setattr("preceptor.demo.actions.write_accounts", power_cut)
    with pytest.raises(KeyboardInterrupt):
        build(scale=SMALL, by=OPERATOR)
    assert not Unit.objects.exists()
    assert not Person.objects.exists()
    assert not JournalEntry.objects.exists()
