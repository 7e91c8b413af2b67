"""The empty Word file of a report: styles, settings, header and footer, properties."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Final

import docx
from docx.document import Document as Package
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from preceptor.reports.documents.labels import labels_of
from preceptor.reports.documents.model import Document
from preceptor.reports.documents.text import printable
from preceptor.reports.documents.word_elements import Element, element, field, run, value

STYLES: Final = Path(__file__).with_name("word_styles.xml")
_WORD_2013: Final = "15"
_UNUSED: Final = {"thumbnail", "stylesWithEffects", "customXml"}
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def _replace_children(old: Element, new: list[Element]) -> None:
    for child in list(old):
        old.remove(child)
    old.extend(new)


def _use_styles(package: Package, document: Document) -> None:
    """The report's styles in place of the template's; Chinese paragraphs indent two characters."""
    styles = parse_xml(STYLES.read_bytes())
    if document.language == "zh":
        body = next(s for s in styles if s.get(qn("w:styleId")) == "BodyText").pPr
        spacing = body.find(qn("w:spacing"))
        spacing.attrib.update({qn("w:after"): "0", qn("w:line"): "360"})
        spacing.addnext(element("w:ind", {"w:firstLineChars": "200", "w:firstLine": "480"}))
    _replace_children(package.styles.element, list(styles))


def _use_bullets(package: Package) -> None:
    """One list definition, a bullet, for the style of lists."""
    level = element(
        "w:lvl",
        {"w:ilvl": "0"},
        value("w:start", 1),
        value("w:numFmt", "bullet"),
        value("w:lvlText", "•"),
        value("w:lvlJc", "left"),
        element("w:pPr", None, element("w:ind", {"w:left": "840", "w:hanging": "360"})),
    )
    kind = element("w:abstractNum", {"w:abstractNumId": "1"}, level)
    use = element("w:num", {"w:numId": "1"}, value("w:abstractNumId", 1))
    _replace_children(package.part.numbering_part.element, [kind, use])


def _use_settings(package: Package) -> None:
    """Current layout rules, and the order to fill in the page numbers of the contents."""
    compatible = {
        "w:name": "compatibilityMode",
        "w:uri": "http://schemas.microsoft.com/office/word",
        "w:val": _WORD_2013,
    }
    _replace_children(
        package.settings.element,
        [
            element("w:zoom", {"w:percent": "100"}),
            value("w:defaultTabStop", 420),
            value("w:characterSpacingControl", "compressPunctuation"),
            value("w:updateFields", "true"),
            element("w:compat", None, element("w:compatSetting", compatible)),
            element("w:themeFontLang", {"w:val": "en-US", "w:eastAsia": "zh-CN"}),
        ],
    )


def _use_head_and_foot(package: Package, document: Document) -> None:
    """Institution and title above, the page number below, on every page but the cover."""
    part = package.sections[-1]
    part.header.is_linked_to_previous = False
    part.footer.is_linked_to_previous = False
    head, foot = part.header.paragraphs[0]._p, part.footer.paragraphs[0]._p
    head.append(run(f"{document.institution}　{document.title}"))
    before, after = ("— ", " —") if document.language == "zh" else ("", "")
    foot.extend((run(before), *field("PAGE"), run(after)))


def _use_properties(package: Package, document: Document) -> None:
    properties = package.core_properties
    properties.title = printable(document.title)[:255]
    properties.subject = printable(document.subtitle)[:255]
    properties.author = printable(document.institution)[:255]
    properties.last_modified_by = properties.author
    properties.comments = ""
    properties.keywords = ""
    properties.language = labels_of(document.language).tag
    properties.version = str(document.edition)
    properties.revision = 1
    properties.created = properties.modified = document.generated_at


def _drop_unused_parts(package: Package) -> None:
    """The template carries a picture of itself, older copies of its styles and a bibliography."""
    for relations in (package.part.package.rels, package.part.rels):
        for name, relation in list(relations.items()):
            if relation.reltype.rsplit("/", 1)[-1] in _UNUSED:
                del relations[name]


def empty_package(document: Document) -> Package:
    """A Word file with everything but its text; the body is empty."""
    package = docx.Document()
    _use_styles(package, document)
    _use_bullets(package)
    _use_settings(package)
    _use_head_and_foot(package, document)
    _use_properties(package, document)
    _drop_unused_parts(package)
    return package


def take_references(package: Package) -> list[Element]:
    """The references to header and footer, taken off the file's own last section."""
    body = package.element.body
    properties = body.sectPr
    names = {qn("w:headerReference"), qn("w:footerReference")}
    references = [child for child in properties if child.tag in names]
    body.remove(properties)
    return references


def packed(package: Package) -> bytes:
    """The file as bytes; the same content gives the same bytes, whatever the clock says."""
    raw, made = BytesIO(), BytesIO()
    package.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, source.read(name))
    return made.getvalue()
