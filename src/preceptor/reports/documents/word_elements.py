"""Elements of WordprocessingML: paragraphs, runs, links, fields, cells and sections.

python-docx keeps the package; its own methods for cells and runs take seconds for a report of
sixty pages, because each call searches the tree again, so the body is put together here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser

from preceptor.reports.documents.model import Align
from preceptor.reports.documents.text import printable

Element: TypeAlias = Any
# A4 and its margins in twentieths of a point: 2.7 cm at the sides, 3 cm above, 2.6 cm below.
PAGE: Final = (11906, 16838)
SIDE: Final = 1531
TEXT_WIDTH: Final = PAGE[0] - 2 * SIDE
WIDE_TEXT_WIDTH: Final = PAGE[1] - 2 * SIDE
_TOOLTIP_LIMIT: Final = 255
_NAMESPACES: Final = {prefix: nsmap[prefix] for prefix in ("w", "r")}
_SIDES: Final[dict[Align, str]] = {"start": "left", "center": "center", "end": "right"}


@lru_cache(maxsize=256)
def _full(name: str) -> str:
    """A prefixed name such as `w:jc` with its namespace in full."""
    return qn(name)


def element(tag: str, attributes: Mapping[str, str] | None = None, *children: Element) -> Element:
    """An element such as `element("w:jc", {"w:val": "center"})` with its children."""
    named = {_full(name): content for name, content in (attributes or {}).items()}
    made = oxml_parser.makeelement(_full(tag), attrib=named, nsmap=_NAMESPACES)
    made.extend(children)
    return made


def value(tag: str, content: str | int) -> Element:
    """An element whose only attribute is `w:val`."""
    return element(tag, {"w:val": str(content)})


def run(text: str, *, strong: bool = False, linked: bool = False) -> Element:
    """A run of text, bold or in the style of links."""
    words = element("w:t", {"xml:space": "preserve"})
    words.text = printable(text)
    made = element("w:r")
    if strong or linked:
        properties = element("w:rPr")
        if linked:
            properties.append(value("w:rStyle", "Hyperlink"))
        if strong:
            properties.extend((element("w:b"), element("w:bCs")))
        made.append(properties)
    made.append(words)
    return made


def tab() -> Element:
    """A run that holds a tab stop."""
    return element("w:r", None, element("w:tab"))


def inner_link(anchor: str, tooltip: str, *children: Element) -> Element:
    """A link to a bookmark of the same document."""
    attributes = {"w:anchor": anchor, "w:history": "1"}
    if tooltip:
        attributes["w:tooltip"] = printable(tooltip)[:_TOOLTIP_LIMIT]
    return element("w:hyperlink", attributes, *children)


def outer_link(relation: str, *children: Element) -> Element:
    """A link to an address, given by the identifier of its relation."""
    return element("w:hyperlink", {"r:id": relation, "w:history": "1"}, *children)


def bookmarked(number: int, name: str, *children: Element) -> tuple[Element, ...]:
    """The children between the marks of a bookmark; `number` is unique in the document."""
    start = element("w:bookmarkStart", {"w:id": str(number), "w:name": name})
    return (start, *children, element("w:bookmarkEnd", {"w:id": str(number)}))


def field_part(kind: str) -> Element:
    """A run that begins, separates or ends a field."""
    return element("w:r", None, element("w:fldChar", {"w:fldCharType": kind}))


def field(instruction: str) -> tuple[Element, ...]:
    """A field that the word processor fills in, such as PAGE."""
    words = element("w:instrText", {"xml:space": "preserve"})
    words.text = f" {instruction} "
    order = element("w:r", None, words)
    return (field_part("begin"), order, field_part("separate"), field_part("end"))


def paragraph(
    style: str, *children: Element, align: Align = "start", keep: bool = False
) -> Element:
    """A paragraph of a named style; `keep` holds it on the page of the next one."""
    properties = element("w:pPr", None, value("w:pStyle", style))
    if keep:
        properties.append(element("w:keepNext"))
    if align != "start":
        properties.append(value("w:jc", _SIDES[align]))
    return element("w:p", None, properties, *children)


def border(side: str, weight: int) -> Element:
    """A single line on one side of a cell; weight in eighths of a point."""
    attributes = {"w:val": "single", "w:sz": str(weight), "w:space": "0", "w:color": "000000"}
    return element(f"w:{side}", attributes)


def cell(width: int, content: Element, *, line: Element | None = None) -> Element:
    """A table cell with one paragraph and at most one line of its own."""
    properties = element("w:tcPr", None, element("w:tcW", {"w:w": str(width), "w:type": "dxa"}))
    if line is not None:
        properties.append(element("w:tcBorders", None, line))
    properties.append(value("w:vAlign", "center"))
    return element("w:tc", None, properties, content)


def row(cells: Iterable[Element], *, head: bool = False) -> Element:
    """A table row that does not break over pages; a head row is repeated on each page."""
    properties = element("w:trPr", None, element("w:cantSplit"))
    if head:
        properties.append(element("w:tblHeader"))
    return element("w:tr", None, properties, *cells)


def table(
    style: str, widths: Iterable[int], rows: Iterable[Element], *, caption: str = ""
) -> Element:
    """A table of fixed column widths in twentieths of a point; `caption` is its alternative text."""
    columns = list(widths)
    properties = element(
        "w:tblPr",
        None,
        value("w:tblStyle", style),
        element("w:tblW", {"w:w": str(sum(columns)), "w:type": "dxa"}),
        value("w:jc", "center"),
        element("w:tblLayout", {"w:type": "fixed"}),
        element("w:tblLook", {"w:val": "0020", "w:firstRow": "1"}),
    )
    if caption:
        properties.append(value("w:tblCaption", printable(caption)))
        properties.append(value("w:tblDescription", printable(caption)))
    grid = element("w:tblGrid", None, *(element("w:gridCol", {"w:w": str(w)}) for w in columns))
    return element("w:tbl", None, properties, grid, *rows)


def section(
    *, references: Iterable[Element] = (), wide: bool = False, pages: str = "", first: int = 0
) -> Element:
    """Properties of a section: A4 upright or across, its page numbers' form and first number."""
    width, height = reversed(PAGE) if wide else PAGE
    size = {"w:w": str(width), "w:h": str(height)}
    if wide:
        size["w:orient"] = "landscape"
    margins = {"w:top": "1701", "w:bottom": "1474", "w:left": str(SIDE), "w:right": str(SIDE)}
    margins |= {"w:header": "964", "w:footer": "850", "w:gutter": "0"}
    made = element("w:sectPr", None, *references, value("w:type", "nextPage"))
    made.extend((element("w:pgSz", size), element("w:pgMar", margins)))
    numbers = {"w:fmt": pages} if pages else {}
    if first:
        numbers["w:start"] = str(first)
    if numbers:
        made.append(element("w:pgNumType", numbers))
    return made


def ends_section(content: Element, properties: Element) -> Element:
    """The paragraph, made the last of a section with these properties."""
    content.pPr.append(properties)
    return content
