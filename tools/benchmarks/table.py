"""The table in the document of measurements: lines are replaced by what they measure, others stay."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .measure import Row

BEGIN = "<!-- begin: kept by tools/bench.py -->"
END = "<!-- end: kept by tools/bench.py -->"
HEAD = ("what", "goal", "measured", "ratio", "date", "machine")


def rows_of(text: str) -> list[Row]:
    """The lines of the table in the text. Raises ValueError when its markers are not there."""
    lines = _inside(text).splitlines()
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    return [Row(*found) for found in cells[2:] if len(found) == len(HEAD)]


def _inside(text: str) -> str:
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"The document must hold {BEGIN} and {END} once each.")
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def merged(old: Iterable[Row], new: Iterable[Row]) -> list[Row]:
    """The old lines, each replaced by the new one of its name; new names come after them."""
    found = {row.what: row for row in old}
    found.update({row.what: row for row in new})
    return list(found.values())


def written(rows: Iterable[Row]) -> str:
    """The table as Markdown."""
    lines = [HEAD, ("---",) * len(HEAD), *(tuple(row.as_json().values()) for row in rows)]
    return "\n".join(f"| {' | '.join(_cell(text) for text in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split()) or "–"


def keep(document: Path, new: Iterable[Row]) -> None:
    """Write the new lines into the document's table."""
    text = document.read_text("utf-8")
    before, _begin, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    table = written(merged(rows_of(text), new))
    document.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", "utf-8")
