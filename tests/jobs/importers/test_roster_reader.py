"""The office workbook of 2023, held to what a right reading of it gives."""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from datetime import date

import pytest

from preceptor.jobs.importers.roster import Roster, read_roster
from roster_workbooks import DIRECTIONS, EXPECTED, OFFICE_WORKBOOK

RANK = {"chief_resident": 2, "equivalent_post": 1, "specialty": 0}
STAGES = {"答辩": "defence", "开题": "proposal", "中期考核": "midterm", "预答辩": "predefence"}


@pytest.fixture(scope="module")
def roster() -> Roster:
    return read_roster(OFFICE_WORKBOOK, directions=DIRECTIONS)


def month_kinds(roster: Roster) -> dict[str, dict[date, str]]:
    """The kind of each month of each trainee; the higher kind where two rotations meet."""
    months: dict[str, dict[date, str]] = defaultdict(dict)
    for rotation in roster.rotations:
        mine, month = months[rotation.student_number], rotation.start_month
        while month <= rotation.end_month:
            mine[month] = max(mine.get(month, "specialty"), rotation.kind, key=RANK.__getitem__)
            month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return months


def test_all_613_trainees_are_read_by_direction_cohort_and_unit(roster: Roster) -> None:
    assert len(roster.trainees) == EXPECTED["valid_trainees"] == 613
    assert Counter(row.direction_code for row in roster.trainees) == EXPECTED["by_direction"]
    assert Counter(str(row.cohort) for row in roster.trainees) == EXPECTED["by_cohort"]
    assert Counter(row.unit_name for row in roster.trainees) == EXPECTED["by_unit"]


def test_exactly_the_fourteen_faulty_rows_are_refused(roster: Roster) -> None:
    refused = [
        {"sheet": one.sheet, "row": one.row, "column": one.column, "kind": str(one.kind)}
        for one in roster.refusals
    ]
    assert refused == EXPECTED["errors"]
    assert len(roster.refusals) == 14


def test_each_refusal_names_the_value_it_refuses(roster: Roster) -> None:
    messages = [str(one.message) for one in roster.refusals]
    assert "“2024-13-01”" in messages[2]
    assert "“202213”" in messages[9]
    assert "“待定”" in messages[10]
    assert [one.value for one in roster.refusals[-3:]] == ["三成", "-3%", "130%"]


def test_all_other_rows_are_taken(roster: Roster) -> None:
    assert len(roster.rotations) == 2700 - 5
    assert len(roster.milestones) == 970 - 1
    assert len(roster.theses) == 184 - 3
    assert len(roster.seats) == 211
    assert roster.unread_sheets == ["填表说明"]
    assert not roster.panels_with_refused_seats


def test_a_month_covered_twice_counts_once_with_the_higher_kind(roster: Roster) -> None:
    months = month_kinds(roster)
    numbers = [row.student_number for row in roster.trainees]
    clinical = {number: len(months[number]) for number in numbers}
    chief = {
        number: sum(kind != "specialty" for kind in months[number].values()) for number in numbers
    }
    assert clinical == EXPECTED["clinical_months"]
    assert chief == EXPECTED["chief_months"]


def test_similarity_is_exact_to_the_hundredth_of_a_percent(roster: Roster) -> None:
    similarity = {row.student_number: row.similarity for row in roster.theses}
    assert similarity == EXPECTED["similarity"]
    assert sum(value <= 3000 for value in similarity.values()) == EXPECTED["similarity_pass"]
    assert sum(value > 3000 for value in similarity.values()) == EXPECTED["similarity_fail"]


def test_panels_have_their_sizes_and_stages(roster: Roster) -> None:
    sizes = Counter(seat.panel_number for seat in roster.seats)
    stages = {seat.panel_number: seat.stage for seat in roster.seats}
    assert sizes == {number: panel["size"] for number, panel in EXPECTED["panels"].items()}
    assert stages == {
        number: STAGES[panel["stage"]] for number, panel in EXPECTED["panels"].items()
    }


def test_the_one_blank_title_is_unknown_and_the_blank_committee_cells_mean_no(
    roster: Roster,
) -> None:
    untitled = [seat for seat in roster.seats if seat.title_level is None]
    assert [(seat.panel_number, seat.title_text) for seat in untitled] == [("P031", None)]
    assert Counter(seat.is_degree_committee for seat in roster.seats) == {True: 39, False: 172}


def test_names_and_numbers_come_without_stray_spaces_and_widths(roster: Roster) -> None:
    assert all(row.name == "".join(row.name.split()) for row in roster.trainees)
    assert all(row.student_number.isascii() for row in roster.trainees)
    assert all(len(row.student_number) == 10 for row in roster.trainees)
    assert all(row.birth_precision == "day" for row in roster.trainees)
    assert {row.state for row in roster.trainees} == {"training"}


def test_every_value_keeps_its_cell(roster: Roster) -> None:
    first = roster.trainees[0]
    assert (first.sheet, first.row) == ("总医院", 5)
    assert first.cells["birth_on"].column == "E"
    assert first.cells["birth_on"].text == "1993.10.24"
    assert first.cells["supervisor_number"].header == "导师工号"
    assert first.cells["unit_name"].row == 2
    assert "supervisor_name" not in first.cells


def test_the_file_is_named_by_its_hash_and_size(roster: Roster) -> None:
    content = OFFICE_WORKBOOK.read_bytes()
    assert roster.sha256 == hashlib.sha256(content).hexdigest()
    assert roster.size == len(content)


def test_an_open_file_reads_like_its_path(roster: Roster) -> None:
    with OFFICE_WORKBOOK.open("rb") as stream:
        assert read_roster(stream, directions=DIRECTIONS) == roster


def test_the_office_workbook_is_read_within_five_seconds_of_work() -> None:
    begun = time.process_time()
    read_roster(OFFICE_WORKBOOK, directions=DIRECTIONS)
    assert time.process_time() - begun < 5
