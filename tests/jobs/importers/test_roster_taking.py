"""Taking in the office workbook: what is written, what is refused, what stays as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kept_rows import KeptRows, kept_rows
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
from preceptor.training.actions import change_state
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import (
    Enrolment,
    Milestone,
    PanelSeat,
    Rotation,
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
def kept_university(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[KeptRows[Unit]]:
    """The institution, written once for the tests of this file."""
    yield from kept_rows(request, _university, django_db_blocker)


@pytest.fixture
def university(kept_university: KeptRows[Unit], home: Path) -> Unit:
    return kept_university.fresh()


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
