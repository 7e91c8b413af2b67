"""The yearly report: its parts, its numbers, its files."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.institutions.models import DegreePoint
from preceptor.people.models import Account
from preceptor.reports.actions import freeze, write_report
from preceptor.reports.chapters.report import assemble
from preceptor.reports.documents.model import (
    Document,
    FigureNumber,
    Table,
    Waiting,
    lines_of,
    plain,
)
from preceptor.reports.models import Census
from preceptor.standing.actions import put_in_force
from reports.small_university import DAY, SmallUniversity

SECTIONS = [
    "培养目标", "学位标准", "培养方向", "培养特色", "师资队伍", "科学研究", "教学科研支撑",
    "奖助体系", "招生选拔", "思政教育", "课程教学", "导师指导", "实践教学", "学术交流", "论文质量",
    "质量保证", "学风建设", "管理服务", "就业发展", "科技进步", "经济发展", "文化建设",
]  # fmt: skip


@pytest.fixture(scope="module")
def report(frozen) -> dict[str, Document]:  # type: ignore[no-untyped-def]
    put_in_force(
        institution=frozen.university.root, pack="yunting/clinical-doctorate",
        valid_from=date(2023, 1, 1), by=OPERATOR,
    )  # fmt: skip
    census = freeze(frozen.university.root, DAY, by=OPERATOR)
    return {"zh": assemble(census, "zh"), "en": assemble(census, "en")}


def text_of(document: Document) -> str:
    return "\n".join(plain(line) for block in document.blocks() for line in lines_of(block))


def test_it_has_five_chapters_twenty_two_sections_and_a_part_for_each_hospital(
    report: dict[str, Document],
) -> None:
    zh = report["zh"]
    assert [c.number for c in zh.chapters if c.number] == ["一", "二", "三", "四", "五"]
    sections = [s for c in zh.chapters for s in c.sections]
    assert [s.title for s in sections if s.level == 2] == SECTIONS
    assert [s.title for s in sections if s.level == 3] == ["单位H1", "单位H2"]


def test_both_languages_have_the_same_build_and_the_same_numbers(
    report: dict[str, Document],
) -> None:
    zh, en = report["zh"], report["en"]
    assert [len(c.sections) for c in zh.chapters] == [len(c.sections) for c in en.chapters]
    assert [type(block) for block in zh.blocks()] == [type(block) for block in en.blocks()]
    printed = [
        sorted({(number.key, number.anchor) for number in document.numbers()})
        for document in (zh, en)
    ]
    assert printed[0] == printed[1]
    assert len(printed[0]) > 80


def test_no_chinese_stands_in_the_english_report(report: dict[str, Document]) -> None:
    def is_chinese(text: str) -> bool:
        return any("\u4e00" <= character <= "\u9fff" for character in text)

    titles = [part.title for c in report["en"].chapters for part in (c, *c.sections)]
    waits = [b.text for b in report["en"].blocks() if isinstance(b, Waiting)]
    found = [
        text for text in [*titles, *waits, *text_of(report["en"]).split("\n")] if is_chinese(text)
    ]
    assert found == []


def test_every_section_says_something(report: dict[str, Document]) -> None:
    for document in report.values():
        empty = [s.title for c in document.chapters for s in c.sections if not s.blocks]
        assert empty == []


def test_every_number_leads_to_its_figure_and_to_its_line_in_the_annex(
    report: dict[str, Document],
) -> None:
    lines = {entry.target: entry for entry in report["zh"].annex}
    numbers = list(report["zh"].numbers())
    assert len(numbers) > 150
    for number in numbers:
        assert number.url.startswith("/figures/")
        assert lines[number.target].url == number.url


def test_a_stock_is_printed_with_its_date(report: dict[str, Document]) -> None:
    stocks = [entry for entry in report["zh"].annex if entry.nature == "stock"]
    assert len(stocks) > 40
    assert [e.key for e in stocks if "截至" not in e.period and e.period != "登记事项"] == []


def cell(document: Document, caption: str, row: str) -> list[str]:
    (table,) = [b for b in document.blocks() if isinstance(b, Table) and b.caption == caption]
    (found,) = [r for r in table.rows if plain(r[0]) == row]
    return [plain(run) for run in found]


def test_tables_hold_the_figures_of_the_census(report: dict[str, Document]) -> None:
    zh, en = report["zh"], report["en"]
    assert cell(zh, "各专业方向招生录取情况", "内科学")[1:] == ["5", "3", "2", "1"]
    assert cell(zh, "各大学医院导师与研究生", "单位H1")[1:] == ["3", "3", "1"]
    assert cell(en, "Required courses", "Course R3")[1:] == ["48", "2"]
    assert cell(zh, "招生录取情况", "录取率")[1:3] == ["60.00", "%"]


def test_postdocs_platforms_and_partners_stand_in_the_report_with_the_figures_of_the_census(
    report: dict[str, Document],
) -> None:
    zh, en = report["zh"], report["en"]
    postdocs = "博士后科研站点与独立 PI"
    assert cell(zh, postdocs, "年末在站人数")[1:3] == ["4", "人"]
    assert cell(zh, postdocs, "本年进站")[1:4] == ["3", "人", "2023-01-01 至 2023-12-31"]
    assert cell(zh, postdocs, "近三年进站者在站率")[1:3] == ["66.67", "%"]
    assert "在站博士后 4 人。" in text_of(zh)
    assert "Postdocs in station: 4." in text_of(en)
    assert next(entry for entry in zh.annex if entry.key == "postdoc.in_station").scope == "小大学"


def test_the_report_keeps_partners_ever_apart_from_active_ones(
    report: dict[str, Document],
) -> None:
    figures = {number.key: number.text for number in report["zh"].numbers()}
    ever, active = figures["joint.partners_ever"], figures["joint.partners_active"]
    assert int(ever) > int(active) > 0
    assert f"个国家和地区的 {ever} 个境外单位签有合作协议" in text_of(report["zh"])
    assert f"协议现行有效的境外单位 {active} 个" in text_of(report["zh"])


def test_where_nobody_keeps_platforms_stations_or_agreements_the_sections_say_so(
    fresh: SmallUniversity,
) -> None:
    document = assemble(freeze(fresh.root, DAY, by=OPERATOR), "en")
    waits = [block.text for block in document.blocks() if isinstance(block, Waiting)]
    for noun in ("platforms", "postdoctoral stations", "agreements"):
        assert any(text.startswith(f"No {noun} were on record") for text in waits)


def test_a_ratio_is_printed_to_one(report: dict[str, Document]) -> None:
    table = "学位授权点基本数据"
    assert cell(report["zh"], table, "生师比")[1:3] == ["1.3:1", "—"]
    assert "生师比为 1.3:1。" in text_of(report["zh"])


def test_theses_and_reviews_have_units_of_their_own_and_only_in_the_column_of_units(
    report: dict[str, Document],
) -> None:
    assert cell(report["zh"], "学位论文检测与评阅", "查重论文")[1:3] == ["1", "篇"]
    assert cell(report["zh"], "学位论文检测与评阅", "论文评阅书")[1:3] == ["4", "份"]
    assert cell(report["en"], "Similarity checks and reviews of theses", "Reviews returned")[
        1:3
    ] == ["4", "copies"]


def test_the_first_sentence_names_the_degree_point_once(report: dict[str, Document]) -> None:
    (chapter,) = [part for part in report["zh"].chapters if part.number == "一"]
    first = plain(lines_of(chapter.blocks[0])[0])
    assert first.count("学位授权点") == 1
    assert "（代码 1051），截至 2023 年 12 月 31 日依托" in first


def test_what_is_not_on_record_is_said_in_words(report: dict[str, Document]) -> None:
    row = cell(report["zh"], "学位授权点基本数据", "一级学科博士学位授权年份")
    assert row[1] == "未登记"
    assert (
        cell(report["en"], "The degree point in numbers", "Right to grant the academic doctorate")[
            1
        ]
        == "not on record"
    )


def test_the_degree_standard_is_printed_from_the_rules_in_force(
    report: dict[str, Document],
) -> None:
    limits = {
        plain(row[0]): [plain(run) for run in row[1:]]
        for block in report["zh"].blocks()
        if isinstance(block, Table) and block.caption == "学位标准的限值"
        for row in block.rows
    }
    assert limits["临床能力训练总月数"] == ["24", "个月"]
    assert limits["论文重复率上限"] == ["30%", "—"]


def test_without_rules_in_force_the_sections_say_so(census: Census) -> None:
    waits = [b.text for b in assemble(census, "zh").blocks() if isinstance(b, Waiting)]
    assert sum("规则包" in text for text in waits) == 3


def test_a_year_is_compared_with_the_one_before_when_that_was_frozen(
    fresh: SmallUniversity,
) -> None:
    freeze(fresh.root, date(2022, 12, 31), by=OPERATOR)
    document = assemble(freeze(fresh.root, DAY, by=OPERATOR), "zh")
    assert cell(document, "与上年比较", "非直属临床学院数")[1:] == ["3", "2", "+1"]
    assert cell(document, "与上年比较", "大学医院数")[1:] == ["2", "2", "0"]
    assert cell(document, "与上年比较", "录取率")[1:] == ["60.00", "100.00", "−40.00"]
    assert cell(document, "与上年比较", "生师比")[1:] == ["1.3:1", "1.5:1", "−0.2"]


def test_the_comparison_waits_for_a_census_of_the_year_before(census: Census) -> None:
    waits = [b.text for b in assemble(census, "en").blocks() if isinstance(b, Waiting)]
    assert any("no census of the end of the year before" in text for text in waits)


def test_the_files_carry_year_and_language_and_replace_each_other(
    census: Census, tmp_path: Path
) -> None:
    for _ in range(2):
        paths = write_report(
            census, languages=["zh", "en"], formats=["html", "docx", "pdf"], folder=tmp_path,
            by=OPERATOR,
        )  # fmt: skip
    names = {
        f"report-2023-{lang}.{kind}" for lang in ("zh", "en") for kind in ("html", "docx", "pdf")
    }
    assert {path.name for path in paths} == names | {"figures.csv"}
    assert {path.name for path in tmp_path.iterdir()} == names | {"figures.csv"}
    assert (tmp_path / "report-2023-zh.pdf").read_bytes().startswith(b"%PDF")


def test_the_data_annex_holds_every_figure_and_leaves_the_unknown_empty(
    census: Census, tmp_path: Path
) -> None:
    write_report(census, languages=["en"], formats=["html"], folder=tmp_path, by=OPERATOR)
    text = (tmp_path / "figures.csv").read_text(encoding="utf-8-sig")
    rows = {row["key"] + row["scope"]: row for row in csv.DictReader(io.StringIO(text))}
    assert len(rows) == census.figures.count()
    assert rows["admission.rate_pctSMALL-DP"]["value"] == "60"
    assert rows["point.doctor_level1_authorised_yearSMALL-DP"]["value"] == ""


@pytest.mark.parametrize(("languages", "formats"), [(["fr"], ["html"]), (["zh"], ["odt"])])
def test_a_language_or_format_that_does_not_exist_is_refused(
    census: Census, tmp_path: Path, languages: list[str], formats: list[str]
) -> None:
    with pytest.raises(InputRefused):
        write_report(census, languages=languages, formats=formats, folder=tmp_path, by=OPERATOR)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_refused(census: Census, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("kept")
    with pytest.raises(InputRefused, match="cannot be written"):
        write_report(census, languages=["en"], formats=["html"], folder=blocked, by=OPERATOR)
    assert blocked.read_text() == "kept"


def test_a_stranger_may_not_write_the_report(census: Census, tmp_path: Path) -> None:
    stranger = Account.objects.create(login="nobody", name="Nobody")
    with pytest.raises(NotPermitted):
        write_report(census, languages=["zh"], formats=["html"], folder=tmp_path, by=stranger)
    assert list(tmp_path.iterdir()) == []


def test_without_a_degree_point_there_is_no_report(fresh: SmallUniversity, tmp_path: Path) -> None:
    DegreePoint.objects.filter(code="SMALL-DP").update(degree_type="academic")
    census = freeze(fresh.root, DAY, by=OPERATOR)
    with pytest.raises(RuleBroken, match="no degree point"):
        write_report(census, languages=["zh"], formats=["html"], folder=tmp_path, by=OPERATOR)


def test_figures_and_their_records_are_read_without_the_engines(tmp_path: Path) -> None:
    program = """
import sys, json, django; django.setup()
import preceptor.reports.access, preceptor.reports.actions, preceptor.reports.queries
import preceptor.reports.figures.keys, preceptor.reports.figures.naming
print(json.dumps([name for name in ("duckdb", "pyarrow", "typst") if name in sys.modules]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={"PRECEPTOR_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "preceptor.config.settings"},
    )  # fmt: skip
    assert json.loads(done.stdout) == []


def test_a_printed_number_is_the_stored_one(report: dict[str, Document]) -> None:
    numbers = [n for n in report["en"].numbers() if n.key == "supervisor.prof_doctoral_total"]
    assert isinstance(numbers[0], FigureNumber) and {n.text for n in numbers} >= {"4"}
