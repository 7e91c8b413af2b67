"""Single cells: every spelling that is readable, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preceptor.jobs.importers.roster import PartialDate, Title, dates, numbers, words
from preceptor.jobs.importers.roster.percentages import ten_thousandths
from preceptor.jobs.importers.roster.refusals import CellRefused, Kind
from preceptor.jobs.importers.roster.text import is_blank, person_name, text_up_to
from preceptor.jobs.importers.roster.titles import titles

SEPTEMBER = date(2023, 9, 1)
FIFTH = date(2023, 9, 5)
READERS: list[Callable[[Any], object]] = [
    dates.partial_date,
    dates.month,
    numbers.student_number,
    numbers.cohort,
    numbers.attempt,
    ten_thousandths,
    lambda value: ten_thousandths(value, is_percent_cell=True),
    lambda value: ten_thousandths(value, is_percent_column=True),
    person_name,
    titles,
    words.sex,
    words.state,
    words.rotation_kind,
    words.stage,
    words.outcome,
    words.role,
    words.answer,
    text_up_to(10),
    is_blank,
]
CELLS = st.one_of(
    st.text(max_size=30),
    st.text("0123456789０１２３.-/年月日%％ 余级", max_size=14),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.none(),
)


def kind_of_refusal(read: Callable[..., object], value: object, **options: bool) -> Kind:
    with pytest.raises(CellRefused) as caught:
        read(value, **options)
    return caught.value.kind


@pytest.mark.parametrize("read", READERS)
@given(value=CELLS)
def test_a_cell_is_read_or_refused_and_nothing_else_happens(
    read: Callable[[Any], object], value: object
) -> None:
    try:
        read(value)
    except CellRefused as refused:
        assert str(refused.message)
        assert refused.kind in Kind


@pytest.mark.parametrize(
    "value",
    [
        "202309", "2023.9", "2023.09", "2023-09", "2023/9", "2023年9月", "２０２３．９", "2023 年 9 月",
        " 2023-9 ", "2023. 9", "2023—09", "2023。9", "２０２３０９", "2023 09", 202309.0, 2023.9, 2023.09,
    ],
)  # fmt: skip
def test_every_spelling_of_a_month_is_that_month(value: str | float) -> None:
    assert dates.partial_date(value) == PartialDate(SEPTEMBER, "month")
    assert dates.month(value) == SEPTEMBER


@pytest.mark.parametrize(
    "value",
    [
        "2023年9月5日", "20230905", "2023-09-05", "2023.9.5", "2023/9/5", "2023-09-05 00:00:00",
        "2023-09-05T10:30:00", "２０２３年９月５日", "45174", 20230905.0, 45174.0, 45174.5, FIFTH,
        datetime.combine(FIFTH, time(10, 30)),
    ],
)  # fmt: skip
def test_every_spelling_of_a_day_is_that_day(value: object) -> None:
    assert dates.partial_date(value) == PartialDate(FIFTH, "day")
    assert dates.month(value) == SEPTEMBER


@pytest.mark.parametrize("value", ["2023", "2023年", 2023.0])
def test_a_year_alone_is_a_date_to_the_year_and_no_month(value: str | float) -> None:
    assert dates.partial_date(value) == PartialDate(date(2023, 1, 1), "year")
    assert kind_of_refusal(dates.month, value) is Kind.INVALID_MONTH


@pytest.mark.parametrize(
    "value",
    [
        "2024-13-01", "202213", "2023-02-29", "2023-00", "2023.9.31", "1949-12-31", "2100-01", "231105",
        "20239", 20239.0, 2023.1, "2023905", "九月", "2023年9月余", "23.9", "Sep-23", "2023-9-5-1", True,
        time(9), timedelta(days=2), date(1901, 1, 1), 1e300, float("nan"), "",
    ],
)  # fmt: skip
def test_a_date_that_does_not_exist_or_reads_two_ways_is_refused(value: object) -> None:
    assert kind_of_refusal(dates.partial_date, value) is Kind.INVALID_DATE
    assert kind_of_refusal(dates.month, value) is Kind.INVALID_MONTH


def test_the_text_2023_1_is_january_but_the_number_may_be_october() -> None:
    assert dates.month("2023.1") == date(2023, 1, 1)
    assert dates.month("2023.10") == date(2023, 10, 1)
    assert kind_of_refusal(dates.month, 2023.1) is Kind.INVALID_MONTH


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_day_written_in_any_way_is_the_same_day(day: date) -> None:
    serial = float((day - date(1899, 12, 30)).days)
    spellings = [f"{day:%Y%m%d}", f"{day.year}.{day.month}.{day.day}", day.isoformat(), day]
    assert {dates.partial_date(spelling).on for spelling in spellings} == {day}
    if day.year >= 1960:
        assert dates.partial_date(serial) == PartialDate(day, "day")


def test_a_workbook_that_counts_from_1904_keeps_its_days() -> None:
    assert dates.partial_date(dates.since_1900(43712.0)) == PartialDate(FIFTH, "day")
    assert dates.since_1900("43712x") == "43712x"
    assert dates.since_1900(2023.0) == 2023.0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("30 %", 3000), ("30.01%", 3001), ("30.01％", 3001), ("３０．０１％", 3001), ("29.99 %", 2999),
        ("0%", 0), ("0.00％", 0), ("100%", 10000), ("30.010%", 3001), ("12.3", 1230), (12.3, 1230),
        (0.0, 0), ("+5%", 500), ("0.3%", 30), (30.01, 3001),
    ],
)  # fmt: skip
def test_a_percentage_is_exact_in_ten_thousandths(value: str | float, expected: int) -> None:
    assert ten_thousandths(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "三成", "-3%", "130%", "100.01%", "30.001%", "29.995%", "约30%", "30余%", "<30%", "0.3", 0.3, 1.0,
        "30%%", "%", "30,01%", "1e1%", True, FIFTH, -0.5, 101.0, float("inf"), "",
    ],
)  # fmt: skip
def test_what_is_no_exact_percentage_is_refused(value: object) -> None:
    assert kind_of_refusal(ten_thousandths, value) is Kind.INVALID_PERCENTAGE


def test_a_number_shown_as_a_percentage_is_read_as_shown() -> None:
    assert ten_thousandths(0.3, is_percent_cell=True) == 3000
    assert ten_thousandths(0.3001, is_percent_cell=True) == 3001
    assert ten_thousandths(30.01 / 100, is_percent_cell=True) == 3001
    assert ten_thousandths("0.3", is_percent_column=True) == 30
    assert (
        kind_of_refusal(ten_thousandths, 0.30001, is_percent_cell=True) is Kind.INVALID_PERCENTAGE
    )
    assert kind_of_refusal(ten_thousandths, 1.3, is_percent_cell=True) is Kind.INVALID_PERCENTAGE


@given(st.decimals(0, 100, places=4))
def test_no_rounding_ever_moves_a_percentage(percent: Decimal) -> None:
    if (percent * 100) % 1:
        assert kind_of_refusal(ten_thousandths, f"{percent}%") is Kind.INVALID_PERCENTAGE
    else:
        assert ten_thousandths(f"{percent}%") == percent * 100


@pytest.mark.parametrize(
    "value",
    [
        "2021510001",
        2021510001.0,
        "２０２１５１０００１",
        " 2021 510001 ",
        "'2021510001",
        "2021510001.0",
    ],
)
def test_a_student_number_is_the_same_however_it_is_typed(value: str | float) -> None:
    assert numbers.student_number(value) == "2021510001"


@pytest.mark.parametrize(
    "value", ["", "六十人", "60人", "2.02151E+09", 2021510001.5, 1234567890123456789.0, True, FIFTH, "12", "ABCD"]
)  # fmt: skip
def test_what_is_no_student_number_is_refused(value: object) -> None:
    assert kind_of_refusal(numbers.student_number, value) is Kind.INVALID_NUMBER


@pytest.mark.parametrize(
    "value", ["2021级", "2021", 2021.0, "２０２１级", "2021 级", "2021年", "21级"]
)
def test_a_cohort_is_its_year_of_entry(value: str | float) -> None:
    assert numbers.cohort(value) == 2021


@pytest.mark.parametrize("value", ["21", "二一级", 20211.0, "1949级", "2021.5", "博一", FIFTH])
def test_what_is_no_cohort_is_refused(value: object) -> None:
    assert kind_of_refusal(numbers.cohort, value) is Kind.INVALID_COHORT


@pytest.mark.parametrize(
    ("value", "expected"), [(1.0, 1), ("2", 2), ("第二次", 2), ("首次", 1), ("３", 3)]
)
def test_attempts_are_counted_from_one(value: str | float, expected: int) -> None:
    assert numbers.attempt(value) == expected


@pytest.mark.parametrize("value", [0.0, 1.5, -1.0, "2余", "多次", True, 10.0])
def test_what_counts_no_attempt_is_refused(value: object) -> None:
    assert kind_of_refusal(numbers.attempt, value) is Kind.INVALID_ATTEMPT


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("邵\u3000轩", "邵轩"), ("贾知 ", "贾知"), ("余 怀", "余怀"), ("John  Smith", "John Smith"),
        ("阿依古丽•买买提", "阿依古丽·买买提"), ("古丽 · 买买提", "古丽·买买提"), ("Ａnna", "Anna"), ("王\u200b一", "王一"),
    ],
)  # fmt: skip
def test_a_name_loses_its_spaces_and_nothing_else(value: str, expected: str) -> None:
    assert person_name(value) == expected


@pytest.mark.parametrize("value", ["1993", 12.0, "——", True, FIFTH])
def test_what_is_no_name_is_refused(value: object) -> None:
    assert kind_of_refusal(person_name, value) is Kind.INVALID_NAME


def test_text_too_long_is_refused_and_never_cut() -> None:
    assert text_up_to(3)(" 骨\n科 ") == "骨 科"
    assert kind_of_refusal(text_up_to(3), "神经外科") is Kind.TEXT_TOO_LONG


@pytest.mark.parametrize("value", ["", " ", "\u3000", "-", "—", "/", None])
def test_dashes_and_spaces_record_nothing(value: str | None) -> None:
    assert is_blank(value)


@pytest.mark.parametrize("value", ["√", "✓", "是", "Y", "y", "有", "Ｙ", True, " 是 "])
def test_a_yes_is_yes(value: str | bool) -> None:
    assert words.answer(value) is True


@pytest.mark.parametrize("value", ["否", "×", "无", "N", "n", False])
def test_a_no_is_no(value: str | bool) -> None:
    assert words.answer(value) is False


@pytest.mark.parametrize("value", ["x", "X", "可能", "是否", "2"])
def test_what_is_neither_yes_nor_no_is_refused(value: str) -> None:
    assert kind_of_refusal(words.answer, value) is Kind.UNKNOWN_ANSWER


def test_an_answer_said_to_be_unknown_is_neither_yes_nor_no() -> None:
    assert words.answer("不详") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [("合格", "pass"), ("通 过", "pass"), ("不合格", "fail"), ("未通过", "fail")],
)
def test_an_outcome_is_a_whole_word(value: str, expected: str) -> None:
    assert words.outcome(value) == expected


@pytest.mark.parametrize("value", ["待定", "缓考", "合格?", "基本合格", "良好"])
def test_other_outcomes_are_unknown(value: str) -> None:
    assert kind_of_refusal(words.outcome, value) is Kind.UNKNOWN_OUTCOME


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("教授", (Title("teacher", "full"),)),
        ("副教授", (Title("teacher", "associate"),)),
        ("二级教授", (Title("teacher", "full"),)),
        ("教授（三级）", (Title("teacher", "full"),)),
        ("副主任医师、教授", (Title("teacher", "full"), Title("physician", "associate"))),
        ("主任医师/博导", (Title("physician", "full"),)),
        ("正高", (Title(None, "full"),)),
    ],
)
def test_titles_are_read_with_series_and_level(value: str, expected: tuple[Title, ...]) -> None:
    assert titles(value) == expected


@pytest.mark.parametrize(
    "value", ["客座教授", "教授级", "荣誉教授", "特聘专家", "研究员助理", "不详"]
)
def test_a_title_in_no_ladder_is_unknown_however_it_sounds(value: str) -> None:
    assert titles(value) == ()
