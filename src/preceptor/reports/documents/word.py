"""The Word file of a document: real headings, contents, links and repeated table heads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Final

from docx.opc.constants import RELATIONSHIP_TYPE

from preceptor.reports.documents.columns import annex_shares, column_shares, is_kept_whole
from preceptor.reports.documents.labels import (
    annex_cells,
    annex_columns,
    column_title,
    cover_lines,
    labels_of,
)
from preceptor.reports.documents.model import (
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
from preceptor.reports.documents.word_elements import (
    TEXT_WIDTH,
    WIDE_TEXT_WIDTH,
    Element,
    bookmarked,
    border,
    cell,
    ends_section,
    field,
    inner_link,
    outer_link,
    paragraph,
    row,
    run,
    section,
    tab,
    table,
)
from preceptor.reports.documents.word_package import empty_package, packed, take_references

_LIGHT: Final = 6
# So many rows at the end of a table stay together.
_TOGETHER: Final = 3
_COVER_WIDTHS: Final = (3000, 4200)


def _widths(shares: Sequence[int], whole: int) -> list[int]:
    """The width of a page divided in proportion."""
    return [whole * share // sum(shares) for share in shares]


class _Setting:
    """Writes the body of one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.words = labels_of(document.language)
        self.package = empty_package(document)
        self.tables = count(1)
        self.marks = count(1)
        self.relations: dict[str, str] = {}

    def run(self, part: Run, *, strong: bool = False) -> Element:
        bold = strong or part.strong
        if not isinstance(part, FigureNumber):
            return run(part.text, strong=bold)
        place = self.document.places[part.target]
        words = run(part.text, strong=bold, linked=True)
        return inner_link(f"figure_{place}", part.tooltip, words)

    def line(self, runs: Runs, *, strong: bool = False) -> list[Element]:
        return [self.run(part, strong=strong) for part in runs]

    def heading(self, level: int, anchor: str, title: str) -> Element:
        marked = bookmarked(next(self.marks), _bookmark(anchor), run(title))
        return paragraph(f"Heading{level}", *marked)

    def head(self, style: str, columns: Sequence[Column], widths: list[int]) -> Element:
        cells = (
            cell(
                width,
                paragraph(
                    style, run(column_title(self.document.language, column)), align=column.align
                ),
                line=border("bottom", _LIGHT),
            )
            for width, column in zip(widths, columns, strict=True)
        )
        return row(cells, head=True)

    def block(self, block: Block) -> list[Element]:
        match block:
            case Paragraph():
                return [paragraph("BodyText", *self.line(block.runs))]
            case BulletList():
                return [paragraph("ListBullet", *self.line(item)) for item in block.items]
            case Waiting():
                return [paragraph("Waiting", run(block.text))]
            case Table():
                return self.table(block)

    def table(self, content: Table) -> list[Element]:
        language = self.document.language
        caption = f"{self.words.table.format(next(self.tables))}  {content.caption}"
        widths = _widths(column_shares(language, content), TEXT_WIDTH)
        rows = [self.head("TableHead", content.columns, widths)]
        together = len(content.rows) if is_kept_whole(language, content) else _TOGETHER
        rows += [self.row(content, place, widths, together) for place in range(len(content.rows))]
        note = self.words.note.format(content.note) if content.note else ""
        return [
            paragraph("Caption", run(caption)),
            table("ThreeLine", widths, rows, caption=content.caption),
            paragraph("Note", run(note)),
        ]

    def row(self, content: Table, place: int, widths: list[int], together: int) -> Element:
        last = content.total and place == len(content.rows) - 1
        # The first row stays with the second, the last ones with each other and with the note.
        keep = place == 0 or place >= len(content.rows) - together
        return row(
            cell(
                width,
                paragraph(
                    "TableText", *self.line(runs, strong=last), align=column.align, keep=keep
                ),
                line=border("top", _LIGHT) if last else None,
            )
            for width, column, runs in zip(
                widths, content.columns, content.rows[place], strict=True
            )
        )

    def cover(self) -> list[Element]:
        document = self.document
        rows = [
            row(
                (
                    cell(_COVER_WIDTHS[0], paragraph("CoverText", run(label))),
                    cell(
                        _COVER_WIDTHS[1],
                        paragraph("CoverText", run(content)),
                        line=border("bottom", _LIGHT),
                    ),
                )
            )
            for label, content in cover_lines(document)
        ]
        return [
            paragraph("Institution", run(document.institution)),
            paragraph("Title", run(document.title)),
            paragraph("Subtitle", run(document.subtitle)),
            *(paragraph("CoverText") for _ in range(7)),
            table("TableNormal", _COVER_WIDTHS, rows),
            ends_section(paragraph("CoverText"), section()),
        ]

    def contents(self) -> list[Element]:
        """Every heading with a link and a field for its page.

        Word's own contents field shows no page numbers in LibreOffice before somebody updates
        it; single page references are right there at once, and in Word after its question.
        """
        lines = [(anchor, level, title) for anchor, level, title, _ in headed(self.document)]
        if self.document.annex:
            lines.append(("annex", 1, self.words.annex))
        made = [paragraph(f"TOC{level}", _entry(anchor, title)) for anchor, level, title in lines]
        return [paragraph("TOCHeading", run(self.words.contents)), *made]

    def body(self) -> list[Element]:
        made: list[Element] = []
        for anchor, level, title, part in headed(self.document):
            made.append(self.heading(level, anchor, title))
            for block in part.blocks:
                made += self.block(block)
        return made

    def relation(self, address: str) -> str:
        """The identifier of the file's relation to an address, one for each address."""
        if address not in self.relations:
            part = self.package.part
            self.relations[address] = part.relate_to(
                address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
        return self.relations[address]

    def entry(self, place: int, entry: FigureEntry, widths: list[int]) -> Element:
        name = bookmarked(next(self.marks), f"figure_{place}", run(entry.name))
        address = self.document.address(entry.url)
        key = run(entry.key, linked=bool(address))
        linked = outer_link(self.relation(address), key) if address else key
        aligns = [column.align for column in annex_columns(self.document.language)]
        contents = [name, (linked,)]
        contents += [(run(text),) for text in annex_cells(self.document.language, entry)]
        return row(
            cell(width, paragraph("AnnexText", *content, align=align))
            for width, content, align in zip(widths, contents, aligns, strict=True)
        )

    def annex(self) -> list[Element]:
        columns = annex_columns(self.document.language)
        widths = _widths(annex_shares(self.document), WIDE_TEXT_WIDTH)
        rows = [self.head("AnnexHead", columns, widths)]
        rows += [self.entry(*line, widths) for line in enumerate(self.document.annex, start=1)]
        return [
            self.heading(1, "annex", self.words.annex),
            paragraph("BodyText", run(self.words.annex_remark)),
            table("ThreeLine", widths, rows, caption=self.words.annex),
            paragraph("Note"),
        ]

    def whole(self) -> bytes:
        """Cover, contents, body and annex, each a section with its own page numbers."""
        references = take_references(self.package)
        contents, text = self.contents(), self.body()
        front = section(references=references, pages="lowerRoman", first=1)
        ends_section(contents[-1], front)
        self.package.element.body.extend([*self.cover(), *contents])
        self.package.element.body.extend(text)
        main = section(pages="decimal", first=1)
        if self.document.annex:
            self.package.element.body.append(ends_section(paragraph("Note"), main))
            self.package.element.body.extend(self.annex())
            main = section(wide=True)
        self.package.element.body.append(main)
        return packed(self.package)


def _bookmark(anchor: str) -> str:
    """The name of a heading's bookmark; Word allows letters, digits and the underscore."""
    return "_Toc_" + anchor.replace("-", "_")


def _entry(anchor: str, title: str) -> Element:
    """A line of the contents: the heading, a dotted line, its page."""
    name = _bookmark(anchor)
    return inner_link(name, "", run(title), tab(), *field(f"PAGEREF {name}"))


def render_word(document: Document) -> bytes:
    """The document as the bytes of a .docx file; the same document gives the same bytes.

    Each computed number links to its line in the annex, and that line to the figure's page
    where the document knows the address of its site.
    """
    return _Setting(document).whole()


def write_word(document: Document, path: Path) -> None:
    """Write the document as a Word file to `path`; see `render_word`."""
    path.write_bytes(render_word(document))
