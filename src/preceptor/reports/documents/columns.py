"""Widths of the columns of a table, from what stands in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from math import ceil
from typing import Final

from preceptor.reports.documents.labels import annex_cells, annex_columns, column_title
from preceptor.reports.documents.model import Document, Language, Table, plain

# Half-width characters in a line of a table on an upright page, and of the annex across it.
TEXT_LINE: Final = 84
ANNEX_LINE: Final = 162
# A table of so few lines is not split between two pages.
_KEPT_WHOLE: Final = 10
_BREAKABLE: Final = 12
_LEAST: Final = 4
_PADDING: Final = 3
_SHORT_HEAD: Final = 7
# A bold Latin word is somewhat wider than its half-width characters.
_BOLD: Final = 1.15


def display_width(text: str) -> int:
    """Width in half-width characters: a Chinese character counts two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _unbroken(text: str) -> int:
    """The width below which a text breaks inside a word, or a short Chinese term breaks."""
    if not text.isascii():
        return min(display_width(text), _BREAKABLE)
    return ceil(_BOLD * max(map(len, text.split()), default=0))


def _head_width(title: str) -> int:
    """A head may break at a space, a long Chinese one in its middle."""
    if title.isascii():
        return _unbroken(title)
    return display_width(title if len(title) <= _SHORT_HEAD else title[: len(title) // 2 + 1])


def shares(titles: Sequence[str], cells: Sequence[Sequence[str]], line: int) -> tuple[int, ...]:
    """The relative width of each column, given its title and the texts of its cells.

    What fits in a line keeps its width; where all together do not, the widest columns give way
    first and no column becomes narrower than its longest word.
    """
    heads = [max(_LEAST, _head_width(title)) for title in titles]
    least = [
        max(head, *map(_unbroken, texts), 0) + _PADDING
        for head, texts in zip(heads, cells, strict=True)
    ]
    whole = [
        max(head, *map(display_width, texts), 0) + _PADDING
        for head, texts in zip(heads, cells, strict=True)
    ]
    widths = whole
    for widest in range(max(whole, default=0), -1, -1):
        widths = [max(a, min(b, widest)) for a, b in zip(least, whole, strict=True)]
        if sum(widths) <= line:
            break
    return tuple(widths)


def column_shares(language: Language, table: Table) -> tuple[int, ...]:
    """The relative widths of the columns of a table of the text."""
    titles = [column_title(language, column) for column in table.columns]
    cells = [[plain(row[place]) for row in table.rows] for place in range(len(titles))]
    return shares(titles, cells, TEXT_LINE)


def _line_count(language: Language, table: Table) -> int:
    """About how many lines the rows of a table take."""
    widths = column_shares(language, table)
    scale = TEXT_LINE / sum(widths)
    return sum(
        max(
            ceil(display_width(plain(cell)) / max(_LEAST, width * scale - _PADDING)) or 1
            for cell, width in zip(row, widths, strict=True)
        )
        for row in table.rows
    )


def is_kept_whole(language: Language, table: Table) -> bool:
    """Whether a table is so short that it is not split between two pages."""
    return _line_count(language, table) <= _KEPT_WHOLE


#: Where the key of a figure may break at the end of a line; never drawn, never copied as a letter.
SOFT_BREAK: Final = "\u200b"


def breakable(key: str) -> str:
    """The key of a figure with a place to break after each part, so that a column stays narrow."""
    return key.replace(".", f".{SOFT_BREAK}").replace("_", f"_{SOFT_BREAK}")


def annex_shares(document: Document) -> tuple[int, ...]:
    """The relative widths of the columns of the annex."""
    titles = [column.title for column in annex_columns(document.language)]
    rows = [
        (
            entry.name,
            breakable(entry.key).replace(SOFT_BREAK, " "),
            *annex_cells(document.language, entry),
        )
        for entry in document.annex
    ]
    cells = [[row[place] for row in rows] for place in range(len(titles))]
    return shares(titles, cells, ANNEX_LINE)
