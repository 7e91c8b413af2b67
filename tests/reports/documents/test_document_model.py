"""What a report may say, and how its headings, dates and widths are written."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preceptor.reports.documents.columns import TEXT_LINE, display_width, shares
from preceptor.reports.documents.labels import written_date
from preceptor.reports.documents.model import (
    Chapter,
    Column,
    FigureEntry,
    FigureNumber,
    Paragraph,
    Table,
    runs,
)
from preceptor.reports.documents.numbering import (
    chapter_number,
    chinese_numeral,
    heading,
    section_number,
)
from reports.documents.sample import sample_document


def test_a_number_without_a_line_in_the_annex_is_not_printed() -> None:
    whole = sample_document("zh")
    stray = Chapter("六", "其他", blocks=(Paragraph(runs(FigureNumber("thesis.lost", "7"))),))
    with pytest.raises(ValueError, match=r"thesis\.lost"):
        dataclasses.replace(whole, chapters=(*whole.chapters, stray))


def test_two_lines_of_the_annex_never_share_an_anchor() -> None:
    whole = sample_document("en")
    with pytest.raises(ValueError, match="one anchor"):
        dataclasses.replace(whole, annex=(*whole.annex, whole.annex[0]))


def test_a_row_has_one_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="Row 2 of the table '课程' has 1 cells for 2 columns"):
        Table((Column("课程"), Column("学分")), ((runs("a"), runs("1")), (runs("b"),)), "课程")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:" + "///etc/x"]
)
def test_a_figure_leads_to_a_page_and_to_nothing_a_browser_would_run(address: str) -> None:
    with pytest.raises(ValueError, match="neither a path nor http"):
        FigureNumber("k", "1", url=address)
    with pytest.raises(ValueError, match="neither a path nor http"):
        FigureEntry("k", "n", "1", "", "stock", "", "", "", 1, url=address)


def test_paths_of_figures_become_whole_addresses_only_where_the_site_is_known() -> None:
    known = sample_document("zh")
    unknown = dataclasses.replace(known, site="")
    assert known.address("/figures/a/") == "https://preceptor.yunting.example/figures/a/"
    assert unknown.address("/figures/a/") == ""
    assert unknown.address("https://elsewhere.example/a") == "https://elsewhere.example/a"


def test_headings_are_numbered_as_reports_of_each_language_number_them() -> None:
    assert heading("zh", 1, chapter_number("zh", 3), "基本条件") == "三、基本条件"
    assert heading("zh", 2, section_number("zh", 3, 5), "支撑") == "（五）支撑"
    assert heading("zh", 3, section_number("zh", 3, 5, 2), "肿瘤医院") == "2. 肿瘤医院"
    assert heading("en", 3, section_number("en", 3, 5, 2), "Cancer") == "3.5.2 Cancer"
    assert heading("zh", 1, "", "前言") == "前言"


def test_chinese_numerals_count_from_one_to_ninety_nine() -> None:
    numerals = [chinese_numeral(number) for number in (1, 9, 10, 11, 20, 24, 99)]
    assert numerals == ["一", "九", "十", "十一", "二十", "二十四", "九十九"]
    with pytest.raises(ValueError, match="not 100"):
        chinese_numeral(100)


def test_dates_are_written_in_full_in_both_languages() -> None:
    assert written_date("zh", date(2023, 12, 31)) == "2023 年 12 月 31 日"
    assert written_date("en", date(2023, 12, 1)) == "1 December 2023"


def test_a_chinese_character_is_two_columns_wide() -> None:
    assert display_width("骨科A") == 5


@given(st.lists(st.text("人ab ", min_size=0, max_size=90), min_size=1, max_size=6))
def test_no_column_is_narrower_than_its_longest_word(texts: list[str]) -> None:
    widths = shares(["h"] * len(texts), [[text] for text in texts], TEXT_LINE)
    for text, width in zip(texts, widths, strict=True):
        if text.isascii():
            assert width >= max(map(len, text.split()), default=0)


def test_a_long_remark_gives_way_to_short_columns() -> None:
    widths = shares(["指标", "说明"], [["在学博士生"], ["说明" * 60]], TEXT_LINE)
    assert widths[0] >= display_width("在学博士生")
    assert sum(widths) <= TEXT_LINE
