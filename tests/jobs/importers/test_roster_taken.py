"""The office workbook once taken in: what the records, the verdicts and the lineage then say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from preceptor.base.actors import OPERATOR
from preceptor.base.models import Lineage
from preceptor.base.today import today
from preceptor.demo.actions import build
from preceptor.demo.preparation import rules_in_force
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import institution
from preceptor.jobs.importers.roster.taking import import_roster
from preceptor.people.models import Person
from preceptor.standing.models import Finding
from preceptor.standing.queries import panel_standings
from preceptor.standing.records import enrolment_records
from preceptor.training.models import (
    Enrolment,
    Panel,
    PanelSeat,
    SimilarityCheck,
)

DATA = Path(__file__).resolve().parents[2] / "data"
WORKBOOK = DATA / "roster-2023.xlsx"
EXPECTED: dict[str, Any] = json.loads((DATA / "roster-2023.expected.json").read_text("utf-8"))
pytestmark = [pytest.mark.django_db, pytest.mark.database]


def _university() -> Unit:
    """An institution with units, directions, rules and accounts, and nobody in training."""
    build(empty=True, by=OPERATOR)
    rules_in_force()
    return institution()


@pytest.fixture(scope="module")
def read(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The workbook taken in once for the tests that only look; taken back after the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield import_roster(WORKBOOK, institution=_university(), by=OPERATOR)
        transaction.set_rollback(True)


def test_the_workbook_gives_the_trainees_of_the_right_reading(read: dict[str, Any]) -> None:
    assert Enrolment.objects.count() == EXPECTED["valid_trainees"]
    for code, number in EXPECTED["by_direction"].items():
        assert Enrolment.objects.filter(direction__code=code).count() == number
    for cohort, number in EXPECTED["by_cohort"].items():
        assert Enrolment.objects.filter(cohort=int(cohort)).count() == number
    for unit, number in EXPECTED["by_unit"].items():
        assert Enrolment.objects.filter(unit__name_zh=unit).count() == number


def test_each_faulty_row_is_refused_by_sheet_row_column_and_kind(read: dict[str, Any]) -> None:
    refused = [
        {name: row[name] for name in ("sheet", "row", "column", "kind")} for row in read["refused"]
    ]
    assert refused == EXPECTED["errors"]
    assert all(row["message_zh"] != row["message_en"] for row in read["refused"])


def test_months_of_training_and_of_duty_are_those_of_the_right_reading(
    read: dict[str, Any],
) -> None:
    trainees = list(Enrolment.objects.all())
    duty = {"chief_resident", "equivalent_post"}
    for trainee, record in zip(trainees, enrolment_records(trainees, today()), strict=True):
        kinds = [row["kind"] for row in record["training"]]
        number = trainee.student_number
        assert (
            len([kind for kind in kinds if kind != "other"]) == EXPECTED["clinical_months"][number]
        )
        assert len([kind for kind in kinds if kind in duty]) == EXPECTED["chief_months"][number]


def test_similarity_is_kept_to_the_ten_thousandth(read: dict[str, Any]) -> None:
    kept = dict(
        SimilarityCheck.objects.values_list("thesis__enrolment__student_number", "similarity_e4")
    )
    assert kept == EXPECTED["similarity"]


def test_stored_findings_count_the_trainees_who_have_enough_months(read: dict[str, Any]) -> None:
    def passed(rule: str) -> int:
        return Finding.objects.filter(rule=rule, verdict="pass").count()

    assert passed("training.clinical") == EXPECTED["clinical_pass"]
    assert passed("training.chief") == EXPECTED["chief_pass"]
    assert passed("thesis.similarity") == EXPECTED["similarity_pass"]


def test_each_panel_has_the_verdict_of_the_right_reading(read: dict[str, Any]) -> None:
    panels = list(Panel.objects.select_related("enrolment", "institution"))
    assert {panel.number for panel in panels} == EXPECTED["panels"].keys()
    for found in panel_standings(panels, today(), "zh-hans"):
        wanted = EXPECTED["panels"][found.panel.number]
        judged = [rule for rule in found.requirements if rule.rule != "panel.field"]
        failed = {rule.kind for rule in judged if rule.verdict == "fail"}
        pending = any(rule.verdict == "pending" for rule in judged)
        verdict = (
            "fail" if "block" in failed else "pending" if pending else "warn" if failed else "pass"
        )
        assert verdict == wanted["want"], found.panel.number
        assert PanelSeat.objects.filter(panel=found.panel).count() == wanted["size"]


def test_a_panel_whose_sheet_has_no_field_stays_pending_on_the_field(read: dict[str, Any]) -> None:
    verdicts = Finding.objects.filter(rule="panel.field").values_list("verdict", flat=True)
    assert set(verdicts) == {"pending"}


def test_every_value_taken_has_its_cell(read: dict[str, Any]) -> None:
    trainee = Enrolment.objects.get(student_number="2021510009")
    cells = Lineage.objects.filter(subject_kind="enrolment", subject_key=str(trainee.pk))
    number = cells.get(field="trainee.student_number")
    assert (number.sheet, number.row, number.column) == ("总医院", 5, "B")
    assert number.file.sha256 == read["file"]
    assert cells.get(field="thesis.similarity").sheet == "学位论文"


def test_experts_and_supervisors_not_known_yet_come_from_the_sheet(read: dict[str, Any]) -> None:
    assert set(
        Person.objects.filter(panel_seats__isnull=False).values_list("source", flat=True)
    ) == {"roster"}
    assert Person.objects.filter(identifiers__value="T0049").get().source == "roster"
