"""Finding the tables: the form is read, not one file."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from preceptor.jobs.importers.roster import WorkbookRefused, read_roster
from roster_workbooks import (
    DIRECTIONS,
    MILESTONE_HEADER,
    PANEL_HEADER,
    ROTATION_HEADER,
    THESIS_HEADER,
    TRAINEE_HEADER,
    Book,
    refused,
    seat,
    trainee,
)


def full_book(order: list[int]) -> Book:
    """A workbook of all five tables, its sheets in the order asked for."""
    sheets = [
        ("甲医院", TRAINEE_HEADER, trainee()),
        ("轮转", ROTATION_HEADER, ("2021510001", "骨科", "202109", "202112", "专科训练", "合格")),
        ("环节", MILESTONE_HEADER, ("2021510001", "开题", "2022/6", "通过", 1)),
        ("论文", THESIS_HEADER, ("2021510001", "题目", "12.34 %", "2023.11")),
        ("小组", PANEL_HEADER, seat()),
    ]
    book = Book()
    for index in order:
        name, *rows = sheets[index]
        book.sheet(name, *rows)
    return book


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 3, 1]])
def test_the_order_and_the_names_of_the_sheets_do_not_matter(order: list[int]) -> None:
    roster = full_book(order).read()
    assert refused(roster) == []
    tables = (roster.trainees, roster.rotations, roster.milestones, roster.theses, roster.seats)
    assert [len(rows) for rows in tables] == [1, 1, 1, 1, 1]


def test_columns_may_stand_in_any_order_beside_strange_ones() -> None:
    book = Book()
    header = ("备注", "专业代码", "电话", "姓 名", "年　级", "*学号", "性别：")
    book.sheet("甲", header, ("无", "105101", "123", "王一", 2022, 2022510001, "男"))
    (row,) = book.read().trainees
    assert (row.student_number, row.name, row.cohort) == ("2022510001", "王一", 2022)
    assert (row.direction_code, row.sex, row.birth_on, row.state) == ("105101", "male", None, None)
    assert row.cells["student_number"].column == "F"


@pytest.mark.parametrize("lines_above", [0, 1, 7])
def test_the_header_may_stand_anywhere(lines_above: int) -> None:
    book = Book()
    above = [("某大学名册",)] * lines_above
    book.sheet("甲", *above, TRAINEE_HEADER, trainee())
    (row,) = book.read().trainees
    assert row.row == lines_above + 2


TWO_LINES = (
    ("序号", "学号", "姓 名", "年级", "专业代码", "导师", "", "学籍状态"),
    ("", "", "", "", "", "工号", "姓名", ""),
)
UNDER_TWO_LINES = (1, "2021510001", "王一", "2021级", "105101", "T0049", "李 二", "在读")


@pytest.mark.parametrize("merged", ["", "F1:G1", "F1:G1 A1:A2 B1:B2 C1:C2 D1:D2 E1:E2 H1:H2"])
def test_a_header_of_two_lines_is_read_merged_or_not(merged: str) -> None:
    book = Book()
    sheet = book.sheet("甲", *TWO_LINES, UNDER_TWO_LINES)
    for area in merged.split():
        sheet.merge_cells(area)
    (row,) = book.read().trainees
    assert (row.row, row.name) == (3, "王一")
    assert (row.supervisor_number, row.supervisor_name) == ("T0049", "李二")
    assert row.cells["supervisor_name"].header == "导师姓名"


def test_a_group_may_stand_above_the_line_with_the_student_number() -> None:
    book = Book()
    header = ("学号", "姓名", "年级", "专业代码", "工号", "姓名")
    sheet = book.sheet(
        "甲",
        ("", "", "", "", "导师", ""),
        header,
        ("2021510001", "王一", 2021, "105101", "T1", "李二"),
    )
    sheet.merge_cells("E1:F1")
    (row,) = book.read().trainees
    assert (row.name, row.supervisor_number, row.supervisor_name) == ("王一", "T1", "李二")


def test_titles_notes_totals_samples_and_blank_lines_are_no_trainees() -> None:
    book = Book()
    sample = trainee("2021519999", serial="样例")
    book.trainees(
        sample,
        trainee("2021510000", name="张三（示例）"),
        trainee("2021510001"),
        (),
        (2,),
        ("小计", "1人"),
        trainee("2021510002", name="余小计"),
        ("合计：", "", "2人"),
        ("", "合 计", "", "", "", "", 2),
        ("注：以上不含留学生", "", "", "2024"),
        ("填表人：王五", "", "", "审核人：赵六"),
        ("（盖章）",),
    )
    roster = book.read()
    assert [row.student_number for row in roster.trainees] == ["2021510001", "2021510002"]
    assert refused(roster) == []


def test_a_trainee_named_yu_is_no_remainder_and_no_note() -> None:
    book = Book()
    book.trainees(trainee(name="余怀"), trainee("2021510002", name="余"))
    assert [row.name for row in book.read().trainees] == ["余怀", "余"]


def test_a_header_repeated_on_the_next_page_is_no_trainee() -> None:
    book = Book()
    book.trainees(trainee("2021510001"), TRAINEE_HEADER, trainee("2021510002"))
    roster = book.read()
    assert [row.row for row in roster.trainees] == [2, 4]
    assert refused(roster) == []


def test_two_tables_on_one_sheet_are_both_read() -> None:
    book = Book()
    rotation = ("2021510001", "骨科", "202109", "202112", "专科训练", "合格")
    book.sheet("甲", TRAINEE_HEADER, trainee(), (), ROTATION_HEADER, rotation)
    roster = book.read()
    assert (len(roster.trainees), len(roster.rotations)) == (1, 1)


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        (("单位：总医院\u3000\u3000填表日期：2024.1.5",), "总医院"),
        (("培养单位: 第二 医院  填表日期：2024.1.5",), "第二医院"),
        (("单位：", "眼科医院", "填表日期", "2024.1.5"), "眼科医院"),
        (("填表日期：2024.1.5  单位：口腔医院（盖章）",), "口腔医院"),
        (("单位：肿瘤医院填表日期：2024",), "肿瘤医院"),
        (("名册",), "表一"),
    ],
)
def test_the_unit_comes_from_its_line_or_else_from_the_sheet(
    line: tuple[str, ...], unit: str
) -> None:
    book = Book()
    book.sheet("表一", ("某大学",), line, TRAINEE_HEADER, trainee())
    (row,) = book.read().trainees
    assert row.unit_name == unit
    assert row.cells["unit_name"].row == (0 if unit == "表一" else 2)


def test_a_unit_line_between_trainees_and_a_unit_column_both_count() -> None:
    book = Book()
    header = (*TRAINEE_HEADER, "培养单位")
    book.sheet(
        "表一",
        ("单位：甲医院",),
        header,
        (*trainee("2021510001"), ""),
        ("单位：乙医院",),
        (*trainee("2021510002"), ""),
        (*trainee("2021510003"), "丙医院"),
    )
    assert [row.unit_name for row in book.read().trainees] == ["甲医院", "乙医院", "丙医院"]


def test_a_cell_merged_downwards_holds_for_all_its_rows() -> None:
    book = Book()
    book.trainees(trainee())
    blank = {"panel": None, "number": None, "stage": None, "date": None}
    sheet = book.sheet(
        "小组", PANEL_HEADER, seat("甲一"), seat("乙二", **blank), seat("丙三", **blank)
    )
    for column in "ABCD":
        sheet.merge_cells(f"{column}2:{column}4")
    roster = book.read()
    assert refused(roster) == []
    assert {one.panel_number for one in roster.seats} == {"P001"}
    assert {one.sits_on for one in roster.seats} == {date(2023, 11, 1)}
    assert roster.seats[2].cells["panel_number"].row == 2


def test_a_cell_merged_sideways_does_not_lend_its_value_to_the_next_column() -> None:
    book = Book()
    sheet = book.sheet("甲", *TWO_LINES, UNDER_TWO_LINES)
    sheet.merge_cells("F3:G3")
    (row,) = book.read().trainees
    assert (row.supervisor_number, row.supervisor_name) == ("T0049", None)


def test_real_dates_numbers_and_percent_cells_are_read_as_they_show() -> None:
    book = Book()
    book.trainees(trainee(2021510001, birth=date(1993, 10, 24), cohort=2021, code=105110))
    sheet = book.sheet("论文", THESIS_HEADER, (2021510001, "题目", 0.3001, date(2023, 11, 5)))
    sheet["C2"].number_format = "0.00%"
    roster = book.read()
    assert roster.trainees[0].birth_on == date(1993, 10, 24)
    assert roster.trainees[0].direction_code == "105110"
    assert (roster.theses[0].similarity, roster.theses[0].precision) == (3001, "day")


def test_a_workbook_with_shared_and_rich_text_is_read() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("甲")
        sheet.write_row(0, 0, ("学号", "姓名", "年级", "专业代码", "出生日期"))
        sheet.write_row(1, 0, ("2021510001", "", "2021级", "105101"))
        sheet.write_rich_string(1, 1, "王", book.add_format({"bold": True}), "一")
        sheet.write_datetime(1, 4, date(1993, 10, 24), book.add_format({"num_format": "yyyymmdd"}))
        theses = book.add_worksheet("论文")
        theses.write_row(0, 0, ("学号", "重复率"))
        theses.write_row(1, 0, ("2021510001", 0.3001), book.add_format({"num_format": '0.00" "%'}))
    stream.seek(0)
    roster = read_roster(stream, directions=DIRECTIONS)
    assert [(row.name, row.birth_on) for row in roster.trainees] == [("王一", date(1993, 10, 24))]
    assert [row.similarity for row in roster.theses] == [3001]


def test_a_workbook_that_counts_days_from_1904_keeps_its_dates() -> None:
    book = Book()
    book.book.epoch = CALENDAR_MAC_1904
    book.trainees(trainee(birth=date(1993, 10, 24)), trainee("2021510002", birth=32803))
    births = [row.birth_on for row in book.read().trainees]
    assert births == [date(1993, 10, 24), date(1993, 10, 23)]


def test_bare_percentages_count_as_percent_under_a_header_that_says_so() -> None:
    book = Book()
    book.trainees(trainee())
    book.sheet("论文", ("学号", "重复率（%）"), ("2021510001", 0.3))
    assert book.read().theses[0].similarity == 30


def test_a_hidden_sheet_is_not_read_and_said_so() -> None:
    book = Book()
    book.trainees(trainee("2021510001"))
    book.trainees(trainee("2021510002"), name="旧表").sheet_state = "hidden"
    roster = book.read()
    assert [row.student_number for row in roster.trainees] == ["2021510001"]
    assert refused(roster) == [("旧表", 1, "", "hidden sheet")]


def test_hidden_rows_are_read_like_any_other() -> None:
    book = Book()
    book.trainees(trainee()).row_dimensions[2].hidden = True
    assert len(book.read().trainees) == 1


def test_a_table_that_lacks_a_column_is_refused_by_its_header_and_others_are_read() -> None:
    book = Book()
    book.trainees(trainee())
    book.sheet("环节", (), ("学号", "环节", "日期", "次数"), ("2021510001", "开题", "2022/6", 1))
    roster = book.read()
    assert refused(roster) == [("环节", 2, "结果", "missing column")]
    assert len(roster.trainees) == 1


def test_a_column_given_twice_is_refused_rather_than_guessed() -> None:
    book = Book()
    book.trainees(trainee())
    header = (*MILESTONE_HEADER, "结果")
    book.sheet("环节", header, ("2021510001", "开题", "2022/6", "通过", 1, "不合格"))
    roster = book.read()
    assert refused(roster) == [("环节", 1, "结果", "repeated column")]
    assert roster.milestones == []


def test_sheets_that_are_no_tables_are_named() -> None:
    book = Book()
    book.sheet("填表说明", ("请勿改动表头",))
    book.trainees(trainee())
    book.sheet("空表")
    book.sheet("通讯录", ("学号", "姓名", "电话"), ("2021510001", "余怀", "1"))
    assert book.read().unread_sheets == ["填表说明", "空表", "通讯录"]


def test_a_workbook_without_any_table_is_refused_with_what_a_table_needs() -> None:
    book = Book()
    book.sheet("预算", ("项目", "金额"), ("差旅", 3))
    with pytest.raises(WorkbookRefused, match=r"预算.*学号.*专业代码"):
        book.read()


def test_a_workbook_whose_only_table_lacks_a_column_is_refused_with_that_column() -> None:
    book = Book()
    book.sheet("名册", ("学号", "姓名", "年级"), ("2021510001", "余怀", 2021))
    with pytest.raises(WorkbookRefused, match=r"名册.*专业代码"):
        book.read()
