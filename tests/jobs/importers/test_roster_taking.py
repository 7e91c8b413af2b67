"""Taking in the office workbook: what is written, what is refused, what stays as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from preceptor.base import journal
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted
from preceptor.base.models import JournalEntry, Lineage, StoredFile
from preceptor.base.today import today
from preceptor.demo.actions import build
from preceptor.demo.preparation import rules_in_force
from preceptor.institutions.models import Unit
from preceptor.institutions.queries import institution
from preceptor.jobs.importers.roster.taking import import_roster
from preceptor.people.models import Account, Person
from preceptor.standing.models import Finding
from preceptor.standing.queries import panel_standings
from preceptor.standing.records import enrolment_records
from preceptor.training.actions import change_state
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import (
    Enrolment,
    Milestone,
    Panel,
    PanelSeat,
    Rotation,
    SimilarityCheck,
)

DATA = Path(__file__).resolve().parents[2] / "data"
WORKBOOK = DATA / "roster-2023.xlsx"
EXPECTED: dict[str, Any] = json.loads((DATA / "roster-2023.expected.json").read_text("utf-8"))
pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def university(home: Path) -> Unit:
    """An institution with units, directions, rules and accounts, and nobody in training."""
    build(empty=True, by=OPERATOR)
    rules_in_force()
    return institution()


@pytest.fixture
def taken(university: Unit) -> dict[str, Any]:
    return import_roster(WORKBOOK, institution=university, by=OPERATOR)


def _edited(tmp_path: Path, edits: dict[tuple[str, str], Any]) -> Path:
    book = openpyxl.load_workbook(WORKBOOK)
    for (sheet, cell), value in edits.items():
        book[sheet][cell] = value
    path = tmp_path / "edited.xlsx"
    book.save(path)
    return path


def test_the_workbook_gives_the_trainees_of_the_right_reading(taken: dict[str, Any]) -> None:
    assert Enrolment.objects.count() == EXPECTED["valid_trainees"]
    for code, number in EXPECTED["by_direction"].items():
        assert Enrolment.objects.filter(direction__code=code).count() == number
    for cohort, number in EXPECTED["by_cohort"].items():
        assert Enrolment.objects.filter(cohort=int(cohort)).count() == number
    for unit, number in EXPECTED["by_unit"].items():
        assert Enrolment.objects.filter(unit__name_zh=unit).count() == number


def test_each_faulty_row_is_refused_by_sheet_row_column_and_kind(taken: dict[str, Any]) -> None:
    refused = [
        {name: row[name] for name in ("sheet", "row", "column", "kind")} for row in taken["refused"]
    ]
    assert refused == EXPECTED["errors"]
    assert all(row["message_zh"] != row["message_en"] for row in taken["refused"])


def test_months_of_training_and_of_duty_are_those_of_the_right_reading(
    taken: dict[str, Any],
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


def test_similarity_is_kept_to_the_ten_thousandth(taken: dict[str, Any]) -> None:
    kept = dict(
        SimilarityCheck.objects.values_list("thesis__enrolment__student_number", "similarity_e4")
    )
    assert kept == EXPECTED["similarity"]


def test_stored_findings_count_the_trainees_who_have_enough_months(taken: dict[str, Any]) -> None:
    def passed(rule: str) -> int:
        return Finding.objects.filter(rule=rule, verdict="pass").count()

    assert passed("training.clinical") == EXPECTED["clinical_pass"]
    assert passed("training.chief") == EXPECTED["chief_pass"]
    assert passed("thesis.similarity") == EXPECTED["similarity_pass"]


def test_each_panel_has_the_verdict_of_the_right_reading(taken: dict[str, Any]) -> None:
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


def test_a_panel_whose_sheet_has_no_field_stays_pending_on_the_field(taken: dict[str, Any]) -> None:
    verdicts = Finding.objects.filter(rule="panel.field").values_list("verdict", flat=True)
    assert set(verdicts) == {"pending"}


def test_a_dry_run_says_the_same_and_writes_nothing(university: Unit) -> None:
    lines = JournalEntry.objects.count()
    preview = import_roster(WORKBOOK, institution=university, by=OPERATOR, dry_run=True)
    assert not Enrolment.objects.exists()
    assert not StoredFile.objects.exists()
    assert JournalEntry.objects.count() == lines
    assert preview == import_roster(WORKBOOK, institution=university, by=OPERATOR)


def test_the_same_workbook_again_changes_nothing(university: Unit, taken: dict[str, Any]) -> None:
    lines, rows = JournalEntry.objects.count(), Lineage.objects.count()
    again = import_roster(WORKBOOK, institution=university, by=OPERATOR)
    assert (again["taken"], again["changed"]) == (0, 0)
    assert again["unchanged"] == taken["taken"]
    assert (JournalEntry.objects.count(), Lineage.objects.count()) == (lines, rows)
    assert Person.objects.filter(identifiers__scheme="expert").count() == len(
        set(Person.objects.filter(panel_seats__isnull=False).values_list("pk", flat=True))
    )


def test_a_changed_cell_is_one_change_through_an_action(
    university: Unit, taken: dict[str, Any], tmp_path: Path
) -> None:
    edits = {
        ("轮转", "D3"): "202310",
        ("培养环节", "D2"): "不合格",
        ("学位论文", "C2"): "31 %",
        ("评审小组", "F2"): "副教授",
        ("总医院", "C5"): "戴知行",
    }
    answer = import_roster(_edited(tmp_path, edits), institution=university, by=OPERATOR)
    assert (answer["taken"], answer["changed"]) == (0, 5)
    assert {change["sheet"] for change in answer["changes"]} == {sheet for sheet, _ in edits}
    first = Enrolment.objects.get(student_number="2023510000")
    assert Rotation.objects.get(enrolment=first).end_month.month == 10
    second = Enrolment.objects.get(student_number="2021510001")
    assert Milestone.objects.get(enrolment=second, kind="proposal").outcome == "fail"
    assert SimilarityCheck.objects.get(thesis__enrolment=second).similarity_e4 == 3100
    assert PanelSeat.objects.get(panel__number="P001", person__name_zh="顾轩清").stated_level == (
        "associate"
    )
    assert Person.objects.filter(enrolments__student_number="2021510009").get().name_zh == "戴知行"
    finding = Finding.objects.get(rule="thesis.similarity", enrolment=second)
    assert finding.verdict == "fail"
    assert journal.first_broken() is None


def test_a_row_absent_from_a_later_workbook_changes_nothing(
    university: Unit, taken: dict[str, Any], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(WORKBOOK)
    book["总医院"].delete_rows(10, 5)
    book["轮转"].delete_rows(3, 40)
    path = tmp_path / "shorter.xlsx"
    book.save(path)
    answer = import_roster(path, institution=university, by=OPERATOR)
    assert (answer["taken"], answer["changed"]) == (0, 0)
    assert Enrolment.objects.count() == 613


def test_every_value_taken_has_its_cell(taken: dict[str, Any]) -> None:
    trainee = Enrolment.objects.get(student_number="2021510009")
    cells = Lineage.objects.filter(subject_kind="enrolment", subject_key=str(trainee.pk))
    number = cells.get(field="trainee.student_number")
    assert (number.sheet, number.row, number.column) == ("总医院", 5, "B")
    assert number.file.sha256 == taken["file"]
    assert cells.get(field="thesis.similarity").sheet == "学位论文"


def test_experts_and_supervisors_not_known_yet_come_from_the_sheet(taken: dict[str, Any]) -> None:
    assert set(
        Person.objects.filter(panel_seats__isnull=False).values_list("source", flat=True)
    ) == {"roster"}
    assert Person.objects.filter(identifiers__value="T0049").get().source == "roster"


def test_a_suspended_trainee_whom_the_sheet_calls_enrolled_returns_to_the_state_left(
    university: Unit, taken: dict[str, Any]
) -> None:
    trainee = Enrolment.objects.get(student_number="2021510009")
    change_state(
        enrolment=trainee, to=EnrolmentState.SUSPENDED, on=today(), reason="病假", by=OPERATOR
    )
    answer = import_roster(WORKBOOK, institution=university, by=OPERATOR)
    assert answer["changed"] == 1
    trainee.refresh_from_db()
    assert trainee.state == EnrolmentState.TRAINING


def test_a_unit_that_is_not_registered_refuses_its_trainees_and_nobody_else(
    university: Unit, tmp_path: Path
) -> None:
    edits = {("总医院", "A2"): "单位：第九医院　　填表日期：2024.1.5"}
    answer = import_roster(_edited(tmp_path, edits), institution=university, by=OPERATOR)
    unknown = [row for row in answer["refused"] if row["kind"] == "unknown unit"]
    assert len(unknown) == 60
    orphans = [row for row in answer["refused"] if row["kind"] == "unknown student"]
    assert len(orphans) > 60
    assert {row["sheet"] for row in orphans} >= {"轮转", "培养环节"}
    assert answer["taken"] + len(answer["refused"]) == 4669 + 14
    assert Enrolment.objects.count() == 613 - 60


def test_a_secretary_may_not_take_in_a_workbook_of_the_whole_institution(university: Unit) -> None:
    secretary = Account.objects.get(login="secretary")
    with pytest.raises(NotPermitted):
        import_roster(WORKBOOK, institution=university, by=secretary)
    assert not Enrolment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_the_old_state(
    process_environment: dict[str, str], university: Unit
) -> None:
    lines = JournalEntry.objects.count()
    command = [sys.executable, "-m", "preceptor", "import", "roster", str(WORKBOOK)]
    child = subprocess.Popen(command, env=process_environment, stdout=subprocess.DEVNULL)
    files = Path(process_environment["PRECEPTOR_HOME"]) / "files"
    waited = time.monotonic()
    while not any(files.glob("??/*")) and time.monotonic() - waited < 60:
        assert child.poll() is None, "the import ended before it could be killed"
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert not Enrolment.objects.exists()
    assert JournalEntry.objects.count() == lines
    assert journal.first_broken() is None
    answer = import_roster(WORKBOOK, institution=university, by=OPERATOR)
    assert answer["taken"] > 0
