"""The PDF of a document, set by Typst with the vendored Chinese font."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import count
from math import ceil
from pathlib import Path
from typing import Any, Final, cast

import typst

from preceptor.reports.documents.columns import annex_shares, column_shares, is_kept_whole
from preceptor.reports.documents.labels import (
    Labels,
    annex_cells,
    annex_columns,
    column_title,
    cover_lines,
    labels_of,
)
from preceptor.reports.documents.model import (
    Block,
    BulletList,
    Document,
    FigureEntry,
    FigureNumber,
    Paragraph,
    Run,
    Runs,
    Table,
    Waiting,
)
from preceptor.reports.documents.numbering import headed
from preceptor.reports.documents.text import FONTS, drawable

TEMPLATE: Final = Path(__file__).with_name("report.typ")
_CONTENTS_LINES: Final = 49
_CHAPTER_SPACE: Final = 0.3

Json = dict[str, Any]


class _Setting:
    """Turns one document into the data that the template prints."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.words: Labels = labels_of(document.language)
        self.tables = count(1)

    def run(self, run: Run) -> Json:
        part: Json = {"text": drawable(run.text), "strong": run.strong}
        if isinstance(run, FigureNumber):
            part["place"] = self.document.places[run.target]
        return part

    def line(self, runs: Runs) -> list[Json]:
        return [self.run(run) for run in runs]

    def table(self, table: Table) -> Json:
        language = self.document.language
        number = self.words.table.format(next(self.tables))
        return {
            "kind": "table",
            "caption": drawable(f"{number}  {table.caption}"),
            "head": [drawable(column_title(language, column)) for column in table.columns],
            "aligns": [column.align for column in table.columns],
            "shares": column_shares(language, table),
            "rows": [[self.line(cell) for cell in row] for row in table.rows],
            "note": drawable(self.words.note.format(table.note)) if table.note else "",
            "total": table.total,
            "whole": is_kept_whole(language, table),
        }

    def block(self, block: Block) -> Json:
        match block:
            case Paragraph():
                return {"kind": "paragraph", "runs": self.line(block.runs)}
            case BulletList():
                return {"kind": "list", "items": [self.line(item) for item in block.items]}
            case Waiting():
                return {"kind": "waiting", "text": drawable(block.text)}
            case Table():
                return self.table(block)

    def contents_pages(self) -> int:
        """About how many pages the contents take; a wrong guess costs time, nothing else."""
        levels = [level for _, level, _, _ in headed(self.document)]
        return ceil((len(levels) + levels.count(1) * _CHAPTER_SPACE) / _CONTENTS_LINES) or 1

    def body(self) -> list[Json]:
        items: list[Json] = []
        for _, level, title, part in headed(self.document):
            items.append({"kind": "heading", "level": level, "text": drawable(title)})
            items += [self.block(block) for block in part.blocks]
        return items

    def entry(self, entry: FigureEntry) -> Json:
        return {
            "name": drawable(entry.name),
            "key": drawable(entry.key),
            "url": self.document.address(entry.url),
            "cells": [drawable(cell) for cell in annex_cells(self.document.language, entry)],
        }

    def whole(self) -> Json:
        document, made = self.document, self.document.generated_at
        columns = annex_columns(document.language)
        return {
            "language": document.language,
            "region": self.words.region,
            "title": drawable(document.title),
            "subtitle": drawable(document.subtitle),
            "institution": drawable(document.institution),
            "generated": {
                name: getattr(made, name)
                for name in ("year", "month", "day", "hour", "minute", "second")
            },
            "cover": [[drawable(part) for part in line] for line in cover_lines(document)],
            "words": {
                "contents": self.words.contents,
                "annex": self.words.annex,
                "annex_remark": self.words.annex_remark,
            },
            "contents_pages": self.contents_pages(),
            "body": self.body(),
            "annex": [self.entry(entry) for entry in document.annex],
            "annex_shares": annex_shares(document),
            "annex_head": [column.title for column in columns],
            "annex_aligns": [column.align for column in columns],
        }


@lru_cache(maxsize=1)
def vendored_fonts() -> typst.Fonts:
    """The vendored font alone, so that every machine sets the same pages."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def render_pdf(document: Document) -> bytes:
    """The document as PDF/UA-1 and PDF/A-2a bytes; the same document gives the same bytes.

    Each computed number links to its line in the annex, and that line to the figure's page
    where the document knows the address of its site.
    """
    data = json.dumps(_Setting(document).whole(), ensure_ascii=False)
    compiler = typst.Compiler(font_paths=vendored_fonts(), ignore_system_fonts=True)
    made = compiler.compile(
        input=TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"document": data},
        # Accessible (tagged, with language and titles) and fit for the archive. Both refuse a
        # character without a glyph, so a PDF that was written shows every character.
        pdf_standards=["ua-1", "a-2a"],
        timestamp=document.generated_at,
    )
    return cast(bytes, made)


def write_pdf(document: Document, path: Path) -> None:
    """Write the document as PDF to `path`; see `render_pdf`."""
    path.write_bytes(render_pdf(document))
