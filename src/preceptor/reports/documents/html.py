"""The HTML of a document: a file that stands alone, or a fragment for a page of the site.

Neither holds a script, an inline style or an event attribute, so that both pass a strict content
security policy; the fragment takes its look from `report.css`, which the page links.
"""

from __future__ import annotations

from html import escape
from itertools import count
from pathlib import Path
from typing import Final

from preceptor.reports.documents.columns import SOFT_BREAK, breakable
from preceptor.reports.documents.labels import (
    annex_cells,
    annex_columns,
    column_title,
    cover_lines,
    labels_of,
)
from preceptor.reports.documents.model import (
    Align,
    Block,
    BulletList,
    Column,
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
from preceptor.reports.documents.text import printable

STYLESHEET: Final = Path(__file__).with_name("report.css")


def _safe(text: str) -> str:
    """Text with every character of markup made harmless, in content and in attributes."""
    return escape(printable(text), quote=True)


class _Setting:
    """Writes the parts of one document; `top` is the level of a chapter's heading."""

    def __init__(self, document: Document, *, top: int, absolute: bool) -> None:
        self.document = document
        self.words = labels_of(document.language)
        self.top = top
        self.absolute = absolute
        self.tables = count(1)

    def heading(self, level: int, anchor: str, title: str) -> str:
        tag = f"h{min(self.top + level - 1, 6)}"
        return f'<{tag} id="{anchor}">{_safe(title)}</{tag}>'

    def address(self, url: str) -> str:
        """A figure's address; a file away from the site needs the whole one."""
        return (self.document.address(url) or url) if self.absolute else url

    def run(self, run: Run) -> str:
        words = _safe(run.text)
        if run.strong:
            words = f"<strong>{words}</strong>"
        if not isinstance(run, FigureNumber):
            return words
        place = self.document.places[run.target]
        address = self.address(run.url) or f"#figure-{place}"
        return (
            f'<a class="report-figure" href="{_safe(address)}" title="{_safe(run.tooltip)}">'
            f"{words}</a>"
        )

    def line(self, runs: Runs) -> str:
        return "".join(map(self.run, runs))

    def head(self, columns: tuple[Column, ...]) -> str:
        language = self.document.language
        cells = "".join(
            f'<th scope="col"{_side(column.align)}>{_safe(column_title(language, column))}</th>'
            for column in columns
        )
        return f"<thead><tr>{cells}</tr></thead>"

    def row(self, table: Table, number: int) -> str:
        cells = [
            f"<td{_side(column.align)}>{self.line(cell)}</td>"
            for column, cell in zip(table.columns, table.rows[number], strict=True)
        ]
        last = table.total and number == len(table.rows) - 1
        opening = '<tr class="report-total">' if last else "<tr>"
        return f"{opening}{''.join(cells)}</tr>"

    def table(self, table: Table) -> str:
        number = self.words.table.format(next(self.tables))
        rows = "\n".join(self.row(table, place) for place in range(len(table.rows)))
        note = self.words.note.format(table.note) if table.note else ""
        below = f'<p class="report-note">{_safe(note)}</p>' if note else ""
        return (
            f'<div class="report-table" tabindex="0" role="region" '
            f'aria-label="{_safe(table.caption)}"><table>\n'
            f"<caption>{_safe(number)}&ensp;{_safe(table.caption)}</caption>\n"
            f"{self.head(table.columns)}\n<tbody>\n{rows}\n</tbody></table></div>{below}"
        )

    def block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return f"<p>{self.line(block.runs)}</p>"
            case BulletList():
                items = "".join(f"<li>{self.line(item)}</li>" for item in block.items)
                return f"<ul>{items}</ul>"
            case Waiting():
                return f'<p class="report-waiting">{_safe(block.text)}</p>'
            case Table():
                return self.table(block)

    def cover(self) -> str:
        document = self.document
        facts = "".join(
            f"<div><dt>{_safe(label)}</dt><dd>{_safe(value)}</dd></div>"
            for label, value in cover_lines(document)
        )
        title = f"h{max(self.top - 1, 1)}"
        return (
            f'<header class="report-cover"><p class="report-institution">'
            f"{_safe(document.institution)}</p><{title}>{_safe(document.title)}</{title}>"
            f'<p class="report-subtitle">{_safe(document.subtitle)}</p><dl>{facts}</dl></header>'
        )

    def contents(self) -> str:
        lines = [(anchor, level, title) for anchor, level, title, _ in headed(self.document)]
        if self.document.annex:
            lines.append(("annex", 1, self.words.annex))
        items = "\n".join(
            f'<li class="report-level-{level}"><a href="#{anchor}">{_safe(title)}</a></li>'
            for anchor, level, title in lines
        )
        return (
            f'<nav class="report-contents" aria-labelledby="report-contents">'
            f'<h{self.top} id="report-contents">{self.words.contents}</h{self.top}>'
            f"<ol>\n{items}\n</ol></nav>"
        )

    def entry(self, place: int, entry: FigureEntry) -> str:
        address = self.address(entry.url)
        key = _safe(breakable(entry.key)).replace(SOFT_BREAK, "<wbr>")
        linked = f'<a class="report-figure" href="{_safe(address)}">{key}</a>' if address else key
        sides = [_side(column.align) for column in annex_columns(self.document.language)[2:]]
        cells = annex_cells(self.document.language, entry)
        rest = "".join(
            f"<td{side}>{_safe(cell)}</td>" for side, cell in zip(sides, cells, strict=True)
        )
        return f'<tr id="figure-{place}"><td>{_safe(entry.name)}</td><td>{linked}</td>{rest}</tr>'

    def annex(self) -> str:
        if not self.document.annex:
            return ""
        rows = "\n".join(self.entry(*line) for line in enumerate(self.document.annex, start=1))
        return (
            f'<section class="report-annex">{self.heading(1, "annex", self.words.annex)}'
            f"<p>{_safe(self.words.annex_remark)}</p>"
            f'<div class="report-table" tabindex="0" role="region" '
            f'aria-label="{_safe(self.words.annex)}"><table>'
            f"{self.head(annex_columns(self.document.language))}\n<tbody>\n{rows}\n"
            f"</tbody></table></div></section>"
        )

    def article(self) -> str:
        parts = [self.cover(), self.contents()]
        for anchor, level, title, part in headed(self.document):
            parts.append(self.heading(level, anchor, title))
            parts += [self.block(block) for block in part.blocks]
        body = "\n".join([*parts, self.annex()])
        return f'<article class="report" lang="{self.words.tag}">\n{body}\n</article>'


def _side(align: Align) -> str:
    """The class attribute of a cell that does not start at the left."""
    return f' class="report-{align}"' if align != "start" else ""


def render_fragment(document: Document, *, top: int = 2) -> str:
    """The report as one `<article>` for a page of the site; links stay paths of the site.

    `top` is the heading level of chapters; the title stands one above it. The page links
    `report.css` (`STYLESHEET`).
    """
    return _Setting(document, top=top, absolute=False).article()


def render_html(document: Document, *, stylesheet: str | None = None) -> str:
    """The report as one HTML file, each computed number linked to its figure's page.

    `stylesheet` is the address of a style sheet to link; without it the file carries the
    report's own. Where the document knows the address of its site, links name it in full.
    """
    article = _Setting(document, top=2, absolute=True).article()
    look = (
        f"<style>\n{STYLESHEET.read_text(encoding='utf-8')}</style>"
        if stylesheet is None
        else f'<link rel="stylesheet" href="{_safe(stylesheet)}">'
    )
    return (
        f'<!doctype html>\n<html lang="{labels_of(document.language).tag}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{_safe(document.title)} · {_safe(document.institution)}</title>\n{look}\n"
        f'</head>\n<body class="report-page">\n<main>\n{article}\n</main>\n</body>\n</html>\n'
    )
