"""The office of the graduate school takes in a workbook, looks at rules and reads the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pypdf
import pytest

from stories.visitor import Visitor

pytestmark = pytest.mark.browser
WORKBOOK = Path(__file__).resolve().parents[1] / "data/roster-2023.xlsx"


def _uploads(office: Visitor, path: Path) -> None:
    office.open("/roster/")
    office.page.set_input_files("[name=file]", str(path))
    office.follow("main form .button-main")


def test_the_office_takes_in_the_workbook_after_seeing_what_it_would_do(
    arrive: Callable[..., Visitor],
) -> None:
    office = arrive("office")
    office.open("/roster/")
    office.finds_it_accessible()
    _uploads(office, WORKBOOK)
    office.page.set_default_timeout(120_000)
    office.page.locator("#refused").wait_for()
    refused = office.page.locator("#refused tbody tr")
    assert refused.count() == 14
    first = refused.first.inner_text()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in first)
    office.finds_it_accessible()

    button = office.page.locator("form[action$='/take/'] button")
    with office.turns_the_page():
        button.dblclick(no_wait_after=True)
    office.page.locator("main .stats").wait_for()
    office.finds_it_accessible()
    office.open("/roster/")
    office.finds_it_accessible()
    taken = office.page.locator("main table tbody tr").all_inner_texts()
    assert len(taken) == 2, taken

    _looks_at_an_imported_trainee(office)


def _looks_at_an_imported_trainee(office: Visitor) -> None:
    """The standing is explained, and each value names the cell that it came from."""
    office.open("/trainees/?q=2021510001")
    office.follow("main table tbody a")
    office.reads("各项要求")
    assert office.page.locator(".requirements > *").count() >= 2
    office.follow("a[href*='show=record']")
    office.reads("roster-2023.xlsx")
    office.finds_it_accessible()


def test_a_broken_file_gets_one_clear_message(
    arrive: Callable[..., Visitor], tmp_path: Path
) -> None:
    broken = tmp_path / "名册.xlsx"
    broken.write_bytes("这不是工作簿".encode())
    office = arrive("office")
    _uploads(office, broken)
    office.page.set_default_timeout(60_000)
    office.page.locator("main .notice").first.wait_for()
    assert office.page.locator("main .notice").count() == 1
    assert "Traceback" not in office.page.content()
    office.finds_it_accessible()


def test_the_office_looks_at_a_rule_and_who_fails_it(arrive: Callable[..., Visitor]) -> None:
    office = arrive("office")
    office.open("/rules/")
    office.finds_it_accessible()
    office.follow("a[href^='/rules/training.clinical/']")
    office.reads("24 个月", "2015-09-01", "《2023 年度报告》四（五）", "未达到")
    office.reads("20211051001", "还差 5 个月")
    office.finds_it_accessible()
    office.follow("#concerned tbody a, main table tbody a[href^='/trainees/']")
    office.reads("各项要求")


def test_every_number_of_the_report_leads_to_its_records(arrive: Callable[..., Visitor]) -> None:
    office = arrive("office")
    office.open("/censuses/")
    office.finds_it_accessible()
    office.follow("a[href^='/reports/']")
    report = office.page.url
    office.reads("613", "375", "230")
    office.finds_it_accessible()
    office.follow("a.report-figure[title^='enrolled.fulltime_prof_doctoral ']")
    assert "/figures/" in office.page.url
    assert "613" in office.words(".figure-value")
    assert office.page.locator("#records tbody tr").count() == 50
    office.finds_it_accessible()

    office.page.goto(report)
    word = office.downloads(".downloads a[href$='-zh.docx']")
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(word)).paragraphs)
    assert "云汀医科大学" in text
    assert "613" in text
    printed = office.downloads(".downloads a[href$='-zh.pdf']")
    pages = pypdf.PdfReader(printed).pages
    assert any("云汀医科大学" in page.extract_text() for page in pages[:3])
