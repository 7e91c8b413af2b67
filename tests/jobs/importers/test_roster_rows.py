"""Rows: what is refused, what is merely not recorded, and that no row drags another down."""

from __future__ import annotations

import pytest

from roster_workbooks import (
    MILESTONE_HEADER,
    PANEL_HEADER,
    ROTATION_HEADER,
    THESIS_HEADER,
    Book,
    refused,
    seat,
    trainee,
)

ROTATION = ("2021510001", "骨科", "202109", "202112", "专科训练", "合格")


def milestone(**changes: object) -> tuple[object, ...]:
    row: dict[str, object] = {
        "number": "2021510001", "stage": "开题", "date": "2022/6", "outcome": "通过", "attempt": 1,
    }  # fmt: skip
    return tuple((row | changes).values())


@pytest.mark.parametrize(
    ("changes", "column", "kind"),
    [
        ({"number": "学生一"}, "学号", "invalid number"),
        ({"number": ""}, "学号", "missing value"),
        ({"name": " "}, "姓名", "missing value"),
        ({"name": "123"}, "姓名", "invalid name"),
        ({"sex": "不男不女"}, "性别", "unknown sex"),
        ({"birth": "2024-13-01"}, "出生日期", "invalid date"),
        ({"birth": "2019-05-01"}, "出生日期", "invalid date"),
        ({"cohort": "博一"}, "年级", "invalid cohort"),
        ({"cohort": ""}, "年级", "missing value"),
        ({"code": "105114"}, "专业代码", "unknown code"),
        ({"code": ""}, "专业代码", "missing value"),
        ({"state": "失联"}, "学籍状态", "unknown state"),
    ],
)
def test_a_faulty_trainee_is_refused_at_the_faulty_cell_and_the_next_is_taken(
    changes: dict[str, object], column: str, kind: str
) -> None:
    book = Book()
    book.trainees(trainee(**changes), trainee("2021510002"))
    roster = book.read()
    assert refused(roster) == [("总医院", 2, column, kind)]
    assert [row.student_number for row in roster.trainees] == ["2021510002"]


def test_blank_cells_of_a_trainee_are_not_recorded() -> None:
    book = Book()
    book.trainees(trainee(sex="", birth="—", state=None))
    (row,) = book.read().trainees
    assert (row.sex, row.birth_on, row.birth_precision, row.state) == (None, None, None, None)
    assert not {"sex", "birth_on", "state"} & row.cells.keys()


@pytest.mark.parametrize(
    ("word", "state"),
    [("在读", "training"), ("休学", "suspended"), ("退学", "withdrawn"), ("毕业", "graduated")],
)
def test_the_office_words_for_a_state_are_understood(word: str, state: str) -> None:
    book = Book()
    book.trainees(trainee(state=word))
    (row,) = book.read().trainees
    assert (row.state, row.state_text) == (state, word)


def test_of_two_rows_with_one_number_the_first_in_sheet_order_stays() -> None:
    book = Book()
    book.trainees(trainee(name="王一"), name="甲")
    book.trainees(trainee("２０２１５１０００１", name="王一"), trainee("2021510002"), name="乙")
    roster = book.read()
    assert refused(roster) == [("乙", 2, "学号", "duplicate")]
    assert [(row.sheet, row.row) for row in roster.trainees] == [("甲", 2), ("乙", 3)]


def test_a_first_row_refused_for_its_own_fault_makes_no_duplicate_of_the_second() -> None:
    book = Book()
    book.trainees(trainee(birth="2024-13-01"), trainee())
    roster = book.read()
    assert refused(roster) == [("总医院", 2, "出生日期", "invalid date")]
    assert [row.row for row in roster.trainees] == [3]


@pytest.mark.parametrize(
    ("row", "column", "kind"),
    [
        (("2021510001", "骨科", "202303", "202301", "专科训练", ""), "止", "ends before start"),
        (("2021510001", "骨科", "202213", "202305", "专科训练", ""), "起", "invalid month"),
        (("2021510001", "骨科", "2022", "202305", "专科训练", ""), "起", "invalid month"),
        (("2021510001", "骨科", "201001", "202305", "专科训练", ""), "止", "implausible period"),
        (("2021510001", "骨科", "202301", "", "专科训练", ""), "止", "missing value"),
        (("2021510001", "骨科", "202301", "202302", "值班", ""), "类别", "unknown kind"),
        (("2021510001", "骨科", "202301", "202302", "", ""), "类别", "missing value"),
        (("2021519999", "骨科", "202301", "202302", "专科训练", ""), "学号", "unknown student"),
    ],
)
def test_a_faulty_rotation_is_refused_at_the_faulty_cell(
    row: tuple[str, ...], column: str, kind: str
) -> None:
    book = Book()
    book.trainees(trainee())
    book.sheet("轮转", ROTATION_HEADER, row, ROTATION)
    roster = book.read()
    assert refused(roster) == [("轮转", 2, column, kind)]
    assert [rotation.row for rotation in roster.rotations] == [3]


def test_a_rotation_of_one_month_does_not_end_before_it_starts() -> None:
    book = Book()
    book.trainees(trainee())
    book.sheet(
        "轮转", ROTATION_HEADER, ("2021510001", "", "2023年11月", "202311", "住院总医师", "")
    )
    (row,) = book.read().rotations
    assert row.start_month == row.end_month
    assert (row.kind, row.department, row.assessment) == ("chief_resident", None, None)


def test_students_known_from_elsewhere_are_asked_for_once_and_believed() -> None:
    asked: list[set[str]] = []

    def known(numbers: set[str]) -> set[str]:
        asked.append(numbers)
        return {"2020510007"}

    book = Book()
    book.trainees(trainee(), trainee("2021510003", code="999999"))
    rows = [
        (number, *ROTATION[1:])
        for number in ("2020510007", "2021510001", "2021510003", "2021519999")
    ]
    book.sheet("轮转", ROTATION_HEADER, *rows)
    roster = book.read(known_students=known)
    assert asked == [{"2020510007", "2021510003", "2021519999"}]
    assert [row.student_number for row in roster.rotations] == ["2020510007", "2021510001"]
    assert refused(roster)[1:] == [
        ("轮转", 4, "学号", "unknown student"),
        ("轮转", 5, "学号", "unknown student"),
    ]


@pytest.mark.parametrize(
    ("changes", "column", "kind"),
    [
        ({"stage": "体检"}, "环节", "unknown stage"),
        ({"date": "2022/13"}, "日期", "invalid date"),
        ({"outcome": "待定"}, "结果", "unknown outcome"),
        ({"outcome": ""}, "结果", "missing value"),
        ({"attempt": "2余"}, "次数", "invalid attempt"),
    ],
)
def test_a_faulty_milestone_is_refused_at_the_faulty_cell(
    changes: dict[str, object], column: str, kind: str
) -> None:
    book = Book()
    book.trainees(trainee())
    book.sheet("环节", MILESTONE_HEADER, milestone(**changes))
    roster = book.read()
    assert refused(roster) == [("环节", 2, column, kind)]
    assert roster.milestones == []


def test_one_attempt_cannot_both_fail_and_pass_but_two_attempts_can() -> None:
    book = Book()
    book.trainees(trainee())
    failed, passed = milestone(outcome="不合格"), milestone(outcome="合格")
    second = milestone(outcome="通过", attempt=2, date="2022/12")
    book.sheet("环节", MILESTONE_HEADER, failed, passed, second)
    roster = book.read()
    assert refused(roster) == [("环节", 3, "结果", "conflicting outcome")]
    assert [(row.attempt, row.outcome) for row in roster.milestones] == [(1, "fail"), (2, "pass")]


def test_a_blank_similarity_is_not_recorded_and_a_hair_over_the_limit_is_not_rounded() -> None:
    book = Book()
    book.trainees(trainee())
    book.sheet(
        "论文",
        THESIS_HEADER,
        ("2021510001", "题目", "", ""),
        ("2021510001", "题目", "30.001%", "2023.11"),
        ("2021510001", "题目", 0.3, "2023.11"),
    )
    roster = book.read()
    assert [(row.similarity, row.checked_on) for row in roster.theses] == [(None, None)]
    assert refused(roster) == [
        ("论文", 3, "重复率", "invalid percentage"),
        ("论文", 4, "重复率", "invalid percentage"),
    ]


def test_blank_answers_are_unknown_except_under_the_degree_committee() -> None:
    book = Book()
    book.trainees(trainee())
    blank = seat(title="", doctoral="", outside="", clinical="", role="", date="")
    book.sheet("小组", PANEL_HEADER, blank)
    (row,) = book.read().seats
    assert row.is_degree_committee is False
    assert (row.is_doctoral_supervisor, row.is_outside, row.in_clinical_work) == (None, None, None)
    assert (row.title_level, row.title_series, row.title_text) == (None, None, None)
    assert (row.role, row.sits_on, row.precision) == (None, None, None)


def test_without_a_column_for_the_degree_committee_nothing_is_known_of_it() -> None:
    book = Book()
    book.trainees(trainee())
    book.sheet("小组", PANEL_HEADER[:8], seat()[:8])
    (row,) = book.read().seats
    assert row.is_degree_committee is None


def test_an_unknown_title_keeps_its_words_and_has_no_level() -> None:
    book = Book()
    book.trainees(trainee())
    book.sheet("小组", PANEL_HEADER, seat(title="特聘 专家"))
    (row,) = book.read().seats
    assert (row.title_text, row.titles, row.title_level) == ("特聘 专家", (), None)


@pytest.mark.parametrize(
    ("changes", "column", "kind"),
    [
        ({"number": "2021510002"}, "学号", "conflicting panel"),
        ({"stage": "开题"}, "环节", "conflicting panel"),
        ({"date": "2023.12"}, "日期", "conflicting panel"),
        ({"date": "2023-11-01"}, "日期", "conflicting panel"),
        ({"expert": "顾 轩"}, "专家", "duplicate"),
        ({"expert": ""}, "专家", "missing value"),
        ({"doctoral": "也许"}, "博导", "unknown answer"),
        ({"role": "司机"}, "角色", "unknown role"),
    ],
)
def test_a_seat_at_odds_with_its_panel_is_refused_and_the_panel_is_marked(
    changes: dict[str, object], column: str, kind: str
) -> None:
    book = Book()
    book.trainees(trainee(), trainee("2021510002"))
    book.sheet("小组", PANEL_HEADER, seat("顾轩"), seat(**({"expert": "白哲"} | changes)))
    roster = book.read()
    assert refused(roster) == [("小组", 3, column, kind)]
    assert [row.expert_name for row in roster.seats] == ["顾轩"]
    assert roster.panels_with_refused_seats == {"P001"}


def test_a_seat_that_leaves_the_day_blank_agrees_with_its_panel() -> None:
    book = Book()
    book.trainees(trainee())
    book.sheet(
        "小组", PANEL_HEADER, seat("甲一", date=""), seat("乙二"), seat("丙三", date="2023.12")
    )
    roster = book.read()
    assert [row.expert_name for row in roster.seats] == ["甲一", "乙二"]
    assert refused(roster) == [("小组", 4, "日期", "conflicting panel")]


def test_two_experts_of_one_name_stay_two_but_a_row_repeated_is_one() -> None:
    book = Book()
    book.trainees(trainee())
    book.sheet("小组", PANEL_HEADER, seat(), seat(title="副教授"), seat())
    roster = book.read()
    assert [row.title_level for row in roster.seats] == ["full", "associate"]
    assert refused(roster) == [("小组", 4, "专家", "duplicate")]


def test_a_refusal_says_where_what_and_what_to_do() -> None:
    book = Book()
    book.trainees(trainee(code="105114"))
    (refusal,) = book.read().refusals
    assert (refusal.letter, refusal.value) == ("G", "105114")
    assert "105114" in str(refusal.message)
    assert "Check it" in str(refusal.message)
