"""The table of measurements keeps what was not measured again."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    for name in [name for name in sys.modules if name.partition(".")[0] == "benchmarks"]:
        monkeypatch.delitem(sys.modules, name)
    return importlib.import_module("benchmarks.table")


@pytest.fixture
def document(table: ModuleType, tmp_path: Path) -> Path:
    path = tmp_path / "performance.md"
    path.write_text(f"# Before\n\n{table.BEGIN}\n{table.END}\n\nAfter\n", "utf-8")
    return path


def test_a_line_measured_again_replaces_the_old_one_and_leaves_the_others(
    table: ModuleType, document: Path
) -> None:
    row = table.Row
    table.keep(document, [row("list", "19 ms", "30 ms"), row("home", "50 ms", "70 ms")])
    table.keep(document, [row("list", "19 ms", "12 ms", "1.1"), row("start", "–", "0.4 s")])
    text = document.read_text("utf-8")
    assert [(found.what, found.measured) for found in table.rows_of(text)] == [
        ("list", "12 ms"),
        ("home", "70 ms"),
        ("start", "0.4 s"),
    ]
    assert text.startswith("# Before\n")
    assert text.endswith("\n\nAfter\n")


def test_a_cell_cannot_break_the_table(table: ModuleType, document: Path) -> None:
    table.keep(document, [table.Row("a | b", "", "two\nlines")])
    found = table.rows_of(document.read_text("utf-8"))
    assert [(row.what, row.goal, row.measured) for row in found] == [("a / b", "–", "two lines")]


def test_a_document_without_markers_is_refused(table: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "performance.md"
    path.write_text("no table here", "utf-8")
    with pytest.raises(ValueError, match="begin: kept by"):
        table.keep(path, [table.Row("a", "b", "c")])
    assert path.read_text("utf-8") == "no table here"


def test_the_document_of_the_product_can_be_kept(table: ModuleType) -> None:
    rows = table.rows_of((TOOLS.parent / "docs" / "performance.md").read_text("utf-8"))
    assert all(row.what and row.measured for row in rows)
